"""Topics steer and mute; by command, by words, by button."""

import pytest

from bot.storage import feedback, readers
from tests.e2e.talk import BOTH_WAYS, Talk, buttons, says, taps

pytestmark = BOTH_WAYS


def mine(talk: Talk, chat_id: int) -> list[tuple[str, str]]:
    reader = readers.find(talk.runtime.database, chat_id)
    assert reader is not None
    return [
        (text, kind)
        for _, text, kind in feedback.topics(talk.runtime.database, reader.id)
    ]


async def test_several_topics_are_added_at_once_and_listed_with_a_button_each(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    shown = await says(
        ada, "/topics add diffusion models, robot learning\ngraph networks"
    )

    assert "➕ diffusion models · robot learning · graph networks" in shown.text
    assert "robot learning ✕" in buttons(shown)
    assert "of your next 5 picks" in shown.text


@pytest.mark.parametrize(
    "written", ["Medical-Imaging", "medical imagings", "MEDICAL IMAGING"]
)
async def test_a_muted_topic_never_appears_however_it_is_written(
    talk: Talk, written: str
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics add medical imaging")

    shown = await says(ada, f"/topics mute {written}")
    seen = ""
    for _ in range(8):
        talk.clock.forward(minutes=1)
        seen += (await says(ada, "/picks")).text

    assert "hides 20 of the last 14 days' papers" in shown.text
    assert "🔇 medical imaging" in shown.text
    assert "medical imaging" not in seen.casefold()


async def test_what_a_mute_hides_can_be_looked_at_and_closed(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    shown = await says(ada, "/topics mute speech recognition")

    ada.press(shown, "Show what “speech recognition” hides")
    hidden = await ada.wait_for(lambda message: message.id > shown.id)
    ada.press(hidden, "Close")
    await ada.wait_until(
        lambda: all(message.id != hidden.id for message in ada.messages) or None
    )

    assert "Hidden by “speech recognition”" in hidden.text
    assert "and 5 more" in hidden.text


async def test_a_button_removes_a_topic(talk: Talk) -> None:
    ada = await talk.started("Ada")
    shown = await says(ada, "/topics add diffusion models, robot learning")

    left = await taps(ada, shown, "diffusion models ✕")

    assert mine(talk, ada.id) == [("robot learning", "wanted")]
    assert "➕ robot learning" in left.text


async def test_a_command_removes_a_topic_and_names_what_was_not_there(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics add diffusion models")

    shown = await says(ada, "/topics remove Diffusion Model, quantum cooking")

    assert mine(talk, ada.id) == []
    assert "“quantum cooking” was not among your topics." in shown.text


async def test_words_after_the_list_are_topics_and_a_dash_mutes(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics")

    await says(ada, "graph networks\n- medical imaging")

    assert mine(talk, ada.id) == [
        ("graph networks", "wanted"),
        ("medical imaging", "muted"),
    ]


async def test_words_after_another_command_are_asked_about(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics")
    await says(ada, "/help")

    asked = await says(ada, "graph networks")
    answered = await taps(ada, asked, "➕ I want more of it")

    assert "Is “graph networks” something for your topics?" in asked.text
    assert mine(talk, ada.id) == [("graph networks", "wanted")]
    assert "Your topics" in answered.text


async def test_thanks_after_the_first_picks_are_no_topics(talk: Talk) -> None:
    ada = talk.person("Ada")
    ada.start()
    greeting = await ada.wait_for(lambda message: "Hi Ada" in message.text, 20)
    ada.press(greeting, "Show my picks →")
    await ada.wait_for(lambda message: "👍 1" in buttons(message))

    answer = await says(ada, "thanks, these look great")

    assert answer.text.startswith("You're welcome.")
    assert mine(talk, ada.id) == []


@pytest.mark.parametrize(
    "written",
    ["/topics mute\nmedical imaging", "/topics\nmute medical imaging"],
)
async def test_a_new_line_after_the_verb_is_a_space(
    talk: Talk, written: str
) -> None:
    ada = await talk.started("Ada")

    await says(ada, written)

    assert mine(talk, ada.id) == [("medical imaging", "muted")]


async def test_an_old_button_never_removes_a_newer_topic(talk: Talk) -> None:
    ada = await talk.started("Ada")
    old = await says(ada, "/topics mute medical imaging")
    await says(ada, "/topics remove medical imaging")
    await says(ada, "/topics add diffusion models")

    toast = await ada.answer_to(ada.press(old, "🔇 medical imaging ✕"))

    assert toast.text == "This button has no paper behind it any more."
    assert mine(talk, ada.id) == [("diffusion models", "wanted")]


async def test_long_words_are_shown_the_command_instead_of_a_broken_button(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/help")

    answer = await says(
        ada,
        "multilingual speech recognition for low resource languages of the world",
    )
    greeting = await says(ada, "/start")
    greeting = await says(
        ada, "multilingual speech recognition for low resource languages of all"
    )
    chip = next(text for text in buttons(greeting) if text.endswith("✓"))
    await taps(ada, greeting, chip)

    assert "send it after the command: /topics add" in answer.text
    assert mine(talk, ada.id) == []


async def test_a_topic_nobody_writes_about_is_kept_with_a_word(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    shown = await says(ada, "/topics add underwater basket weaving")

    assert (
        "No paper I have speaks of “underwater basket weaving” yet"
        in shown.text
    )
    assert mine(talk, ada.id) == [("underwater basket weaving", "wanted")]


async def test_wanting_a_muted_topic_unmutes_it(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics mute robot learning")

    await says(ada, "/topics add robot learning")

    assert mine(talk, ada.id) == [("robot learning", "wanted")]


async def test_every_wanted_topic_gets_a_place(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await says(
        ada, "/topics add diffusion models, robot learning, graph networks"
    )

    digest = await says(ada, "/picks")

    for topic in ("diffusion models", "robot learning", "graph networks"):
        assert f"It helps {topic}" in digest.text


@pytest.mark.parametrize(
    "written",
    [
        "/topics add",
        "/topics mute  ",
        "/topics add ,,, !!",
        "/topics add <b>&</b>",
        "/topics mute:",
        "/topics " + "x" * 3000,
    ],
)
async def test_odd_input_gets_a_useful_answer(talk: Talk, written: str) -> None:
    ada = await talk.started("Ada")

    shown = await says(ada, written)

    assert "Your topics" in shown.text


async def test_more_topics_than_can_be_kept_are_refused_kindly(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    many = ", ".join(
        f"topic {'abcdefghijklmnopqrstuvwxyz'[n % 26]}{n}" for n in range(60)
    )

    shown = await says(ada, f"/topics add {many}")

    assert "50 topics are as many as I can keep apart" in shown.text
    assert len(mine(talk, ada.id)) == 50


async def test_chips_at_the_start_can_be_tapped_on_and_off(talk: Talk) -> None:
    ada = talk.person("Ada")
    ada.start()
    greeting = await ada.wait_for(lambda message: "Hi Ada" in message.text, 20)
    chip = buttons(greeting)[0]

    on = await taps(ada, greeting, chip)
    wanted = mine(talk, ada.id)
    off = await taps(ada, on, f"{chip} ✓")

    assert wanted == [(chip, "wanted")]
    assert chip in buttons(off)
    assert mine(talk, ada.id) == []


async def test_words_at_the_start_add_chips_and_the_button_shows_the_first_picks(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    greeting = await says(ada, "speech recognition, robot learning")
    ada.press(greeting, "Show my picks →")
    digest = await ada.wait_for(lambda message: "👍 1" in buttons(message))

    assert {"speech recognition ✓", "robot learning ✓"} <= set(
        buttons(greeting)
    )
    assert "It helps speech recognition" in digest.text


async def test_words_at_the_start_say_what_they_did_and_may_mute(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    greeting = await says(
        ada, "robot learning; graph networks\n- medical imaging\nunheard-of"
    )
    again = await says(ada, "/start")

    assert "That is plenty to begin with." in greeting.text
    assert (
        "Muting “medical imaging” hides 20 of the last 14 days' papers."
        in greeting.text
    )
    assert "No paper I have speaks of “unheard-of” yet" in greeting.text
    assert "of your next 5 picks" in greeting.text
    assert {"robot learning ✓", "graph networks ✓", "unheard-of ✓"} <= set(
        buttons(again)
    )
    assert "Muting" not in again.text


async def test_a_chip_that_was_typed_otherwise_is_not_offered_a_second_time(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    chip = buttons(ada.messages[-1])[0]

    greeting = await says(ada, chip.replace("-", " ").upper())

    assert f"{chip.replace('-', ' ').upper()} ✓" in buttons(greeting)
    assert chip not in buttons(greeting)
