"""Topics offered to a reader: on the first screen, and once a week below their picks."""

from collections.abc import Collection
from datetime import date, timedelta

from bot.picks.catalogue import Catalogue
from bot.schedule import due
from bot.storage import digests
from bot.storage.database import Database
from bot.storage.feedback import Feedback, topic_key
from bot.storage.readers import Reader
from recommender import elicitation
from recommender.arrays import Floats
from recommender.profile import Profile

# Topics that a digest offers at most.
A_WEEK = 3
# For how long what was offered in vain is not offered again.
QUIET = timedelta(days=182)
# Liked papers of the newest month that say a field: from these on it is in the taste already.
IN_TASTE = 3


def screens(
    catalogue: Catalogue, feedback: Feedback, taste: Profile
) -> list[list[str]]:
    """Return the fields to choose topics from, screen by screen, without those chosen already."""
    supply = catalogue.supply
    order = _untold(catalogue, feedback)
    scores = _scores(catalogue, taste)
    if scores is not None:
        order = elicitation.interleave(
            elicitation.by_mean_score(supply, order, scores), order
        )
    pages = elicitation.screens(supply, order, len(feedback.wanted))
    return [[supply.names[field] for field in page] for page in pages]


def weekly(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    *,
    feedback: Feedback,
    taste: Profile,
    today: date,
) -> list[str]:
    """Return topics to offer with a day's picks: near the taste, not in it, and none twice.

    On the first of a reader's days of each week; on other days none.
    """
    if not due.begins_week(today, reader.weekdays):
        return []
    supply = catalogue.supply
    offered = digests.offered_topics(database, reader.id, today - QUIET)
    liked = catalogue.among(
        rating.paper_id for rating in feedback.ratings if rating.value > 0
    )
    likes = liked[: len(supply.matches)] @ supply.matches.astype(int)
    order = [
        field
        for field in _untold(catalogue, feedback, offered)
        if likes[field] < IN_TASTE
    ]
    scores = _scores(catalogue, taste)
    if scores is not None:
        order = elicitation.by_mean_score(supply, order, scores)
    return [
        supply.names[field]
        for field in elicitation.distinct(supply, order, A_WEEK)
    ]


def a_week(catalogue: Catalogue, topic: str) -> int:
    """Return how many papers a week say a topic, by the newest month."""
    supply = catalogue.supply
    return round(
        int(catalogue.about([topic])[: len(supply.matches)].sum())
        / supply.weeks
    )


def _untold(
    catalogue: Catalogue, feedback: Feedback, offered: Collection[str] = ()
) -> list[int]:
    """Return the fields with supply that a reader neither has as topics nor was `offered`."""
    supply = catalogue.supply
    topics = (*feedback.wanted, *feedback.muted)
    taken = catalogue.about(topics)[: len(supply.matches)]
    keys = {topic_key(topic) for topic in (*topics, *offered)}
    order = elicitation.offers(supply, taken)
    return [
        field for field in order if topic_key(supply.names[field]) not in keys
    ]


def _scores(catalogue: Catalogue, taste: Profile) -> Floats | None:
    """Return how well the newest month's papers fit; None where nothing tells."""
    if not taste.evidence or catalogue.model is None:
        return None
    month = slice(len(catalogue.supply.matches))
    return taste.score(catalogue.candidates.vectors.take(month))
