"""How a reader's picks have done: lately, week by week, and beside what everybody reads."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.storage.impressions import Impression
from recommender import proof
from recommender.proof import Proof

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
    """A reader's past; the `proof` is None while the `ratings` in digests with one are too few."""

    # Of the last 30 days.
    picks: int
    liked: int
    weeks: tuple[Week, ...]
    ratings: int
    proof: Proof | None


def tell(
    shown: Sequence[Impression],
    ratings: Sequence[tuple[date, int]],
    today: date,
) -> History:
    """Tell a reader's past from what they were shown, and from their ratings by local date.

    A digest that nobody touched says nothing of its papers: no tap is never a dislike.
    """
    answered = {each.digest_id for each in shown if each.tapped}
    counting = [each for each in shown if each.digest_id in answered]
    beside = _beside(counting)
    rated = sum(each.value != 0 for each in beside)
    lately = [each for each in shown if each.day > today - LATELY]
    return History(
        picks=len(lately),
        liked=sum(each.liked for each in lately),
        weeks=_weeks(counting, ratings, today),
        ratings=rated,
        proof=proof.compare(
            [(each.team, each.liked) for each in beside], rated
        ),
    )


def _beside(counting: Sequence[Impression]) -> list[Impression]:
    """Return the labelled papers of the proof, and those that stood beside one.

    Earlier versions mixed two orders without a label: their digests hold no such paper.
    """
    proving = {each.digest_id for each in counting if each.policy == "proof"}
    return [
        each for each in counting if each.digest_id in proving and each.team
    ]


def _weeks(
    counting: Sequence[Impression],
    ratings: Sequence[tuple[date, int]],
    today: date,
) -> tuple[Week, ...]:
    """Return the weeks since the first one of which there is anything to tell, twelve at most."""
    picks = Counter(_monday(each.day) for each in counting)
    liked = Counter(_monday(each.day) for each in counting if each.liked)
    said = Counter((_monday(day), value) for day, value in ratings)
    last = _monday(today)
    first = min([*picks, *(monday for monday, _ in said), last])
    first = max(first, last - (MOST_WEEKS - 1) * WEEK)
    mondays = [first + n * WEEK for n in range((last - first) // WEEK + 1)]
    return tuple(
        Week(m, picks[m], liked[m], said[m, 1], said[m, -1]) for m in mondays
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
