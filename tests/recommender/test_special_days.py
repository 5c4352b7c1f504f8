"""Exploring, comparing with popularity, the quality bar, and how strong a pick is."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.interleaving import PERSONAL, POPULAR, compare, team_draft
from recommender.ranking import (
    BARS,
    NOVEL,
    bar,
    explore,
    interleave,
    ordered,
    recommend,
    scores,
    strength,
)
from tests.recommender.made import FIRST_ID, Library, Offer, offer, offers, taste

ORDERS = st.lists(st.integers(0, 30), unique=True, max_size=12)


@given(ORDERS, ORDERS, st.integers(0, 12), st.integers())
def test_two_orders_make_one_list_without_repeats(one, other, n: int, seed: int):
    drawn = team_draft(one, other, n, random.Random(seed))

    rows = [row for row, _ in drawn]
    assert len(rows) == len(set(rows)) == min(n, len({*one, *other}))
    assert all(row in (one if team == PERSONAL else other) for row, team in drawn)


@given(st.permutations(range(12)), st.permutations(range(12)), st.integers(0, 12), st.integers())
def test_teams_take_turns(one, other, n: int, seed: int):
    teams = [team for _, team in team_draft(one, other, n, random.Random(seed))]

    assert abs(teams.count(PERSONAL) - teams.count(POPULAR)) <= 1


def test_either_order_may_begin():
    begins = {team_draft([1], [2], 1, random.Random(seed))[0][1] for seed in range(20)}

    assert begins == {PERSONAL, POPULAR}


def test_a_comparison_counts_credited_likes_and_gives_its_interval():
    told = compare([PERSONAL] * 25 + [POPULAR] * 11 + [""] * 9)

    assert told is not None
    assert (told.personal, told.popular) == (25, 11)
    assert (round(told.low, 2), round(told.high, 2)) == (0.53, 0.82)


def test_before_thirty_credited_likes_it_is_too_early_to_say():
    assert compare([PERSONAL] * 29) is None
    assert compare([PERSONAL] * 30) is not None


def test_interleaving_keeps_followed_papers_and_names_the_teams(library: Library):
    candidates = offer(library.vectors, np.linspace(0, 1, len(library.papers)))
    scored = scores(candidates, taste([(0, 1, 0)]))
    followed = np.arange(len(candidates)) == 30
    chosen = recommend(candidates, scored, 5, followed=followed)

    mixed = interleave(candidates, scored, chosen, random.Random(0))

    assert (mixed[0].row, mixed[0].team) == (30, "")
    assert sorted(p.team for p in mixed[1:]) == [PERSONAL, PERSONAL, POPULAR, POPULAR]
    assert {p.row for p in mixed if p.team == POPULAR} == {59, 58}
    assert len({p.row for p in mixed}) == 5


@given(offers(), st.integers())
def test_interleaving_shows_only_what_is_allowed(drawn: Offer, seed: int):
    chosen = recommend(drawn.candidates, drawn.scored, drawn.n, allowed=drawn.allowed)

    mixed = interleave(
        drawn.candidates, drawn.scored, chosen, random.Random(seed), allowed=drawn.allowed
    )

    assert len(mixed) == len(chosen)
    assert all(drawn.allowed[pick.row] for pick in mixed)


def test_exploring_replaces_the_last_pick_by_a_good_paper_unlike_the_rated(library: Library):
    ada = taste([(row, 1, 0) for row in library.rows("image")[:4]])
    candidates = offer(library.vectors)
    scored = scores(candidates, ada)
    allowed = np.arange(len(candidates)) >= 4
    chosen = recommend(candidates, scored, 5, allowed=allowed)

    explored = [
        explore(candidates, scored, chosen, ada.vectors, random.Random(seed), allowed=allowed)
        for seed in range(30)
    ]

    assert all(picks[:-1] == chosen[:-1] for picks in explored)
    assert {picks[-1].policy for picks in explored} == {"explore"}
    last = {picks[-1].row for picks in explored}
    good = ordered(candidates, scored, allowed)[: allowed.sum() // 2].tolist()
    assert last <= set(good) - {pick.row for pick in chosen}
    assert 1 < len(last) <= NOVEL
    assert not last & set(library.rows("image"))


def test_nothing_is_explored_for_cy_nor_in_place_of_a_followed_author(library: Library):
    candidates = offer(library.vectors)
    scored = np.ones(len(candidates), np.float32)
    every = np.ones(len(candidates), bool)
    rng = random.Random(0)

    followed = recommend(candidates, scored, 2, followed=every)
    plain = recommend(candidates, scored, 2)

    assert explore(candidates, scored, followed, library.vectors, rng) == followed
    assert explore(candidates, scored, plain, library.vectors.take([]), rng) == plain
    assert explore(candidates, scored, [], library.vectors, rng) == []


def test_the_bar_is_off_until_ten_likes_and_then_a_quantile():
    month = np.arange(100, dtype=np.float32)

    assert bar(month, 9, "normal") == -np.inf
    assert bar(month[:0], 50, "strict") == -np.inf
    assert bar(month, 50, "off") == -np.inf
    assert bar(month, 10, "normal") == pytest.approx(np.quantile(month, BARS["normal"]))
    assert bar(month, 10, "strict") == pytest.approx(np.quantile(month, 0.9))


def test_below_the_bar_only_followed_authors_are_shown(library: Library):
    candidates = offer(library.vectors.take([0, 1, 2]))
    scored = np.array([1, 2, 3], np.float32)
    followed = np.array([True, False, False])

    chosen = recommend(candidates, scored, 3, followed=followed, bar=2.0)

    assert [(p.paper_id, p.policy) for p in chosen] == [
        (FIRST_ID, "follow"),
        (FIRST_ID + 2, "score"),
    ]


def test_a_pick_is_called_strong_fair_or_a_stretch_by_the_readers_own_month():
    month = np.arange(100, dtype=np.float32)

    assert [strength(score, month) for score in (99, 85, 40)] == ["strong", "fair", "stretch"]
    assert strength(1.0, month[:0]) == "stretch"
