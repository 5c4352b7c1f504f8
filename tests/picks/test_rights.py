"""What has a right to a place: nothing that is muted, and of some authors only what fits."""

import random
from dataclasses import replace

import numpy as np
import pytest

from bot.picks.catalogue import Catalogue
from bot.picks.selection import rank
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from recommender import expectation
from recommender.papers import Rating
from recommender.policy import Day
from tests.corpus import FIELDS, field_of
from tests.picks.conftest import NOW

TODAY = NOW.date()
PROVES, EXPLORES = Day(proves=True), Day(explores=True, rng=random.Random(1))
GRAPHS = "Gina Graph"


def of(offered: Catalogue, field: str) -> list[int]:
    """Return the ids of a field's papers, newest first."""
    return [paper.id for paper in offered.papers if field_of(paper) == field]


def likes(
    offered: Catalogue, *fields: str, most: int = 6
) -> tuple[Rating, ...]:
    return tuple(
        Rating(i, 1) for field in fields for i in of(offered, field)[:most]
    )


def fields_shown(
    database: Database,
    offered: Catalogue,
    said: Feedback,
    n: int,
    day: Day | None = None,
) -> dict[str, set[str]]:
    """Return which fields were picked by each policy."""
    found: dict[str, set[str]] = {}
    for pick in rank(database, offered, said, TODAY, n, day=day).picks:
        found.setdefault(pick.policy, set()).add(
            field_of(offered.papers[pick.row])
        )
    return found


@pytest.mark.parametrize(
    ("policy", "day"),
    [
        ("fallback", None),
        ("follow", None),
        ("interest", None),
        ("score", None),
        ("proof", PROVES),
        ("explore", EXPLORES),
    ],
)
def test_what_is_muted_comes_by_no_policy(
    database: Database, offered: Catalogue, policy: str, day: Day | None
):
    """Each policy brings it to somebody who does not mute it."""
    muted = "graph network"
    said = {
        "fallback": Feedback(),
        "follow": Feedback(follows=(GRAPHS,)),
        "interest": Feedback(wanted=(muted,)),
        "explore": Feedback(likes(offered, "robot learning", most=3)),
    }.get(
        policy,
        Feedback(likes(offered, "graph networks", "robot learning", most=3)),
    )
    mutes = replace(said, wanted=(), muted=(muted,))

    before = fields_shown(database, offered, said, 40, day)
    after = rank(database, offered, mutes, TODAY, 40, day=day).picks

    assert policy in before
    assert "graph networks" in set().union(*before.values())
    assert after
    assert not offered.about([muted])[[pick.row for pick in after]].any()


def test_older_papers_are_no_way_round_a_mute(
    database: Database, offered: Catalogue
):
    said = Feedback(
        muted=tuple(field for field in FIELDS if field != "robot learning")
    )

    picks = rank(database, offered, said, TODAY, 200).picks

    rows = [pick.row for pick in picks]
    assert 0 < len(rows) < len(offered)
    assert not offered.about(said.muted)[rows].any()


def test_of_whom_only_what_fits_is_wanted_nothing_else_has_a_right(
    database: Database, offered: Catalogue
):
    every = Feedback(likes(offered, "robot learning"), follows=(GRAPHS,))
    fitting = replace(every, fitting=frozenset({GRAPHS}))

    strengths = [
        [
            ranked.expectation.strength(pick.score)
            for pick in ranked.picks
            if pick.policy == "follow"
        ]
        for ranked in (
            rank(database, offered, said, TODAY, 40)
            for said in (every, fitting)
        )
    ]

    assert "stretch" in strengths[0]
    assert "stretch" not in strengths[1]


def test_whose_papers_fit_anyway_keeps_their_right(
    database: Database, offered: Catalogue
):
    said = Feedback(
        likes(offered, "graph networks"),
        follows=(GRAPHS,),
        fitting=frozenset({GRAPHS}),
    )

    assert fields_shown(database, offered, said, 5)["follow"] == {
        "graph networks"
    }


def test_without_a_taste_nothing_fits(database: Database, offered: Catalogue):
    said = Feedback(follows=(GRAPHS,), fitting=frozenset({GRAPHS}))

    assert set(fields_shown(database, offered, said, 5)) == {"fallback"}


def test_a_higher_bar_lets_fewer_papers_through_and_says_how_many_it_holds_back(
    database: Database, offered: Catalogue, monkeypatch: pytest.MonkeyPatch
):
    """The bars stand between what is expected of this reader's papers."""
    said = Feedback(
        likes(offered, "graph networks", most=3), wanted=("token budget",)
    )
    off = rank(database, offered, said, TODAY, 40)
    shares = off.expectation.shares(
        np.array([pick.score for pick in off.picks], np.float32)
    )
    bars = {
        "normal": float(np.quantile(shares, 0.3)),
        "strict": float(np.quantile(shares, 0.7)),
    }
    monkeypatch.setattr(expectation, "BARS", bars)

    normal, strict = (
        rank(database, offered, said, TODAY, 40, bar=bar) for bar in bars
    )

    assert 0 < len(strict.picks) < len(normal.picks) < len(off.picks) == 40
    assert (off.held_back, strict.held_back) == (0, 40 - len(strict.picks))
    for ranked, bar in ((strict, "strict"), (normal, "normal")):
        sent = {pick.paper_id for pick in ranked.picks}
        likely = {
            p.paper_id: s
            for p, s in zip(off.picks, shares.tolist(), strict=True)
        }
        assert sent == {
            paper for paper, share in likely.items() if share > bars[bar]
        }


def test_the_proof_comes_over_any_bar_and_nothing_else_that_is_drawn(
    database: Database, offered: Catalogue
):
    said = Feedback(likes(offered, "robot learning", most=10))

    proves, explores = (
        rank(database, offered, said, TODAY, 40, bar="strict", day=day).picks
        for day in (PROVES, EXPLORES)
    )

    least = rank(database, offered, said, TODAY, 1).expectation.score_at(
        "strict"
    )
    assert [pick.policy for pick in proves if pick.score <= least] == ["proof"]
    assert all(pick.score > least for pick in explores)


def test_whoever_is_followed_comes_over_any_bar(
    database: Database, offered: Catalogue
):
    said = Feedback(
        likes(offered, "robot learning", most=10), follows=(GRAPHS,)
    )

    picks = rank(database, offered, said, TODAY, 40, bar="strict").picks

    assert [pick.policy for pick in picks].count("follow") == 3
