"""Whoever voted and never started the bot learns what is kept of them, and deletes it."""

import json

import pytest

from bot.sandbox.localchat.people import Person
from bot.storage import readers, votes
from bot.storage.votes import Count
from tests.e2e.talk import (
    Talk,
    buttons,
    says,
    taps,
    wait_for_deletion,
)
from tests.e2e.test_inline_votes import Shared, counts, press, share

pytestmark = [
    pytest.mark.parametrize("access", ["open", "invite", "admins"]),
]


@pytest.fixture
def talk(talk: Talk, access: str) -> Talk:
    """A bot under any ACCESS, where somebody has shared a paper before."""
    talk.runtime.access = access
    return talk


async def shared(talk: Talk) -> Shared:
    """Return a card that a reader shared."""
    access, talk.runtime.access = talk.runtime.access, "open"
    card = await share(talk, talk.person("Ada"))
    talk.runtime.access = access
    return card


def is_refused(text: str) -> bool:
    return "We haven't met" in text or "by invitation" in text


async def voter(talk: Talk) -> tuple[Person, Shared]:
    """Return somebody who voted on a shared card."""
    card = await shared(talk)
    bo = talk.person("Bo")
    assert await press(bo, card, "+") == "👍 1"
    return bo, card


async def test_a_voter_learns_what_is_kept_of_them(talk: Talk) -> None:
    bo, _ = await voter(talk)

    privacy = await says(bo, "/privacy")

    assert "Your Telegram id and 1 vote on a paper" in privacy.text
    assert "/forget deletes everything" in privacy.text
    assert readers.count(talk.database) == 0


@pytest.mark.parametrize("way", ["/export data", "Export first"])
async def test_a_voter_gets_their_votes_as_a_file(talk: Talk, way: str) -> None:
    bo, card = await voter(talk)

    if way.startswith("/"):
        answer = await says(bo, way)
    else:
        question = await says(bo, "/forget")
        bo.press(question, way)
        answer = await bo.wait_for(lambda message: message.id > question.id)

    assert answer.file is not None
    content = json.loads(answer.file.content)
    assert content["telegram_id"] == bo.id
    assert [vote["value"] for vote in content["votes"]] == [1]
    assert content["papers"][0]["title"] in card.message.text


async def test_a_voter_deletes_their_votes_after_a_question(talk: Talk) -> None:
    bo, card = await voter(talk)
    await press(talk.person("Cy"), card, "-")

    question = await says(bo, "/forget")
    answer = await taps(bo, question, "Delete everything")

    assert "everything I store about you: 1 vote" in question.text
    assert answer.text == "Everything I stored about you is deleted."
    assert buttons(answer) == []
    assert not votes.has_voted(talk.database, bo.id)
    assert counts(talk, card.id) == Count(0, 1)
    assert is_refused((await says(bo, "/privacy")).text)


async def test_a_voter_keeps_their_votes(talk: Talk) -> None:
    bo, card = await voter(talk)

    question = await says(bo, "/forget")
    bo.press(question, "Keep")
    await wait_for_deletion(bo, question)

    assert counts(talk, card.id) == Count(1, 0)


async def test_an_old_question_does_not_delete_votes_that_came_since(
    talk: Talk,
) -> None:
    bo, _ = await voter(talk)
    question = await says(bo, "/forget")
    other = await shared(talk)
    await press(bo, other, "-")

    toast = await bo.answer_to(bo.press(question, "Delete everything"))

    assert "that question has expired" in toast.text
    assert votes.count_of_person(talk.database, bo.id) == 2


async def test_a_question_from_before_the_start_deletes_nothing_of_a_reader(
    talk: Talk,
) -> None:
    bo, _ = await voter(talk)
    question = await says(bo, "/forget")
    talk.runtime.access = "open"
    bo.start()
    await bo.wait_for(lambda message: "What are you into" in message.text, 20)

    toast = await bo.answer_to(bo.press(question, "Delete everything"))

    assert "that question has expired" in toast.text
    assert votes.count_of_person(talk.database, bo.id) == 1


async def test_who_took_their_only_vote_back_is_still_served(
    talk: Talk,
) -> None:
    bo, card = await voter(talk)
    talk.clock.forward(seconds=4)
    await press(bo, card, "+")

    privacy = await says(bo, "/privacy")
    await taps(bo, await says(bo, "/forget"), "Delete everything")

    assert "0 votes" in privacy.text
    assert not votes.has_voted(talk.database, bo.id)


@pytest.mark.parametrize("text", ["/picks", "/export", "/export bib", "hello"])
async def test_all_else_of_a_voter_is_answered_as_anybodys(
    talk: Talk, text: str
) -> None:
    bo, _ = await voter(talk)

    assert is_refused((await says(bo, text)).text)


@pytest.mark.parametrize("text", ["/privacy", "/forget", "/export data"])
async def test_who_never_voted_is_answered_as_before(
    talk: Talk, text: str
) -> None:
    await voter(talk)

    assert is_refused((await says(talk.person("Cy"), text)).text)
