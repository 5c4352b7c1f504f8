"""A reader's past is told from what was shown and tapped, and never from what was not."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot import history
from bot.history import Week
from bot.storage.impressions import Impression
from recommender.interleaving import FEWEST

MONDAY = date(2026, 11, 23)
TEAMS = st.sampled_from(["", "personal", "popular"])


def shown(digest: int, *liked: bool, day: date = MONDAY, team: str = "", tapped: bool = True):
    return [Impression(digest, day, team, like, tapped) for like in liked]


def test_a_digest_that_nobody_touched_says_nothing_of_its_papers():
    answered = shown(1, True, False, False)
    silent = shown(2, False, False, tapped=False)

    told = history.tell(answered + silent, [], MONDAY)

    assert (told.picks, told.liked) == (5, 1)
    assert told.weeks == (Week(MONDAY, picks=3, liked=1, likes=0, dislikes=0),)


def test_weeks_begin_on_monday_and_none_is_left_out_between_two():
    ratings = [(MONDAY - timedelta(15), 1), (MONDAY - timedelta(14), -1), (MONDAY, 1)]

    told = history.tell([], ratings, MONDAY + timedelta(6))

    assert [(week.monday, week.likes, week.dislikes) for week in told.weeks] == [
        (MONDAY - timedelta(21), 1, 0),
        (MONDAY - timedelta(14), 0, 1),
        (MONDAY - timedelta(7), 0, 0),
        (MONDAY, 1, 0),
    ]


def test_at_most_twelve_weeks_are_told_and_thirty_days_are_lately():
    old = shown(1, True, True, day=MONDAY - timedelta(200))
    lately = shown(2, True, False, day=MONDAY - timedelta(29))

    told = history.tell(old + lately, [], MONDAY)

    assert (told.picks, told.liked) == (2, 1)
    assert len(told.weeks) == history.MOST_WEEKS


def test_the_comparison_waits_for_thirty_credited_likes():
    few = [each for n in range(FEWEST - 1) for each in shown(n, True, team="personal")]
    enough = [*few, *shown(99, True, False, False, False, team="popular")]

    early, late = history.tell(few, [], MONDAY), history.tell(enough, [], MONDAY)

    assert (early.credited, early.comparison, early.popular) == (29, None, None)
    assert late.comparison is not None
    assert (late.comparison.personal, late.comparison.popular) == (29, 1)
    assert late.comparison.low > 0.5
    assert late.popular is not None
    assert late.popular[0] < 0.25 < late.popular[1]


@given(
    st.lists(
        st.builds(
            Impression,
            st.integers(1, 5),
            st.dates(MONDAY - timedelta(100), MONDAY),
            TEAMS,
            liked=st.just(False),
            tapped=st.booleans(),
        )
    )
)
def test_what_nobody_liked_is_nobodys_credit(impressions: list[Impression]):
    told = history.tell(impressions, [], MONDAY)

    assert (told.liked, told.credited, told.comparison) == (0, 0, None)
    assert sum(week.liked for week in told.weeks) == 0
    assert sum(week.picks for week in told.weeks) <= len(impressions)
