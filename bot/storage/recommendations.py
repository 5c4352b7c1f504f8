"""Recommendations: papers chosen for a reader, from the choice until they are sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from bot.storage.database import Database
from bot.storage.delivery_tables import (
    ASK,
    SECOND_LOOK,
    WITH_DELIVERY,
    DigestRow,
    RecommendationRow,
)
from bot.storage.digests import Digest, Pick, digest_of, is_unasked
from bot.storage.receipts import Reason, to_row
from bot.storage.tables import ReaderRow

# After this time a digest without a delivery that was never sent is abandoned: its
# process ended in between.
ABANDONED = timedelta(minutes=10)


# The policy of a pick that the owner of a channel did not want to post.
SET_ASIDE = "set-aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A paper to recommend, with everything that must be read back later.

    `team` is the paper's side in a comparison with the most upvoted papers, and empty in
    a digest without one.
    """

    paper_id: int
    score: float
    policy: str
    popularity: float
    reason: Reason
    team: str = ""


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
    offered_by: int | None = None,
) -> Digest:
    """Store a digest of the chosen papers, without those that another digest has.

    `offered_by` is the digest that offered these papers, as they were missed.
    """
    with database.write() as session:
        reader = session.scalars(
            select(ReaderRow).where(ReaderRow.id == reader_id).with_for_update()
        ).one()
        of_reader = RecommendationRow.reader_id == reader_id
        release_papers(session, of_reader, now)

        digest = DigestRow(
            reader_id=reader_id,
            kind=kind,
            local_date=local_date,
            style=style,
            silent_since=silent_since,
            held_back=held_back,
            offers=list(offers),
            offered_by=offered_by,
            new_papers=new_papers,
            next_due_at=reader.next_due_at,
            receipt={},
            created_at=now,
        )
        session.add(digest)
        session.flush()

        available = _available(session, reader_id, choices)
        for rank, choice in enumerate(available, start=1):
            session.add(_row(choice, digest, rank, feature_version))
        session.flush()

        return digest_of(session, digest)


def record_sending(
    database: Database, picks: Sequence[Pick], now: datetime
) -> None:
    """Count picks as shown, since the call that shows them may arrive from now on."""
    _update(database, picks, sent_at=now)


def record_sent(
    database: Database,
    picks: Sequence[Pick],
    chat_id: int,
    message_id: int,
    now: datetime,
) -> None:
    """Record which message shows some picks."""
    _update(
        database, picks, chat_id=chat_id, message_id=message_id, sent_at=now
    )


def last_digests(
    database: Database, reader_id: int, most: int
) -> list[list[int]]:
    """Return the papers of a reader's last digests that were sent, the newest digest first."""
    sent = RecommendationRow.sent_at.is_not(None)
    digests = (
        select(RecommendationRow.digest_id)
        .where(RecommendationRow.reader_id == reader_id, sent)
        .where(RecommendationRow.policy != SET_ASIDE)
        .distinct()
        .order_by(RecommendationRow.digest_id.desc())
        .limit(most)
    )
    papers: dict[int, list[int]] = {}
    with database.read() as session:
        ids = session.scalars(digests).all()
        rows = session.execute(
            select(RecommendationRow.digest_id, RecommendationRow.paper_id)
            .where(RecommendationRow.digest_id.in_(ids), sent)
            .order_by(
                RecommendationRow.digest_id.desc(), RecommendationRow.rank
            )
        )
        for digest_id, paper_id in rows:
            papers.setdefault(digest_id, []).append(paper_id)

    return list(papers.values())


def replace_pick(
    database: Database,
    pick: Pick,
    other: Pick,
    now: datetime,
) -> None:
    """Put the only pick of another digest in the place of a pick, which is never picked again.

    The two change places: the other digest, which nobody is sent, keeps the pick that was set
    aside.
    """
    with database.write() as session:
        row = session.get_one(RecommendationRow, pick.id)
        other_row = session.get_one(RecommendationRow, other.id)
        digest_id, other_digest_id = row.digest_id, other_row.digest_id
        rank = row.rank

        # Two picks of a digest can't have one rank, not even for a moment.
        row.digest_id, row.rank = other_digest_id, other_row.rank + 1
        row.policy, row.sent_at = SET_ASIDE, now
        session.flush()
        other_row.digest_id, other_row.rank = digest_id, rank


def last_papers(database: Database, reader_id: int, most: int) -> list[int]:
    """Return the papers that a reader was sent last as picks, each day's best first."""
    statement = (
        select(RecommendationRow.paper_id)
        .where(
            RecommendationRow.reader_id == reader_id,
            RecommendationRow.sent_at.is_not(None),
            RecommendationRow.policy != ASK,
        )
        .order_by(RecommendationRow.digest_id.desc(), RecommendationRow.rank)
        .limit(most)
    )
    with database.read() as session:
        return list(session.scalars(statement))


def delete_unshown(database: Database, picks: Sequence[Pick]) -> None:
    """Delete picks that were never shown, so that they can be picked again."""
    with database.write() as session:
        session.execute(
            delete(RecommendationRow).where(
                RecommendationRow.id.in_([pick.id for pick in picks])
            )
        )


def release_papers(
    session: Session, of_readers: ColumnElement[bool], now: datetime
) -> None:
    """Delete the picks of some readers that will never be sent.

    These are the papers to ask about that were not asked yet, and abandoned digests.
    """
    session.execute(delete(RecommendationRow).where(is_unasked(of_readers)))

    unsent_ids = select(RecommendationRow.digest_id).where(
        of_readers,
        RecommendationRow.sent_at.is_(None),
    )
    session.execute(
        delete(DigestRow).where(
            DigestRow.id.in_(unsent_ids.scalar_subquery()),
            DigestRow.id.not_in(WITH_DELIVERY),
            DigestRow.created_at < now - ABANDONED,
        )
    )


def _available(
    session: Session, reader_id: int, choices: Sequence[Choice]
) -> list[Choice]:
    """Return the choices whose papers were not picked before, and second looks."""
    picked = select(RecommendationRow.paper_id).where(
        RecommendationRow.reader_id == reader_id,
        RecommendationRow.paper_id.in_([choice.paper_id for choice in choices]),
    )
    picked_ids = set(session.scalars(picked))

    return [
        choice
        for choice in choices
        if choice.policy == SECOND_LOOK or choice.paper_id not in picked_ids
    ]


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


def _update(
    database: Database, picks: Sequence[Pick], **values: object
) -> None:
    statement = (
        update(RecommendationRow)
        .where(RecommendationRow.id.in_([pick.id for pick in picks]))
        .values(**values)
    )

    with database.write() as session:
        session.execute(statement)


def delete_unsent(session: Session, digest_id: int | None) -> None:
    """Delete the unsent picks of a digest, and the digest if nothing of it remains."""
    picks = RecommendationRow.digest_id == digest_id
    session.execute(
        delete(RecommendationRow).where(
            picks, RecommendationRow.sent_at.is_(None)
        )
    )

    remaining = select(RecommendationRow.id).where(picks).limit(1)
    if session.scalar(remaining) is None:
        session.execute(
            delete(DigestRow).where(
                DigestRow.id == digest_id,
                DigestRow.matches == 0,
                DigestRow.missed_since.is_(None),
            )
        )


def of_message(digest_id: int | None, position: int) -> ColumnElement[bool]:
    """Return the condition for the picks in a message: a whole digest, or one card."""
    cards = select(DigestRow.id).where(
        DigestRow.id == digest_id, DigestRow.style == "cards"
    )
    is_whole = RecommendationRow.digest_id.not_in(cards.scalar_subquery())

    return and_(
        RecommendationRow.digest_id == digest_id,
        or_(is_whole, RecommendationRow.rank == position),
    )
