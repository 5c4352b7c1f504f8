"""What a tap taught: the rating stored, the words that moved, and how many next picks changed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bot.picks.catalogue import Catalogue
from bot.picks.selection import rank
from bot.schedule import due
from bot.storage import digests, feedback
from bot.storage.database import Database
from bot.storage.digests import Digest, Pick
from bot.storage.feedback import Feedback, Said
from bot.storage.readers import Reader
from recommender import explain, taste
from recommender.concepts import Mention
from recommender.papers import Paper, Rating
from recommender.profile import LIKE, Profile, doubted

# Concepts that a receipt names.
MOST_WORDS = 2

# Likes behind an interest before a receipt calls it the strongest one.
FEW = 3


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
    undone = (
        bool(value)
        and told.get("pick") == pick.id
        and told["previous"] == value
    )
    previous = 0 if undone else pick.value  # an undo is not itself to be undone
    taught = _taught(database, catalogue, reader, pick.paper, rating)
    receipt = {
        "pick": pick.id,
        "previous": previous,
        "restored": undone,
        **taught,
    }
    digests.learn(database, digest.id, rating, receipt)
    rated = replace(pick, value=value)
    return Lesson(
        replace(digest.having(rated), receipt=receipt), rated, changed=True
    )


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
    receipt = {
        "previous": previous,
        **_taught(database, catalogue, reader, paper, rating),
    }
    feedback.rate(database, rating)
    return receipt


def rerated(said: Feedback, paper_id: int, value: int) -> Feedback:
    """Return what a reader will have said once a paper is rated `value` today."""
    others = tuple(
        rating for rating in said.ratings if rating.paper_id != paper_id
    )
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
        {
            pick.paper_id
            for pick in rank(database, catalogue, each, today, n).picks
        }
        for each in said
    )
    return len(after - before)


def _said(
    reader: Reader, paper: Paper, value: int, now: datetime, origin: str
) -> Said:
    return Said(
        reader_id=reader.id,
        paper_id=paper.id or 0,
        value=value,
        rated_at=now,
        origin=origin,
    )


def _taught(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    paper: Paper,
    rating: Said,
) -> dict[str, Any]:
    """Return what a rating about to be stored teaches: its words, and how many picks change.

    `learned` is whether it teaches anything: a paper without a vector does not; `doubted` is a
    typed topic that this tap leaves little of.
    """
    today = due.local_date(rating.rated_at, reader.zone)
    said = feedback.of_reader(database, reader.id, reader.zone, today)
    both = said, rerated(said, rating.paper_id, rating.value)
    before, after = (
        rank(database, catalogue, each, today, reader.picks) for each in both
    )
    ids = {pick.paper_id for pick in before.picks}
    others = sum(pick.paper_id not in ids for pick in after.picks)
    learned = any(
        piece.ref == rating.paper_id for piece in after.taste.evidence
    )
    named = subject(catalogue, paper) if learned else []
    receipt = {
        "value": rating.value,
        "words": [mention.written for mention in named],
        "changed": others,
        "of": reader.picks,
        "learned": learned,
    }
    earlier = doubted(before.taste)
    if asked := [
        topic for topic in doubted(after.taste) if topic not in earlier
    ]:
        receipt["doubted"] = asked[0]
    if others or not learned or not rating.value:
        return receipt
    concepts = named if rating.value > 0 else []
    return receipt | _steady(
        catalogue, (before.taste, after.taste), concepts, today
    )


def _steady(
    catalogue: Catalogue,
    tastes: tuple[Profile, Profile],
    liked: Sequence[Mention],
    today: date,
) -> dict[str, Any]:
    """Return why a rating changed no pick, where that can be told.

    Either one of the `liked` concepts led the taste before it too, from several likes that name
    it, or typed topics outweigh the likes: then by how many of them.
    """
    before, after = tastes
    first = lead(catalogue, before, today)
    names_it = any(mention.concept == first for mention in liked)
    if names_it and _behind(catalogue, before, first) >= FEW:
        return {"lead": first}
    missing = outweighed(after)
    return {"missing": missing} if missing else {}


def _behind(catalogue: Catalogue, profile: Profile, concept: str) -> int:
    """Return how many liked papers name a concept."""
    likes = [piece.ref for piece in profile.evidence if piece.kind == "like"]
    rows = [catalogue.rows[ref] for ref in likes if ref in catalogue.rows]
    return sum(
        any(m.concept == concept for m in catalogue.mentions(row))
        for row in rows
    )


def lead(catalogue: Catalogue, profile: Profile, today: date) -> str:
    """Return the concept that leads a taste, as its reader would see it; empty for none."""
    if catalogue.model is None or not profile.evidence:
        return ""
    month = catalogue.first(catalogue.month(today) or len(catalogue)).vectors
    best, _ = taste.ends(profile, month)
    mentions = list(map(catalogue.mentions, best))
    strongest = taste.words(
        profile, catalogue.model, month.take(best), mentions, taste.MORE
    )
    return strongest[0].concept if strongest else ""


def outweighed(profile: Profile) -> int:
    """Return how many new likes it takes until likes weigh as much as the typed topics."""
    weights = {"wanted": 0.0, "like": 0.0}
    for piece in profile.evidence:
        if piece.kind in weights:
            weights[piece.kind] += piece.weight
    return max(math.ceil((weights["wanted"] - weights["like"]) / LIKE), 0)


def words(
    catalogue: Catalogue, paper: Paper, most: int = MOST_WORDS
) -> list[str]:
    """Return the concepts through which a rating of this paper moves the taste most."""
    return [mention.written for mention in subject(catalogue, paper, most)]


def subject(
    catalogue: Catalogue, paper: Paper, most: int = MOST_WORDS
) -> list[Mention]:
    """Return the concepts that a paper is about, the strongest first; none before a first fit."""
    model = catalogue.model
    if model is None:
        return []
    row = catalogue.rows.get(paper.id or 0)
    here = catalogue.candidates.vectors
    vector = (
        model.transform([paper.content]) if row is None else here.take([row])
    )
    return explain.subject(
        model, vector, catalogue.concepts.in_paper(paper), most
    )
