"""Exports everything that is stored of one reader, or of a voter, as a document."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.markup import list_keys
from bot.storage.base import Base
from bot.storage.database import Database
from bot.storage.delivery_tables import DigestRow, RecommendationRow
from bot.storage.group_tables import VoteRow
from bot.storage.reader_tables import EXPORTED
from bot.storage.standing_tables import StandingSearchRow
from bot.storage.tables import (
    FeedRow,
    FollowRow,
    LookupRow,
    PaperRow,
    RatingRow,
    ReaderRow,
    SaveRow,
    SearchRow,
    SubscriptionRow,
    TasteEditRow,
    TopicRow,
)
from bot.storage.takeout import document
from bot.storage.takeout.document import (
    DocumentPaper,
    Takeout,
    VoterTakeout,
)
from bot.storage.visible import visible_to

# How many papers are read at once.
CHUNK = 500

# The place of a card in a chat that nobody knows.
SHARED = "shared"

ORDER_BY = {table.model: table.order for table in EXPORTED}

Row = TypeVar("Row", bound=Base)
Entry = TypeVar("Entry")


def export_reader(database: Database, reader_id: int, now: datetime) -> Takeout:
    """Return everything that is stored of a reader, but for bundles and deliveries.

    Those are of use only to the messages that they belong to.
    """
    with database.read() as session:
        reader = session.get_one(ReaderRow, reader_id)
        ratings = _rows(session, RatingRow, reader_id)
        saves = _rows(session, SaveRow, reader_id)
        picks = _rows(session, RecommendationRow, reader_id)
        searches = _rows(session, SearchRow, reader_id)
        digests = _rows(session, DigestRow, reader_id)
        votes = _votes(session, reader.chat_id)
        sent_picks = [pick for pick in picks if pick.sent_at is not None]

        papers = _papers(
            session, reader_id, (*ratings, *saves, *votes), sent_picks
        )
        places = {paper_id: place for place, paper_id in enumerate(papers)}

        return Takeout(
            taken_at=now,
            telegram_id=reader.chat_id,
            since=reader.created_at,
            settings=_entry(document.Settings, reader),
            papers=tuple(papers.values()),
            topics=_entries(
                document.Topic, _rows(session, TopicRow, reader_id)
            ),
            follows=_entries(
                document.Follow, _rows(session, FollowRow, reader_id)
            ),
            subscriptions=_subscriptions(session, reader),
            taste=_entries(
                document.Edit, _rows(session, TasteEditRow, reader_id)
            ),
            ratings=_paper_entries(document.Rating, ratings, places),
            saved=_paper_entries(document.Save, saves, places),
            votes=_vote_entries(votes, places),
            links=_entries(document.Link, _rows(session, LookupRow, reader_id)),
            searches=_entries(
                document.Search, [search for search in searches if search.words]
            ),
            standing=_entries(
                document.StandingSearch, _standing(session, reader_id)
            ),
            digests=_digests(digests, sent_picks, places),
        )


def export_voter(
    database: Database, user_id: int, now: datetime
) -> VoterTakeout:
    """Return the votes of somebody who never started the bot."""
    with database.read() as session:
        votes = _votes(session, user_id)
        papers = _papers(session, None, votes, ())
        places = {paper_id: place for place, paper_id in enumerate(papers)}

        return VoterTakeout(
            taken_at=now,
            telegram_id=user_id,
            papers=tuple(papers.values()),
            votes=_vote_entries(votes, places),
        )


def _rows(session: Session, model: type[Row], reader_id: int) -> Sequence[Row]:
    """Return a reader's rows of a table, in the order of the document."""
    return session.scalars(
        select(model)
        .where(model.reader_id == reader_id)  # type: ignore[attr-defined] # all exported tables have it
        .order_by(ORDER_BY[model])  # type: ignore[index] # all models are exported ones
    ).all()


def _entry(kind: type[Entry], row: Base, **values: Any) -> Entry:  # noqa: ANN401 - the entry's own
    """Return a row as an entry: the values, and the columns named as its other fields."""
    names = [field.name for field in fields(kind) if field.name not in values]  # type: ignore[arg-type] # all are dataclasses

    return kind(**{name: getattr(row, name) for name in names}, **values)


def _entries(kind: type[Entry], rows: Sequence[Any]) -> tuple[Entry, ...]:
    return tuple(_entry(kind, row) for row in rows[: document.MOST])


def _standing(session: Session, reader_id: int) -> Sequence[StandingSearchRow]:
    """Return the searches that the reader did not stop."""
    rows = _rows(session, StandingSearchRow, reader_id)
    return [row for row in rows if row.stopped_at is None]


def _subscriptions(
    session: Session, reader: ReaderRow
) -> tuple[document.Subscription, ...]:
    """Return a reader's lists; who chose none has read Daily Papers from the beginning."""
    rows = _rows(session, SubscriptionRow, reader.id)
    if not rows:
        daily = document.Subscription(
            key=list_keys.DAILY, created_at=reader.created_at
        )
        return (daily,)

    feed_ids = [row.feed_id for row in rows if row.feed_id is not None]
    feeds = session.scalars(select(FeedRow).where(FeedRow.id.in_(feed_ids)))
    addresses = {feed.id: feed.address for feed in feeds}

    return tuple(
        _entry(
            document.Subscription,
            row,
            address=addresses.get(row.feed_id or 0, ""),
        )
        for row in rows
    )


def _paper_entries(
    kind: type[Entry], rows: Sequence[Any], places: Mapping[int, int]
) -> tuple[Entry, ...]:
    """Return rows about papers as entries, without those whose paper has no place."""
    rows = [row for row in rows if row.paper_id in places]

    return tuple(
        _entry(kind, row, paper=places[row.paper_id])
        for row in rows[: document.MOST]
    )


def _votes(session: Session, user_id: int) -> dict[VoteRow, str]:
    """Return the votes of a person, the oldest first, each with the place of its card."""
    statement = (
        select(VoteRow, ReaderRow.kind)
        .outerjoin(ReaderRow, ReaderRow.id == VoteRow.group_id)
        .where(VoteRow.user_id == user_id)
        .order_by(VoteRow.voted_at, VoteRow.id)
    )
    return {vote: kind or SHARED for vote, kind in session.execute(statement)}


def _vote_entries(
    votes: Mapping[VoteRow, str], places: Mapping[int, int]
) -> tuple[document.Vote, ...]:
    entries = [
        _entry(document.Vote, vote, paper=places[vote.paper_id], place=place)
        for vote, place in votes.items()
        if vote.paper_id in places
    ]
    return tuple(entries[: document.MOST])


def _papers(
    session: Session,
    reader_id: int | None,
    marked: Iterable[RatingRow | SaveRow | VoteRow],
    picks: Iterable[RecommendationRow],
) -> dict[int, DocumentPaper]:
    """Return the papers of rows by id; abstracts only of those rated, saved or voted on."""
    marked_ids = dict.fromkeys(row.paper_id for row in marked)
    other_ids = [
        pick.paper_id for pick in picks if pick.paper_id not in marked_ids
    ]
    ids = [*marked_ids, *other_ids][: document.MOST]

    papers: dict[int, DocumentPaper] = {}
    for start in range(0, len(ids), CHUNK):
        rows = session.scalars(
            select(PaperRow).where(
                PaperRow.id.in_(ids[start : start + CHUNK]),
                visible_to(reader_id),
            )
        )
        for row in rows:
            papers[row.id] = _entry(
                DocumentPaper,
                row,
                abstract=row.abstract if row.id in marked_ids else "",
                **{name: tuple(getattr(row, name)) for name in document.LISTS},
            )

    return {
        paper_id: papers[paper_id] for paper_id in ids if paper_id in papers
    }


def _digests(
    rows: Sequence[DigestRow],
    sent_picks: Sequence[RecommendationRow],
    places: Mapping[int, int],
) -> tuple[document.Digest, ...]:
    """Return the digests that have a sent pick."""
    picks: dict[int, list[document.ShownPick]] = {}
    for pick in sent_picks:
        if pick.paper_id in places:
            entry = _entry(
                document.ShownPick, pick, paper=places[pick.paper_id]
            )
            picks.setdefault(pick.digest_id, []).append(entry)

    sent_digests = [row for row in rows if row.id in picks]
    return tuple(
        _entry(
            document.Digest,
            row,
            picks=tuple(picks[row.id]),
            offers=tuple(row.offers),
        )
        for row in sent_digests[: document.MOST]
    )
