"""What was chosen for readers: digests and their recommendations, each read back as it was sent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, select, update
from sqlalchemy.orm import Session

from bot.storage.database import Database
from bot.storage.delivery_tables import (
    ASK,
    DeliveryRow,
    DigestRow,
    RecommendationRow,
)
from bot.storage.feedback import RatingEvent, put_rating, topic_key
from bot.storage.papers import paper_of
from bot.storage.receipts import Reason, Receipt, reason_of, receipt_of, to_row
from bot.storage.tables import PaperRow, RatingRow, ReaderRow, SaveRow, TopicRow
from bot.storage.visible import visible_to
from recommender.papers import StoredPaper

ABANDONED = timedelta(
    minutes=10
)  # chosen, but never sent: the process died between

# Read at every tap, so built once.
PICKS = (
    select(
        DigestRow,
        RecommendationRow,
        PaperRow,
        RatingRow.value,
        SaveRow.saved_at,
    )
    .join(RecommendationRow, RecommendationRow.digest_id == DigestRow.id)
    .join(
        PaperRow,
        (PaperRow.id == RecommendationRow.paper_id)
        & visible_to(RecommendationRow.reader_id),
    )
    .outerjoin(
        RatingRow,
        (RatingRow.paper_id == RecommendationRow.paper_id)
        & (RatingRow.reader_id == RecommendationRow.reader_id),
    )
    .outerjoin(
        SaveRow,
        (SaveRow.paper_id == RecommendationRow.paper_id)
        & (SaveRow.reader_id == RecommendationRow.reader_id),
    )
    .order_by(RecommendationRow.rank)
)
ITS_DIGEST = select(RecommendationRow.digest_id).correlate(None)
BY_ID = PICKS.where(DigestRow.id == bindparam("digest"))
BY_MESSAGE = PICKS.where(
    RecommendationRow.chat_id == bindparam("chat"),
    RecommendationRow.message_id == bindparam("message"),
)
BY_PICK = PICKS.where(
    DigestRow.id
    == ITS_DIGEST.where(
        RecommendationRow.id == bindparam("pick"),
        RecommendationRow.reader_id == bindparam("reader"),
    ).scalar_subquery()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A paper about to be recommended, and everything that must be read back later."""

    paper_id: int
    score: float
    policy: str
    popularity: float
    reason: Reason
    team: str = ""  # its side of the proof, in a digest that holds one


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A recommended paper as its reader sees it; `value` is what they say of it now."""

    id: int
    rank: int
    paper: StoredPaper
    policy: str
    reason: Reason
    value: int = 0
    saved: bool = False
    chat_id: int | None = None
    message_id: int | None = None
    sent: bool = False  # its call was made, so that it may have been seen


@dataclass(frozen=True, slots=True)
class Offer:
    """A topic that a digest offers; `wanted` is whether it is among its reader's topics now."""

    text: str
    wanted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One reader's recommendations of one moment; `receipt` is the last lesson it taught.

    `silent_since` is set where a source had not answered since then when it was chosen;
    `held_back` counts the places left open because nothing else was above the reader's bar;
    `offers` are the topics below the papers, on one day a week.
    """

    id: int
    reader_id: int
    kind: str
    local_date: date
    new_papers: int
    next_due_at: datetime | None
    picks: tuple[Pick, ...]
    receipt: Receipt
    style: str = "digest"
    silent_since: datetime | None = None
    held_back: int = 0
    offers: tuple[Offer, ...] = ()

    def pick(self, pick_id: int) -> Pick:
        """Return one of its picks."""
        return next(pick for pick in self.picks if pick.id == pick_id)

    def with_pick(self, newer: Pick) -> "Digest":
        """Return the digest with one of its picks replaced by a newer state of it."""
        picks = (newer if pick.id == newer.id else pick for pick in self.picks)
        return replace(self, picks=tuple(picks))

    def part(self, pick_id: int) -> "Digest":
        """Return what the message shows that a pick is in."""
        return next(
            p
            for p in self.parts()
            if any(pick.id == pick_id for pick in p.picks)
        )

    def parts(self) -> tuple["Digest", ...]:
        """Return what each of its messages shows: all of it, or in `cards` one pick each."""
        if self.style != "cards":
            return (self,)
        cards = [replace(self, picks=(pick,), offers=()) for pick in self.picks]
        return (
            *cards[:-1],
            *(replace(card, offers=self.offers) for card in cards[-1:]),
        )


def record(
    database: Database,
    reader_id: int,
    choices: Sequence[Choice],
    *,
    kind: str,
    local_date: date,
    new_papers: int,
    feature_version: int | None,
    now: datetime,
    style: str = "digest",
    silent_since: datetime | None = None,
    held_back: int = 0,
    offers: Sequence[str] = (),
) -> Digest:
    """Store a digest; a paper that another digest took meanwhile is left out."""
    with database.write() as session:
        reader = session.scalars(
            select(ReaderRow).where(ReaderRow.id == reader_id).with_for_update()
        ).one()
        session.execute(delete(RecommendationRow).where(*_unasked(reader_id)))
        _free_abandoned(session, reader_id, now)
        ids = [choice.paper_id for choice in choices]
        mine = RecommendationRow.reader_id == reader_id
        held = select(RecommendationRow.paper_id).where(
            mine, RecommendationRow.paper_id.in_(ids)
        )
        taken = set(session.scalars(held))
        row = DigestRow(
            reader_id=reader_id,
            kind=kind,
            local_date=local_date,
            style=style,
            silent_since=silent_since,
            held_back=held_back,
            offers=[*offers],
            new_papers=new_papers,
            next_due_at=reader.next_due_at,
            receipt={},
            created_at=now,
        )
        session.add(row)
        session.flush()
        free = [choice for choice in choices if choice.paper_id not in taken]
        for rank, choice in enumerate(free, start=1):
            session.add(_row(choice, row, rank, feature_version))
        session.flush()
        rows = session.execute(BY_ID, {"digest": row.id}).all()
        return _digest(session, row, [found[1:] for found in rows])


def read(database: Database, digest_id: int) -> Digest | None:
    """Return a digest as it stands now, None where it holds no pick."""
    return _read(database, BY_ID, {"digest": digest_id})


def by_message(
    database: Database, chat_id: int, message_id: int
) -> Digest | None:
    """Return the digest that a message shows."""
    return _read(database, BY_MESSAGE, {"chat": chat_id, "message": message_id})


def by_pick(database: Database, reader_id: int, pick_id: int) -> Digest | None:
    """Return the digest that holds a pick of this reader, None for anybody else's."""
    return _read(database, BY_PICK, {"reader": reader_id, "pick": pick_id})


def sending(database: Database, picks: Sequence[Pick], now: datetime) -> None:
    """Count papers as shown: the call that shows them is about to be made, and may arrive."""
    _mark(database, picks, sent_at=now)


def sent(
    database: Database,
    picks: Sequence[Pick],
    chat_id: int,
    message_id: int,
    now: datetime,
) -> None:
    """Remember which message shows these picks."""
    _mark(database, picks, chat_id=chat_id, message_id=message_id, sent_at=now)


def free(database: Database, picks: Sequence[Pick]) -> None:
    """Take back picks that were never shown."""
    with database.write() as session:
        gone = RecommendationRow.id.in_([pick.id for pick in picks])
        session.execute(delete(RecommendationRow).where(gone))


def discard(database: Database, digest_id: int) -> None:
    """Free the papers of a digest that was never sent."""
    with database.write() as session:
        session.execute(delete(DigestRow).where(DigestRow.id == digest_id))


def store_rating(
    database: Database, digest_id: int, event: RatingEvent, receipt: Receipt
) -> None:
    """Store a rating together with what was learned from it, as one change."""
    with database.write() as session:
        put_rating(database, session, event)
        session.execute(
            update(DigestRow)
            .where(DigestRow.id == digest_id)
            .values(receipt=to_row(receipt))
        )


def store_receipt(database: Database, digest_id: int, receipt: Receipt) -> None:
    """Store what a tap on an offered topic did."""
    with database.write() as session:
        session.execute(
            update(DigestRow)
            .where(DigestRow.id == digest_id)
            .values(receipt=to_row(receipt))
        )


def offered(database: Database, reader_id: int, since: date) -> list[str]:
    """Return the topics that a reader was offered since a day of theirs."""
    lately = (DigestRow.reader_id == reader_id) & (
        DigestRow.local_date >= since
    )
    with database.read() as session:
        rows = session.scalars(select(DigestRow.offers).where(lately)).all()
    return [topic for topics in rows for topic in topics]


def offering(
    database: Database, reader_id: int, digest_id: int
) -> Digest | None:
    """Return a digest by its number, None where it is not this reader's."""
    digest = read(database, digest_id)
    return (
        digest if digest is not None and digest.reader_id == reader_id else None
    )


def asking(database: Database, reader_id: int) -> Digest | None:
    """Return the questions that a reader is in the midst of; None when all were asked."""
    unasked = select(RecommendationRow.digest_id).where(*_unasked(reader_id))
    return _read(
        database, PICKS.where(DigestRow.id.in_(unasked.scalar_subquery())), {}
    )


def _unasked(reader_id: int) -> tuple[ColumnElement[bool], ...]:
    """Say which questions were not asked: another digest frees their papers."""
    mine = RecommendationRow.reader_id == reader_id
    return (
        mine,
        RecommendationRow.policy == ASK,
        RecommendationRow.sent_at.is_(None),
    )


def _free_abandoned(session: Session, reader_id: int, now: datetime) -> None:
    unsent = select(RecommendationRow.digest_id).where(
        RecommendationRow.reader_id == reader_id,
        RecommendationRow.sent_at.is_(None),
    )
    session.execute(
        delete(DigestRow).where(
            DigestRow.id.in_(unsent.scalar_subquery()),
            DigestRow.id.not_in(
                select(DeliveryRow.digest_id).where(DeliveryRow.digest_id > 0)
            ),
            DigestRow.created_at < now - ABANDONED,
        )
    )


def _row(
    choice: Choice, digest: DigestRow, rank: int, feature_version: int | None
) -> RecommendationRow:
    return RecommendationRow(
        reader_id=digest.reader_id,
        digest_id=digest.id,
        paper_id=choice.paper_id,
        rank=rank,
        score=choice.score,
        policy=choice.policy,
        popularity=choice.popularity,
        team=choice.team,
        feature_version=feature_version,
        reason=to_row(choice.reason),
    )


def _mark(database: Database, picks: Sequence[Pick], **values: object) -> None:
    with database.write() as session:
        marked = update(RecommendationRow).values(**values)
        session.execute(
            marked.where(RecommendationRow.id.in_([pick.id for pick in picks]))
        )


def _read(
    database: Database, which: Select[*tuple[Any, ...]], named: dict[str, int]
) -> Digest | None:
    with database.read() as session:
        rows = session.execute(which, named).all()
        return (
            _digest(session, rows[0][0], [row[1:] for row in rows])
            if rows
            else None
        )


def _offers(session: Session, row: DigestRow) -> tuple[Offer, ...]:
    """Return the topics that a digest offers, each as it stands now."""
    if not row.offers:
        return ()
    wanted = (TopicRow.reader_id == row.reader_id) & (TopicRow.kind == "wanted")
    keys = set(session.scalars(select(TopicRow.key).where(wanted)))
    return tuple(Offer(text, topic_key(text) in keys) for text in row.offers)


def _digest(session: Session, row: DigestRow, picks: Sequence[Any]) -> Digest:
    """Return the value of a digest's row and its (recommendation, paper, rating, save) rows."""
    return Digest(
        id=row.id,
        reader_id=row.reader_id,
        kind=row.kind,
        local_date=row.local_date,
        new_papers=row.new_papers,
        next_due_at=row.next_due_at,
        receipt=receipt_of(row.receipt),
        style=row.style,
        silent_since=row.silent_since,
        held_back=row.held_back,
        offers=_offers(session, row),
        picks=tuple(
            Pick(
                id=recommendation.id,
                rank=recommendation.rank,
                paper=paper_of(paper),
                policy=recommendation.policy,
                reason=reason_of(recommendation.reason),
                value=value or 0,
                saved=saved_at is not None,
                chat_id=recommendation.chat_id,
                message_id=recommendation.message_id,
                sent=recommendation.sent_at is not None,
            )
            for recommendation, paper, value, saved_at in picks
        ),
    )
