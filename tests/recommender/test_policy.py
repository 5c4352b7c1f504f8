"""The laws of the picks: what holds whatever papers there are and whatever was said of them."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import interests, policy, ranking
from recommender.policy import (
    FEWEST_TO_PROVE,
    MOST_FOLLOWED,
    RATINGS_TO_EXPLORE,
    UPVOTED,
    Day,
)
from recommender.ranking import NEAR
from tests.recommender.factories import (
    library,
    offer,
    on_offer,
    saying,
    taste,
    wanting,
)
from tests.recommender.offers import EXPLORES, PROVES, Case, cases, rows_of

# As it is in the product; for most tests it is 0, so that no date makes a day special.
ONE_IN_FIVE = policy.ONE_IN_FIVE
KINDS = ("diffusion model", "speech recognition", "robot arm")


@given(cases())
def test_what_was_shown_rated_or_muted_never_comes(case: Case):
    assert all(case.offer.allowed[pick.row] for pick in case.chosen)


@given(cases())
def test_no_paper_comes_twice(case: Case):
    shown = [pick.paper_id for pick in case.chosen]

    assert len(shown) == len(set(shown))


@given(cases())
def test_there_are_never_more_than_n(case: Case):
    assert len(case.chosen) <= case.n


@given(cases())
def test_a_pick_names_its_paper_and_its_score(case: Case):
    for pick in case.chosen:
        assert pick.paper_id == case.offer.candidates.ids[pick.row]
        assert pick.score == case.scores[pick.row]


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_never_shows(
    case: Case, rng: random.Random
):
    moved = case.moved(rng)

    assert [(p.paper_id, p.policy, p.interest) for p in moved.chosen] == [
        (p.paper_id, p.policy, p.interest) for p in case.chosen
    ]


@given(cases())
def test_without_a_bar_there_are_n_picks_or_all_there_are(case: Case):
    if case.bar != "off":
        return
    old = case.offer.allowed & ~case.is_new
    waits = (
        0
        if (case.by_followed & case.is_new).any()
        else (case.by_followed & old).sum() - 3
    )
    new = case.offer.allowed & case.is_new

    there = int(new.sum()) - case.waiting + int(old.sum()) - max(waits, 0)

    assert len(case.chosen) == min(case.n, there)
    assert case.picks.held_back == 0


@given(cases())
def test_followed_authors_come_first_and_are_the_best_three(case: Case):
    new = [pick for pick in case.chosen if case.is_new[pick.row]]
    follows = rows_of(new, "follow").tolist()

    best = case.best(case.by_followed & case.is_new)

    assert [pick.row for pick in case.chosen[: len(follows)]] == follows
    assert follows == best[: min(case.n, MOST_FOLLOWED)]
    assert len(rows_of(case.chosen, "follow")) <= MOST_FOLLOWED


@given(cases())
def test_what_waits_of_a_followed_author_takes_no_other_place(case: Case):
    others = [
        pick
        for pick in case.chosen
        if pick.policy != "follow" and case.is_new[pick.row]
    ]

    assert not any(case.by_followed[pick.row] for pick in others)


@given(cases())
def test_after_the_followed_ones_new_papers_come_by_their_scores_and_older_ones_after_them(
    case: Case,
):
    if not case.profile.evidence:
        return
    rest = [pick for pick in case.plain if pick.policy != "follow"]
    new = [pick for pick in rest if case.is_new[pick.row]]
    older = rest[len(new) :]

    assert not any(case.is_new[pick.row] for pick in older)
    for part in (new, older):
        assert part == sorted(
            part, key=lambda pick: (-pick.score, pick.paper_id)
        )


@given(cases())
def test_older_papers_fill_up_only_where_fewer_than_n_new_ones_remain(
    case: Case,
):
    remaining = int((case.offer.allowed & case.is_new).sum()) - case.waiting

    if remaining >= case.n:
        assert all(case.is_new[pick.row] for pick in case.chosen)


@given(cases())
def test_the_bar_cuts_all_but_followed_authors_and_the_proof(case: Case):
    if not case.profile.evidence:
        return
    others = [
        pick.row
        for pick in case.chosen
        if pick.policy not in {"follow", "proof"}
    ]

    assert case.passes[others].all()


@given(cases())
def test_a_place_is_held_back_only_where_nothing_left_is_above_the_bar(
    case: Case,
):
    left = case.offer.allowed & case.passes & case.is_new & ~case.by_followed
    left[[pick.row for pick in case.plain]] = False

    if len(case.plain) < case.n:
        assert not left.any()
    assert len(case.picks.chosen) + case.picks.held_back <= case.n


@given(cases())
def test_of_a_reader_who_said_nothing_no_bar_is_asked(case: Case):
    if case.profile.evidence:
        return

    assert {pick.policy for pick in case.chosen} <= {"follow", "fallback"}
    assert case.picks.held_back <= case.waiting


@given(cases())
def test_a_place_goes_to_a_paper_near_its_topic_and_to_no_topic_twice_a_day(
    case: Case,
):
    placed = [
        p for p in case.plain if p.policy == "interest" and case.is_new[p.row]
    ]
    groups = interests.topics(case.profile.evidence)
    groups += interests.split(case.profile.evidence, case.profile.vectors)

    assert len({pick.interest for pick in placed}) == len(placed)
    if placed:
        places = interests.places(
            case.profile, groups, case.offer.candidates.vectors, case.offer.says
        )
        assert places is not None
        assert all(
            places.near[pick.row, pick.interest] >= NEAR for pick in placed
        )


@given(cases())
def test_who_got_least_lately_comes_before_who_got_more(case: Case):
    """A topic without a place has no fitting paper, or comes after all that have one."""
    groups = interests.topics(case.profile.evidence)
    groups += interests.split(case.profile.evidence, case.profile.vectors)
    new = case.offer.fresh
    places = interests.places(
        case.profile, groups, new.candidates.vectors, new.says
    )
    if places is None:
        return
    chosen = [pick for pick in case.plain if case.is_new[pick.row]]
    placed = [pick for pick in chosen if pick.policy == "interest"]
    turns = ranking.turns(places, new.shown)
    takers = [turns.index(int(pick.interest or 0)) for pick in placed]
    free = case.passes & case.offer.allowed & ~case.by_followed
    for turn, interest in enumerate(turns):
        if (
            turn in takers
            or len(placed) + len(rows_of(chosen, "follow")) < case.n
        ):
            continue
        fits = free[: len(new.candidates)] & (places.near[:, interest] >= NEAR)
        earlier = [
            p.row for p in placed if turns.index(int(p.interest or 0)) < turn
        ]
        assert max(takers, default=-1) < turn or set(
            np.flatnonzero(fits)
        ) <= set(earlier)


@given(st.integers(1, 2), st.permutations(KINDS))
def test_every_topic_gets_its_turn_however_few_picks_there_are(
    n: int, topics: list[str]
):
    profile, candidates = wanting(*topics), offer(library().vectors)
    shown = np.zeros(len(candidates), bool)
    received = np.zeros(len(topics), int)
    for _ in range(6 // n):
        today = on_offer(
            candidates, allowed=~shown, shown=shown, says=saying(*topics)
        )
        picks = policy.choose(profile, today, n).chosen
        received[
            [pick.interest for pick in picks if pick.interest is not None]
        ] += 1
        shown[[pick.row for pick in picks]] = True

        assert np.ptp(received) <= 1

    assert received.tolist() == [2, 2, 2]


def test_interests_found_in_the_likes_take_turns_with_the_typed_topics():
    likes = [
        row for kind in ("speech", "graph") for row in library().rows(kind)[:5]
    ]
    profile = taste([(row, 1, 0) for row in likes], "robot arm")
    allowed = np.ones(len(library().papers), bool)
    allowed[likes] = False
    today = on_offer(
        offer(library().vectors), allowed=allowed, says=saying("robot arm")
    )

    picks = policy.choose(profile, today, 3).chosen

    kinds = {next(k for k in ("speech", "graph", "robot") if p.row in library().rows(k))
             for p in picks}  # fmt: skip
    assert sorted(p.interest for p in picks if p.interest is not None) == [
        0,
        1,
        2,
    ]
    assert kinds == {"speech", "graph", "robot"}


@given(cases())
def test_a_special_day_replaces_the_last_pick_and_never_a_followed_author(
    case: Case,
):
    chosen, plain = case.chosen, case.plain
    if chosen == plain:
        return
    last = chosen[-1]

    assert plain[-1].policy != "follow"
    assert last.policy == ("explore" if case.special == EXPLORES else "proof")
    # A proof that the taste has chosen, too, moves from its place to the last one.
    assert (
        chosen[:-1]
        == [pick for pick in plain if pick.row != last.row][: len(plain) - 1]
    )


@given(cases())
def test_only_a_special_day_explores_or_proves(case: Case):
    policies = {pick.policy for pick in case.chosen}

    assert "explore" not in policies or (
        case.day is not None and case.day.explores
    )
    assert "proof" not in policies or (case.day is not None and case.day.proves)


@given(cases(special=EXPLORES))
def test_exploring_shows_one_of_the_most_novel_of_the_better_half_above_the_bar(
    case: Case,
):
    explored = rows_of(case.chosen, "explore")
    if not len(explored):
        return
    others = {pick.row for pick in case.plain}
    free = case.offer.allowed & case.is_new & ~case.by_followed
    order = [row for row in case.best(free) if row not in others]
    good = [row for row in order[: max(len(order) // 2, 1)] if case.passes[row]]

    assert explored[0] in ranking.novel(
        case.offer.candidates, np.array(good, np.intp), case.profile.vectors
    )


@given(cases(special=PROVES))
def test_the_proof_is_the_most_upvoted_of_the_newest_day_whatever_the_bar(
    case: Case,
):
    proof = rows_of(case.chosen, "proof")
    if not len(proof):
        return
    free = case.offer.allowed & ~case.by_followed
    rivals = np.flatnonzero(free[: case.offer.newest])
    popularity, ids = (
        case.offer.candidates.popularity,
        case.offer.candidates.ids,
    )

    assert proof[0] == min(rivals, key=lambda row: (-popularity[row], ids[row]))
    assert popularity[proof[0]] > UPVOTED
    assert len(case.chosen) >= FEWEST_TO_PROVE


@given(cases(special=PROVES))
def test_a_day_that_proves_has_its_proof_wherever_the_votes_make_an_order(
    case: Case,
):
    if not case.profile.evidence:
        return
    plain = case.plain
    free = case.offer.allowed & ~case.by_followed
    votes = case.offer.candidates.popularity[: case.offer.newest][
        free[: case.offer.newest]
    ]
    is_due = len(plain) >= FEWEST_TO_PROVE and plain[-1].policy != "follow"

    assert len(rows_of(case.chosen, "proof")) == (
        is_due and votes.max(initial=0) > UPVOTED
    )


def days(
    share: float, *, explores: bool = True, ratings: int = 20
) -> list[Day]:
    """Draw a thousand days of one reader."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(policy, "ONE_IN_FIVE", share)
        return [
            policy.day(f"1 {n}", explores=explores, ratings=ratings)
            for n in range(1_000)
        ]


def test_one_day_in_five_explores_and_another_one_proves():
    drawn = days(ONE_IN_FIVE)

    explores, proves = (
        sum(day.explores for day in drawn),
        sum(day.proves for day in drawn),
    )

    assert ONE_IN_FIVE == 0.2
    assert 150 < explores < 250
    assert 150 < proves < 250
    assert not any(day.explores and day.proves for day in drawn)


def test_nothing_is_explored_before_ten_ratings_and_no_other_day_proves_instead():
    early, later = (
        days(ONE_IN_FIVE, ratings=r) for r in (RATINGS_TO_EXPLORE - 1, 10)
    )

    assert RATINGS_TO_EXPLORE == 10
    assert not any(day.explores for day in early)
    assert any(day.explores for day in later)
    assert [day.proves for day in early] == [day.proves for day in later]


def test_who_does_not_explore_has_neither():
    assert not any(
        day.explores or day.proves for day in days(ONE_IN_FIVE, explores=False)
    )


def test_a_day_is_drawn_by_reader_and_date_alone():
    one, again, other = (policy.day(seed, explores=True, ratings=20).rng.random()
                         for seed in ("1 a", "1 a", "2 a"))  # fmt: skip

    assert one == again != other


@given(cases())
def test_the_same_day_brings_the_same_picks_again(case: Case):
    assert case.chosen == case.chosen
