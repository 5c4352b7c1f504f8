"""A reader's document, put into the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.storage import own, paper_rows
from bot.storage.database import Database
from bot.storage.delivery_tables import DigestRow, RecommendationRow
from bot.storage.feedback import MOST_TOPICS, topic_key
from bot.storage.follows import MOST as MOST_FOLLOWED
from bot.storage.follows import fits
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
from bot.storage.taste import LONGEST
from bot.storage.taste import MOST as MOST_MOVED
from recommender.papers import Paper, author_key

CHUNK = 500
SAID = (TopicRow, FollowRow, TasteEditRow, RatingRow, SaveRow)
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How many of a document's entries were new, counted as `leaving.held` counts what is here."""

    ratings: int
    topics: int
    follows: int
    edits: int
    saved: int
    shown: int


def take_in(
    database: Database, reader_id: int, taken: Takeout, *, replace: bool
) -> Taken:
    """Put a document's entries beside a reader's own; with `replace` in their stead.

    Where both speak of one thing the later word holds. Settings are taken over only with
    `replace`; what was shown here stays so in any case. Its papers become the reader's own.
    """
    brought = [_paper(known) for known in taken.papers]
    while True:
        ids = own.bring(database, reader_id, brought)
        with database.write() as session:
            database.take_turns(session, "papers")
            if paper_rows.present(session, ids) == ids:
                return _put(
                    database, session, reader_id, taken, ids, replace=replace
                )
        # A source brought some of them meanwhile: now they are found there.


def _put(
    database: Database,
    session: Session,
    reader_id: int,
    taken: Takeout,
    ids: Sequence[int],
    *,
    replace: bool,
) -> Taken:
    reader = session.get_one(ReaderRow, reader_id, with_for_update=True)
    if replace:
        _make_room(session, reader, taken)
    mine = _Mine(database, session, reader_id)
    mine.put(LookupRow, mine.unknown_links(taken.links))
    return Taken(
        ratings=mine.put(
            RatingRow,
            _ratings(taken, ids),
            ["reader_id", "paper_id"],
            later="rated_at",
        ),
        topics=mine.put(
            TopicRow, mine.at_most(MOST_TOPICS, TopicRow, _topics(taken))
        ),
        follows=mine.put(
            FollowRow, mine.at_most(MOST_FOLLOWED, FollowRow, _follows(taken))
        ),
        edits=mine.put(
            TasteEditRow,
            _edits(taken),
            ["reader_id", "term"],
            later="edited_at",
        ),
        saved=mine.put(SaveRow, _saves(taken, ids)),
        shown=mine.show(taken.digests, ids),
    )


@dataclass(frozen=True, slots=True)
class _Mine:
    """One reader's rows within one transaction."""

    database: Database
    session: Session
    reader_id: int

    def put(
        self,
        model: type[Any],
        rows: Sequence[Values],
        unique: Sequence[str] = (),
        *,
        later: str | None = None,
    ) -> int:
        """Write rows that are new, or with `later` newer by that moment; return how many were.

        A word that was taken back by then is written, and does not count.
        """
        written = 0
        for start in range(0, len(rows), CHUNK):
            some = [
                {"reader_id": self.reader_id, **row}
                for row in rows[start : start + CHUNK]
            ]
            insert, counting = self.database.insert(model), model.reader_id
            if later is None:
                put = insert.on_conflict_do_nothing()
            else:
                counting = model.value
                newer = getattr(model, later) < insert.excluded[later]
                changed = {
                    name: insert.excluded[name]
                    for name in rows[0]
                    if name not in unique
                }
                put = insert.on_conflict_do_update(
                    index_elements=list(unique), set_=changed, where=newer
                )
            # Not by `values`: a statement of that length takes long to write, under the lock.
            put_rows = self.session.scalars(put.returning(counting), some)
            written += sum(row != 0 for row in put_rows)
        return written

    def at_most(
        self, most: int, model: type[Any], rows: Sequence[Values]
    ) -> Sequence[Values]:
        """Return those rows that are not there yet, as many as there is room for."""
        mine = select(model.key).where(model.reader_id == self.reader_id)
        here = set(self.session.scalars(mine))
        new = [row for row in rows if row["key"] not in here]
        return new[: max(most - len(here), 0)]

    def unknown_links(self, links: Iterable[document.Link]) -> Sequence[Values]:
        mine = select(LookupRow.arxiv_id, LookupRow.asked_at)
        rows = self.session.execute(
            mine.where(LookupRow.reader_id == self.reader_id)
        )
        here = {(arxiv_id, asked_at) for arxiv_id, asked_at in rows}
        new = [
            link for link in links if (link.arxiv_id, link.asked_at) not in here
        ]
        return [{**asdict(link), "done_at": link.asked_at} for link in new]

    def show(
        self, digests: Iterable[document.Digest], ids: Sequence[int]
    ) -> int:
        """Record papers as shown, each once; their reasons speak of another instance's rows."""
        mine = select(RecommendationRow.paper_id).where(
            RecommendationRow.reader_id == self.reader_id
        )
        known, rows = (
            set(self.session.scalars(mine)),
            list[tuple[DigestRow, Sequence[Values]]](),
        )
        for digest in digests:
            picks = {
                ids[pick.paper]: pick
                for pick in digest.picks
                if ids[pick.paper] not in known
            }
            known |= picks.keys()
            shown = [
                {"paper_id": paper_id, "rank": rank, **_shown(pick)}
                for rank, (paper_id, pick) in enumerate(picks.items(), start=1)
            ]
            if shown:
                rows.append((self._digest(digest), shown))
        self.session.add_all([row for row, _ in rows])
        self.session.flush()
        return self.put(
            RecommendationRow,
            [
                {"digest_id": row.id, **pick}
                for row, shown in rows
                for pick in shown
            ],
        )

    def _digest(self, digest: document.Digest) -> DigestRow:
        told = {
            name: v
            for name, v in asdict(digest).items()
            if name not in {"picks", "offers"}
        }
        return DigestRow(
            reader_id=self.reader_id,
            receipt={},
            offers=list(digest.offers),
            **told,
        )


def _make_room(session: Session, reader: ReaderRow, taken: Takeout) -> None:
    """Take a reader's own words away, and take over the document's settings."""
    for model in SAID:
        session.execute(delete(model).where(model.reader_id == reader.id))
    for name, value in asdict(taken.settings).items():
        setattr(reader, name, value)


def _paper(known: document.Known) -> Paper:
    return Paper(**asdict(known), source=own.BROUGHT)


def _ratings(taken: Takeout, ids: Sequence[int]) -> list[Values]:
    told: dict[int, Values] = {}
    for rated in sorted(taken.ratings, key=lambda rated: rated.rated_at):
        told[ids[rated.paper]] = {**_rest(rated), "paper_id": ids[rated.paper]}
    return list(told.values())


def _saves(taken: Takeout, ids: Sequence[int]) -> list[Values]:
    return [
        {**_rest(saved), "paper_id": ids[saved.paper]} for saved in taken.saved
    ]


def _topics(taken: Takeout) -> list[Values]:
    keys = {topic_key(topic.text): topic for topic in reversed(taken.topics)}
    return [
        {**asdict(topic), "key": key}
        for key, topic in reversed(keys.items())
        if key
    ]


def _follows(taken: Takeout) -> list[Values]:
    good = [each for each in reversed(taken.follows) if fits(each.author)]
    keys = {author_key(each.author): each for each in good}
    return [
        {**asdict(each), "key": key} for key, each in reversed(keys.items())
    ]


def _edits(taken: Takeout) -> list[Values]:
    told = {
        edit.term: edit
        for edit in sorted(taken.taste, key=lambda edit: edit.edited_at)
    }
    short = [
        edit for edit in told.values() if len(edit.term.encode()) <= LONGEST
    ]
    return [asdict(edit) for edit in short[-MOST_MOVED:]]


def _shown(pick: document.Shown) -> Values:
    told = {n: v for n, v in _rest(pick).items() if n not in {"rank", "reason"}}
    return {**told, "reason": {}, "feature_version": None}


def _rest(entry: Any) -> dict[str, Any]:  # noqa: ANN401 - any entry that names a paper
    return {
        name: value for name, value in asdict(entry).items() if name != "paper"
    }
