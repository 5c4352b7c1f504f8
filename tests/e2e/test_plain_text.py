"""People type as they talk: what they wish is done, small talk answered, and doubt asked about."""

import pytest

from bot.storage import feedback, papers
from recommender.papers import Paper
from tests.e2e.talk import MONDAY, Talk, buttons, says, taps


def mine(talk: Talk, chat_id: int) -> list[tuple[str, str]]:
    reader = talk.runtime.database, talk.reader(talk.server.people[chat_id]).id
    return [(text, kind) for _, text, kind in feedback.topics(*reader)]


@pytest.mark.parametrize(
    ("written", "topics"),
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
async def test_plain_wishes_are_done_wherever_they_are_written(
    talk: Talk, before: str, written: str, topics: list[tuple[str, str]]
) -> None:
    ada = await talk.started("Ada")
    await says(ada, before)

    await says(ada, written)

    assert mine(talk, ada.id) == topics


@pytest.mark.parametrize("before", ["/help", "/topics", "/start", "/search"])
@pytest.mark.parametrize(
    ("written", "answer"),
    [("hi", "Hi Ada."), ("Thank you!", "You're welcome.")],
)
async def test_greetings_and_thanks_are_answered_and_never_topics(
    talk: Talk, before: str, written: str, answer: str
) -> None:
    ada = await talk.started("Ada")
    await says(ada, before)

    shown = await says(ada, written)

    assert shown.text.startswith(answer)
    assert mine(talk, ada.id) == []


@pytest.mark.parametrize("before", ["/help", "/topics", "/start"])
@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("how do I stop?", "/stop ends the daily picks"),
        ("stop", "/stop ends the daily picks"),
        ("what is this?", "/help shows all that I can do."),
        ("Why did you choose this paper?", "⋯ under a paper says why"),
        ("can I change the time?", "/settings has the hour"),
        ("how big is the moon?", "/help shows what I can do."),
        ("👍", "Tap 👍 or 👎 under a paper"),
        ("great", "Whenever you like"),
        ("add", "Which topic?"),
    ],
)
async def test_questions_are_answered_with_what_helps(
    talk: Talk, before: str, written: str, answer: str
) -> None:
    ada = await talk.started("Ada")
    await says(ada, before)

    shown = await says(ada, written)

    assert answer in shown.text
    assert mine(talk, ada.id) == []


async def test_what_may_be_searched_for_or_wanted_is_asked(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/help")

    asked = await says(ada, "papers about graph networks?")
    found = await taps(ada, asked, "🔎 Search for it")

    assert "Is “graph networks” something for your topics?" in asked.text
    assert found.text.startswith("“graph networks” · 1–5 of 20 papers")


async def test_a_sentence_is_asked_about_even_where_topics_are_expected(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    asked = await says(ada, "I saw drones on my roof")

    assert (
        "Is “I saw drones on my roof” something for your topics?" in asked.text
    )
    assert mine(talk, ada.id) == []


@pytest.mark.parametrize("kind", ["add", "mute"])
async def test_a_misspelt_topic_is_put_right_by_a_button(
    talk: Talk, kind: str
) -> None:
    ada = await talk.started("Ada")

    shown = await says(ada, f"/topics {kind} difusion models")
    right = await taps(ada, shown, "✎ diffusion models")
    again = await ada.answer_to(
        ada.press_data(shown.id, "t1:=:1 diffusion models")
    )

    assert "“difusion models”: did you mean “diffusion models”?" in shown.text
    assert mine(talk, ada.id) == [
        ("diffusion models", {"add": "wanted", "mute": "muted"}[kind])
    ]
    assert "did you mean" not in right.text
    assert again.text == "This button has no paper behind it any more."


async def test_a_misspelt_topic_is_put_right_at_the_start(talk: Talk) -> None:
    ada = await talk.started("Ada")

    shown = await says(ada, "grpah networks")
    right = await taps(ada, shown, "✎ graph networks")

    assert "“grpah networks”: did you mean “graph networks”?" in shown.text
    assert mine(talk, ada.id) == [("graph networks", "wanted")]
    assert "graph networks ✓" in buttons(right)


async def test_a_topic_that_is_too_long_is_refused_and_never_cut(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    long = " ".join(["learning"] * 20)

    shown = await says(ada, f"/topics add {long}, graph networks")
    alone = await says(ada, f"/topics mute {long}")

    assert "That is too long for a topic: 100 letters at most." in shown.text
    assert "That is too long for a topic" in alone.text
    assert mine(talk, ada.id) == [("graph networks", "wanted")]


@pytest.mark.parametrize("before", ["/help", "/topics", "/start", "/search"])
@pytest.mark.parametrize(
    "written", ["https://example.com/p", "doi:10.1000/182", "example.com/paper"]
)
async def test_a_link_that_is_not_understood_is_answered_as_a_link(
    talk: Talk, before: str, written: str
) -> None:
    ada = await talk.started("Ada")
    await says(ada, before)

    shown = await says(ada, written)

    assert shown.text.startswith("I couldn't find a paper at that link.")
    assert mine(talk, ada.id) == []


async def test_a_link_after_the_command_is_a_link(talk: Talk) -> None:
    ada = await talk.started("Ada")

    liked = await says(ada, "/topics add https://arxiv.org/abs/2610.00003")
    odd = await says(ada, "/topics add https://example.com/p")

    assert "Your topics" not in liked.text
    assert odd.text.startswith("I couldn't find a paper at that link.")
    assert mine(talk, ada.id) == []


async def test_a_topic_in_chinese_is_known_by_the_papers(talk: Talk) -> None:
    paper = Paper(
        title="基于机器人的模仿学习", listed=MONDAY.date(), source="file"
    )
    papers.store(talk.runtime.database, [paper])
    ada = await talk.started("Ada")

    shown = await says(ada, "/topics add 机器人")

    assert mine(talk, ada.id) == [("机器人", "wanted")]
    assert "➕ 机器人" in shown.text
