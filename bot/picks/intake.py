"""Stores what a reader's file contains, in a child process so that nobody else's tap waits."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from bot import concurrency
from bot.errors import Failure
from bot.picks import fitting, source_names
from bot.sources import records
from bot.storage import (
    deliveries,
    features,
    feedback,
    imports,
    own,
    readers,
)
from bot.storage import papers as paper_store
from bot.storage.database import Database
from bot.storage.subscriptions import Limits
from bot.storage.takeout import document as takeout
from bot.storage.takeout.restore import RestoredCounts, restore_reader
from recommender.papers import Paper

# Papers that get their vectors in one transaction.
CHUNK = 250

# Seconds between two transactions: SQLite's waiting writers look every tenth of a second.
PAUSE = 0.11

# Seconds; the largest file takes ten.
PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Import:
    """The bundle that a file became, and how many different papers it contained."""

    bundle_id: int
    papers: int


async def restore_document(
    database: Database,
    reader_id: int,
    content: bytes,
    now: datetime,
    limits: Limits,
    *,
    replace: bool,
) -> RestoredCounts:
    """Restore a reader's exported data, beside what they said here or in place of it.

    Sources come back as far as the limits have room.

    Raises a lasting Failure that says where a document is wrong.
    """
    answer = await _run_apart(
        database,
        {
            "kind": "document",
            "reader": reader_id,
            "now": now.isoformat(),
            "limits": _limits_adapter().dump_python(limits, mode="json"),
            "replace": replace,
        },
        content,
    )
    return RestoredCounts(**answer["counts"])


async def like_papers(
    database: Database,
    reader_id: int,
    papers: Sequence[Paper],
    now: datetime,
) -> Import:
    """Store the papers of a reader's own file, and like them."""
    rows = [records.row_of(paper) for paper in papers]
    answer = await _run_apart(
        database,
        {"kind": "bundle", "reader": reader_id, "now": now.isoformat()},
        json.dumps(rows).encode(),
    )
    return Import(**answer)


def run(
    database: Database, order: dict[str, Any], content: bytes
) -> dict[str, Any]:
    """Carry out an order in the child process; return its outcome in values of JSON."""
    reader_id = order["reader"]
    now = datetime.fromisoformat(order["now"])
    try:
        if order["kind"] == "document":
            counts = _restore_document(
                database,
                reader_id,
                content,
                now,
                _limits_adapter().validate_python(order["limits"]),
                replace=order["replace"],
            )
            return {"counts": asdict(counts)}
        papers = [records.paper_of(row) for row in json.loads(content)]
        return asdict(_like_papers(database, reader_id, papers, now))
    except Failure as failure:
        return {"failure": str(failure), "passing": failure.passing}


async def _run_apart(
    database: Database, order: dict[str, object], content: bytes
) -> dict[str, Any]:
    """Have a child process carry out an order; return its outcome or raise its Failure.

    The order is the first line that the child reads, the content of the file follows.
    """
    url = database.url.render_as_string(hide_password=False)
    first_line = json.dumps({"url": url, **order}).encode() + b"\n"
    answer = await concurrency.answer(
        __name__,
        message=first_line + content,
        patience=PATIENCE,
        shows_errors=True,
    )
    if answer is None:
        raise Failure("a file could not be taken in")
    outcome: dict[str, Any] = json.loads(answer)
    if "failure" in outcome:
        raise Failure(outcome["failure"], passing=outcome["passing"])
    return outcome


def _restore_document(
    database: Database,
    reader_id: int,
    content: bytes,
    now: datetime,
    limits: Limits,
    *,
    replace: bool,
) -> RestoredCounts:
    document = takeout.without_future_dates(takeout.read(content), now)
    counts = restore_reader(
        database,
        reader_id,
        source_names.with_existing_sources(document),
        now,
        limits,
        replace=replace,
    )
    deliveries.reschedule(database, reader_id, now)
    reader = readers.by_id(database, reader_id)
    if reader is not None:
        past = feedback.of_reader(database, reader_id, reader.zone, now.date())
        rated_ids = [rating.paper_id for rating in past.ratings]
        _cover(database, reader_id, rated_ids)
    return counts


def _like_papers(
    database: Database, reader_id: int, papers: Sequence[Paper], now: datetime
) -> Import:
    ids = list(dict.fromkeys(own.import_papers(database, reader_id, papers)))
    bundle = imports.like(database, reader_id, ids, "file", now)
    _cover(database, reader_id, ids)
    return Import(bundle.id, len(ids))


def _cover(database: Database, reader_id: int, ids: Sequence[int]) -> None:
    """Give papers vectors now, so that the next picks know them."""
    newest = features.newest(database)
    model = features.model(database, newest.id) if newest else None
    if newest is None or model is None:
        return
    stored = paper_store.by_ids(database, ids, reader_id)
    fitting.cover(
        database, newest.id, model, list(stored.values()), chunk=CHUNK
    )


@cache
def _limits_adapter() -> TypeAdapter[Limits]:
    return TypeAdapter(Limits)


def main() -> None:
    """Carry out the order in the first line of the standard input on what follows it."""
    concurrency.end_with_parent()
    order = json.loads(sys.stdin.buffer.readline())
    database = Database(order["url"], PAUSE)
    outcome = run(database, order, sys.stdin.buffer.read())
    database.close()
    json.dump(outcome, sys.stdout)


if __name__ == "__main__":
    main()
