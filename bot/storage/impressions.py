"""What became of the papers that were shown to a reader, and why each was."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select

from bot.storage.database import Database
from bot.storage.delivery_tables import ASK, DigestRow, RecommendationRow
from bot.storage.receipts import Reason, reason_of
from bot.storage.tables import RatingRow, SaveRow


@dataclass(frozen=True, slots=True)
class Impression:
    """A paper shown on a day: by what right, what is said of it, and whether it was touched.

    `team` is its side of the proof, empty on a day without one; `tapped` is whether it was rated
    or saved, also if that was taken back.
    """

    digest_id: int
    day: date
    policy: str
    team: str
    value: int
    tapped: bool

    @property
    def liked(self) -> bool:
        """Tell whether it is liked now."""
        return self.value > 0


def of_reader(database: Database, reader_id: int) -> list[Impression]:
    """Return what a reader was shown, the oldest first; questions are no picks."""
    of_it = (
        and_(
            model.reader_id == RecommendationRow.reader_id,
            model.paper_id == RecommendationRow.paper_id,
        )
        for model in (RatingRow, SaveRow)
    )
    shown = (
        select(
            RecommendationRow.digest_id,
            DigestRow.local_date,
            RecommendationRow.policy,
            RecommendationRow.team,
            RatingRow.value,
            SaveRow.saved_at,
        )
        .join(DigestRow, DigestRow.id == RecommendationRow.digest_id)
        .outerjoin(RatingRow, next(of_it))
        .outerjoin(SaveRow, next(of_it))
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
                digest,
                day,
                policy,
                team,
                value or 0,
                value is not None or saved is not None,
            )
            for digest, day, policy, team, value, saved in session.execute(
                shown
            )
        ]


def ratings(database: Database, reader_id: int) -> list[tuple[datetime, int]]:
    """Return when a reader rated papers, and how: 1 or −1."""
    said = select(RatingRow.rated_at, RatingRow.value).where(
        RatingRow.reader_id == reader_id, RatingRow.value != 0
    )
    with database.read() as session:
        return [(at, value) for at, value in session.execute(said)]


def expected(
    database: Database, reader_id: int, since: date
) -> list[tuple[float, bool]]:
    """Return what share of likes was expected of each pick sent after a day, and if it is liked.

    Picks of which nothing was expected, such as those of followed authors, are left out.
    """
    sent = (
        select(RecommendationRow.reason, RatingRow.value)
        .join(DigestRow, DigestRow.id == RecommendationRow.digest_id)
        .outerjoin(
            RatingRow,
            (RatingRow.reader_id == RecommendationRow.reader_id)
            & (RatingRow.paper_id == RecommendationRow.paper_id),
        )
        .where(
            RecommendationRow.reader_id == reader_id,
            RecommendationRow.sent_at.is_not(None),
            DigestRow.local_date > since,
        )
    )
    with database.read() as session:
        return [
            (reason["expected"], value == 1)
            for reason, value in session.execute(sent)
            if "expected" in reason
        ]


def reason(database: Database, reader_id: int, paper_id: int) -> Reason:
    """Return why a paper was recommended to a reader; an empty reason if it never was."""
    mine = (
        RecommendationRow.reader_id == reader_id,
        RecommendationRow.paper_id == paper_id,
    )
    with database.read() as session:
        row = session.scalar(select(RecommendationRow.reason).where(*mine))
    return reason_of(row or {})
