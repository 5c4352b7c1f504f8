"""Chooses topics to offer to a reader: on the first screen, and once a week below their picks."""

from collections.abc import Collection, Set
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

# Topics that a weekly digest offers at most.
MAX_WEEKLY_OFFERS = 3

# How long a topic that was offered in vain is not offered again.
OFFER_PAUSE = timedelta(days=182)

# Liked papers of the newest month that contain a field, from which it is in the taste already.
LIKES_IN_TASTE = 3


def pages(
    catalogue: Catalogue, feedback: Feedback, taste: Profile
) -> list[list[str]]:
    """Return the fields to choose topics from, page by page, without the reader's topics."""
    fields = catalogue.fields
    order = _open_fields(catalogue, feedback)
    scores = _month_scores(catalogue, taste)
    if scores is not None:
        by_taste = elicitation.by_mean_score(fields, order, scores)
        order = elicitation.interleave(by_taste, order)
    topic_pages = elicitation.screens(fields, order, len(feedback.wanted))
    return [[fields.names[field] for field in page] for page in topic_pages]


def weekly(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    *,
    feedback: Feedback,
    taste: Profile,
    today: date,
) -> list[str]:
    """Return topics to offer below a day's picks: near the taste, not in it, all distinct.

    Empty but on the first of a reader's days of each week.
    """
    if not due.begins_week(today, reader.weekdays):
        return []
    fields = catalogue.fields
    offers = digests.offered_topics(database, reader.id, today - OFFER_PAUSE)
    likes = _likes_by_field(catalogue, feedback)
    order = [
        field
        for field in _open_fields(catalogue, feedback, offers)
        if likes[field] < LIKES_IN_TASTE
    ]
    scores = _month_scores(catalogue, taste)
    if scores is not None:
        order = elicitation.by_mean_score(fields, order, scores)
    distinct = elicitation.distinct(fields, order, MAX_WEEKLY_OFFERS)
    return [fields.names[field] for field in distinct]


def papers_a_week(catalogue: Catalogue, topic: str, lists: Set[str]) -> int:
    """Return how many papers a week of some lists contain a topic, in the newest month."""
    fields = catalogue.fields
    month = catalogue.about([topic])[: len(fields.matches)]
    rows = month.nonzero()[0].tolist()
    listed = sum(
        not lists.isdisjoint(catalogue.papers[row].lists or ()) for row in rows
    )
    return round(listed / fields.weeks)


def _likes_by_field(catalogue: Catalogue, feedback: Feedback) -> list[int]:
    """Return how many liked papers of the newest month contain each field."""
    matches = catalogue.fields.matches
    liked = catalogue.among(
        rating.paper_id for rating in feedback.ratings if rating.value > 0
    )
    counts = liked[: len(matches)] @ matches.astype(int)
    return [int(count) for count in counts]


def _open_fields(
    catalogue: Catalogue, feedback: Feedback, offers: Collection[str] = ()
) -> list[int]:
    """Return the fields with supply that are neither topics of the reader nor among `offers`."""
    fields = catalogue.fields
    topics = (*feedback.wanted, *feedback.muted)
    taken = catalogue.about(topics)[: len(fields.matches)]
    keys = {topic_key(topic) for topic in (*topics, *offers)}
    return [
        field
        for field in elicitation.offers(fields, taken)
        if topic_key(fields.names[field]) not in keys
    ]


def _month_scores(catalogue: Catalogue, taste: Profile) -> Floats | None:
    """Score the newest month's papers, or return None if nothing is learned yet."""
    if not taste.evidence or catalogue.model is None:
        return None
    month = slice(len(catalogue.fields.matches))
    return taste.score(catalogue.candidates.vectors.take(month))
