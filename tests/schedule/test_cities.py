"""People write the city they live in, or what their watch shows; a zone comes of it."""

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
    ("written", "zone"),
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
def test_a_city_is_found_by_the_names_people_write(written: str, zone: str):
    assert find(written)[0].zone == zone


@pytest.mark.parametrize(
    ("written", "zone"),
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
def test_a_country_or_a_state_narrows_where_it_is_known(
    written: str, zone: str
):
    assert {city.zone for city in find(written)} == {zone}


def test_cities_of_one_name_come_largest_first_for_the_reader_to_choose():
    found = find("Paris")

    assert [(city.country, city.zone) for city in found] == [
        ("FR", "Europe/Paris"),
        ("US", "America/Chicago"),
    ]
    assert found[0].population > found[1].population


@pytest.mark.parametrize(
    "written", ["", "...", "Qwrtpsdf", "Etc/GMT+5", "Cuba"]
)
def test_what_names_no_city_finds_none(written: str):
    assert find(written) == []


@settings(deadline=None)  # the first to ask waits for the index
@given(st.text(max_size=30))
def test_whatever_is_written_only_zones_that_exist_are_found(written: str):
    assert {city.zone for city in find(written)} <= available_timezones()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Berln", "Berlin"),
        ("Amsterdm", "Amsterdam"),
        ("San Fransisco", "San Francisco"),
    ],
)
def test_a_misspelt_city_is_suggested(written: str, meant: str):
    assert suggest(written)[0].name == meant


def test_nothing_is_suggested_for_what_is_like_no_city():
    assert suggest("xqzw") == []


def test_a_clock_is_answered_with_cities_that_show_it_now():
    found = cities_with_clock(WINTER, time(14, 5), "de")

    shown = {
        WINTER.astimezone(ZoneInfo(city.zone)).strftime("%H:%M")
        for city in found
    }
    assert shown == {"14:03"}
    assert [city.name for city in found[:3]] == ["Berlin", "Vienna", "Zürich"]
    assert len({city.zone for city in found}) == len(found)


def test_a_clock_means_another_zone_in_summer():
    winter, summer = (
        {city.zone for city in cities_with_clock(now, time(14, 3), "en")}
        for now in (WINTER, SUMMER)
    )

    assert "Europe/Berlin" in winter - summer
    assert "Europe/London" in summer - winter


@pytest.mark.parametrize(
    ("shown", "city"),
    [
        (time(18, 33), "Mumbai"),
        (time(18, 48), "Kathmandu"),
        (time(5, 2), "Los Angeles"),
        (time(2, 2), "Auckland"),
    ],
)
def test_clocks_of_odd_offsets_and_other_days_are_understood(
    shown: time, city: str
):
    assert city in [
        found.name for found in cities_with_clock(WINTER, shown, "en")
    ]


@pytest.mark.parametrize(
    ("language", "first"),
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
    language: str, first: list[str]
):
    offered = default_cities(language)

    assert [city.name for city in offered[: len(first)]] == first
    assert len({city.zone for city in offered}) == len(offered) == 8


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
