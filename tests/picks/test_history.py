"""A reader's past is told from what was shown and tapped, and never from what was not."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.picks import history
from bot.picks.history import Week
from bot.storage.impressions import Impression
from recommender.proof import MIN_RATINGS

MONDAY = date(2026, 11, 23)
TEAMS = st.sampled_from(["", "personal", "popular"])


def shown(
    digest: int, *values: int, day: date = MONDAY, tapped: bool = True
) -> list[Impression]:
    """Return the picks of an ordinary digest, with a value for each: 1, −1, 0."""
    return [
        Impression(digest, day, "score", "", value, tapped) for value in values
    ]


def proving(
    digest: int, *values: int, label: str = "proof"
) -> list[Impression]:
    """Return the picks of a digest whose last one is the most upvoted paper."""
    tapped = any(values)
    *own, last = values
    picks = [
        Impression(digest, MONDAY, "score", "personal", value, tapped)
        for value in own
    ]
    return [*picks, Impression(digest, MONDAY, label, "popular", last, tapped)]


def test_a_digest_that_nobody_touched_says_nothing_of_its_papers():
    answered = shown(1, 1, 0, -1)
    silent = shown(2, 0, 0, tapped=False)

    told = history.tell(answered + silent, [], MONDAY)

    assert (told.picks, told.liked) == (5, 1)
    assert told.weeks == (Week(MONDAY, picks=3, liked=1, likes=0, dislikes=0),)


def test_weeks_begin_on_monday_and_none_is_left_out_between_two():
    ratings = [
        (MONDAY - timedelta(15), 1),
        (MONDAY - timedelta(14), -1),
        (MONDAY, 1),
    ]

    told = history.tell([], ratings, MONDAY + timedelta(6))

    assert [
        (week.monday, week.likes, week.dislikes) for week in told.weeks
    ] == [
        (MONDAY - timedelta(21), 1, 0),
        (MONDAY - timedelta(14), 0, 1),
        (MONDAY - timedelta(7), 0, 0),
        (MONDAY, 1, 0),
    ]


def test_at_most_twelve_weeks_are_told_and_thirty_days_are_lately():
    old = shown(1, 1, 1, day=MONDAY - timedelta(200))
    lately = shown(2, 1, 0, day=MONDAY - timedelta(29))

    told = history.tell(old + lately, [], MONDAY)

    assert (told.picks, told.liked) == (2, 1)
    assert len(told.weeks) == history.MOST_WEEKS


def test_the_proof_waits_for_thirty_ratings_on_days_with_both():
    few = [pick for n in range(14) for pick in proving(n, 1, 0, -1)]
    enough = [*few, *proving(99, 1, 1, -1)]

    early, late = (
        history.tell(few, [], MONDAY),
        history.tell(enough, [], MONDAY),
    )

    assert (early.ratings, early.proof) == (28, None)
    assert late.ratings == MIN_RATINGS + 1
    assert late.proof is not None
    assert (late.proof.personal.liked, late.proof.personal.papers) == (16, 30)
    assert (late.proof.popular.liked, late.proof.popular.papers) == (0, 15)
    assert late.proof.personal.low < 16 / 30 < late.proof.personal.high
    assert (
        late.proof.popular.low
        == 0
        < late.proof.popular.high
        < late.proof.personal.low
    )


def test_days_without_a_labelled_paper_and_digests_let_be_prove_nothing():
    ordinary = [pick for n in range(40) for pick in shown(n, 1, -1)]
    earlier = [
        pick
        for n in range(40, 80)
        for pick in proving(n, 1, -1, label="popular")
    ]
    silent = [pick for n in range(80, 120) for pick in proving(n, 0, 0)]

    told = history.tell([*ordinary, *earlier, *silent], [], MONDAY)

    assert (told.ratings, told.proof) == (0, None)


def test_followed_papers_are_on_no_side_of_the_proof():
    days = [pick for n in range(20) for pick in proving(n, 1, -1)]
    follows = [
        Impression(n, MONDAY, "follow", "", 1, tapped=True) for n in range(20)
    ]

    told = history.tell([*follows, *days], [], MONDAY)

    assert told.ratings == 40
    assert told.proof is not None
    assert told.proof.personal.papers == 20


@given(
    st.lists(
        st.builds(
            Impression,
            st.integers(1, 5),
            st.dates(MONDAY - timedelta(100), MONDAY),
            st.sampled_from(["score", "proof", "follow"]),
            TEAMS,
            st.sampled_from([0, -1]),
            tapped=st.booleans(),
        )
    )
)
def test_what_nobody_liked_is_nobodys_credit(impressions: list[Impression]):
    told = history.tell(impressions, [], MONDAY)

    assert told.liked == 0
    assert (
        told.proof is None
        or told.proof.personal.liked == told.proof.popular.liked == 0
    )
    assert sum(week.liked for week in told.weeks) == 0
    assert sum(week.picks for week in told.weeks) <= len(impressions)
