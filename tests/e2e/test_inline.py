"""Inline mode: papers are shared in any chat, and whoever sees them votes."""

import re

import pytest

from bot.runtime import Runtime
from bot.sandbox.localchat import refusals
from bot.sandbox.localchat.inline import InlineAnswer
from bot.sandbox.localchat.people import Person
from bot.storage import papers
from bot.transport.webhook import Address
from tests.bot_api.server import FaultyServer
from tests.e2e.talk import (
    TOKEN,
    Talk,
    buttons,
    logged_errors,
    says,
    talking,
    taps,
)
from tests.e2e.test_files import send_file
from tests.e2e.test_private_papers import BIB, bibtex, title

ODD_QUERIES = [
    "🎉🎉",
    "the of and",
    '"<>&',
    "x" * 256,
    "دانش",
    "扩散模型",
    "'; -- \0",
    "https://arxiv.org/abs/9999.99999",
    "\N{FAMILY}",
]


async def ask(person: Person, text: str, offset: str = "") -> InlineAnswer:
    return await person.answer_to_query(person.inline_query(text, offset))


async def test_a_stranger_finds_papers_by_words_in_two_pages_of_ten(
    talk: Talk,
) -> None:
    ada = talk.person("Ada")

    first = await ask(ada, "robot")
    second = await ask(ada, "robot", first.next_offset)

    assert (len(first.results), first.next_offset) == (10, "10")
    assert (len(second.results), second.next_offset) == (10, "")
    ids = [result.id for result in (*first.results, *second.results)]
    assert len(set(ids)) == 20
    assert all(
        "robot" in result.text.casefold()
        for result in (*first.results, *second.results)
    )
    assert first.is_personal
    assert first.cache_time == 10


async def test_a_card_shows_the_paper_and_nothing_of_who_shares_it(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics add robot learning")
    await taps(ada, await says(ada, "/picks"), "👍 1")

    answer = await ask(ada, "robot arm")

    result = answer.results[0]
    paper = papers.by_ids(talk.database, [int(result.id)])[int(result.id)]
    facts = f"R. Robot, R. Reach · ▲ {paper.upvotes}"
    assert result.title == paper.title
    assert result.description == facts
    assert result.thumbnail_url == (
        "https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/"
        f"{paper.arxiv_id}.png"
    )
    assert result.text == f"{paper.title}\n{facts}\n{paper.abstract}"
    assert [entity.type for entity in result.entities] == [
        "text_link",
        "bold",
        "expandable_blockquote",
    ]
    message = ada.choose(answer, result.id, talk.person("Bo"))
    assert buttons(message) == ["👍", "👎"]


async def test_a_reader_gets_the_papers_with_the_words_in_their_own_order(
    talk: Talk,
) -> None:
    ada, bo = await talk.started("Ada"), talk.person("Bo")
    await says(ada, "/topics add speech recognition")

    of_ada = await ask(ada, "data")
    of_bo = await ask(bo, "data")

    heard = [
        sum("speech recognition" in r.text for r in answer.results)
        for answer in (of_ada, of_bo)
    ]
    assert heard[0] > heard[1]


async def test_without_words_a_reader_shares_their_last_picks(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    picks = await says(ada, "/picks")

    answer = await ask(ada, "")

    assert len(answer.results) == 5
    assert all(result.title in picks.text for result in answer.results)


async def test_without_words_a_stranger_shares_the_most_popular_papers(
    talk: Talk,
) -> None:
    answer = await ask(talk.person("Ada"), " ")

    upvotes = [
        int(re.findall(r"▲ (\d+)", result.text)[0]) for result in answer.results
    ]
    assert upvotes == sorted(upvotes, reverse=True)
    assert upvotes[0] >= 48


async def test_muted_papers_are_never_offered(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/picks")
    await says(ada, "/topics mute robot arm")

    answers = [await ask(ada, text) for text in ("robot", "imitation", "")]

    texts = [r.text for answer in answers for r in answer.results]
    assert texts
    assert not any("robot arm" in text.casefold() for text in texts)


async def test_papers_of_a_readers_own_files_are_offered_to_nobody(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    file = bibtex(BIB, "2609.00001").encode()
    await send_file(ada, file)
    assert len(talk.feedback(ada).ratings) == 1

    answers = [
        await ask(ada, text) for text in (BIB[0], title(BIB), "2609.00001")
    ]

    assert [answer.results for answer in answers] == [(), (), ()]


@pytest.mark.parametrize("text", ODD_QUERIES)
async def test_odd_queries_are_answered(
    talk: Talk, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await ask(talk.person("Ada"), text)

    assert answer.results == ()
    assert answer.button == {
        "text": "Nothing with these words",
        "start_parameter": "inline",
    }
    assert logged_errors(caplog) == []


async def test_a_link_offers_the_paper_that_it_leads_to(talk: Talk) -> None:
    link = "https://arxiv.org/abs/2610.00007v2"

    answer = await ask(talk.person("Ada"), link)

    [result] = answer.results
    paper = papers.by_arxiv_ids(talk.database, ["2610.00007"])["2610.00007"]
    assert result.title == paper.title


@pytest.mark.parametrize("offset", ["7", "-10", "abc", "99999999999"])
async def test_an_offset_that_was_never_given_shows_the_first_page(
    talk: Talk, offset: str
) -> None:
    ada = talk.person("Ada")

    answer = await ask(ada, "robot", offset)

    assert answer.results == (await ask(ada, "robot")).results


async def test_with_closed_access_a_stranger_gets_only_a_button(
    runtime: Runtime, server: FaultyServer, address: Address | None
) -> None:
    async with talking(runtime, server, address) as talk:
        ada = await talk.started("Ada")
        runtime.access = "invite"

        of_ada = await ask(ada, "robot")
        of_bo = await ask(talk.person("Bo"), "robot")

    assert len(of_ada.results) == 10
    assert of_bo.results == ()
    assert of_bo.button == {
        "text": "For invited readers. What is this?",
        "start_parameter": "inline",
    }


async def test_queries_of_a_minute_are_limited_and_leave_messages_alone(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.handlers.gate.QUERIES_PER_MINUTE", 3)
    ada = await talk.started("Ada")
    answers = talk.server.bots[TOKEN].inline_answers

    for _ in range(3):
        await ask(ada, "robot")
    fourth = ada.inline_query("robot")
    help_text = await says(ada, "/help")
    assert fourth not in answers
    talk.clock.forward(seconds=61)
    fifth = await ask(ada, "robot")

    assert "I read the new machine-learning papers" in help_text.text
    assert fifth.results


async def test_an_answer_that_comes_too_late_is_only_logged(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    ada = talk.person("Ada")
    talk.server.fail_next("answerInlineQuery", refusals.QUERY_TOO_OLD)
    ada.inline_query("robot")

    answer = await ask(ada, "robot arm")

    assert answer.results
    assert logged_errors(caplog) == []
