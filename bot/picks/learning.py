"""Learns from one rating at once: stores it, and tells what it changed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.picks import selection, tastes
from bot.picks.catalogue import Catalogue
from bot.picks.memory import Outcome
from bot.picks.ranking import Ranking
from bot.picks.selection import rank
from bot.storage import digests, feedback, taps
from bot.storage.database import Database
from bot.storage.digests import Digest, Pick
from bot.storage.feedback import Feedback, RatingEvent
from bot.storage.readers import Reader
from bot.storage.receipts import PicksChange, Receipt
from recommender import explain, taste
from recommender.concepts import Mention
from recommender.evidence import LIKE_WEIGHT, RATING_KINDS
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
    today = reader.local_date(now)
    tapped = taps.read(database, reader.id, pick_id, reader.zone, today)
    if tapped is None:
        return None
    digest, past = tapped.digest, tapped.feedback
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
        _compare_rankings(
            database,
            catalogue,
            reader,
            pick.paper,
            event=event,
            past=past,
        ),
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
    past = selection.read_feedback(database, reader, now)
    receipt = _compare_rankings(
        database, catalogue, reader, paper, event=event, past=past
    )
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
    old = _outcome(database, catalogue, before, today, n)
    _, new = _learn(database, catalogue, after, today, n)
    return _difference(old, new)


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


def _difference(before: Outcome, after: Outcome) -> PicksChange:
    return PicksChange(len(after.picks - before.picks), after.n)


def _outcome(
    database: Database,
    catalogue: Catalogue,
    feedback: Feedback,
    today: date,
    n: int,
) -> Outcome:
    """Return what feedback leads to: as it was computed at the last tap, if that led to it."""
    last = catalogue.memory.of(feedback.reader_id).outcome
    if last is not None and last.is_of(feedback, today, n):
        return last
    _, outcome = _learn(database, catalogue, feedback, today, n)
    return outcome


def _learn(
    database: Database,
    catalogue: Catalogue,
    feedback: Feedback,
    today: date,
    n: int,
) -> tuple[Ranking, Outcome]:
    """Rank the papers by feedback, and remember for the next tap what comes of it."""
    ranking = rank(database, catalogue, feedback, today, n)
    outcome = Outcome(
        feedback=feedback,
        today=today,
        n=n,
        picks=frozenset(pick.paper_id for pick in ranking.picks),
        doubted=tuple(doubted_topics(ranking.taste)),
    )
    if _is_lasting(feedback, ranking):
        catalogue.memory.of(feedback.reader_id).outcome = outcome
    return ranking, outcome


def _is_lasting(feedback: Feedback, ranking: Ranking) -> bool:
    """Tell whether feedback leads to the same as long as the catalogue is the same.

    A rated paper without a vector may get one at any time, and feeds tell their papers anew.
    """
    n_ratings = sum(rating.value != 0 for rating in feedback.ratings)
    n_learned = len(ranking.taste.index.rows(*RATING_KINDS))
    return n_ratings == n_learned and ranking.shelf.is_shared


def _compare_rankings(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    paper: StoredPaper,
    *,
    event: RatingEvent,
    past: Feedback,
) -> Receipt:
    """Rank the papers without and with a rating; return what the rating teaches."""
    today = reader.local_date(event.rated_at)
    future = with_rating(past, event.paper_id, event.value)
    before = _outcome(database, catalogue, past, today, reader.picks)
    ranking, after = _learn(database, catalogue, future, today, reader.picks)
    change = _difference(before, after)
    # A paper without a vector teaches nothing.
    is_learned = any(
        piece.ref == event.paper_id for piece in ranking.taste.evidence
    )
    concepts = subject(catalogue, paper) if is_learned else []
    receipt = Receipt(
        value=event.value,
        words=tuple(mention.surface for mention in concepts),
        changed=change.changed,
        of=change.of,
        learned=is_learned,
        doubted=_newly_doubted(before, after),
    )
    if change.changed or not is_learned or not event.value:
        return receipt
    lead = ""
    if event.value > 0:
        taste_before = tastes.learn(database, catalogue, past)
        lead = _unmoved_lead(catalogue, taste_before, concepts, today)
    missing = 0 if lead else missing_likes(ranking.taste)
    return replace(receipt, lead=lead, missing=missing)


def _newly_doubted(before: Outcome, after: Outcome) -> str:
    """Return a typed topic that a rating leaves little of; empty if it does so of none."""
    return next((t for t in after.doubted if t not in before.doubted), "")


def _unmoved_lead(
    catalogue: Catalogue,
    before: Profile,
    liked: Sequence[Mention],
    today: date,
) -> str:
    """Return the concept of a liked paper that led the taste before it too, from several likes.

    That is why such a rating changes no pick; empty if it is not.
    """
    if not liked:
        return ""
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
) -> Sequence[Mention]:
    """Return the concepts that a paper is about, strongest first; none before the first fit.

    One paper is rated by many readers, and the catalogue keeps what it is about.
    """
    model = catalogue.model
    if model is None:
        return []
    key = (paper.id, paper.text, most)
    former = catalogue.memory.subjects.get(key)
    if former is not None:
        return former

    row = catalogue.rows.get(paper.id)
    if row is None:
        vector = model.transform([paper.content])
    else:
        vector = catalogue.candidates.vectors.take([row])
    mentions = catalogue.concepts.in_paper(paper)
    concepts = explain.subject(model, vector, mentions, most)
    catalogue.memory.keep_subject(key, concepts)
    return concepts
