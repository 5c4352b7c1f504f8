"""A reader's past is summed up from the papers they saw and tapped, and from nothing else."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.picks import history
from bot.picks.history import Week
from bot.storage.impressions import Impression
from recommender.proof import MIN_RATINGS

MONDAY = date(2026, 11, 23)

# Papers on any side of a proof, none of which is liked.
UNLIKED = st.builds(
    Impression,
    digest_id=st.integers(1, 5),
    day=st.dates(MONDAY - timedelta(100), MONDAY),
    policy=st.sampled_from(["score", "proof", "follow"]),
    team=st.sampled_from(["", "personal", "popular"]),
    value=st.sampled_from([0, -1]),
    tapped=st.booleans(),
)


def ordinary_digest(
    digest_id: int, *values: int, day: date = MONDAY, tapped: bool = True
) -> list[Impression]:
    """Return the picks of a digest without a proof, one for each rating: 1, −1, 0."""
    return [
        Impression(
            digest_id=digest_id,
            day=day,
            policy="score",
            team="",
            value=value,
            tapped=tapped,
        )
        for value in values
    ]


def digest_with_proof(
    digest_id: int, *values: int, policy: str = "proof"
) -> list[Impression]:
    """Return the picks of a digest whose last one is the most upvoted paper."""
    sides = ["personal"] * (len(values) - 1) + ["popular"]
    return [
        Impression(
            digest_id=digest_id,
            day=MONDAY,
            policy=policy if side == "popular" else "score",
            team=side,
            value=value,
            tapped=any(values),
        )
        for side, value in zip(sides, values, strict=True)
    ]


def test_a_digest_that_nobody_tapped_says_nothing_about_its_papers():
    answered = ordinary_digest(1, 1, 0, -1)
    silent = ordinary_digest(2, 0, 0, tapped=False)

    past = history.summarise(answered + silent, [], MONDAY)

    assert (past.picks, past.liked) == (5, 1)
    assert past.weeks == (Week(MONDAY, picks=3, liked=1, likes=0, dislikes=0),)


def test_weeks_begin_on_monday_and_none_is_left_out_between_two():
    ratings = [
        (MONDAY - timedelta(15), 1),
        (MONDAY - timedelta(14), -1),
        (MONDAY, 1),
    ]

    past = history.summarise([], ratings, MONDAY + timedelta(6))

    counts = [(week.monday, week.likes, week.dislikes) for week in past.weeks]
    assert counts == [
        (MONDAY - timedelta(21), 1, 0),
        (MONDAY - timedelta(14), 0, 1),
        (MONDAY - timedelta(7), 0, 0),
        (MONDAY, 1, 0),
    ]


def test_a_history_has_at_most_twelve_weeks_and_lately_means_thirty_days():
    old = ordinary_digest(1, 1, 1, day=MONDAY - timedelta(200))
    lately = ordinary_digest(2, 1, 0, day=MONDAY - timedelta(29))

    past = history.summarise(old + lately, [], MONDAY)

    assert (past.picks, past.liked) == (2, 1)
    assert len(past.weeks) == history.MAX_WEEKS


def test_the_proof_waits_for_thirty_ratings_on_days_with_both_sides():
    few = [pick for n in range(14) for pick in digest_with_proof(n, 1, 0, -1)]
    enough = [*few, *digest_with_proof(99, 1, 1, -1)]

    early = history.summarise(few, [], MONDAY)
    late = history.summarise(enough, [], MONDAY)

    assert (early.ratings, early.proof) == (28, None)
    assert late.ratings == MIN_RATINGS + 1
    assert late.proof is not None
    personal, popular = late.proof.personal, late.proof.popular
    assert (personal.liked, personal.papers) == (16, 30)
    assert (popular.liked, popular.papers) == (0, 15)
    assert personal.low < 16 / 30 < personal.high
    assert popular.low == 0 < popular.high < personal.low


def test_days_without_a_labelled_paper_and_untapped_digests_prove_nothing():
    ordinary = [pick for n in range(40) for pick in ordinary_digest(n, 1, -1)]
    unlabelled = [
        pick
        for n in range(40, 80)
        for pick in digest_with_proof(n, 1, -1, policy="popular")
    ]
    silent = [
        pick for n in range(80, 120) for pick in digest_with_proof(n, 0, 0)
    ]

    past = history.summarise([*ordinary, *unlabelled, *silent], [], MONDAY)

    assert (past.ratings, past.proof) == (0, None)


def test_followed_papers_are_on_no_side_of_the_proof():
    days = [pick for n in range(20) for pick in digest_with_proof(n, 1, -1)]
    follows = [
        Impression(
            digest_id=n,
            day=MONDAY,
            policy="follow",
            team="",
            value=1,
            tapped=True,
        )
        for n in range(20)
    ]

    past = history.summarise([*follows, *days], [], MONDAY)

    assert past.ratings == 40
    assert past.proof is not None
    assert past.proof.personal.papers == 20


@given(st.lists(UNLIKED))
def test_papers_that_nobody_liked_are_to_no_side_s_credit(
    impressions: list[Impression],
):
    past = history.summarise(impressions, [], MONDAY)

    assert past.liked == 0
    if past.proof is not None:
        assert past.proof.personal.liked == past.proof.popular.liked == 0
    assert sum(week.liked for week in past.weeks) == 0
    assert sum(week.picks for week in past.weeks) <= len(impressions)
