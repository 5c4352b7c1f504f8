"""Sums up a reader's week: what came, what they did with it, and how their taste moved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from bot.picks import popular, tastes
from bot.picks.catalogue import Catalogue
from bot.storage import impressions, papers
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from bot.storage.impressions import WeekPick
from recommender.papers import StoredPaper
from recommender.profile import Profile
from recommender.taste import best_and_worst, movement

# Days of a week, its last one included.
DAYS = 7

# Papers with many upvotes that were not picked.
MOST_POPULAR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The week of a reader that ends on `last`.

    `liked` and `saved` count picks of the week. `unread` is the pick that they were expected to
    like most, of those that they neither rated nor saved nor opened. `popular` are the most
    upvoted papers that were not picked. `more` and `less` are the concepts by which their taste
    moved; `has_taste` says if there is any.
    """

    first: date
    last: date
    picks: int
    liked: int
    saved: int
    unread: StoredPaper | None = None
    popular: tuple[StoredPaper, ...] = ()
    more: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    has_taste: bool = False


def of_reader(
    database: Database,
    catalogue: Catalogue,
    feedback: Feedback,
    reader_id: int,
    last: date,
    *,
    taste: Profile,
) -> Week:
    """Return a reader's week up to a day, by what is stored now.

    `taste` is learned from all that they said.
    """
    first = last - timedelta(days=DAYS - 1)
    picks = impressions.of_days(database, reader_id, first, last)
    unread = _strongest_unread(picks)
    missed = _popular(database, catalogue, feedback, last)
    ids = [*missed, *([unread] if unread is not None else [])]
    stored = papers.by_ids(database, ids, reader_id)
    more, less = _movement(database, catalogue, feedback, taste, last)
    return Week(
        first=first,
        last=last,
        picks=len(picks),
        liked=sum(pick.value > 0 for pick in picks),
        saved=sum(pick.saved for pick in picks),
        unread=stored.get(unread) if unread is not None else None,
        popular=tuple(stored[i] for i in missed if i in stored),
        more=tuple(more),
        less=tuple(less),
        has_taste=bool(taste.evidence),
    )


def as_of(feedback: Feedback, days: int) -> Feedback:
    """Return what a reader had said some days ago, as old as it was then.

    Words moved by hand and muted topics have no age, and are in both.
    """
    ages = feedback.wanted_ages
    wanted = [
        (text, age - days)
        for text, age in zip(feedback.wanted, ages, strict=False)
        if age >= days
    ]
    return replace(
        feedback,
        ratings=tuple(
            rating._replace(age=rating.age - days)
            for rating in feedback.ratings
            if rating.age >= days
        ),
        wanted=tuple(text for text, _ in wanted),
        wanted_ages=tuple(age for _, age in wanted),
    )


def _strongest_unread(picks: Sequence[WeekPick]) -> int | None:
    """Return the paper of the unread pick that was expected to be liked most."""
    expected = {
        pick.paper_id: pick.expected
        for pick in picks
        if pick.is_unread and pick.expected is not None
    }
    # Of equals, the first one that was shown.
    return max(expected, key=lambda i: expected[i], default=None)


def _popular(
    database: Database, catalogue: Catalogue, feedback: Feedback, last: date
) -> list[int]:
    """Return the week's most upvoted papers that the reader neither got nor rated."""
    ranking = popular.top(database, catalogue, feedback, "week", last)
    known = feedback.shown | {rating.paper_id for rating in feedback.ratings}
    others = [i for i in ranking.paper_ids if i not in known]
    return others[:MOST_POPULAR]


def _movement(
    database: Database,
    catalogue: Catalogue,
    feedback: Feedback,
    after: Profile,
    last: date,
) -> tuple[list[str], list[str]]:
    """Return the concepts of which the taste wants more than a week ago, and less."""
    earlier = as_of(feedback, DAYS)
    is_unmoved = _is_same(earlier, feedback)
    if catalogue.model is None or not len(catalogue) or is_unmoved:
        return [], []
    before = tastes.learn(database, catalogue, earlier)
    month = catalogue.head(catalogue.count_month(last)).vectors
    best = [
        best_and_worst(profile, month)[0]
        for profile in (before, after)
        if profile.evidence
    ]
    if not best:
        return [], []
    rows = np.unique(np.concatenate(best))
    return movement(
        before,
        after,
        catalogue.model,
        month.take(rows),
        catalogue.mentions_of(rows),
    )


def _is_same(earlier: Feedback, later: Feedback) -> bool:
    """Tell whether a reader said nothing in between."""
    n_earlier = (len(earlier.ratings), len(earlier.wanted))
    return n_earlier == (len(later.ratings), len(later.wanted))
