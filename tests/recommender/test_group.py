"""The rule of picks for a group as laws: what holds for whatever members and whatever papers."""

import random
from dataclasses import replace
from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender import group, policy, ranking
from recommender.arrays import Floats, Mask
from recommender.group import Utilities, Voice
from recommender.profile import Profile
from recommender.ranking import Candidates
from tests.recommender.factories import (
    EACH,
    FIRST_ID,
    RATINGS,
    Ratings,
    candidates_of,
    library,
    offer_of,
    profile_of,
    profile_of_topics,
    topic_matches,
)
from tests.recommender.group_cases import (
    NOBODY,
    GroupCase,
    digest_of,
    group_cases,
    ids_of,
    kind_of,
    the_library,
    voice_of,
    voice_without_phrases,
)


@given(group_cases())
def test_there_are_n_picks_or_all_that_are_allowed(day: GroupCase):
    n_voices = sum(bool(voice.profile.evidence) for voice in day.voices)

    assert len(day.ids) <= day.case.n
    if n_voices > 1:
        assert len(day.ids) == min(day.case.n, day.offer.allowed.sum())


@given(group_cases())
def test_what_is_not_allowed_never_comes_and_nothing_comes_twice(
    day: GroupCase,
):
    rows = [pick.recommendation.row for pick in day.picks]

    assert all(day.offer.allowed[row] for row in rows)
    assert len(set(day.ids)) == len(day.ids)
    assert [int(day.offer.candidates.ids[row]) for row in rows] == day.ids


@given(group_cases())
def test_older_papers_come_after_the_new_ones_and_only_where_these_are_too_few(
    day: GroupCase,
):
    if sum(bool(voice.profile.evidence) for voice in day.voices) < 2:
        return
    is_new = [day.case.is_new[pick.recommendation.row] for pick in day.picks]
    n_new = int((day.offer.allowed & day.case.is_new).sum())

    assert is_new == sorted(is_new, reverse=True)
    assert sum(is_new) == min(day.case.n, n_new)


@given(group_cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_members_never_shows(
    day: GroupCase, rng: random.Random
):
    order = list(range(len(day.voices)))
    rng.shuffle(order)
    shuffled = replace(day, voices=[day.voices[place] for place in order])

    assert shuffled.ids == day.ids
    for pick, other in zip(day.picks, shuffled.picks, strict=True):
        assert len(pick.voices) == len(other.voices)
        assert pick.recommendation == other.recommendation


@given(group_cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_never_shows(
    day: GroupCase, rng: random.Random
):
    case = day.case.shuffled(rng)
    first, *members = day.voices
    voices = [
        Voice(first.profile, case.offer.phrase_matches),
        *(voice_without_phrases(m.profile, case.offer) for m in members),
    ]
    shuffled = replace(day, voices=voices, case=case)

    assert shuffled.ids == day.ids
    assert [pick.voices for pick in shuffled.picks] == [
        pick.voices for pick in day.picks
    ]


@given(group_cases(), st.randoms(use_true_random=False))
def test_the_order_within_a_past_digest_never_shows(
    day: GroupCase, rng: random.Random
):
    def shuffled(digest: Candidates) -> Candidates:
        order = list(range(len(digest)))
        rng.shuffle(order)
        return Candidates(
            ids=digest.ids[order],
            vectors=digest.vectors.take(order),
            popularity=digest.popularity[order],
        )

    other = replace(day, history=list(map(shuffled, day.history)))

    assert other.ids == day.ids


@given(group_cases())
def test_who_never_voted_has_no_say(day: GroupCase):
    silent = voice_without_phrases(NOBODY, day.offer)
    joined = replace(day, voices=[*day.voices, silent, silent])

    assert joined.picks == day.picks


@given(group_cases())
def test_the_picks_for_one_voice_are_its_own(day: GroupCase):
    voice = day.voices[-1]
    silent = voice_without_phrases(NOBODY, day.offer)
    picks = group.choose([silent, voice], day.offer, day.case.n, day.history)
    own_offer = replace(day.offer, phrase_matches=voice.phrase_matches)
    own = policy.choose(voice.profile, own_offer, day.case.n)

    assert [pick.recommendation for pick in picks] == [*own.recommendations]
    voices = (1,) if voice.profile.evidence else ()
    assert all(pick.voices == voices for pick in picks)


@given(group_cases())
def test_an_order_preserving_rescaling_of_one_members_scores_changes_nothing(
    day: GroupCase,
):
    """Somebody whose scores are all far larger, as after many votes, weighs no more."""
    if sum(bool(voice.profile.evidence) for voice in day.voices) < 2:
        return
    loud = day.voices[0].profile
    scores = ranking.scores

    def louder(
        candidates: Candidates, profile: Profile, phrase_matches: Mask
    ) -> Floats:
        own = scores(candidates, profile, phrase_matches)
        # In double precision no two scores become equal.
        return own if profile is not loud else np.sinh(9 * own.astype(float))

    before = day.picks
    with patch.object(ranking, "scores", louder):
        assert day.picks == before


@given(st.integers(0, len(library().papers) - 1), RATINGS)
def test_one_more_like_never_lowers_ones_own_utility_of_that_paper(
    row: int, ratings: Ratings
):
    """The liked paper stands among the candidates, and in the last digest."""
    offer = the_library()
    others = [rating for rating in ratings if rating[0] != row]

    def utilities(votes: Ratings) -> Utilities:
        voice = voice_without_phrases(profile_of(votes), offer)
        return group.appraise([voice], offer, [digest_of(offer, row)])

    before = utilities(others)
    after = utilities([*others, (row, 1, 0)])

    assert after.papers[0, row] >= before.papers[0, row]
    assert after.received[0] >= before.received[0]


@given(group_cases())
def test_a_pick_names_at_most_two_voices_that_have_a_say(day: GroupCase):
    for pick in day.picks:
        voices = [day.voices[place] for place in pick.voices]

        assert len(voices) <= group.MAX_SERVED
        assert all(voice.profile.evidence for voice in voices)
        assert len(set(pick.voices)) == len(voices)


def test_a_group_of_which_nothing_is_known_gets_what_is_popular_and_diverse():
    offer = the_library()
    picks = group.choose([], offer, 5, [])
    alone = policy.choose(NOBODY, offer, 5)

    assert [pick.recommendation for pick in picks] == [*alone.recommendations]
    assert {pick.recommendation.policy for pick in picks} == {"fallback"}
    assert len(set(map(kind_of, picks))) > 2


def test_three_members_of_different_interests_get_a_paper_each():
    voices = [voice_of(0), voice_of(EACH), voice_of(2 * EACH)]

    picks = group.choose(voices, the_library(), 3, [])

    assert {pick.voices: kind_of(pick) for pick in picks} == {
        (0,): 0,
        (1,): 1,
        (2,): 2,
    }
    assert {pick.recommendation.policy for pick in picks} == {"group"}


def test_who_voted_ten_times_as_often_gets_no_more():
    loud = voice_of(*range(5))
    quiet = voice_of(EACH)
    offer = the_library()
    offer.allowed[[*range(5), EACH]] = False

    picks = group.choose([loud, quiet], offer, 4, [])

    assert sorted(map(kind_of, picks)) == [0, 0, 1, 1]


def test_a_minority_has_its_share_of_a_digest():
    voices = [*[voice_of(0)] * 6, voice_of(EACH)]
    offer = the_library()
    offer.allowed[[0, EACH]] = False

    picks = group.choose(voices, offer, 4, [])

    assert sorted(map(kind_of, picks))[-1] == 1
    assert kind_of(picks[0]) == 0


def test_who_went_short_comes_first_next_time():
    voices = [voice_of(0), voice_of(EACH)]
    offer = the_library()
    offer.allowed[: EACH // 2] = False
    offer.allowed[EACH : EACH + EACH // 2] = False

    def first_kind(*rows: int) -> int:
        digests = [digest_of(offer, row) for row in rows]
        return kind_of(group.choose(voices, offer, 1, digests)[0])

    assert first_kind(0, 1) == 1
    assert first_kind(EACH, EACH + 1) == 0


def test_what_long_ago_was_had_counts_less_and_after_ten_digests_nothing():
    voice = voice_of(0)
    offer = the_library()
    digest = offer.candidates.head(1)
    empty = offer.candidates.head(0)

    received = [
        group.appraise([voice], offer, [*[empty] * age, digest]).received[0]
        for age in range(12)
    ]

    assert received[:10] == sorted(set(received[:10]), reverse=True)
    assert received[9] > 0
    assert received[10:] == [0, 0]


def test_a_like_counts_in_full_and_a_dislike_not_at_all():
    """The vote says what a pick was worth, whatever the taste foretold."""
    offer = the_library()
    digest = offer.candidates.head(1)

    def received(voice: Voice) -> float:
        return float(group.appraise([voice], offer, [digest]).received[0])

    assert received(voice_of(0)) == 1
    assert received(voice_of(0, value=-1)) == 0
    assert 0 < received(voice_of(1, 2)) < 1


def test_what_only_dislikes_tell_is_worth_less_than_what_a_like_tells():
    """The order of who liked nothing yet is a guess, so that others come first."""
    offer = the_library()
    liked = voice_of(0)
    disliked = voice_of(EACH, value=-1)

    worth = group.appraise([liked, disliked], offer, [])
    pick = group.choose([disliked, liked], offer, 1, [])[0]

    assert worth.papers[1].max() <= group.GUESS < worth.papers[0].max()
    assert kind_of(pick) == 0


def test_two_copies_of_one_paper_do_not_stand_in_one_digest():
    rows = [0, 0, 0, EACH, 2 * EACH]
    vectors = library().vectors.take(rows)
    offer = offer_of(candidates_of(vectors))
    voices = [
        voice_without_phrases(profile_of([(row, 1, 0)]), offer)
        for row in (EACH - 1, EACH - 2)
    ]

    ids = ids_of(group.choose(voices, offer, 3, []))

    assert len({FIRST_ID, FIRST_ID + 1, FIRST_ID + 2} & set(ids)) == 1


def test_of_two_copies_that_of_the_smaller_id_comes():
    papers = candidates_of(library().vectors.take([0, 0, EACH]))
    offer = offer_of(replace(papers, ids=papers.ids[::-1].copy()))
    voices = [
        voice_without_phrases(profile_of([(row, 1, 0)]), offer)
        for row in (EACH - 1, EACH - 2)
    ]

    picks = group.choose(voices, offer, 1, [])

    assert ids_of(picks) == [FIRST_ID + 1]


def test_copies_still_fill_a_digest_where_nothing_else_is_left():
    vectors = library().vectors.take([0, 0, 0])
    offer = offer_of(candidates_of(vectors))
    voices = [
        voice_without_phrases(profile_of([(row, 1, 0)]), offer)
        for row in (1, 2)
    ]

    assert len(group.choose(voices, offer, 3, [])) == 3


def test_the_topics_of_a_group_are_one_more_voice_and_their_phrases_count():
    offer = the_library()
    topics = Voice(profile_of_topics("robot arm"), topic_matches("robot arm"))
    member = voice_of(EACH)

    picks = group.choose([member, topics], offer, 2, [])

    assert {pick.voices for pick in picks} == {(0,), (1,)}
    robot = next(pick for pick in picks if pick.voices == (1,))
    assert topic_matches("robot arm")[robot.recommendation.row]


def test_the_phrases_of_a_past_pick_are_known_while_it_is_on_offer():
    offer = the_library()
    matches = topic_matches("robot arm")
    topics = Voice(profile_of_topics("robot arm"), matches)
    row = int(np.flatnonzero(matches[:, 0])[0])
    digest = digest_of(offer, row)

    worth = group.appraise([topics], offer, [digest])

    assert worth.received[0] == worth.papers[0, row]
