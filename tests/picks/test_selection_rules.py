"""Mutes, follows and the bar decide which papers may take a place at all."""

import random
from dataclasses import replace

import numpy as np
import pytest

from bot.picks.catalogue import Catalogue
from bot.picks.ranking import Ranking
from bot.picks.selection import rank
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from recommender import expectation
from recommender.papers import Rating
from recommender.policy import Day
from tests.corpus import FIELDS, field_of
from tests.picks.conftest import NOW

TODAY = NOW.date()
PROOF_DAY = Day(proves=True)
EXPLORATION_DAY = Day(explores=True, rng=random.Random(1))

# An author of papers on graph networks.
AUTHOR = "Gina Graph"


def likes(
    catalogue: Catalogue, *fields: str, most: int = 6
) -> tuple[Rating, ...]:
    """Return likes of the newest papers of some fields."""
    ratings: list[Rating] = []
    for field in fields:
        ids = [
            paper.id for paper in catalogue.papers if field_of(paper) == field
        ]
        ratings += [Rating(paper_id, 1) for paper_id in ids[:most]]
    return tuple(ratings)


def fields_by_policy(
    catalogue: Catalogue, ranking: Ranking
) -> dict[str, set[str]]:
    """Return the fields of the picks, by the policy that picked them."""
    fields: dict[str, set[str]] = {}
    for pick in ranking.picks:
        field = field_of(catalogue.papers[pick.row])
        fields.setdefault(pick.policy, set()).add(field)
    return fields


@pytest.mark.parametrize(
    ("policy", "day"),
    [
        ("fallback", None),
        ("follow", None),
        ("interest", None),
        ("score", None),
        ("proof", PROOF_DAY),
        ("explore", EXPLORATION_DAY),
    ],
)
def test_no_policy_picks_a_muted_topic(
    database: Database, catalogue: Catalogue, policy: str, day: Day | None
):
    """Each policy picks it for somebody who does not mute it."""
    topic = "graph network"
    two_fields = likes(catalogue, "graph networks", "robot learning", most=3)
    feedback = {
        "fallback": Feedback(),
        "follow": Feedback(follows=(AUTHOR,)),
        "interest": Feedback(wanted=(topic,)),
        "score": Feedback(two_fields),
        "proof": Feedback(two_fields),
        "explore": Feedback(likes(catalogue, "robot learning", most=3)),
    }[policy]
    muting = replace(feedback, wanted=(), muted=(topic,))

    before = rank(database, catalogue, feedback, TODAY, 40, day=day)
    after = rank(database, catalogue, muting, TODAY, 40, day=day)

    fields = fields_by_policy(catalogue, before)
    rows = [pick.row for pick in after.picks]
    assert policy in fields
    assert "graph networks" in set().union(*fields.values())
    assert rows
    assert not catalogue.about([topic])[rows].any()


def test_older_papers_of_a_muted_topic_are_no_picks_either(
    database: Database, catalogue: Catalogue
):
    muted = tuple(field for field in FIELDS if field != "robot learning")

    ranking = rank(database, catalogue, Feedback(muted=muted), TODAY, 200)

    rows = [pick.row for pick in ranking.picks]
    assert 0 < len(rows) < len(catalogue)
    assert not catalogue.about(muted)[rows].any()


def test_an_author_followed_for_fitting_papers_brings_no_others(
    database: Database, catalogue: Catalogue
):
    always = Feedback(likes(catalogue, "robot learning"), follows=(AUTHOR,))
    fitting = replace(always, fitting=frozenset({AUTHOR}))

    def strengths(feedback: Feedback) -> list[str]:
        ranking = rank(database, catalogue, feedback, TODAY, 40)
        return [
            ranking.outlook.expectation.strength(pick.score)
            for pick in ranking.picks
            if pick.policy == "follow"
        ]

    assert "stretch" in strengths(always)
    assert "stretch" not in strengths(fitting)


def test_an_author_followed_for_fitting_papers_brings_those(
    database: Database, catalogue: Catalogue
):
    feedback = Feedback(
        likes(catalogue, "graph networks"),
        follows=(AUTHOR,),
        fitting=frozenset({AUTHOR}),
    )

    ranking = rank(database, catalogue, feedback, TODAY, 5)

    fields = fields_by_policy(catalogue, ranking)
    assert fields["follow"] == {"graph networks"}


def test_without_a_taste_no_paper_of_an_author_fits(
    database: Database, catalogue: Catalogue
):
    feedback = Feedback(follows=(AUTHOR,), fitting=frozenset({AUTHOR}))

    ranking = rank(database, catalogue, feedback, TODAY, 5)

    assert set(fields_by_policy(catalogue, ranking)) == {"fallback"}


def test_a_higher_bar_lets_fewer_papers_through_and_counts_those_held_back(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
):
    """The bars stand between what is expected of this reader's papers."""
    feedback = Feedback(
        likes(catalogue, "graph networks", most=3), wanted=("token budget",)
    )
    off = rank(database, catalogue, feedback, TODAY, 40)
    scores = np.array([pick.score for pick in off.picks], np.float32)
    shares = off.outlook.expectation.shares(scores)
    bars = {
        "normal": float(np.quantile(shares, 0.3)),
        "strict": float(np.quantile(shares, 0.7)),
    }
    monkeypatch.setattr(expectation, "BARS", bars)

    normal = rank(database, catalogue, feedback, TODAY, 40, bar="normal")
    strict = rank(database, catalogue, feedback, TODAY, 40, bar="strict")

    assert 0 < len(strict.picks) < len(normal.picks) < len(off.picks) == 40
    assert (off.held_back, strict.held_back) == (0, 40 - len(strict.picks))
    ids = [pick.paper_id for pick in off.picks]
    expected = dict(zip(ids, shares.tolist(), strict=True))
    for ranking, bar in ((strict, "strict"), (normal, "normal")):
        picks = {pick.paper_id for pick in ranking.picks}
        assert picks == {i for i in ids if expected[i] > bars[bar]}


def test_the_proof_passes_any_bar_and_an_exploration_does_not(
    database: Database, catalogue: Catalogue
):
    feedback = Feedback(likes(catalogue, "robot learning", most=10))

    def strict_picks(day: Day) -> Ranking:
        return rank(
            database, catalogue, feedback, TODAY, 40, bar="strict", day=day
        )

    proof = strict_picks(PROOF_DAY)
    exploration = strict_picks(EXPLORATION_DAY)

    ordinary = rank(database, catalogue, feedback, TODAY, 1)
    bar = ordinary.outlook.expectation.score_at("strict")
    below = [pick.policy for pick in proof.picks if pick.score <= bar]
    assert below == ["proof"]
    assert all(pick.score > bar for pick in exploration.picks)


def test_papers_of_followed_authors_pass_any_bar(
    database: Database, catalogue: Catalogue
):
    feedback = Feedback(
        likes(catalogue, "robot learning", most=10), follows=(AUTHOR,)
    )

    picks = rank(database, catalogue, feedback, TODAY, 40, bar="strict").picks

    assert [pick.policy for pick in picks].count("follow") == 3
