"""What a tap taught: the rating stored, the words that moved, and how many next picks changed."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot import schedule
from bot.catalogue import Catalogue
from bot.digest import rank, vectors_of
from bot.storage import digests, feedback
from bot.storage.database import Database
from bot.storage.digests import Digest, Pick
from bot.storage.feedback import Feedback, Said
from bot.storage.readers import Reader
from recommender import explain
from recommender.papers import Paper, Rating
from recommender.wording import shown


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
    today = schedule.local_date(now, reader.zone)
    said = feedback.of_reader(database, reader.id, reader.zone, today)
    paper_id = pick.paper.id or 0
    after = rerated(said, paper_id, value)
    told = digest.receipt
    undone = bool(value) and told.get("pick") == pick.id and told["previous"] == value
    receipt = {
        "pick": pick.id,
        "value": value,
        "previous": 0 if undone else pick.value,  # an undo is not itself to be undone
        "words": words(database, catalogue, pick.paper),
        "changed": changed(database, catalogue, (said, after), today, reader.picks),
        "of": reader.picks,
    }
    rating = Said(reader_id=reader.id, paper_id=paper_id, value=value, rated_at=now, origin=origin)
    digests.learn(database, digest.id, rating, receipt)
    rated = replace(pick, value=value)
    return Lesson(replace(digest.having(rated), receipt=receipt), rated, changed=True)


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


def words(database: Database, catalogue: Catalogue, paper: Paper) -> list[str]:
    """Return the words through which a rating of this paper moves the taste most."""
    ids, vector = vectors_of(database, catalogue, [paper.id or 0])
    if not ids or catalogue.model is None:
        return []
    return list(shown(explain.subject(catalogue.model, vector, paper.title), paper.text))
