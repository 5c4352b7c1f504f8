"""A group's picks: from its members' votes and its topics, and from nothing else."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.picks import fitting, group_selection
from bot.picks.catalogue import Catalogue, load
from bot.storage import (
    feedback,
    groups,
    own,
    papers,
    recommendations,
    votes,
)
from bot.storage.database import Database
from bot.storage.digests import Digest
from bot.storage.feedback import RatingEvent
from bot.storage.readers import Reader
from bot.storage.votes import Card
from recommender.papers import Paper
from tests.corpus import FIELDS, library
from tests.storage.factories import CHATS, NOW, existing, join

ADA, BO, CY = CHATS["Ada"], CHATS["Bo"], 33


@pytest.fixture
def lab(database: Database) -> Reader:
    group = groups.set_up(
        database,
        -100,
        owner_id=ADA,
        name="Lab",
        approval=None,
        values={
            "kind": "group",
            "at": NOW.time(),
            "created_at": NOW,
            "picks": 3,
            "style": "cards",
        },
    )
    return existing(group).reader


def choose(database: Database, catalogue: Catalogue, lab: Reader) -> Digest:
    """Return the group's picks of a day, which were sent."""
    digest = group_selection.choose(database, catalogue, lab, NOW, kind="daily")
    recommendations.record_sent(database, digest.picks, lab.chat_id, 7, NOW)
    return digest


def of_field(catalogue: Catalogue, field: str) -> list[int]:
    """Return the papers of a field, by its phrases."""
    phrase = FIELDS[field].split(", ")[0]
    rows = catalogue.about([phrase]).nonzero()[0]
    return [catalogue.papers[int(row)].id for row in rows]


def fields(catalogue: Catalogue, digest: Digest) -> list[str]:
    """Return the field of each pick."""
    return [
        next(
            field
            for field, phrases in FIELDS.items()
            if any(p in pick.paper.abstract for p in phrases.split(", "))
        )
        for pick in digest.picks
    ]


def vote(
    database: Database, lab: Reader, user_id: int, paper_ids: Sequence[int]
) -> None:
    for paper_id in paper_ids:
        card = Card(id=f"pick {paper_id}", paper_id=paper_id, group_id=lab.id)
        votes.toggle(database, card, user_id, 1, NOW)


def test_before_any_vote_popular_papers_of_several_kinds_are_picked(
    database: Database, catalogue: Catalogue, lab: Reader
):
    digest = choose(database, catalogue, lab)

    assert len(digest.picks) == 3
    assert len(set(fields(catalogue, digest))) > 1
    assert {pick.policy for pick in digest.picks} == {"fallback"}


def test_the_groups_topic_is_a_voice_from_the_first_day(
    database: Database, catalogue: Catalogue, lab: Reader
):
    feedback.set_topics(database, lab.id, ["robot arm"], "wanted", NOW)

    digest = choose(database, catalogue, lab)

    assert fields(catalogue, digest).count("robot learning") >= 2
    assert digest.picks[0].reason.words == (("robot arm", 0.0),)


def test_a_muted_topic_never_shows(
    database: Database, catalogue: Catalogue, lab: Reader
):
    vote(database, lab, ADA, of_field(catalogue, "robot learning")[:5])
    feedback.set_topics(database, lab.id, ["robot arm"], "muted", NOW)

    for _ in range(5):
        digest = choose(database, catalogue, lab)
        said = [pick.paper.abstract for pick in digest.picks]
        assert not [abstract for abstract in said if "robot arm" in abstract]


def test_every_member_gets_something_however_loud_one_is(
    database: Database, catalogue: Catalogue, lab: Reader
):
    vote(database, lab, ADA, of_field(catalogue, "robot learning")[:12])
    vote(database, lab, BO, of_field(catalogue, "graph networks")[:1])
    vote(database, lab, CY, of_field(catalogue, "speech recognition")[:1])

    picked = [
        field
        for _ in range(2)
        for field in fields(catalogue, choose(database, catalogue, lab))
    ]

    assert picked.count("graph networks") >= 1
    assert picked.count("speech recognition") >= 1


def test_a_private_rating_of_a_member_changes_no_pick(
    database: Database, catalogue: Catalogue, lab: Reader
):
    vote(database, lab, ADA, of_field(catalogue, "robot learning")[:3])
    before = group_selection.propose(database, catalogue, lab, NOW)
    ada = join(database, "Ada")
    for paper_id in of_field(catalogue, "medical imaging"):
        event = RatingEvent(
            reader_id=ada.id,
            paper_id=paper_id,
            value=1,
            rated_at=NOW,
            origin="pick",
        )
        feedback.rate(database, event)
    feedback.set_topics(database, ada.id, ["patient scan"], "wanted", NOW)

    assert group_selection.propose(database, catalogue, lab, NOW) == before


def test_reasons_name_a_taste_only_once_three_have_voted(
    database: Database, catalogue: Catalogue, lab: Reader
):
    for user_id in (ADA, BO):
        vote(database, lab, user_id, of_field(catalogue, "robot learning")[:3])
    two = group_selection.propose(database, catalogue, lab, NOW)
    vote(database, lab, CY, of_field(catalogue, "robot learning")[:3])
    three = group_selection.propose(database, catalogue, lab, NOW)

    assert [choice.reason.kind for choice in two] == ["", "", ""]
    assert "group" in {choice.reason.kind for choice in three}
    # No paper and no member is named, not even in what is stored.
    assert {choice.reason.evidence for choice in three} == {()}


def test_no_paper_comes_twice(
    database: Database, catalogue: Catalogue, lab: Reader
):
    vote(database, lab, ADA, of_field(catalogue, "robot learning")[:3])

    shown = [
        pick.paper.id
        for _ in range(6)
        for pick in choose(database, catalogue, lab).picks
    ]

    assert len(shown) == len(set(shown)) == 18


def test_a_paper_that_only_a_members_file_has_is_never_picked(
    database: Database, catalogue: Catalogue, lab: Reader
):
    ada = join(database, "Ada")
    secret = Paper(
        title="A secret robot arm",
        abstract="We study the robot arm. The robot arm is ours.",
        listed=NOW.date(),
        source="brought",
    )
    own_ids = own.import_papers(database, ada.id, [secret])
    feedback.set_topics(database, lab.id, ["robot arm"], "wanted", NOW)

    proposed = group_selection.propose(database, catalogue, lab, NOW, n=50)

    assert len(proposed) == 50
    assert not {choice.paper_id for choice in proposed} & set(own_ids)


def test_in_three_weeks_no_member_of_five_gets_less_than_half_of_the_mean(
    database: Database, lab: Reader
):
    members = dict(zip(range(101, 106), FIELDS, strict=False))
    liked = dict.fromkeys(members, 0)

    for day in range(15):
        now = NOW + timedelta(days=day)
        papers.store(
            database, library(now.date(), per_field=4, days=1, seed=7 + day)
        )
        fitting.fit(database, now)
        catalogue = load(database)
        digest = group_selection.choose(
            database, catalogue, lab, now, kind="daily"
        )
        recommendations.record_sent(database, digest.picks, -100, day, now)
        picked_fields = fields(catalogue, digest)
        for pick, field in zip(digest.picks, picked_fields, strict=True):
            for member, own_field in members.items():
                value = 1 if field == own_field else -1
                card = Card(
                    id=votes.pick_key(pick.id),
                    paper_id=pick.paper.id,
                    group_id=lab.id,
                )
                votes.toggle(database, card, member, value, now)
                liked[member] += value > 0

    mean = sum(liked.values()) / len(liked)
    assert min(liked.values()) >= mean / 2
    # The sixth field, which nobody likes, is soon left alone.
    assert sum(liked.values()) >= 36
