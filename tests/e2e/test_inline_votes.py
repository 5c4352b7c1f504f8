"""Whoever sees a shared paper votes on it, and its card counts."""

from dataclasses import dataclass

import pytest

from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import papers, votes
from bot.storage.votes import Count
from tests.e2e.talk import (
    TOKEN,
    Talk,
    buttons,
    eventually,
    logged_errors,
    says,
    taps,
)
from tests.e2e.test_files import send_file
from tests.e2e.test_inline import ask
from tests.e2e.test_private_papers import BIB, bibtex

STALE = "The paper behind this button is gone."


@dataclass(frozen=True)
class Shared:
    """A card that somebody shared with a friend, in a chat that the bot doesn't see."""

    person: Person
    friend: Person
    message: Message

    @property
    def id(self) -> str:
        """Telegram's id of the card."""
        return self.message.inline_id

    @property
    def paper_id(self) -> int:
        """The number of the paper whose votes the card counts."""
        assert self.message.keyboard
        return int(str(self.message.keyboard[0][0].data).split(":")[1])

    def labels(self) -> list[str]:
        """Return the buttons of the card as it stands now."""
        messages = self.person.messages_with(self.friend)
        [now] = [m for m in messages if m.id == self.message.id]
        return buttons(now)


async def share(talk: Talk, person: Person) -> Shared:
    """Share the first paper that words find."""
    answer = await ask(person, "robot")
    friend = talk.person("Friend")
    message = person.choose(answer, answer.results[0].id, friend)
    return Shared(person, friend, message)


async def press(person: Person, card: Shared, value: str) -> str:
    """Press a thumb of a shared card, and return the toast."""
    return await press_data(person, card.id, f"y2:{card.paper_id}:{value}")


async def press_data(person: Person, card_id: str, data: str) -> str:
    """Press a button below a shared card, and return the toast."""
    toast = await person.answer_to(person.press_inline(card_id, data))
    return toast.text


def counts(talk: Talk, card_id: str) -> Count:
    return votes.counts(talk.database, [card_id])[card_id]


async def test_anybody_votes_on_a_shared_paper_and_the_card_counts(
    talk: Talk,
) -> None:
    ada, bo, cy = map(talk.person, ("Ada", "Bo", "Cy"))
    card = await share(talk, ada)

    toasts = [
        await press(ada, card, "+"),
        await press(bo, card, "+"),
        await press(cy, card, "-"),
    ]

    assert toasts == ["👍 1", "👍 2", "👎 1"]
    await eventually(lambda: card.labels() == ["👍 2", "👎 1"])


async def test_the_same_thumb_again_takes_a_vote_back_and_the_other_replaces_it(
    talk: Talk,
) -> None:
    ada = talk.person("Ada")
    card = await share(talk, ada)

    await press(ada, card, "+")
    other = await press(ada, card, "-")
    talk.clock.forward(seconds=4)
    again = await press(ada, card, "-")

    assert other == "👎 1"
    assert again == "Your vote is removed."
    assert counts(talk, card.id) == Count(0, 0)


async def test_a_second_press_within_three_seconds_is_a_slip(
    talk: Talk,
) -> None:
    ada, bo = talk.person("Ada"), talk.person("Bo")
    card = await share(talk, ada)

    toasts = [await press(ada, card, "+"), await press(ada, card, "+")]
    of_bo = await press(bo, card, "+")

    assert toasts == ["👍 1", ""]
    assert of_bo == "👍 2"


async def test_a_readers_vote_counts_for_their_picks_until_they_switch_it_off(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    card = await share(talk, ada)
    paper_id = card.paper_id

    toast = await press(ada, card, "+")
    before = talk.feedback(ada).ratings
    settings = await says(ada, "/settings")
    await taps(ada, settings, "👥 Group votes: on")
    after = talk.feedback(ada).ratings
    talk.clock.forward(seconds=4)
    await press(ada, card, "-")

    assert toast == "👍 1 · counts for your own picks, too"
    assert [(r.paper_id, r.value) for r in before] == [(paper_id, 1)]
    assert after == ()
    assert counts(talk, card.id) == Count(0, 1)
    assert ada.toasts[-1].text == "👎 1"


@pytest.mark.parametrize("feedback", [True, False])
async def test_a_vote_for_another_paper_than_the_cards_is_out_of_date(
    talk: Talk, feedback: bool
) -> None:
    ada, mallory = talk.person("Ada"), talk.person("Mallory")
    talk.server.bots[TOKEN].inline_feedback = feedback
    card = await share(talk, ada)
    await press(ada, card, "+")
    other = card.paper_id + 1

    toast = await press_data(mallory, card.id, f"y2:{other}:+")

    assert toast == STALE
    assert not votes.has_voted(talk.database, mallory.id)
    assert counts(talk, card.id) == Count(1, 0)


async def test_what_the_feedback_of_inline_mode_says_holds_before_any_vote(
    talk: Talk,
) -> None:
    ada = talk.person("Ada")
    card = await share(talk, ada)
    # The bot takes one person's updates in order.
    await ask(ada, "robot")

    toast = await press_data(ada, card.id, f"y2:{card.paper_id + 1}:+")

    assert toast == STALE


async def test_a_vote_for_a_private_paper_is_out_of_date(talk: Talk) -> None:
    ada, mallory = await talk.started("Ada"), talk.person("Mallory")
    talk.server.bots[TOKEN].inline_feedback = False
    await send_file(ada, bibtex(BIB, "2609.00001"))
    card = await share(talk, mallory)
    private = papers.count(talk.database) + 1
    assert papers.by_ids(talk.database, [private], talk.reader(ada).id)

    toast = await press_data(mallory, card.id, f"y2:{private}:+")

    assert toast == STALE
    assert not votes.has_voted(talk.database, mallory.id)


@pytest.mark.parametrize(
    "data",
    [
        "p1",
        "g1:1",
        "s1:at",
        "x1",
        "y2:1:0",
        "y2:99999999999:+",
        "y2:²:+",
        "?",
        "g2:0",
    ],
)
async def test_other_buttons_below_a_shared_card_do_nothing(
    talk: Talk, data: str, caplog: pytest.LogCaptureFixture
) -> None:
    ada, bo = await talk.started("Ada"), talk.person("Bo")
    card = await share(talk, ada)
    before = ada.messages

    toasts = [
        await press_data(ada, card.id, data),
        await press_data(bo, card.id, data),
    ]

    assert toasts == [STALE, STALE]
    assert ada.messages == before
    assert logged_errors(caplog) == []


async def test_a_vote_that_is_forged_into_the_private_chat_is_out_of_date(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    toast = await ada.answer_to(ada.press_data(ada.messages[-1].id, "y2:1:+"))

    assert toast.text == STALE
    assert not votes.has_voted(talk.database, ada.id)


async def test_a_card_in_ones_own_chat_with_the_bot_is_no_message_to_it(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    answer = await ask(ada, "robot")
    before = len(ada.messages)

    card = ada.choose(answer, answer.results[0].id, ada)
    await press_data(ada, card.inline_id, f"y2:{answer.results[0].id}:+")
    await says(ada, "/help")

    # The card itself, the command and its answer.
    assert len(ada.messages) == before + 3
    assert counts(talk, card.inline_id) == Count(1, 0)
