"""Takes what a reader brings into storage, in a process of its own: nobody else's tap waits."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot import concurrency
from bot.errors import Failure
from bot.picks import fitting
from bot.sources import records
from bot.storage import (
    deliveries,
    features,
    feedback,
    imports,
    own,
    papers,
    readers,
)
from bot.storage.database import Database
from bot.storage.takeout import document as takeout
from bot.storage.takeout.restore import RestoredCounts, restore_reader
from recommender.papers import Paper

# Papers that get their vectors in one transaction.
AT_ONCE = 250
# Seconds between two transactions: SQLite's waiting writers look every tenth of a second.
BREATH = 0.11
# Seconds; the largest file takes ten.
PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of a file: its bundle, and how many papers were in it."""

    bundle_id: int
    papers: int


async def document(
    database: Database,
    reader_id: int,
    content: bytes,
    now: datetime,
    *,
    replace: bool,
) -> RestoredCounts:
    """Take a reader's document in; raise a lasting Failure, saying where it is wrong."""
    said = await _apart(
        database, reader_id, now, content, kind="document", replace=replace
    )
    return RestoredCounts(**said["counts"])


async def bundle(
    database: Database, reader_id: int, found: Sequence[Paper], now: datetime
) -> Brought:
    """Like the papers of a reader's own file."""
    rows = json.dumps([records.row_of(paper) for paper in found]).encode()
    return Brought(
        **await _apart(database, reader_id, now, rows, kind="bundle")
    )


async def _apart(
    database: Database,
    reader_id: int,
    now: datetime,
    content: bytes,
    **more: object,
) -> dict[str, Any]:
    url = database.url.render_as_string(hide_password=False)
    order = {"url": url, "reader": reader_id, "now": now.isoformat(), **more}
    told = json.dumps(order).encode() + b"\n" + content
    said = await concurrency.answer(
        __name__, message=told, patience=PATIENCE, shows_errors=True
    )
    if said is None:
        raise Failure("a file could not be taken in")
    row: dict[str, Any] = json.loads(said)
    if "failure" in row:
        raise Failure(row["failure"], passing=row["passing"])
    return row


def run(
    database: Database, order: dict[str, Any], content: bytes
) -> dict[str, Any]:
    """Do what an order says; return what came of it, as JSON can tell it."""
    now = datetime.fromisoformat(order["now"])
    try:
        if order["kind"] == "document":
            replace = order["replace"]
            return {
                "counts": _document(
                    database, order["reader"], content, now, replace=replace
                )
            }
        found = [records.paper_of(row) for row in json.loads(content)]
        return asdict(_bundle(database, order["reader"], found, now))
    except Failure as failure:
        return {"failure": str(failure), "passing": failure.passing}


def _document(
    database: Database,
    reader_id: int,
    content: bytes,
    now: datetime,
    *,
    replace: bool,
) -> dict[str, int]:
    taken = takeout.without_future_dates(takeout.read(content), now)
    counts = restore_reader(database, reader_id, taken, replace=replace)
    deliveries.reschedule(database, reader_id, now)
    reader = readers.by_id(database, reader_id)
    if reader is not None:
        said = feedback.of_reader(database, reader_id, reader.zone, now.date())
        _cover(
            database, reader_id, [rating.paper_id for rating in said.ratings]
        )
    return asdict(counts)


def _bundle(
    database: Database, reader_id: int, found: Sequence[Paper], now: datetime
) -> Brought:
    ids = list(dict.fromkeys(own.import_papers(database, reader_id, found)))
    bundle = imports.like(database, reader_id, ids, "file", now)
    _cover(database, reader_id, ids)
    return Brought(bundle.id, len(ids))


def _cover(database: Database, reader_id: int, ids: Sequence[int]) -> None:
    """Give papers their vectors: the next picks are to know them."""
    newest = features.newest(database)
    model = features.model(database, newest.id) if newest else None
    if newest is not None and model is not None:
        stored = papers.by_ids(database, ids, reader_id)
        fitting.cover(
            database, newest.id, model, list(stored.values()), AT_ONCE
        )


def main() -> None:
    """Run the order of the standard input's first line on what follows it."""
    concurrency.end_with_parent()
    order = json.loads(sys.stdin.buffer.readline())
    database = Database(order["url"], BREATH)
    said = run(database, order, sys.stdin.buffer.read())
    database.close()
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
