"""How a reader's picks have done: lately, week by week, and beside the popular order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.storage.impressions import Impression
from recommender.interleaving import FEWEST, PERSONAL, POPULAR, Comparison, compare
from recommender.metrics import share_interval

LATELY, WEEK, MOST_WEEKS = timedelta(days=30), timedelta(days=7), 12


@dataclass(frozen=True, slots=True)
class Week:
    """One week: picks of digests that were answered, how many are liked, and what was rated."""

    monday: date
    picks: int
    liked: int
    likes: int
    dislikes: int


@dataclass(frozen=True, slots=True)
class History:
    """A reader's past. `popular` is the 95 % interval of what the popular order would have got.

    `credited` are the likes that count for the comparison, which is None while they are too few.
    """

    picks: int  # of the last 30 days
    liked: int
    weeks: tuple[Week, ...]
    credited: int
    comparison: Comparison | None
    popular: tuple[float, float] | None


def tell(shown: Sequence[Impression], ratings: Sequence[tuple[date, int]], today: date) -> History:
    """Tell a reader's past from what they were shown, and from their ratings by local date.

    A digest that nobody touched says nothing of its papers: no tap is never a dislike.
    """
    answered = {each.digest_id for each in shown if each.tapped}
    counting = [each for each in shown if each.digest_id in answered]
    teams = [each.team for each in counting if each.liked and each.team in {PERSONAL, POPULAR}]
    lately = [each for each in shown if each.day > today - LATELY]
    return History(
        picks=len(lately),
        liked=sum(each.liked for each in lately),
        weeks=_weeks(counting, ratings, today),
        credited=len(teams),
        comparison=compare(teams),
        popular=_popular(counting) if len(teams) >= FEWEST else None,
    )


def _popular(counting: Sequence[Impression]) -> tuple[float, float]:
    """Return the interval of the hit rate of papers that popularity alone brought."""
    brought = [each.liked for each in counting if each.team == POPULAR]
    return share_interval(sum(brought), len(brought)) if brought else (0.0, 0.0)


def _weeks(
    counting: Sequence[Impression], ratings: Sequence[tuple[date, int]], today: date
) -> tuple[Week, ...]:
    """Return the weeks since the first one of which there is anything to tell, twelve at most."""
    picks = Counter(_monday(each.day) for each in counting)
    liked = Counter(_monday(each.day) for each in counting if each.liked)
    said = Counter((_monday(day), value) for day, value in ratings)
    last = _monday(today)
    first = min([*picks, *(monday for monday, _ in said), last])
    first = max(first, last - (MOST_WEEKS - 1) * WEEK)
    mondays = [first + n * WEEK for n in range((last - first) // WEEK + 1)]
    return tuple(Week(m, picks[m], liked[m], said[m, 1], said[m, -1]) for m in mondays)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
