"""Plain text adds topics, is answered as small talk, or is asked about if in doubt."""

import pytest

from bot.storage import papers
from recommender.papers import Paper
from tests.e2e.talk import MONDAY, Talk, buttons, says, taps


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        (
            "add robot learning, mute medical imaging",
            [("robot learning", "wanted"), ("medical imaging", "muted")],
        ),
        ("mute medical imaging", [("medical imaging", "muted")]),
        ("+ graph networks", [("graph networks", "wanted")]),
        ("I work on graph networks", [("graph networks", "wanted")]),
    ],
)
@pytest.mark.parametrize("before", ["/help", "/topics", "/start"])
async def test_topics_in_plain_words_are_stored_after_any_command(
    talk: Talk, before: str, text: str, topics: list[tuple[str, str]]
) -> None:
    ada = await talk.started("Ada")
    await says(ada, before)

    await says(ada, text)

    assert talk.topics(ada) == topics


@pytest.mark.parametrize("before", ["/help", "/topics", "/start", "/search"])
@pytest.mark.parametrize(
    ("text", "answer"),
    [("hi", "Hi Ada."), ("Thank you!", "You're welcome.")],
)
async def test_greetings_and_thanks_are_answered_and_never_topics(
    talk: Talk, before: str, text: str, answer: str
) -> None:
    ada = await talk.started("Ada")
    await says(ada, before)

    message = await says(ada, text)

    assert message.text.startswith(answer)
    assert talk.topics(ada) == []


@pytest.mark.parametrize("before", ["/help", "/topics", "/start"])
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("how do I stop?", "/stop ends the daily picks"),
        ("stop", "/stop ends the daily picks"),
        ("can I get papers from arXiv too?", "/sources says where"),
        ("what is this?", "/help shows all that I can do."),
        ("Why did you choose this paper?", "⋯ under a paper says why"),
        ("can I change the time?", "/settings changes the hour"),
        ("how big is the moon?", "/help shows what I can do."),
        ("👍", "Tap 👍 or 👎 under a paper"),
        ("great", "Whenever you like"),
        ("add", "Which topic?"),
    ],
)
async def test_questions_are_answered_with_the_command_that_helps(
    talk: Talk, before: str, text: str, answer: str
) -> None:
    ada = await talk.started("Ada")
    await says(ada, before)

    message = await says(ada, text)

    assert answer in message.text
    assert talk.topics(ada) == []


async def test_a_text_that_may_be_a_search_or_a_topic_is_asked_about(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/help")

    question = await says(ada, "papers about graph networks?")
    results = await taps(ada, question, "🔎 Search for it")

    assert "Is “graph networks” something for your topics?" in question.text
    assert results.text.startswith("“graph networks” · 1–5 of 20 papers")


async def test_a_sentence_is_asked_about_even_where_topics_are_expected(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    question = await says(ada, "I saw drones on my roof")

    assert (
        "Is “I saw drones on my roof” something for your topics?"
        in question.text
    )
    assert talk.topics(ada) == []


@pytest.mark.parametrize("kind", ["add", "mute"])
async def test_a_misspelt_topic_is_corrected_by_a_button(
    talk: Talk, kind: str
) -> None:
    ada = await talk.started("Ada")

    screen = await says(ada, f"/topics {kind} difusion models")
    corrected = await taps(ada, screen, "✎ diffusion models")
    toast = await ada.answer_to(
        ada.press_data(screen.id, "t1:=:1 diffusion models")
    )

    assert "“difusion models”: did you mean “diffusion models”?" in screen.text
    assert talk.topics(ada) == [
        ("diffusion models", {"add": "wanted", "mute": "muted"}[kind])
    ]
    assert "did you mean" not in corrected.text
    assert toast.text == "The paper behind this button is gone."


async def test_a_misspelt_topic_is_corrected_at_the_start(talk: Talk) -> None:
    ada = await talk.started("Ada")

    screen = await says(ada, "grpah networks")
    corrected = await taps(ada, screen, "✎ graph networks")

    assert "“grpah networks”: did you mean “graph networks”?" in screen.text
    assert talk.topics(ada) == [("graph networks", "wanted")]
    assert "graph networks ✓" in buttons(corrected)


async def test_a_topic_that_is_too_long_is_refused_and_never_cut(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    long = " ".join(["learning"] * 20)

    screen = await says(ada, f"/topics add {long}, graph networks")
    second_screen = await says(ada, f"/topics mute {long}")

    assert "That is too long for a topic: 100 letters at most." in screen.text
    assert "That is too long for a topic" in second_screen.text
    assert talk.topics(ada) == [("graph networks", "wanted")]


@pytest.mark.parametrize("before", ["/help", "/topics", "/start", "/search"])
@pytest.mark.parametrize("text", ["https://example.com/p", "example.com/paper"])
async def test_a_link_that_is_not_understood_is_answered_as_a_link(
    talk: Talk, before: str, text: str
) -> None:
    ada = await talk.started("Ada")
    await says(ada, before)

    answer = await says(ada, text)

    assert answer.text.startswith("I couldn't find a paper at that link.")
    assert talk.topics(ada) == []


@pytest.mark.parametrize("before", ["/help", "/topics", "/start", "/search"])
async def test_a_doi_is_a_link_whatever_was_asked_before(
    talk: Talk, before: str
) -> None:
    ada = await talk.started("Ada")
    await says(ada, before)

    answer = await says(ada, "doi:10.1000/182")

    assert answer.text.startswith("I can't reach the paper 10.1000/182")
    assert talk.topics(ada) == []


async def test_a_link_after_the_command_is_a_link(talk: Talk) -> None:
    ada = await talk.started("Ada")

    liked = await says(ada, "/topics add https://arxiv.org/abs/2610.00003")
    unknown = await says(ada, "/topics add https://example.com/p")

    assert "Your topics" not in liked.text
    assert unknown.text.startswith("I couldn't find a paper at that link.")
    assert talk.topics(ada) == []


async def test_a_topic_in_chinese_is_known_by_the_papers(talk: Talk) -> None:
    paper = Paper(
        title="基于机器人的模仿学习", listed=MONDAY.date(), source="file"
    )
    papers.store(talk.database, [paper])
    ada = await talk.started("Ada")

    screen = await says(ada, "/topics add 机器人")

    assert talk.topics(ada) == [("机器人", "wanted")]
    assert "➕ 机器人" in screen.text
