"""What a tap taught: the rating stored, the words that moved, and how many next picks changed."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bot import schedule
from bot.catalogue import Catalogue
from bot.digest import rank
from bot.storage import digests, feedback
from bot.storage.database import Database
from bot.storage.digests import Digest, Pick
from bot.storage.feedback import Feedback, Said
from bot.storage.readers import Reader
from recommender import explain
from recommender.papers import Paper, Rating

# Concepts that a receipt names.
MOST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Lesson:
    """A digest as it stands after a tap; `changed` is False where the tap said nothing new."""

    digest: Digest
    pick: Pick
    changed: bool


def rate(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    *,
    pick_id: int,
    value: int,
    now: datetime,
    origin: str,
) -> Lesson | None:
    """Store what a reader says of a pick (1, −1, 0) and learn from it at once.

    None where the pick is not theirs. Saying the same again changes nothing.
    """
    digest = digests.by_pick(database, reader.id, pick_id)
    if digest is None:
        return None
    pick = digest.pick(pick_id)
    if pick.value == value:
        return Lesson(digest, pick, changed=False)
    rating = _said(reader, pick.paper, value, now, origin)
    told = digest.receipt
    undone = bool(value) and told.get("pick") == pick.id and told["previous"] == value
    previous = 0 if undone else pick.value  # an undo is not itself to be undone
    taught = _taught(database, catalogue, reader, pick.paper, rating)
    receipt = {"pick": pick.id, "previous": previous, **taught}
    digests.learn(database, digest.id, rating, receipt)
    rated = replace(pick, value=value)
    return Lesson(replace(digest.having(rated), receipt=receipt), rated, changed=True)


def rate_found(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    paper: Paper,
    *,
    value: int,
    now: datetime,
    origin: str,
) -> dict[str, Any] | None:
    """Store what a reader says of a paper that may be no pick, and learn from it at once.

    Returns the receipt; None where they said so before.
    """
    previous = feedback.rating(database, reader.id, paper.id or 0)
    if previous == value:
        return None
    rating = _said(reader, paper, value, now, origin)
    receipt = {"previous": previous, **_taught(database, catalogue, reader, paper, rating)}
    feedback.rate(database, rating)
    return receipt


def rerated(said: Feedback, paper_id: int, value: int) -> Feedback:
    """Return what a reader will have said once a paper is rated `value` today."""
    others = tuple(rating for rating in said.ratings if rating.paper_id != paper_id)
    return replace(said, ratings=(*others, Rating(paper_id, value)))


def changed(
    database: Database,
    catalogue: Catalogue,
    said: tuple[Feedback, Feedback],
    today: date,
    n: int,
) -> int:
    """Return how many of the next n picks are others after than before, from what is here now."""
    before, after = (
        {pick.paper_id for pick in rank(database, catalogue, each, today, n).picks} for each in said
    )
    return len(after - before)


def _said(reader: Reader, paper: Paper, value: int, now: datetime, origin: str) -> Said:
    return Said(
        reader_id=reader.id, paper_id=paper.id or 0, value=value, rated_at=now, origin=origin
    )


def _taught(
    database: Database, catalogue: Catalogue, reader: Reader, paper: Paper, rating: Said
) -> dict[str, Any]:
    """Return what a rating about to be stored teaches: its words, and how many picks change."""
    today = schedule.local_date(rating.rated_at, reader.zone)
    said = feedback.of_reader(database, reader.id, reader.zone, today)
    both = said, rerated(said, rating.paper_id, rating.value)
    return {
        "value": rating.value,
        "words": words(catalogue, paper),
        "changed": changed(database, catalogue, both, today, reader.picks),
        "of": reader.picks,
    }


def words(catalogue: Catalogue, paper: Paper, most: int = MOST_WORDS) -> list[str]:
    """Return the concepts through which a rating of this paper moves the taste most."""
    model = catalogue.model
    if model is None:
        return []
    row = catalogue.rows.get(paper.id or 0)
    here = catalogue.candidates.vectors
    vector = model.transform([paper.text]) if row is None else here.take([row])
    mentions = catalogue.concepts.in_paper(paper)
    return [each.written for each in explain.subject(model, vector, mentions, most)]
