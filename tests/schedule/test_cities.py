"""Finding time zones by the names of cities, and by the local time."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.schedule import cities
from bot.schedule.cities import (
    cities_with_clock,
    city_name,
    default_cities,
    find,
    suggest,
)

WINTER = datetime(2026, 1, 15, 13, 3, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, 13, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("  berlin ", "Europe/Berlin"),
        ("Munich", "Europe/Berlin"),
        ("München", "Europe/Berlin"),
        ("Tuebingen", "Europe/Berlin"),
        ("Beijing", "Asia/Shanghai"),
        ("北京", "Asia/Shanghai"),
        ("San Francisco", "America/Los_Angeles"),
        ("NYC", "America/New_York"),
        ("Sao Paulo", "America/Sao_Paulo"),
        ("Bangalore", "Asia/Kolkata"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("america/new york", "America/New_York"),
        ("UTC", "UTC"),
    ],
)
def test_a_city_is_found_by_the_names_people_write(text: str, zone: str):
    assert find(text)[0].zone == zone


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Paris, France", "Europe/Paris"),
        ("Paris, Texas", "America/Chicago"),
        ("Paris US", "America/Chicago"),
        ("Cambridge UK", "Europe/London"),
        ("Cambridge, MA", "America/New_York"),
        ("New York, NY, USA", "America/New_York"),
        ("San Jose Costa Rica", "America/Costa_Rica"),
        ("Berlin, Deutschland", "Europe/Berlin"),
    ],
)
def test_a_country_or_a_state_behind_a_name_narrows(text: str, zone: str):
    assert {city.zone for city in find(text)} == {zone}


def test_cities_of_one_name_come_largest_first_for_the_reader_to_choose():
    paris_cities = find("Paris")

    assert [(city.country, city.zone) for city in paris_cities] == [
        ("FR", "Europe/Paris"),
        ("US", "America/Chicago"),
    ]
    assert paris_cities[0].population > paris_cities[1].population


@pytest.mark.parametrize("text", ["", "...", "Qwrtpsdf", "Etc/GMT+5", "Cuba"])
def test_a_text_without_a_city_finds_none(text: str):
    assert find(text) == []


# The first call waits for the index.
@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_finds_only_zones_that_exist(text: str):
    assert {city.zone for city in find(text)} <= available_timezones()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Berln", "Berlin"),
        ("Amsterdm", "Amsterdam"),
        ("San Fransisco", "San Francisco"),
    ],
)
def test_a_misspelt_city_is_suggested(text: str, name: str):
    assert suggest(text)[0].name == name


def test_nothing_is_suggested_for_a_name_like_no_city():
    assert suggest("xqzw") == []


def test_a_local_time_finds_the_cities_that_have_it_now():
    matches = cities_with_clock(WINTER, time(14, 5), "de")

    local_times = {
        WINTER.astimezone(ZoneInfo(city.zone)).strftime("%H:%M")
        for city in matches
    }
    assert local_times == {"14:03"}
    assert [city.name for city in matches[:3]] == ["Berlin", "Vienna", "Zürich"]
    assert len({city.zone for city in matches}) == len(matches)


def test_a_local_time_means_other_zones_in_summer():
    winter_cities = cities_with_clock(WINTER, time(14, 3), "en")
    summer_cities = cities_with_clock(SUMMER, time(14, 3), "en")

    winter = {city.zone for city in winter_cities}
    summer = {city.zone for city in summer_cities}
    assert "Europe/Berlin" in winter - summer
    assert "Europe/London" in summer - winter


@pytest.mark.parametrize(
    ("local_time", "name"),
    [
        (time(18, 33), "Mumbai"),
        (time(18, 48), "Kathmandu"),
        (time(5, 2), "Los Angeles"),
        (time(2, 2), "Auckland"),
    ],
)
def test_local_times_of_odd_offsets_and_other_days_find_cities(
    local_time: time, name: str
):
    matches = cities_with_clock(WINTER, local_time, "en")

    assert name in [city.name for city in matches]


@pytest.mark.parametrize(
    ("language", "first_names"),
    [
        ("en", ["London", "New York City", "Los Angeles"]),
        ("de", ["Berlin", "Vienna", "Zürich"]),
        ("pt", ["Lisbon", "São Paulo"]),
        ("pt-BR", ["São Paulo"]),
        ("es", ["Madrid", "Mexico City"]),
        ("hi", ["Mumbai", "London"]),
        ("xx", ["London"]),
    ],
)
def test_offered_cities_begin_where_the_language_is_at_home(
    language: str, first_names: list[str]
):
    choices = default_cities(language)

    assert [city.name for city in choices[: len(first_names)]] == first_names
    assert len({city.zone for city in choices}) == len(choices) == 8


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("Europe/Berlin", "Berlin"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_named_by_its_city(zone: str, name: str):
    assert city_name(zone) == name


def test_all_cities_together_stay_small_in_memory():
    assert len(cities._index()) < 8_000_000
