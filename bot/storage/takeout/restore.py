"""Restores a reader's document into the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.storage import own, paper_rows, standing
from bot.storage.database import Database
from bot.storage.delivery_tables import DigestRow, RecommendationRow
from bot.storage.feedback import MOST_TOPICS, topic_key
from bot.storage.follows import MOST as MOST_FOLLOWS
from bot.storage.follows import fits
from bot.storage.reader_tables import FEEDBACK
from bot.storage.standing_tables import StandingSearchRow
from bot.storage.subscriptions import Limits
from bot.storage.tables import (
    FollowRow,
    LookupRow,
    RatingRow,
    ReaderRow,
    SaveRow,
    TasteEditRow,
    TopicRow,
)
from bot.storage.takeout import document
from bot.storage.takeout.document import Takeout
from bot.storage.takeout.restore_sources import restore_sources
from bot.storage.taste import LONGEST as LONGEST_WORD
from bot.storage.taste import MOST as MOST_EDITS
from recommender.papers import Paper, author_key

# How many rows are written at once.
CHUNK = 500

# The columns of a row by their names.
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoredCounts:
    """How many entries of a document were new, by the fields of `erasure.DataCounts`."""

    ratings: int
    topics: int
    follows: int
    sources: int
    edits: int
    saved: int
    shown: int


def restore_reader(
    database: Database,
    reader_id: int,
    takeout: Takeout,
    now: datetime,
    limits: Limits,
    *,
    replace: bool,
) -> RestoredCounts:
    """Add a document's entries to a reader's feedback; with `replace` in its place.

    Of two entries about one thing the later one holds. Settings are restored only with
    `replace`; the papers shown so far stay shown in any case. The document's papers
    become the reader's own. Sources are restored as far as the limits have room.
    """
    sources = restore_sources(
        database, reader_id, takeout.subscriptions, now, limits, replace=replace
    )
    papers = [_paper(entry) for entry in takeout.papers]

    while True:
        ids = own.import_papers(database, reader_id, papers)

        with database.write() as session:
            database.take_turns(session, "papers")
            if paper_rows.existing_ids(session, ids) == ids:
                return _restore(
                    database,
                    session,
                    reader_id,
                    takeout,
                    ids,
                    sources=sources,
                    replace=replace,
                )
        # A source listed some of the papers in between, which the next round finds.


def _restore(
    database: Database,
    session: Session,
    reader_id: int,
    takeout: Takeout,
    paper_ids: Sequence[int],
    *,
    sources: int,
    replace: bool,
) -> RestoredCounts:
    """Restore all but the sources, of which the number is in the result."""
    reader = session.get_one(ReaderRow, reader_id, with_for_update=True)
    if replace:
        _replace_settings(session, reader, takeout)

    writer = _ReaderWriter(database, session, reader_id)
    writer.insert(LookupRow, writer.without_known_links(takeout.links))
    searches = _searches(takeout, standing.last_paper_id(session))
    writer.insert(
        StandingSearchRow,
        writer.within_limit(StandingSearchRow, searches, standing.MOST),
    )

    return RestoredCounts(
        ratings=writer.upsert(
            RatingRow,
            _ratings(takeout, paper_ids),
            key="paper_id",
            changed_at="rated_at",
        ),
        topics=writer.insert(
            TopicRow,
            writer.within_limit(TopicRow, _topics(takeout), MOST_TOPICS),
        ),
        follows=writer.insert(
            FollowRow,
            writer.within_limit(FollowRow, _follows(takeout), MOST_FOLLOWS),
        ),
        sources=sources,
        edits=writer.upsert(
            TasteEditRow, _edits(takeout), key="term", changed_at="edited_at"
        ),
        saved=writer.insert(SaveRow, _saves(takeout, paper_ids)),
        shown=writer.insert_digests(takeout.digests, paper_ids),
    )


@dataclass(frozen=True, slots=True)
class _ReaderWriter:
    """Writes rows of one reader within a transaction."""

    database: Database
    session: Session
    reader_id: int

    def insert(self, model: type[Any], rows: Sequence[Values]) -> int:
        """Insert the rows that are new; return how many."""
        statement = (
            self.database.insert(model)
            .on_conflict_do_nothing()
            .returning(model.reader_id)
        )
        return len(self._execute(statement, rows))

    def upsert(
        self,
        model: type[Any],
        rows: Sequence[Values],
        *,
        key: str,
        changed_at: str,
    ) -> int:
        """Insert rows, or update those with the same key that changed earlier.

        Return how many were written and not taken back.
        """
        if not rows:
            return 0

        insert = self.database.insert(model)
        statement = insert.on_conflict_do_update(
            index_elements=["reader_id", key],
            set_={
                name: insert.excluded[name] for name in rows[0] if name != key
            },
            where=getattr(model, changed_at) < insert.excluded[changed_at],
        ).returning(model.value)

        return sum(value != 0 for value in self._execute(statement, rows))

    def within_limit(
        self, model: type[Any], rows: Sequence[Values], most: int
    ) -> Sequence[Values]:
        """Return the rows that are new, as many as the limit for a reader leaves room for."""
        present_keys = set(
            self.session.scalars(
                select(model.key).where(model.reader_id == self.reader_id)
            )
        )
        new_rows = [row for row in rows if row["key"] not in present_keys]

        return new_rows[: max(most - len(present_keys), 0)]

    def without_known_links(
        self, links: Iterable[document.Link]
    ) -> Sequence[Values]:
        """Return the links that are new as rows, all of them looked up already."""
        lookups = self.session.execute(
            select(LookupRow.reference, LookupRow.asked_at).where(
                LookupRow.reader_id == self.reader_id
            )
        )
        present = {(reference, asked_at) for reference, asked_at in lookups}

        return [
            {**asdict(link), "done_at": link.asked_at}
            for link in links
            if (link.reference, link.asked_at) not in present
        ]

    def insert_digests(
        self, digests: Iterable[document.Digest], paper_ids: Sequence[int]
    ) -> int:
        """Insert digests with the papers that were not shown yet; return how many papers.

        Their reasons are left out, because they name rows of another database.
        """
        shown_ids = set(
            self.session.scalars(
                select(RecommendationRow.paper_id).where(
                    RecommendationRow.reader_id == self.reader_id
                )
            )
        )

        picks_by_digest: list[tuple[DigestRow, Sequence[Values]]] = []
        for digest in digests:
            new_picks = {
                paper_ids[pick.paper]: pick
                for pick in digest.picks
                if paper_ids[pick.paper] not in shown_ids
            }
            if not new_picks:
                continue

            shown_ids |= new_picks.keys()
            picks = [
                {"paper_id": paper_id, "rank": rank, **_pick(pick)}
                for rank, (paper_id, pick) in enumerate(
                    new_picks.items(), start=1
                )
            ]
            picks_by_digest.append((self._digest_row(digest), picks))

        self.session.add_all([row for row, _ in picks_by_digest])
        self.session.flush()

        return self.insert(
            RecommendationRow,
            [
                {"digest_id": row.id, **pick}
                for row, picks in picks_by_digest
                for pick in picks
            ],
        )

    def _digest_row(self, digest: document.Digest) -> DigestRow:
        values = asdict(digest)
        del values["picks"], values["offers"]

        return DigestRow(
            reader_id=self.reader_id,
            receipt={},
            offers=list(digest.offers),
            **values,
        )

    def _execute(self, statement: Any, rows: Sequence[Values]) -> list[Any]:  # noqa: ANN401 - of either database
        """Execute an INSERT for rows of the reader; return what it returns for each."""
        results: list[Any] = []
        for start in range(0, len(rows), CHUNK):
            chunk = [
                {"reader_id": self.reader_id, **row}
                for row in rows[start : start + CHUNK]
            ]
            # Not with `values`: building so long a statement takes long, and the
            # database is locked meanwhile.
            results += self.session.scalars(statement, chunk)

        return results


def _replace_settings(
    session: Session, reader: ReaderRow, takeout: Takeout
) -> None:
    """Delete a reader's feedback, and set the document's settings."""
    for model in FEEDBACK:
        session.execute(delete(model).where(model.reader_id == reader.id))

    for name, value in asdict(takeout.settings).items():
        setattr(reader, name, value)


def _paper(entry: document.DocumentPaper) -> Paper:
    return Paper(**asdict(entry), source=own.IMPORTED)


def _ratings(takeout: Takeout, paper_ids: Sequence[int]) -> list[Values]:
    """Return the rows of ratings, the latest one of each paper."""
    rows: dict[int, Values] = {}
    for rating in sorted(takeout.ratings, key=lambda rating: rating.rated_at):
        paper_id = paper_ids[rating.paper]
        rows[paper_id] = {**_without_paper(rating), "paper_id": paper_id}

    return list(rows.values())


def _saves(takeout: Takeout, paper_ids: Sequence[int]) -> list[Values]:
    return [
        {**_without_paper(save), "paper_id": paper_ids[save.paper]}
        for save in takeout.saved
    ]


def _topics(takeout: Takeout) -> list[Values]:
    """Return the rows of topics, the first one of each key."""
    rows: dict[str, Values] = {}
    for topic in takeout.topics:
        key = topic_key(topic.text)
        if key and key not in rows:
            rows[key] = {**asdict(topic), "key": key}

    return list(rows.values())


def _follows(takeout: Takeout) -> list[Values]:
    """Return the rows of followed authors, the first one of each key."""
    rows: dict[str, Values] = {}
    for follow in takeout.follows:
        key = author_key(follow.author)
        if fits(follow.author) and key not in rows:
            rows[key] = {**asdict(follow), "key": key}

    return list(rows.values())


def _searches(takeout: Takeout, last_id: int) -> list[Values]:
    """Return the rows of standing searches, for which all papers stored so far are old."""
    rows: dict[str, Values] = {}
    for search in takeout.standing:
        key = standing.key_of(search.words)
        if key:
            values = {**asdict(search), "key": key, "matched_id": last_id}
            rows.setdefault(key, values)

    return list(rows.values())


def _edits(takeout: Takeout) -> list[Values]:
    """Return the rows of moved words, the latest change of each."""
    edits = {
        edit.term: edit
        for edit in sorted(takeout.taste, key=lambda edit: edit.edited_at)
    }
    rows: list[Values] = [
        asdict(edit)
        for edit in edits.values()
        if len(edit.term.encode()) <= LONGEST_WORD
    ]
    return rows[-MOST_EDITS:]


def _pick(pick: document.ShownPick) -> Values:
    values = _without_paper(pick)
    del values["rank"]

    return {**values, "reason": {}, "feature_version": None}


def _without_paper(entry: Any) -> dict[str, Any]:  # noqa: ANN401 - any entry about a paper
    """Return the values of an entry, but for the place of its paper."""
    values = asdict(entry)
    del values["paper"]

    return values
