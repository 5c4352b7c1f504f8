"""Topics are added, muted and removed by command, by plain words and by buttons."""

import pytest

from tests.corpus import pick_fields
from tests.e2e.talk import (
    Talk,
    buttons,
    says,
    taps,
    wait_for_deletion,
)


async def test_several_topics_are_added_at_once_and_listed_with_a_button_each(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    screen = await says(
        ada, "/topics add diffusion models, robot learning\ngraph networks"
    )

    assert (
        "➕ diffusion models · robot learning · graph networks" in screen.text
    )
    assert "robot learning ✕" in buttons(screen)
    assert "of your next 5 picks" in screen.text


@pytest.mark.parametrize(
    "text", ["Medical-Imaging", "medical imagings", "MEDICAL IMAGING"]
)
async def test_a_muted_topic_never_appears_however_it_is_written(
    talk: Talk, text: str
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics add medical imaging")

    screen = await says(ada, f"/topics mute {text}")
    digests = ""
    for _ in range(8):
        talk.clock.forward(minutes=1)
        digests += (await says(ada, "/picks")).text

    assert "hides 20 of the last 14 days' papers" in screen.text
    assert "🔇 medical imaging" in screen.text
    assert "medical imaging" not in digests.casefold()


async def test_the_papers_that_a_mute_hides_are_shown_and_closed(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    screen = await says(ada, "/topics mute speech recognition")

    ada.press(screen, "Show what “speech recognition” hides")
    papers = await ada.wait_for(lambda message: message.id > screen.id)
    ada.press(papers, "Close")
    await wait_for_deletion(ada, papers)

    assert "Hidden by “speech recognition”" in papers.text
    assert "and 5 more" in papers.text


async def test_a_button_removes_a_topic(talk: Talk) -> None:
    ada = await talk.started("Ada")
    screen = await says(ada, "/topics add diffusion models, robot learning")

    changed = await taps(ada, screen, "diffusion models ✕")

    assert talk.topics(ada) == [("robot learning", "wanted")]
    assert "➕ robot learning" in changed.text


async def test_a_command_removes_a_topic_and_names_the_unknown_one(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics add diffusion models")

    screen = await says(ada, "/topics remove Diffusion Model, quantum cooking")

    assert talk.topics(ada) == []
    assert "“quantum cooking” was not among your topics." in screen.text


async def test_words_after_the_list_are_topics_and_a_dash_mutes(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics")

    await says(ada, "graph networks\n- medical imaging")

    assert talk.topics(ada) == [
        ("graph networks", "wanted"),
        ("medical imaging", "muted"),
    ]


async def test_words_after_another_command_are_asked_about(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics")
    await says(ada, "/help")

    question = await says(ada, "graph networks")
    screen = await taps(ada, question, "➕ I want more of it")

    assert "Is “graph networks” something for your topics?" in question.text
    assert talk.topics(ada) == [("graph networks", "wanted")]
    assert "Your topics" in screen.text


async def test_thanks_after_the_first_picks_are_no_topics(talk: Talk) -> None:
    ada = talk.person("Ada")
    ada.start()
    greeting = await ada.wait_for(lambda message: "Hi Ada" in message.text, 20)
    ada.press(greeting, "Show my picks →")
    await ada.wait_for(lambda message: "👍 1" in buttons(message))

    answer = await says(ada, "thanks, these look great")

    assert answer.text.startswith("You're welcome.")
    assert talk.topics(ada) == []


@pytest.mark.parametrize(
    "text",
    ["/topics mute\nmedical imaging", "/topics\nmute medical imaging"],
)
async def test_a_new_line_after_the_verb_is_a_space(
    talk: Talk, text: str
) -> None:
    ada = await talk.started("Ada")

    await says(ada, text)

    assert talk.topics(ada) == [("medical imaging", "muted")]


async def test_an_old_button_never_removes_a_newer_topic(talk: Talk) -> None:
    ada = await talk.started("Ada")
    screen = await says(ada, "/topics mute medical imaging")
    await says(ada, "/topics remove medical imaging")
    await says(ada, "/topics add diffusion models")

    toast = await ada.answer_to(ada.press(screen, "🔇 medical imaging ✕"))

    assert toast.text == "The paper behind this button is gone."
    assert talk.topics(ada) == [("diffusion models", "wanted")]


async def test_a_text_too_long_for_a_button_is_answered_with_the_command(
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
    assert talk.topics(ada) == []


async def test_a_topic_nobody_writes_about_is_kept_with_a_note(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    screen = await says(ada, "/topics add underwater basket weaving")

    assert (
        "No paper I have mentions “underwater basket weaving” yet"
        in screen.text
    )
    assert talk.topics(ada) == [("underwater basket weaving", "wanted")]


async def test_wanting_a_muted_topic_unmutes_it(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics mute robot learning")

    await says(ada, "/topics add robot learning")

    assert talk.topics(ada) == [("robot learning", "wanted")]


async def test_every_wanted_topic_gets_a_place(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await says(
        ada, "/topics add diffusion models, robot learning, graph networks"
    )

    digest = await says(ada, "/picks")

    for topic in ("diffusion models", "robot learning", "graph networks"):
        assert topic in pick_fields(digest.text)


@pytest.mark.parametrize(
    "text",
    [
        "/topics add",
        "/topics mute  ",
        "/topics add ,,, !!",
        "/topics add <b>&</b>",
        "/topics mute:",
        "/topics " + "x" * 3000,
    ],
)
async def test_odd_input_gets_a_useful_answer(talk: Talk, text: str) -> None:
    ada = await talk.started("Ada")

    screen = await says(ada, text)

    assert "Your topics" in screen.text


async def test_more_topics_than_can_be_kept_are_refused_kindly(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    topics = ", ".join(
        f"topic {'abcdefghijklmnopqrstuvwxyz'[n % 26]}{n}" for n in range(60)
    )

    screen = await says(ada, f"/topics add {topics}")

    assert "You have 50 topics, which is as many as I can hold" in screen.text
    assert len(talk.topics(ada)) == 50


async def test_chips_at_the_start_can_be_tapped_on_and_off(talk: Talk) -> None:
    ada = talk.person("Ada")
    ada.start()
    greeting = await ada.wait_for(lambda message: "Hi Ada" in message.text, 20)
    chip = buttons(greeting)[0]

    with_topic = await taps(ada, greeting, chip)
    wanted = talk.topics(ada)
    without_topic = await taps(ada, with_topic, f"{chip} ✓")

    assert wanted == [(chip, "wanted")]
    assert chip in buttons(without_topic)
    assert talk.topics(ada) == []


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
    assert "speech recognition" in pick_fields(digest.text)


async def test_words_at_the_start_add_and_mute_topics_and_say_so(
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
    assert "No paper I have mentions “unheard-of” yet" in greeting.text
    assert "of your next 5 picks" in greeting.text
    assert {"robot learning ✓", "graph networks ✓", "unheard-of ✓"} <= set(
        buttons(again)
    )
    assert "Muting" not in again.text


async def test_a_chip_that_was_typed_in_another_spelling_is_not_offered_again(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    chip = buttons(ada.messages[-1])[0]

    greeting = await says(ada, chip.replace("-", " ").upper())

    assert f"{chip.replace('-', ' ').upper()} ✓" in buttons(greeting)
    assert chip not in buttons(greeting)
