"""Learns from one rating at once: stores it, and tells what it changed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.picks import selection
from bot.picks.catalogue import Catalogue
from bot.picks.selection import rank
from bot.storage import digests, feedback
from bot.storage.database import Database
from bot.storage.digests import Digest, Pick
from bot.storage.feedback import Feedback, RatingEvent
from bot.storage.readers import Reader
from bot.storage.receipts import PicksChange, Receipt
from recommender import explain, taste
from recommender.concepts import Mention
from recommender.evidence import LIKE_WEIGHT
from recommender.papers import Rating, StoredPaper
from recommender.profile import Profile, doubted_topics

# Concepts that a receipt names.
MOST_WORDS = 2

# Liked papers behind an interest before a receipt calls it the strongest one.
FEWEST_LIKES = 3


@dataclass(frozen=True, slots=True)
class RatingResult:
    """A digest after a tap, its rated pick, and whether the tap said anything new."""

    digest: Digest
    pick: Pick
    changed: bool


def rate_pick(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    *,
    pick_id: int,
    value: int,
    now: datetime,
    origin: str,
) -> RatingResult | None:
    """Store a reader's rating of a pick (1, −1 or 0) and learn from it at once.

    Returns None if the pick is not theirs. The same rating again changes nothing.
    """
    digest = digests.by_pick(database, reader.id, pick_id)
    if digest is None:
        return None
    pick = digest.pick(pick_id)
    if pick.value == value:
        return RatingResult(digest, pick, changed=False)
    event = RatingEvent(
        reader_id=reader.id,
        paper_id=pick.paper.id,
        value=value,
        rated_at=now,
        origin=origin,
    )
    last = digest.receipt
    is_undo = bool(value) and last.pick == pick.id and last.previous == value
    receipt = replace(
        _compare_rankings(database, catalogue, reader, pick.paper, event),
        pick=pick.id,
        # An undo can't be undone in turn.
        previous=0 if is_undo else pick.value,
        restored=is_undo,
    )
    digests.store_rating(database, digest.id, event, receipt)
    rated = replace(pick, value=value)
    digest = replace(digest.with_pick(rated), receipt=receipt)
    return RatingResult(digest, rated, changed=True)


def rate_paper(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    paper: StoredPaper,
    *,
    value: int,
    now: datetime,
    origin: str,
) -> Receipt | None:
    """Store a reader's rating of any paper and learn from it at once.

    Returns None if they rated it the same before.
    """
    previous = feedback.rating(database, reader.id, paper.id)
    if previous == value:
        return None
    event = RatingEvent(
        reader_id=reader.id,
        paper_id=paper.id,
        value=value,
        rated_at=now,
        origin=origin,
    )
    receipt = _compare_rankings(database, catalogue, reader, paper, event)
    feedback.rate(database, event)
    return replace(receipt, previous=previous)


def with_rating(before: Feedback, paper_id: int, value: int) -> Feedback:
    """Return a reader's feedback after a paper is rated today."""
    others = [
        rating for rating in before.ratings if rating.paper_id != paper_id
    ]
    return replace(before, ratings=(*others, Rating(paper_id, value)))


def picks_change(
    database: Database,
    catalogue: Catalogue,
    before: Feedback,
    after: Feedback,
    *,
    today: date,
    n: int,
) -> PicksChange:
    """Count how many of the next n picks differ between two states of a reader's feedback."""
    old = rank(database, catalogue, before, today, n)
    new = rank(database, catalogue, after, today, n)
    return _difference(old, new, n)


def change_since(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    before: Feedback,
    now: datetime,
) -> PicksChange | None:
    """Count the next picks that differ from those before, or None if nothing was said since."""
    after = selection.read_feedback(database, reader, now)
    if after == before:
        return None
    return picks_change(
        database,
        catalogue,
        before,
        after,
        today=reader.local_date(now),
        n=reader.picks,
    )


def _difference(
    before: selection.Ranking, after: selection.Ranking, n: int
) -> PicksChange:
    ids = {pick.paper_id for pick in before.picks}
    changed = sum(pick.paper_id not in ids for pick in after.picks)
    return PicksChange(changed, n)


def _compare_rankings(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    paper: StoredPaper,
    event: RatingEvent,
) -> Receipt:
    """Rank the papers without and with a rating; return what the rating teaches."""
    today = reader.local_date(event.rated_at)
    past = selection.read_feedback(database, reader, event.rated_at)
    future = with_rating(past, event.paper_id, event.value)
    before = rank(database, catalogue, past, today, reader.picks)
    after = rank(database, catalogue, future, today, reader.picks)
    change = _difference(before, after, reader.picks)
    # A paper without a vector teaches nothing.
    is_learned = any(
        piece.ref == event.paper_id for piece in after.taste.evidence
    )
    concepts = subject(catalogue, paper) if is_learned else []
    receipt = Receipt(
        value=event.value,
        words=tuple(mention.surface for mention in concepts),
        changed=change.changed,
        of=change.of,
        learned=is_learned,
        doubted=_newly_doubted(before.taste, after.taste),
    )
    if change.changed or not is_learned or not event.value:
        return receipt
    lead = _unmoved_lead(
        catalogue,
        before.taste,
        concepts if event.value > 0 else [],
        today,
    )
    missing = 0 if lead else missing_likes(after.taste)
    return replace(receipt, lead=lead, missing=missing)


def _newly_doubted(before: Profile, after: Profile) -> str:
    """Return a typed topic that a rating leaves little of; empty if it does so of none."""
    earlier = doubted_topics(before)
    return next((t for t in doubted_topics(after) if t not in earlier), "")


def _unmoved_lead(
    catalogue: Catalogue,
    before: Profile,
    liked: Sequence[Mention],
    today: date,
) -> str:
    """Return the concept of a liked paper that led the taste before it too, from several likes.

    That is why such a rating changes no pick; empty if it is not.
    """
    lead = lead_concept(catalogue, before, today)
    names_lead = any(mention.concept == lead for mention in liked)
    if not names_lead:
        return ""
    likes = _count_likes_naming(catalogue, before, lead)
    return lead if likes >= FEWEST_LIKES else ""


def _count_likes_naming(
    catalogue: Catalogue, profile: Profile, concept: str
) -> int:
    likes = [
        piece.ref
        for piece in profile.evidence
        if piece.kind == "like" and isinstance(piece.ref, int)
    ]
    return sum(
        any(mention.concept == concept for mention in mentions)
        for mentions in catalogue.mentions_of(catalogue.rows_of(likes))
    )


def lead_concept(catalogue: Catalogue, profile: Profile, today: date) -> str:
    """Return the concept that leads a taste, as `/taste` shows it; empty if there is none."""
    if catalogue.model is None or not profile.evidence:
        return ""
    month = catalogue.head(catalogue.count_month(today)).vectors
    best, _ = taste.best_and_worst(profile, month)
    mentions = catalogue.mentions_of(best)
    strongest = taste.words(
        profile, catalogue.model, month.take(best), mentions, taste.MAX_WORDS
    )
    return strongest[0].concept if strongest else ""


def missing_likes(profile: Profile) -> int:
    """Return how many new likes it takes until likes weigh as much as the typed topics."""
    weights = {"wanted": 0.0, "like": 0.0}
    for piece in profile.evidence:
        if piece.kind in weights:
            weights[piece.kind] += piece.weight
    return max(
        math.ceil((weights["wanted"] - weights["like"]) / LIKE_WEIGHT), 0
    )


def subject(
    catalogue: Catalogue, paper: StoredPaper, most: int = MOST_WORDS
) -> list[Mention]:
    """Return the concepts that a paper is about, strongest first; none before the first fit."""
    model = catalogue.model
    if model is None:
        return []
    row = catalogue.rows.get(paper.id)
    if row is None:
        vector = model.transform([paper.content])
    else:
        vector = catalogue.candidates.vectors.take([row])
    mentions = catalogue.concepts.in_paper(paper)
    return explain.subject(model, vector, mentions, most)
