"""Judges addresses from strangers: which are of the web, and which networks are public."""

import ipaddress
from ipaddress import IPv4Address, IPv6Address, IPv6Network

import httpx

SCHEMES = {"http": 80, "https": 443}

# The longest address, in characters.
LONGEST = 2_000

# IPv6 addresses of the internet; all others are local, or of no known use.
GLOBAL_UNICAST = IPv6Network("2000::/3")

# A part of them for examples, which some versions of Python don't know yet.
EXAMPLES = IPv6Network("3fff::/20")

# Addresses whose last four bytes are an IPv4 address behind a translator.
TRANSLATED = IPv6Network("64:ff9b::/96")

# IPv4 networks that are not the internet, though some versions of Python call them so:
# shared by a provider's customers, of protocols, and of relays to IPv6.
NOT_INTERNET = tuple(
    map(
        ipaddress.IPv4Network,
        ("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24"),
    )
)


def parse(address: str) -> httpx.URL | None:
    """Return an address of the web, or None if it is none or has a user's name in it."""
    try:
        url = httpx.URL(address.strip())
    except (httpx.InvalidURL, ValueError, TypeError):
        return None

    is_web = url.scheme in SCHEMES and bool(url.host)
    # With the escapes that it gets there, it may be longer than it was written.
    is_long = max(len(address), len(str(url))) > LONGEST
    if not is_web or url.userinfo or is_long:
        return None

    return url


def port(url: httpx.URL) -> int:
    """Return the port of an address of the web."""
    return url.port or SCHEMES[url.scheme]


def is_public(numeric_address: str) -> bool:
    """Tell whether an IP address belongs to the public internet."""
    try:
        address = ipaddress.ip_address(numeric_address)
    except ValueError:
        return False

    if isinstance(address, IPv4Address):
        return _is_public_v4(address)

    return _is_public_v6(address)


def _is_public_v4(address: IPv4Address) -> bool:
    if any(address in network for network in NOT_INTERNET):
        return False

    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
    )


def _is_public_v6(address: IPv6Address) -> bool:
    if address.scope_id is not None:
        return False

    inner = _embedded(address)
    if inner is not None:
        return _is_public_v4(inner)

    is_unicast = address in GLOBAL_UNICAST and address not in EXAMPLES
    return is_unicast and address.is_global


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 address stands for."""
    if address in TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)

    if address.teredo is not None:
        return address.teredo[1]

    return address.ipv4_mapped or address.sixtofour
