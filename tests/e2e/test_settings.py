"""/settings changes every setting by buttons, in one message."""

from datetime import time

import pytest

from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from tests.e2e.talk import Talk, buttons, says, taps
from tests.e2e.test_any_update import bring, raw_message


async def open_setting(person: Person, button: str) -> Message:
    """Send /settings, press one of its buttons, and return the edited message."""
    return await taps(person, await says(person, "/settings"), button)


async def test_the_screen_shows_the_settings(talk: Talk) -> None:
    ada = await talk.started("Ada")

    screen = await says(ada, "/settings")

    assert "Monday to Friday at 09:00, UTC time" in screen.text
    assert "Next picks: Monday, 23 November, 09:00" in screen.text
    assert buttons(screen)[:2] == ["🕗 09:00", "🌍 UTC"]


async def test_the_hour_moves_the_next_picks(talk: Talk) -> None:
    ada = await talk.started("Ada")
    screen = await says(ada, "/settings")

    hours = await taps(ada, screen, "🕗 09:00")
    changed = await taps(ada, hours, "20:00")

    assert "09:00 ✓" in buttons(hours)
    assert talk.reader(ada).at == time(20)
    assert "Next picks: Monday, 23 November, 20:00" in changed.text


async def test_a_city_in_words_sets_the_zone(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await open_setting(ada, "🌍 UTC")

    screen = await says(ada, "münchen")

    assert talk.reader(ada).zone == "Europe/Berlin"
    assert "Monday to Friday at 09:00, Berlin time" in screen.text


async def test_an_ambiguous_city_is_asked_about_and_an_unknown_one_suggested(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await open_setting(ada, "🌍 UTC")

    unknown = await says(ada, "Berln")
    question = await says(ada, "Paris")
    texas = next(text for text in buttons(question) if ", US" in text)
    await taps(ada, question, texas)

    assert "I don't know a city called “Berln”" in unknown.text
    assert any(text.startswith("Berlin") for text in buttons(unknown))
    assert "which “Paris”?" in question.text
    assert talk.reader(ada).zone == "America/Chicago"


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("India", "Asia/Kolkata"),
        ("JST", "Asia/Tokyo"),
        ("Oregon", "Los_Angeles"),
    ],
)
async def test_a_country_a_state_and_an_abbreviation_set_the_zone(
    talk: Talk, name: str, zone: str
) -> None:
    ada = await talk.started("Ada")
    await open_setting(ada, "🌍 UTC")

    await says(ada, name)

    assert talk.reader(ada).zone.endswith(zone)


async def test_a_name_of_several_clocks_is_asked_about(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await open_setting(ada, "🌍 UTC")

    question = await says(ada, "IST")
    before = talk.reader(ada).zone
    await taps(
        ada,
        question,
        next(text for text in buttons(question) if text.startswith("Dublin")),
    )

    assert "There are several: which “IST”?" in question.text
    assert (before, talk.reader(ada).zone) == ("UTC", "Europe/Dublin")


async def test_a_question_in_place_of_a_city_is_answered(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await open_setting(ada, "🌍 UTC")

    answer = await says(ada, "how do I stop?")
    await says(ada, "Nice")

    assert answer.text.startswith("/stop ends the daily picks")
    assert talk.reader(ada).zone == "Europe/Paris"


async def test_a_shared_location_sets_the_zone(talk: Talk) -> None:
    ada = await talk.started("Ada")

    bring(
        talk,
        "message",
        raw_message(ada, {"location": {"latitude": 52.52, "longitude": 13.4}}),
    )
    screen = await ada.wait_for(lambda message: "Berlin time" in message.text)

    assert talk.reader(ada).zone == "Europe/Berlin"
    assert "🌍 Berlin" in buttons(screen)


async def test_a_location_off_the_globe_sets_nothing(talk: Talk) -> None:
    ada = await talk.started("Ada")

    bring(
        talk,
        "message",
        raw_message(ada, {"location": {"latitude": 91.0, "longitude": 13.4}}),
    )
    await ada.wait_for(lambda message: "I read words and links" in message.text)

    assert talk.reader(ada).zone == "UTC"


async def test_a_city_button_shows_its_clock_and_sets_the_zone(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    choices = await open_setting(ada, "🌍 UTC")

    berlin = next(
        text for text in buttons(choices) if text.startswith("Berlin")
    )
    await taps(ada, choices, berlin)

    assert berlin.endswith("08:30")
    assert talk.reader(ada).zone == "Europe/Berlin"


async def test_a_time_in_words_offers_the_cities_whose_clock_shows_it(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await open_setting(ada, "🌍 UTC")

    question = await says(ada, "8:30")
    await taps(ada, question, buttons(question)[0])

    assert "It is 8:30 in these places now" in question.text
    assert all(text.endswith(" 08:30") for text in buttons(question)[:-1])
    assert talk.reader(ada).zone != "UTC"


async def test_weekdays_are_tapped_on_and_off(talk: Talk) -> None:
    ada = await talk.started("Ada")
    choices = await open_setting(ada, "📅 Monday to Friday")

    without_monday = await taps(ada, choices, "Mon ✓")
    back = await taps(ada, without_monday, "← Back")

    assert talk.reader(ada).weekdays == 0b0011110
    assert "Tue, Wed, Thu, Fri" in back.text
    assert "Next picks: Tuesday, 24 November" in back.text


async def test_the_number_of_papers_in_a_digest_is_chosen(talk: Talk) -> None:
    ada = await talk.started("Ada")
    choices = await open_setting(ada, "🔢 5 papers")

    await taps(ada, choices, "2")
    digest = await says(ada, "/picks")

    assert [text for text in buttons(digest) if text.startswith("👍")] == [
        "👍 1",
        "👍 2",
    ]


async def test_papers_come_in_one_message_or_in_a_message_each(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    choices = await open_setting(ada, "📄 One message")

    screen = await taps(ada, choices, "One message each")
    first_card = await says(ada, "/picks")
    await ada.wait_until(
        lambda: (
            len([m for m in ada.messages if "👍" in buttons(m)]) == 5 or None
        )
    )

    assert buttons(choices) == ["One message ✓", "One message each", "← Back"]
    assert "5 papers, each in a message of its own" in screen.text
    assert "📄 One message each" in buttons(screen)
    assert buttons(first_card) == ["👍", "👎", "🔖", "⋯"]


async def test_the_bar_is_explained_by_the_reader_s_own_picks_of_last_week(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics add diffusion models")
    await taps(ada, await says(ada, "/picks"), "👍 1")

    choices = await open_setting(ada, "📏 Bar: normal")

    assert (
        "Of last week's 5 picks, these let 5 through; you liked 1 of them."
        in choices.text
    )
    assert choices.text.count("Of last week's 5 picks") == 1


async def test_the_height_of_the_bar_is_chosen(talk: Talk) -> None:
    ada = await talk.started("Ada")
    screen = await says(ada, "/settings")

    choices = await taps(ada, screen, "📏 Bar: normal")
    strict = await taps(ada, choices, "Bar: strict")
    bar = talk.reader(ada).bar
    off = await taps(ada, await taps(ada, strict, "📏 Bar: strict"), "Bar: off")

    assert choices.text.startswith("How good must a daily pick be?")
    assert choices.text.endswith("what each would have let through.")
    assert buttons(choices) == [
        "Bar: strict",
        "Bar: normal ✓",
        "Bar: off",
        "← Back",
    ]
    assert "Only what fits you very well" in strict.text
    assert (bar, talk.reader(ada).bar) == ("strict", "off")
    assert "Always that many, even if some don't fit well" in off.text


async def test_exploring_is_switched_off_and_on_again(talk: Talk) -> None:
    ada = await talk.started("Ada")
    before = await says(ada, "/settings")

    off = await taps(ada, before, "✨ Explore: on")
    explores = talk.reader(ada).explores
    on = await taps(ada, off, "✨ Explore: off")

    assert (
        "One day in five, the last paper is something different" in before.text
    )
    assert "something different" not in off.text
    assert not explores
    assert on.text == before.text
    assert talk.reader(ada).explores


async def test_without_sound_the_daily_picks_come_silently(
    talk: Talk,
) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    screen = await open_setting(ada, "🔔 Sound: on")
    talk.clock.forward(hours=2)

    await talk.deliver()

    assert "They come without a sound" in screen.text
    assert "🔕 Sound: off" in buttons(screen)
    assert (ada.messages[-1].silent, bo.messages[-1].silent) == (True, False)
    assert "👍 1" in buttons(ada.messages[-1])


async def test_a_switch_pressed_twice_is_pressed_once(talk: Talk) -> None:
    ada = await talk.started("Ada")
    screen = await says(ada, "/settings")

    for _ in range(2):
        await ada.answer_to(ada.press_data(screen.id, "s1:sound:off"))
    await says(ada, "/help")

    assert not talk.reader(ada).sound


@pytest.mark.parametrize(
    "data",
    ["style:poem", "bar:sky", "explores:1", "sound:", "sound:0", "picks:99999"],
)
async def test_a_forged_setting_changes_nothing(talk: Talk, data: str) -> None:
    ada = await talk.started("Ada")
    screen, before = await says(ada, "/settings"), talk.reader(ada)

    await ada.answer_to(ada.press_data(screen.id, f"s1:{data}"))
    await says(ada, "/help")

    after = talk.reader(ada)
    settings = (after.style, after.bar, after.explores, after.sound)
    assert settings == (before.style, before.bar, before.explores, before.sound)
    assert 1 <= after.picks <= 10


async def test_a_pause_moves_the_next_picks_and_resume_brings_them_back(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    choices = await open_setting(ada, "⏸ Pause…")

    paused = await taps(ada, choices, "7 days")
    resumed = await taps(ada, paused, "▶ Resume")

    assert "Paused. Next picks: Monday, 30 November, 09:00" in paused.text
    assert "Next picks: Monday, 23 November, 09:00" in resumed.text


async def test_start_ends_a_pause(talk: Talk) -> None:
    ada = await talk.started("Ada")
    choices = await open_setting(ada, "⏸ Pause…")
    await taps(ada, choices, "14 days")

    await says(ada, "/start")
    screen = await says(ada, "/settings")

    assert "Next picks: Monday, 23 November, 09:00" in screen.text


async def test_stop_ends_the_daily_picks_and_start_brings_them_back(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    answer = await says(ada, "/stop")
    due_while_off = talk.reader(ada).next_due_at
    greeting = await says(ada, "/start")

    assert "Your daily picks are off" in answer.text
    assert "Your daily picks are on again." in greeting.text
    assert due_while_off is None
    assert talk.reader(ada).next_due_at is not None
