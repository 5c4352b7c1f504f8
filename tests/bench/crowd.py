"""Fills a PostgreSQL with papers and with any number of readers who rate by their tastes."""

from contextlib import closing
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert, literal, select, text
from sqlalchemy.sql import func

from bot.picks import fitting
from bot.schedule.due import EVERY_DAY
from bot.storage import papers, schema
from bot.storage.database import Database
from bot.storage.tables import ReaderRow
from recommender.arrays import Floats, Rows
from tests.bench.serving import NOW, corpus

# All readers are due at nine in the morning of today.
DUE_AT = NOW.replace(hour=9, minute=0, second=0, microsecond=0)
WEEK = timedelta(days=7)

# Fewest and most ratings of a reader, and the share of likes among them.
FEWEST_RATINGS = 10
MOST_RATINGS = 30
LIKES = 0.7

# How many tastes a reader has: each is a paper, and likes are among so many papers nearest to it.
TASTES = 2
NEIGHBOURS = 60

# Ratings are of the last days, as many as these.
RATED_DAYS = 90

# Readers whose ratings are drawn and written at once.
CHUNK = 20_000

SEED = 16

COPY = "COPY ratings (reader_id, paper_id, value, rated_at, origin) FROM STDIN"


@dataclass(frozen=True, slots=True)
class Ratings:
    """Drawn ratings, no two of a reader of one paper, (n_ratings,)."""

    reader_ids: NDArray[np.int64]
    rows: Rows
    values: NDArray[np.int64]
    days: NDArray[np.int64]


def fill(url: str) -> None:
    """Store the papers of the benches, with their features."""
    with closing(Database(url)) as database:
        schema.migrate(database)
        papers.store(database, corpus())
        fitting.fit(database, NOW)


def nearest_papers(cosines: Floats) -> Rows:
    """Return the papers nearest to each, (n_papers, n_neighbours)."""
    # Paper by paper, as a matrix of places would take twice the room of the cosines.
    return np.array(
        [np.argpartition(-row, NEIGHBOURS)[:NEIGHBOURS] for row in cosines]
    )


def add_readers(
    database: Database, n: int, paper_ids: NDArray[np.int64], nearest: Rows
) -> int:
    """Add n readers with ids from 1 on, and their ratings; return how many ratings.

    `nearest` (n_papers, n_neighbours) are the papers that somebody may like beside a paper.
    """
    with database.write() as session:
        _insert_readers(session, n)
        # Whatever is drawn here refers to what is there: to look that up takes longest.
        for name in ("reader_id_readers", "paper_id_papers"):
            constraint = f"fk_ratings_{name}"
            session.execute(
                text(f"ALTER TABLE ratings DROP CONSTRAINT {constraint}")
            )

    total = 0
    for first in range(1, n + 1, CHUNK):
        reader_ids = np.arange(first, min(first + CHUNK, n + 1))
        rng = np.random.default_rng([SEED, first])
        ratings = draw(rng, reader_ids, nearest)
        _copy(database, ratings, paper_ids)
        total += len(ratings.rows)

    options = {"isolation_level": "AUTOCOMMIT"}
    with database.engine.connect().execution_options(**options) as connection:
        connection.execute(text("VACUUM ANALYZE readers, ratings"))
    return total


def draw(
    rng: np.random.Generator, reader_ids: NDArray[np.int64], nearest: Rows
) -> Ratings:
    """Draw ratings: likes near a reader's tastes, dislikes anywhere."""
    n_papers = len(nearest)
    tastes = rng.integers(0, n_papers, (len(reader_ids), TASTES))
    counts = rng.integers(FEWEST_RATINGS, MOST_RATINGS + 1, len(reader_ids))
    readers = np.repeat(np.arange(len(reader_ids)), counts)
    n = len(readers)

    taste = tastes[readers, rng.integers(0, TASTES, n)]
    liked = nearest[taste, rng.integers(0, nearest.shape[1], n)]
    is_like = rng.random(n) < LIKES
    rows = np.where(is_like, liked, rng.integers(0, n_papers, n))

    # The first rating of each paper.
    _, first = np.unique(readers * n_papers + rows, return_index=True)
    return Ratings(
        reader_ids=reader_ids[readers[first]],
        rows=rows[first],
        values=np.where(is_like, 1, -1)[first],
        days=rng.integers(0, RATED_DAYS, n)[first],
    )


def _insert_readers(session: Any, n: int) -> None:
    number = func.generate_series(1, n).column_valued("number")
    values: dict[str, Any] = {
        "chat_id": number,
        "at": literal(time(9)),
        "weekdays": literal(EVERY_DAY),
        "next_due_at": literal(DUE_AT),
        "weekly_due_at": literal(DUE_AT + WEEK),
        "created_at": literal(DUE_AT - WEEK),
    }
    statement = select(*values.values())
    session.execute(insert(ReaderRow).from_select(list(values), statement))


def _copy(
    database: Database, ratings: Ratings, paper_ids: NDArray[np.int64]
) -> None:
    moments = [
        (DUE_AT - timedelta(days=day)).isoformat() for day in range(RATED_DAYS)
    ]
    lines = [
        f"{reader}\t{paper}\t{value}\t{moments[day]}\tpick\n"
        for reader, paper, value, day in zip(
            ratings.reader_ids.tolist(),
            paper_ids[ratings.rows].tolist(),
            ratings.values.tolist(),
            ratings.days.tolist(),
            strict=True,
        )
    ]
    with database.write() as session:
        driver: Any = session.connection().connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(COPY) as copy:
            copy.write("".join(lines))
