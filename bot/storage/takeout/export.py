"""One reader out of the database, as a document."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.storage.base import Base
from bot.storage.database import Database
from bot.storage.delivery_tables import DigestRow, RecommendationRow
from bot.storage.tables import (
    FollowRow,
    LookupRow,
    PaperRow,
    RatingRow,
    ReaderRow,
    SaveRow,
    SearchRow,
    TasteEditRow,
    TopicRow,
)
from bot.storage.takeout import document
from bot.storage.takeout.document import Known, Takeout
from bot.storage.visible import visible_to

CHUNK = 500
Row = TypeVar("Row", bound=Base)
Entry = TypeVar("Entry")


def gather(database: Database, reader_id: int, now: datetime) -> Takeout:
    """Return everything that is kept of a reader.

    Bundles and deliveries are not in it: they are of use only to the messages they belong to.
    """
    with database.read() as session:
        reader = session.get_one(ReaderRow, reader_id)
        ratings = _mine(session, RatingRow, reader_id, RatingRow.rated_at)
        saves = _mine(session, SaveRow, reader_id, SaveRow.saved_at)
        picks = _mine(
            session, RecommendationRow, reader_id, RecommendationRow.id
        )
        searches = _mine(session, SearchRow, reader_id, SearchRow.id)
        sent = [pick for pick in picks if pick.sent_at is not None]
        telling = dict.fromkeys(
            [r.paper_id for r in ratings] + [s.paper_id for s in saves]
        )
        ids = [*telling, *_others(sent, telling)][: document.MOST]
        known = _papers(session, reader_id, ids, telling)
        place = {paper_id: n for n, paper_id in enumerate(known)}
        return Takeout(
            taken_at=now,
            telegram_id=reader.chat_id,
            since=reader.created_at,
            settings=_entry(document.Settings, reader),
            papers=tuple(known.values()),
            topics=_entries(
                document.Topic, _mine(session, TopicRow, reader_id, TopicRow.id)
            ),
            follows=_entries(
                document.Follow,
                _mine(session, FollowRow, reader_id, FollowRow.id),
            ),
            taste=_entries(
                document.Edit,
                _mine(session, TasteEditRow, reader_id, TasteEditRow.id),
            ),
            ratings=_entries(document.Rated, ratings, place),
            saved=_entries(document.Saved, saves, place),
            links=_entries(
                document.Link,
                _mine(session, LookupRow, reader_id, LookupRow.id),
            ),
            searches=_entries(
                document.Search, [row for row in searches if row.words]
            ),
            digests=_digests(
                _mine(session, DigestRow, reader_id, DigestRow.id), sent, place
            ),
        )


def _mine(
    session: Session,
    model: type[Row],
    reader_id: int,
    order: InstrumentedAttribute[Any],
) -> Sequence[Row]:
    mine = select(model).where(model.reader_id == reader_id)  # type: ignore[attr-defined] # all of these have it
    return session.scalars(mine.order_by(order)).all()


def _others(
    sent: Sequence[RecommendationRow], telling: Mapping[int, None]
) -> list[int]:
    return [pick.paper_id for pick in sent if pick.paper_id not in telling]


def _entry(kind: type[Entry], row: Base, **more: Any) -> Entry:  # noqa: ANN401 - the entry's own
    """Return a row as an entry, whose other fields are named as its columns are."""
    names = [field.name for field in fields(kind) if field.name not in more]  # type: ignore[arg-type] # all are dataclasses
    return kind(**{name: getattr(row, name) for name in names}, **more)


def _entries(
    kind: type[Entry],
    rows: Sequence[Any],
    place: Mapping[int, int] | None = None,
) -> tuple[Entry, ...]:
    """Return rows as entries; with `place` only those whose paper has one."""
    if place is None:
        return tuple(_entry(kind, row) for row in rows[: document.MOST])
    here = [row for row in rows if row.paper_id in place][: document.MOST]
    return tuple(_entry(kind, row, paper=place[row.paper_id]) for row in here)


def _papers(
    session: Session,
    reader_id: int,
    ids: Sequence[int],
    telling: Mapping[int, None],
) -> dict[int, Known]:
    """Return the papers in this order; abstracts only of those that say something of a taste."""
    known = dict[int, Known]()
    for start in range(0, len(ids), CHUNK):
        some = (
            PaperRow.id.in_(ids[start : start + CHUNK]),
            visible_to(reader_id),
        )
        for row in session.scalars(select(PaperRow).where(*some)):
            parts = {name: tuple(getattr(row, name)) for name in document.LISTS}
            abstract = row.abstract if row.id in telling else ""
            known[row.id] = _entry(Known, row, abstract=abstract, **parts)
    return {paper_id: known[paper_id] for paper_id in ids if paper_id in known}


def _digests(
    rows: Sequence[DigestRow],
    sent: Sequence[RecommendationRow],
    place: Mapping[int, int],
) -> tuple[document.Digest, ...]:
    picks: dict[int, list[document.Shown]] = {}
    for pick in sent:
        if pick.paper_id in place:
            shown = _entry(document.Shown, pick, paper=place[pick.paper_id])
            picks.setdefault(pick.digest_id, []).append(shown)
    kept = [row for row in rows if row.id in picks][: document.MOST]
    return tuple(
        _entry(
            document.Digest,
            row,
            picks=tuple(picks[row.id]),
            offers=tuple(row.offers),
        )
        for row in kept
    )
