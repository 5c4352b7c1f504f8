"""Votes are kept one for each person and card, and counted."""

from datetime import timedelta

import pytest

from bot.storage import (
    feedback,
    groups,
    own,
    papers,
    readers,
    recommendations,
    votes,
)
from bot.storage.database import Database
from bot.storage.groups import Group
from bot.storage.votes import Card, Count
from tests.storage.factories import (
    CHATS,
    NOW,
    TODAY,
    at_once,
    existing,
    join,
    paper,
    recommend,
    store,
    stored,
)

ADA, BO = CHATS["Ada"], CHATS["Bo"]
LATER = NOW + timedelta(hours=1)


def group(database: Database, chat_id: int = -100) -> Group:
    return existing(
        groups.set_up(
            database,
            chat_id,
            owner_id=ADA,
            name="Lab",
            approval=None,
            values={"kind": "group", "at": NOW.time(), "created_at": NOW},
        )
    )


def shared(database: Database, title: str = "Attention") -> Card:
    """Return the card of a paper that somebody shared."""
    [paper_id] = store(database, title)
    card_id = f"inline {title}"
    return existing(votes.inline_card(database, card_id, paper_id, NOW))


def count(database: Database, card: Card) -> Count:
    return votes.counts(database, [card.id])[card.id]


def test_the_votes_of_a_card_are_counted_by_their_value(database: Database):
    card, other = shared(database), shared(database, "Diffusion")

    for user_id, value in ((1, 1), (2, 1), (3, -1)):
        votes.toggle(database, card, user_id, value, NOW)

    assert count(database, card) == Count(likes=2, dislikes=1)
    assert count(database, other) == Count()


@pytest.mark.parametrize(
    ("presses", "value"),
    [((1,), 1), ((1, 1), 0), ((1, -1), -1), ((1, 1, 1), 1), ((1, -1, -1), 0)],
)
def test_the_same_thumb_again_takes_a_vote_back(
    database: Database, presses: tuple[int, ...], value: int
):
    card = shared(database)

    results = [
        votes.toggle(database, card, ADA, press, NOW) for press in presses
    ]

    assert results[-1] == value
    assert count(database, card) == Count(
        likes=int(value > 0), dislikes=int(value < 0)
    )
    assert votes.count_of_person(database, ADA) == abs(value)
    assert votes.has_voted(database, ADA)


def test_many_who_vote_at_once_are_all_counted(database: Database):
    card = shared(database)

    at_once(
        *(
            lambda user_id=user_id: votes.toggle(
                database, card, user_id, 1, NOW
            )
            for user_id in range(8)
        )
    )

    assert count(database, card) == Count(likes=8)


def test_a_shared_card_has_one_paper_for_ever(database: Database):
    [one, other] = store(database, "Attention", "Diffusion")

    first = votes.inline_card(database, "a card", one, NOW)
    again = votes.inline_card(database, "a card", one, LATER)
    forged = votes.inline_card(database, "a card", other, LATER)

    assert first == again == Card(id="a card", paper_id=one)
    assert forged is None


def test_a_paper_that_only_its_reader_sees_has_no_shared_card(
    database: Database,
):
    ada = join(database, "Ada")
    [private] = own.import_papers(database, ada.id, [paper("Mine")])

    assert votes.inline_card(database, "a card", private, NOW) is None
    assert votes.inline_card(database, "a card", private + 1, NOW) is None


def test_a_card_of_a_group_is_found_in_its_own_chat_alone(database: Database):
    lab, other = group(database), group(database, -200)
    ada = join(database, "Ada")
    [one, two] = store(database, "Attention", "Diffusion")
    [pick] = recommend(database, lab.reader, [one]).picks
    recommendations.record_sending(database, [pick], NOW)
    [unsent] = recommend(database, lab.reader, [two]).picks

    card = votes.pick_card(database, pick.id, lab.reader.chat_id)

    assert card == Card(
        id=votes.pick_key(pick.id), paper_id=one, group_id=lab.id
    )
    assert votes.pick_card(database, pick.id, other.reader.chat_id) is None
    assert votes.pick_card(database, unsent.id, lab.reader.chat_id) is None
    assert votes.pick_card(database, pick.id, ada.chat_id) is None


def test_the_votes_of_a_group_are_those_of_its_cards_by_member(
    database: Database,
):
    lab = group(database)
    [one, two] = store(database, "Attention", "Diffusion")
    cards = [
        Card(id=f"pick {n}", paper_id=n, group_id=lab.id) for n in (one, two)
    ]

    votes.toggle(database, cards[1], ADA, -1, LATER)
    votes.toggle(database, cards[0], ADA, 1, NOW)
    votes.toggle(database, cards[0], BO, 1, NOW)
    votes.toggle(database, cards[0], BO, 1, LATER)
    votes.toggle(database, shared(database, "Elsewhere"), BO, 1, NOW)

    members = votes.of_group(database, lab.id)
    assert {
        user_id: [(vote.paper_id, vote.value) for vote in member_votes]
        for user_id, member_votes in members.items()
    } == {ADA: [(one, 1), (two, -1)]}


def test_a_vote_is_a_rating_of_a_reader_until_they_switch_that_off(
    database: Database,
):
    card = shared(database)
    votes.toggle(database, card, ADA, 1, NOW)
    ada, bo = join(database, "Ada"), join(database, "Bo")

    def ratings(reader_id: int) -> list[tuple[int, int]]:
        said = feedback.of_reader(database, reader_id, "UTC", TODAY)
        return [(rating.paper_id, rating.value) for rating in said.ratings]

    before = ratings(ada.id)
    readers.change(database, ada.id, votes_count=False)

    assert before == [(card.paper_id, 1)]
    assert ratings(ada.id) == []
    assert ratings(bo.id) == []


def test_the_votes_on_two_papers_that_turn_out_to_be_one_are_kept(
    database: Database,
):
    with_id = paper("Selective State Spaces", arxiv_id="2603.00001")
    papers.store(database, [paper("Linear-Time", arxiv_id="2603.00001")])
    papers.store(database, [paper("Selective state-spaces", source="page")])
    one, two = (
        existing(
            votes.inline_card(database, title, stored(database, title).id, NOW)
        )
        for title in ("Linear-Time", "Selective state-spaces")
    )
    votes.toggle(database, one, ADA, 1, NOW)
    votes.toggle(database, two, BO, -1, NOW)

    papers.store(database, [with_id])

    assert count(database, one) == Count(likes=1)
    assert count(database, two) == Count(dislikes=1)
    paper_id = stored(database, "Selective State Spaces").id
    cards = [
        votes.inline_card(database, card.id, paper_id, NOW)
        for card in (one, two)
    ]
    assert [card.paper_id if card else None for card in cards] == [
        paper_id,
        paper_id,
    ]
