"""Sums up how a reader's picks did: lately, week by week, and beside the most upvoted papers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.picks import selection
from bot.picks.catalogue import Catalogue
from bot.storage import impressions as impression_rows
from bot.storage.database import Database
from bot.storage.impressions import Impression
from bot.storage.readers import Reader
from recommender import proof
from recommender.profile import Profile
from recommender.proof import Proof

WEEK = timedelta(days=7)

# How long ago still counts as lately.
LATELY = timedelta(days=30)

# Weeks of which a history tells.
MAX_WEEKS = 12


@dataclass(frozen=True, slots=True)
class Week:
    """One week of a reader.

    `picks` counts those of digests with at least one tap, `liked` the likes among them;
    `likes` and `dislikes` count all ratings of the week, also of other papers.
    """

    monday: date
    picks: int
    liked: int
    likes: int
    dislikes: int


@dataclass(frozen=True, slots=True)
class History:
    """A reader's past.

    `picks` and `liked` are of the last 30 days, `ratings` counts those in digests with a
    proof; `proof` is None while these are too few.
    """

    picks: int
    liked: int
    weeks: tuple[Week, ...]
    ratings: int
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class Progress:
    """A reader's past, and the names of their interests with how many likes each has."""

    history: History
    interests: list[tuple[str, int]]


def of_reader(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    taste: Profile,
    today: date,
) -> Progress:
    """Return what a reader's picture shows; `taste` is learned from all that they said."""
    zone = ZoneInfo(reader.zone)
    picks = impression_rows.of_reader(database, reader.id)
    ratings = [
        (at.astimezone(zone).date(), value)
        for at, value in impression_rows.ratings(database, reader.id)
    ]
    named = selection.named_interests(catalogue, taste)
    interests = [
        (name, len(interest.members)) for name, interest in named.items()
    ]
    return Progress(summarise(picks, ratings, today), interests)


def summarise(
    impressions: Sequence[Impression],
    ratings: Sequence[tuple[date, int]],
    today: date,
) -> History:
    """Sum up a reader's past from the papers they saw, and their ratings by local date.

    A digest that nobody tapped says nothing about its papers: no tap is never a dislike.
    """
    tapped_digests = {paper.digest_id for paper in impressions if paper.tapped}
    tapped = [
        paper for paper in impressions if paper.digest_id in tapped_digests
    ]
    compared = _compared(tapped)
    n_ratings = sum(paper.value != 0 for paper in compared)
    lately = [paper for paper in impressions if paper.day > today - LATELY]
    return History(
        picks=len(lately),
        liked=sum(paper.liked for paper in lately),
        weeks=_weeks(tapped, ratings, today),
        ratings=n_ratings,
        proof=proof.compare(
            [(paper.team, paper.liked) for paper in compared], n_ratings
        ),
    )


def _compared(impressions: Sequence[Impression]) -> list[Impression]:
    """Return the papers of both sides in the digests with a proof.

    Earlier versions mixed two orders without a label: their digests have no proof.
    """
    digests = {
        paper.digest_id for paper in impressions if paper.policy == "proof"
    }
    return [
        paper
        for paper in impressions
        if paper.digest_id in digests and paper.team
    ]


def _weeks(
    impressions: Sequence[Impression],
    ratings: Sequence[tuple[date, int]],
    today: date,
) -> tuple[Week, ...]:
    """Return the weeks since the first pick or rating, the last twelve at most."""
    picks = Counter(_monday(paper.day) for paper in impressions)
    liked = Counter(_monday(paper.day) for paper in impressions if paper.liked)
    values = Counter((_monday(day), value) for day, value in ratings)

    last = _monday(today)
    first = min([*picks, *(monday for monday, _ in values), last])
    first = max(first, last - (MAX_WEEKS - 1) * WEEK)
    n_weeks = (last - first) // WEEK + 1

    return tuple(
        Week(
            monday=monday,
            picks=picks[monday],
            liked=liked[monday],
            likes=values[monday, 1],
            dislikes=values[monday, -1],
        )
        for monday in (first + n * WEEK for n in range(n_weeks))
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
