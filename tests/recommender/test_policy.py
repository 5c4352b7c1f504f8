"""The rules of the picks as laws: what holds for whatever papers and whatever readers."""

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender import interests, policy, ranking
from recommender.policy import (
    MAX_FOLLOWED,
    MIN_PICKS_TO_PROVE,
    MIN_POPULARITY_TO_PROVE,
)
from recommender.profile import Profile
from recommender.ranking import MIN_SIMILARITY, InterestSlots
from tests.recommender.factories import (
    candidates_of,
    library,
    offer_of,
    profile_of,
    profile_of_topics,
    topic_matches,
)
from tests.recommender.offers import EXPLORES, PROVES, Case, cases, rows_of

KINDS = ("diffusion model", "speech recognition", "robot arm")


def groups_of(profile: Profile) -> list[interests.Interest]:
    """Return the interests that get slots: typed topics, then those in the likes."""
    topics = interests.topic_interests(profile)
    return topics + interests.split(profile)


@given(cases())
def test_what_was_shown_rated_or_muted_never_comes(case: Case):
    assert all(case.offer.allowed[pick.row] for pick in case.recommendations)


@given(cases())
def test_no_paper_comes_twice(case: Case):
    ids = [pick.paper_id for pick in case.recommendations]

    assert len(ids) == len(set(ids))


@given(cases())
def test_there_are_never_more_than_n(case: Case):
    assert len(case.recommendations) <= case.n


@given(cases())
def test_a_pick_names_its_paper_and_its_score(case: Case):
    for pick in case.recommendations:
        assert pick.paper_id == case.offer.candidates.ids[pick.row]
        assert pick.score == case.scores[pick.row]


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_never_shows(
    case: Case, rng: random.Random
):
    shuffled = case.shuffled(rng)

    assert [
        (pick.paper_id, pick.policy, pick.interest)
        for pick in shuffled.recommendations
    ] == [
        (pick.paper_id, pick.policy, pick.interest)
        for pick in case.recommendations
    ]


@given(cases())
def test_without_a_bar_there_are_n_picks_or_all_there_are(case: Case):
    if case.bar != "off":
        return
    is_older = case.offer.allowed & ~case.is_new
    n_older_waiting = 0
    if not (case.by_followed & case.is_new).any():
        n_older_followed = (case.by_followed & is_older).sum()
        n_older_waiting = max(n_older_followed - MAX_FOLLOWED, 0)

    n_new = int((case.offer.allowed & case.is_new).sum()) - case.n_waiting
    n_older = int(is_older.sum()) - n_older_waiting

    assert len(case.recommendations) == min(case.n, n_new + n_older)
    assert case.picks.held_back == 0


@given(cases())
def test_followed_authors_come_first_and_are_the_best_three(case: Case):
    picks = case.recommendations
    new = [pick for pick in picks if case.is_new[pick.row]]
    follows = rows_of(new, "follow").tolist()

    best = case.ranking(case.by_followed & case.is_new)

    assert [pick.row for pick in picks[: len(follows)]] == follows
    assert follows == best[: min(case.n, MAX_FOLLOWED)]
    assert len(rows_of(picks, "follow")) <= MAX_FOLLOWED


@given(cases())
def test_what_waits_of_a_followed_author_takes_no_other_place(case: Case):
    others = [
        pick
        for pick in case.recommendations
        if pick.policy != "follow" and case.is_new[pick.row]
    ]

    assert not any(case.by_followed[pick.row] for pick in others)


@given(cases())
def test_after_the_followed_ones_new_papers_come_by_their_scores_and_older_ones_after_them(
    case: Case,
):
    if not case.profile.evidence:
        return
    others = [pick for pick in case.ordinary if pick.policy != "follow"]
    new = [pick for pick in others if case.is_new[pick.row]]
    older = others[len(new) :]

    assert not any(case.is_new[pick.row] for pick in older)
    for part in (new, older):
        assert part == sorted(
            part, key=lambda pick: (-pick.score, pick.paper_id)
        )


@given(cases())
def test_older_papers_fill_up_only_where_fewer_than_n_new_ones_remain(
    case: Case,
):
    n_new = int((case.offer.allowed & case.is_new).sum())

    if n_new - case.n_waiting >= case.n:
        assert all(case.is_new[pick.row] for pick in case.recommendations)


@given(cases())
def test_the_bar_cuts_all_but_followed_authors_and_the_proof(case: Case):
    if not case.profile.evidence:
        return
    others = [
        pick.row
        for pick in case.recommendations
        if pick.policy not in {"follow", "proof"}
    ]

    assert case.passes[others].all()


@given(cases())
def test_a_place_is_held_back_only_where_nothing_more_is_above_the_bar(
    case: Case,
):
    remaining = case.offer.allowed & case.passes & case.is_new
    remaining &= ~case.by_followed
    remaining[[pick.row for pick in case.ordinary]] = False

    if len(case.ordinary) < case.n:
        assert not remaining.any()
    assert len(case.recommendations) + case.picks.held_back <= case.n


@given(cases())
def test_of_a_reader_who_told_nothing_no_bar_is_asked(case: Case):
    if case.profile.evidence:
        return
    policies = {pick.policy for pick in case.recommendations}

    assert policies <= {"follow", "fallback"}
    assert case.picks.held_back <= case.n_waiting


@given(cases())
def test_a_slot_goes_to_a_paper_near_its_topic_and_to_no_topic_twice_a_day(
    case: Case,
):
    picks = [
        pick
        for pick in case.ordinary
        if pick.policy == "interest" and case.is_new[pick.row]
    ]

    assert len({pick.interest for pick in picks}) == len(picks)
    if picks:
        slots = interests.slots(
            case.profile,
            groups_of(case.profile),
            case.offer.candidates.vectors,
            case.offer.phrase_matches,
        )
        assert slots is not None
        for pick in picks:
            assert slots.similarity[pick.row, pick.interest] >= MIN_SIMILARITY


@given(cases())
def test_who_got_least_lately_comes_before_who_got_more(case: Case):
    """A topic without a slot has no fitting paper, or comes after all that have one."""
    new = case.offer.new_papers
    slots = interests.slots(
        case.profile,
        groups_of(case.profile),
        new.candidates.vectors,
        new.phrase_matches,
    )
    if slots is None:
        return
    picks = [pick for pick in case.ordinary if case.is_new[pick.row]]
    by_interest = [pick for pick in picks if pick.policy == "interest"]
    shown_slots = InterestSlots(
        slots.similarity[new.impressions],
        slots.contributions[new.impressions],
    )
    order = ranking.slot_order(shown_slots)
    row_of_turn = {
        order.index(int(pick.interest or 0)): pick.row for pick in by_interest
    }
    n_places = len(by_interest) + len(rows_of(picks, "follow"))
    free = case.passes & case.offer.allowed & ~case.by_followed

    for turn, interest in enumerate(order):
        if turn in row_of_turn or n_places < case.n:
            continue
        is_near = slots.similarity[:, interest] >= MIN_SIMILARITY
        fitting = np.flatnonzero(free[: len(new.candidates)] & is_near)
        earlier = [row for t, row in row_of_turn.items() if t < turn]
        comes_last = max(row_of_turn, default=-1) < turn
        assert comes_last or set(fitting) <= set(earlier)


@given(st.integers(1, 2), st.permutations(KINDS))
def test_every_topic_gets_its_turn_however_few_picks_there_are(
    n: int, topics: list[str]
):
    profile = profile_of_topics(*topics)
    candidates = candidates_of(library().vectors)
    impressions = np.zeros(len(candidates), bool)
    received = np.zeros(len(topics), int)

    for _ in range(6 // n):
        offer = offer_of(
            candidates,
            allowed=~impressions,
            impressions=impressions,
            phrase_matches=topic_matches(*topics),
        )
        for pick in policy.choose(profile, offer, n).recommendations:
            impressions[pick.row] = True
            if pick.interest is not None:
                received[pick.interest] += 1

        assert np.ptp(received) <= 1

    assert received.tolist() == [2, 2, 2]


def test_interests_in_the_likes_take_turns_with_the_typed_topics():
    speech, graph, robot = (
        library().rows(kind) for kind in ("speech", "graph", "robot")
    )
    likes = [*speech[:5], *graph[:5]]
    profile = profile_of([(row, 1, 0) for row in likes], "robot arm")
    offer = offer_of(
        candidates_of(library().vectors),
        allowed=~np.isin(np.arange(len(library().papers)), likes),
        phrase_matches=topic_matches("robot arm"),
    )

    picks = policy.choose(profile, offer, 3).recommendations

    rows = {pick.row for pick in picks}
    assert {pick.interest for pick in picks} == {0, 1, 2}
    assert len(rows) == 3
    assert all(rows & set(kind) for kind in (speech, graph, robot))


@given(cases())
def test_a_special_day_replaces_the_last_pick_and_never_a_followed_author(
    case: Case,
):
    picks, ordinary = case.recommendations, case.ordinary
    if picks == ordinary:
        return
    last = picks[-1]
    # A proof that the taste has chosen, too, moves from its place to the last one.
    others = [pick for pick in ordinary if pick.row != last.row]

    assert ordinary[-1].policy != "follow"
    assert last.policy == ("explore" if case.special == EXPLORES else "proof")
    assert picks[:-1] == others[: len(ordinary) - 1]


@given(cases())
def test_only_a_special_day_explores_or_proves(case: Case):
    policies = {pick.policy for pick in case.recommendations}
    explores = case.day is not None and case.day.explores
    proves = case.day is not None and case.day.proves

    assert "explore" not in policies or explores
    assert "proof" not in policies or proves


@given(cases(special=EXPLORES))
def test_exploring_shows_one_of_the_most_novel_of_the_better_half_above_the_bar(
    case: Case,
):
    explored = rows_of(case.recommendations, "explore")
    if not len(explored):
        return
    ordinary_rows = {pick.row for pick in case.ordinary}
    free = case.offer.allowed & case.is_new & ~case.by_followed
    free_rows = [row for row in case.ranking(free) if row not in ordinary_rows]
    better_half = free_rows[: max(len(free_rows) // 2, 1)]
    passing = [row for row in better_half if case.passes[row]]

    novel = ranking.most_novel(
        case.offer.candidates, np.array(passing, np.intp), case.profile.vectors
    )

    assert explored[0] in novel


@given(cases(special=PROVES))
def test_the_proof_is_the_most_upvoted_of_the_newest_day_whatever_the_bar(
    case: Case,
):
    proof = rows_of(case.recommendations, "proof")
    if not len(proof):
        return
    popularity = case.offer.candidates.popularity
    ids = case.offer.candidates.ids
    free = case.offer.allowed & ~case.by_followed
    rivals = np.flatnonzero(free[: case.offer.newest])

    most_upvoted = min(rivals, key=lambda row: (-popularity[row], ids[row]))

    assert proof[0] == most_upvoted
    assert popularity[proof[0]] > MIN_POPULARITY_TO_PROVE
    assert len(case.recommendations) >= MIN_PICKS_TO_PROVE


@given(cases(special=PROVES))
def test_a_day_that_proves_has_its_proof_wherever_the_votes_make_an_order(
    case: Case,
):
    if not case.profile.evidence:
        return
    ordinary = case.ordinary
    newest = slice(case.offer.newest)
    free = case.offer.allowed & ~case.by_followed
    votes = case.offer.candidates.popularity[newest][free[newest]]
    has_order = votes.max(initial=0) > MIN_POPULARITY_TO_PROVE
    is_due = len(ordinary) >= MIN_PICKS_TO_PROVE
    is_due = is_due and ordinary[-1].policy != "follow"

    n_proofs = len(rows_of(case.recommendations, "proof"))

    assert n_proofs == (is_due and has_order)


@given(cases())
def test_the_same_day_brings_the_same_picks_again(case: Case):
    assert case.recommendations == case.recommendations
