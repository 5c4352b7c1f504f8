"""Impressions: papers shown to a reader, why each was picked, and how it was rated."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select, update

from bot.storage.database import Database
from bot.storage.delivery_tables import (
    ASK,
    SECOND_LOOK,
    DigestRow,
    RecommendationRow,
)
from bot.storage.receipts import Reason, reason_of
from bot.storage.tables import RatingRow, SaveRow

IS_RATING_OF_PICK = and_(
    RatingRow.reader_id == RecommendationRow.reader_id,
    RatingRow.paper_id == RecommendationRow.paper_id,
)
IS_SAVE_OF_PICK = and_(
    SaveRow.reader_id == RecommendationRow.reader_id,
    SaveRow.paper_id == RecommendationRow.paper_id,
)


@dataclass(frozen=True, slots=True)
class Impression:
    """A paper that was shown on a day, and its reader's present rating.

    `team` is the paper's side in a comparison with the most upvoted papers, and empty on
    a day without one. `tapped` says whether the paper was ever rated or saved, also if
    its reader took that back.
    """

    digest_id: int
    day: date
    policy: str
    team: str
    value: int
    tapped: bool

    @property
    def liked(self) -> bool:
        """Whether the reader likes the paper now."""
        return self.value > 0


@dataclass(frozen=True, slots=True)
class PassedPick:
    """A pick that its reader left alone, and what was thought of it when it was sent."""

    paper_id: int
    expected: float | None
    popularity: float


def of_reader(database: Database, reader_id: int) -> list[Impression]:
    """Return the picks that were shown to a reader, the oldest first.

    Papers that only asked a new reader for a rating are no picks.
    """
    picks = (
        select(
            RecommendationRow.digest_id,
            DigestRow.local_date,
            RecommendationRow.policy,
            RecommendationRow.team,
            RatingRow.value,
            SaveRow.saved_at,
        )
        .join(DigestRow, DigestRow.id == RecommendationRow.digest_id)
        .outerjoin(RatingRow, IS_RATING_OF_PICK)
        .outerjoin(SaveRow, IS_SAVE_OF_PICK)
        .where(
            RecommendationRow.reader_id == reader_id,
            RecommendationRow.sent_at.is_not(None),
            RecommendationRow.policy != ASK,
        )
        .order_by(DigestRow.local_date, RecommendationRow.id)
    )

    with database.read() as session:
        return [
            Impression(
                digest_id=digest_id,
                day=day,
                policy=policy,
                team=team,
                value=value or 0,
                tapped=value is not None or saved_at is not None,
            )
            for digest_id, day, policy, team, value, saved_at in (
                session.execute(picks)
            )
        ]


@dataclass(frozen=True, slots=True)
class WeekPick:
    """A pick of some days, and what its reader did with it.

    `expected` is the share of likes that was expected of it, or None if nothing was.
    """

    paper_id: int
    value: int
    saved: bool
    opened: bool
    expected: float | None

    @property
    def is_unread(self) -> bool:
        """Whether the reader neither rated nor saved nor opened the paper."""
        return not (self.value or self.saved or self.opened)


def of_days(
    database: Database, reader_id: int, first: date, last: date
) -> list[WeekPick]:
    """Return the picks that were shown on some days, in their order."""
    picks = (
        select(RecommendationRow, RatingRow.value, SaveRow.saved_at)
        .join(DigestRow, DigestRow.id == RecommendationRow.digest_id)
        .outerjoin(RatingRow, IS_RATING_OF_PICK)
        .outerjoin(SaveRow, IS_SAVE_OF_PICK)
        .where(
            RecommendationRow.reader_id == reader_id,
            RecommendationRow.sent_at.is_not(None),
            RecommendationRow.policy != ASK,
            DigestRow.local_date.between(first, last),
        )
        .order_by(RecommendationRow.id)
    )

    with database.read() as session:
        return [
            WeekPick(
                paper_id=pick.paper_id,
                value=value or 0,
                saved=saved_at is not None,
                opened=pick.opened_at is not None,
                expected=pick.reason.get("expected"),
            )
            for pick, value, saved_at in session.execute(picks)
        ]


def record_opened(
    database: Database, reader_id: int, paper_id: int, now: datetime
) -> None:
    """Record that a reader opened a paper, if it is one of their picks."""
    first_opening = (
        update(RecommendationRow)
        .where(
            RecommendationRow.reader_id == reader_id,
            RecommendationRow.paper_id == paper_id,
            RecommendationRow.opened_at.is_(None),
        )
        .values(opened_at=now)
    )
    with database.write() as session:
        session.execute(first_opening)


def ratings(database: Database, reader_id: int) -> list[tuple[datetime, int]]:
    """Return the time and the value, 1 or −1, of each rating of a reader."""
    statement = select(RatingRow.rated_at, RatingRow.value).where(
        RatingRow.reader_id == reader_id, RatingRow.value != 0
    )

    with database.read() as session:
        return [
            (rated_at, value) for rated_at, value in session.execute(statement)
        ]


def expectations(
    database: Database, reader_id: int, since: date
) -> list[tuple[float, bool]]:
    """Return the expected share of likes of each pick sent after a day, and if it is liked.

    Picks without an expectation, such as those of followed authors, are left out.
    """
    picks = (
        select(RecommendationRow.reason, RatingRow.value)
        .join(DigestRow, DigestRow.id == RecommendationRow.digest_id)
        .outerjoin(RatingRow, IS_RATING_OF_PICK)
        .where(
            RecommendationRow.reader_id == reader_id,
            RecommendationRow.sent_at.is_not(None),
            DigestRow.local_date > since,
        )
    )

    with database.read() as session:
        return [
            (reason["expected"], value == 1)
            for reason, value in session.execute(picks)
            if "expected" in reason
        ]


def passed(
    database: Database, reader_id: int, since: date, upto: date
) -> list[PassedPick]:
    """Return the picks of some days that a reader neither rated nor saved, the newest first.

    Those that had a second look already are left out.
    """
    looks = select(RecommendationRow.paper_id).where(
        RecommendationRow.reader_id == reader_id,
        RecommendationRow.policy == SECOND_LOOK,
    )
    picks = (
        select(
            RecommendationRow.paper_id,
            RecommendationRow.popularity,
            RecommendationRow.reason,
        )
        .join(DigestRow, DigestRow.id == RecommendationRow.digest_id)
        .outerjoin(RatingRow, IS_RATING_OF_PICK)
        .outerjoin(SaveRow, IS_SAVE_OF_PICK)
        .where(
            RecommendationRow.reader_id == reader_id,
            RecommendationRow.sent_at.is_not(None),
            RecommendationRow.policy != ASK,
            RecommendationRow.paper_id.not_in(looks),
            DigestRow.local_date.between(since, upto),
            RatingRow.value.is_(None),
            SaveRow.saved_at.is_(None),
        )
        .order_by(RecommendationRow.id.desc())
    )

    with database.read() as session:
        return [
            PassedPick(paper_id, reason.get("expected"), popularity)
            for paper_id, popularity, reason in session.execute(picks)
        ]


def last_second_look(database: Database, reader_id: int) -> date | None:
    """Return the local date of a reader's last second look."""
    statement = (
        select(func.max(DigestRow.local_date))
        .join(RecommendationRow, RecommendationRow.digest_id == DigestRow.id)
        .where(
            RecommendationRow.reader_id == reader_id,
            RecommendationRow.policy == SECOND_LOOK,
        )
    )
    with database.read() as session:
        return session.scalar(statement)


def reason(database: Database, reader_id: int, paper_id: int) -> Reason:
    """Return why a paper was picked for a reader last; an empty reason if it never was."""
    statement = (
        select(RecommendationRow.reason)
        .where(
            RecommendationRow.reader_id == reader_id,
            RecommendationRow.paper_id == paper_id,
        )
        .order_by(RecommendationRow.id.desc())
        .limit(1)
    )

    with database.read() as session:
        row = session.scalar(statement)

    return reason_of(row or {})
