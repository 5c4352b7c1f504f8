"""Finding time zones by countries, states, UTC offsets and abbreviations."""

from datetime import UTC, datetime

import pytest

from bot.schedule import cities, regions
from bot.schedule.cities import City

WINTER = datetime(2026, 11, 26, 12, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)


def only_zone(text: str, language: str = "en") -> str | None:
    """Return the zone that a text surely means; None if there are several or none."""
    matches, is_sure = regions.find(text, WINTER, language)
    zones = {city.zone for city in matches}
    return zones.pop() if is_sure and len(zones) == 1 else None


def city_names(
    text: str, language: str = "en", now: datetime = WINTER
) -> list[str]:
    matches, _ = regions.find(text, now, language)
    return [city.name for city in matches]


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("India", "Asia/Kolkata"),
        ("Egypt", "Africa/Cairo"),
        ("Ireland", "Europe/Dublin"),
        ("Bangladesh", "Asia/Dhaka"),
        ("Colombia", "America/Bogota"),
        ("Iraq", "Asia/Baghdad"),
        ("Jordan", "Asia/Amman"),
        ("Armenia", "Asia/Yerevan"),
        ("Virginia", "America/New_York"),
        ("Oregon", "America/Los_Angeles"),
        ("California", "America/Los_Angeles"),
        ("Holland", "Europe/Amsterdam"),
        ("the Netherlands", "Europe/Amsterdam"),
        ("Turkey", "Europe/Istanbul"),
        ("Türkiye", "Europe/Istanbul"),
        ("Singapore", "Asia/Singapore"),
        ("Cuba", "America/Havana"),
        ("england", "Europe/London"),
        ("UK", "Europe/London"),
        ("Bavaria", "Europe/Berlin"),
        ("Gujarat", "Asia/Kolkata"),
        ("Argentina", "America/Argentina/Buenos_Aires"),
        ("I live in India.", "Asia/Kolkata"),
        ("Georgia, USA", "America/New_York"),
        ("London, Ontario", "America/Toronto"),
        ("Washington, DC", "America/New_York"),
        ("Armenia, Colombia", "America/Bogota"),
    ],
)
def test_a_country_or_a_state_with_one_clock_has_one_zone(text: str, zone: str):
    assert only_zone(text) == zone


@pytest.mark.parametrize(
    ("text", "language", "zone"),
    [
        ("Deutschland", "en", "Europe/Berlin"),
        ("Frankreich", "en", "Europe/Paris"),
        ("日本", "ja", "Asia/Tokyo"),
        ("Польша", "ru-RU", "Europe/Warsaw"),
    ],
)
def test_a_country_is_known_by_its_names_in_other_languages(
    text: str, language: str, zone: str
):
    assert only_zone(text, language) == zone


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Georgia", {"Tbilisi", "Atlanta"}),
        ("Washington", {"Seattle", "Washington"}),
        ("Ontario", {"Toronto"}),
        ("Indiana", {"Indianapolis", "Evansville"}),
        ("Chile", {"Santiago", "Punta Arenas"}),
        ("USA", {"New York City", "Chicago", "Denver", "Los Angeles"}),
        ("Punjab", {"Lahore", "Mumbai"}),
        ("LA", {"Los Angeles", "Vientiane"}),
        ("Salvador", {"Salvador", "San Salvador"}),
        ("Europe", {"Moscow", "London", "Berlin"}),
        ("Granada", {"Granada", "Saint George's"}),
    ],
)
def test_a_name_of_several_places_finds_them_all(text: str, names: set[str]):
    assert names <= set(city_names(text))
    assert only_zone(text) is None


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("JST", "Asia/Tokyo"),
        ("CEST", "Europe/Berlin"),
        ("pdt", "America/Los_Angeles"),
        ("MSK", "Europe/Moscow"),
        ("SGT", "Asia/Singapore"),
        ("UTC", "UTC"),
        ("GMT", "UTC"),
        ("+5:30", "Asia/Kolkata"),
        ("UTC+05:45", "Asia/Kathmandu"),
        ("Berlin time", "Europe/Berlin"),
        ("India Standard Time", "Asia/Kolkata"),
        ("Pacific time", "America/Los_Angeles"),
    ],
)
def test_an_abbreviation_or_an_offset_of_one_clock_has_one_zone(
    text: str, zone: str
):
    assert only_zone(text) == zone


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("IST", {"Mumbai", "Dublin", "Jerusalem"}),
        ("BST", {"London", "Dhaka"}),
        ("CST", {"Chicago", "Shanghai"}),
        ("PST", {"Los Angeles", "Quezon City"}),
        ("EST", {"New York City", "Kingston"}),
        ("UTC+2", {"Cairo", "Johannesburg", "Kyiv"}),
        ("GMT-5", {"New York City", "Lima"}),
        ("UTC−3", {"São Paulo"}),
    ],
)
def test_an_abbreviation_of_several_clocks_finds_them_all(
    text: str, names: set[str]
):
    assert names <= set(city_names(text))
    assert only_zone(text) is None


def test_an_offset_means_the_clocks_of_today():
    assert "Berlin" in city_names("UTC+2", "de", SUMMER)
    assert "Berlin" not in city_names("UTC+2", "de", WINTER)


def test_a_shared_clock_is_first_that_of_the_city_at_home():
    assert city_names("CET", "fr")[0] == "Paris"
    assert city_names("CET", "it")[0] == "Rome"


@pytest.mark.parametrize(
    "text", ["", "…", "UTC+25", "UTC+99:99", "Qwrtpsdf", "-"]
)
def test_a_text_without_a_place_finds_none(text: str):
    assert city_names(text) == []


def test_a_small_town_with_a_similar_name_is_not_surely_meant():
    town = City("Inđija", "RS", "VO", "Europe/Belgrade", 26_000)

    assert not regions.is_called(town, "India")
    assert regions.is_called(town, "Inđija")
    assert only_zone("Tuebingen") == "Europe/Berlin"


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (52.52, 13.4, "Europe/Berlin"),
        (40.7, -74.0, "America/New_York"),
        (-36.8, 174.7, "Pacific/Auckland"),
        (-17.7, 178.0, "Pacific/Fiji"),
        (28.6, 77.2, "Asia/Kolkata"),
    ],
)
def test_a_place_on_the_globe_has_the_clock_of_the_nearest_city(
    latitude: float, longitude: float, zone: str
):
    assert cities.nearest(latitude, longitude).zone == zone
