"""What a reader missed: the papers of a gap, those that fit, and the digest that shows these."""

from dataclasses import replace
from datetime import date, datetime

from bot.picks import selection, tastes
from bot.picks import shelf as shelves
from bot.picks.catalogue import Catalogue
from bot.picks.ranking import Ranking
from bot.storage import absence, digests, recommendations
from bot.storage.database import Database
from bot.storage.digests import Digest, Missed
from bot.storage.feedback import Feedback
from bot.storage.readers import Reader
from recommender import policy

# How many missed papers are offered.
MOST = 10


def look_back(
    database: Database, catalogue: Catalogue, reader: Reader, today: date
) -> Missed | None:
    """Return what a reader missed, if they were away and anything in it fits them."""
    since = absence.missed_since(database, reader, today)
    if since is None:
        return None
    feedback = selection.feedback_on(database, reader, today)
    ranking = _rank(
        database, catalogue, feedback, today, since=since, bar=reader.bar
    )
    if not ranking.picks:
        return None
    return Missed(
        since=since,
        papers=ranking.new_papers,
        ids=tuple(pick.paper_id for pick in ranking.picks),
    )


def choose(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    now: datetime,
    offer: Digest,
) -> Digest | None:
    """Return the digest of the papers that another one offered; None if all were shown since.

    There is one for each offer, however often it is asked for.
    """
    missed = offer.missed
    if missed is None:
        return None
    existing = digests.offered_by(database, reader.id, offer.id)
    if existing is not None:
        return existing

    today = reader.local_date(now)
    feedback = selection.feedback_on(database, reader, today)
    ranking = _rank(
        database,
        catalogue,
        feedback,
        today,
        since=missed.since,
        only=missed.ids,
    )
    digest = recommendations.record(
        database,
        reader.id,
        list(selection.choices(database, catalogue, feedback, ranking)),
        kind="now",
        local_date=today,
        new_papers=0,
        feature_version=catalogue.version,
        now=now,
        style=reader.style,
        offered_by=offer.id,
    )
    if digest.picks:
        return digest
    digests.discard(database, digest.id)
    return None


def _rank(
    database: Database,
    catalogue: Catalogue,
    feedback: Feedback,
    today: date,
    *,
    since: date,
    bar: str = "off",
    only: tuple[int, ...] | None = None,
) -> Ranking:
    """Return the best papers listed since a day, as if all of them were new today."""
    taste = tastes.learn(database, catalogue, feedback)
    shelf = shelves.of_reader(database, catalogue, feedback)
    gap = shelf.count_since(since)
    offer = selection.offer(shelf, feedback, taste, today)
    allowed = offer.allowed.copy()
    allowed[gap:] = False
    if only is not None:
        allowed &= shelf.among(only)

    picks = policy.choose(
        taste,
        replace(offer, new=shelf.head(gap), allowed=allowed),
        MOST,
        bar=bar,
    )
    return Ranking(
        picks=picks.recommendations,
        shelf=shelf,
        new_papers=gap,
        taste=taste,
        held_back=picks.held_back,
        outlook=picks.outlook,
    )
