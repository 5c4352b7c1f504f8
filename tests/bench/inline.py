"""Measures inline mode: how long a query takes from its text to the answer, at 10,000 papers."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from telegram import InlineQuery, Update, User

from bot.handlers import inline
from bot.handlers.context import Context
from bot.messages import translation
from bot.messages.translation import Translation
from bot.runtime import Runtime
from bot.sources.endpoints import Endpoints
from bot.storage import feedback, readers
from bot.storage.database import Database
from bot.storage.feedback import RatingEvent
from bot.storage.readers import Reader
from recommender.papers import Paper
from tests.bench.search import (
    NOW,
    ROUNDS,
    SMALL,
    PrintRow,
    create_library,
    queries,
)
from tests.postgres import Cluster

# Ratings of the reader who asks.
N_RATINGS = 100

NOBODY = "http://127.0.0.1:9"


class SilentBot:
    """A bot whose answers go nowhere; counts the results in them."""

    def __init__(self) -> None:
        self.results = 0

    async def answer_inline_query(
        self, results: Sequence[object], **_options: object
    ) -> bool:
        """Take an answer."""
        self.results += len(results)
        return True


@dataclass(frozen=True)
class Asker:
    """What the handler takes of the surroundings of a query."""

    runtime: Runtime
    reader_or_none: Reader | None
    t: Translation


def measure(row: PrintRow, papers: Sequence[Paper]) -> None:
    """Measure queries of a reader and of a stranger on both databases, and print the figures."""
    with tempfile.TemporaryDirectory() as folder, Cluster() as cluster:
        urls = {
            "SQLite": f"sqlite:///{Path(folder) / 'inline.db'}",
            "PostgreSQL": cluster.create_database(),
        }
        for name, url in urls.items():
            with closing(Database(url)) as database:
                measure_database(row, name, database, papers)


def measure_database(
    row: PrintRow, name: str, database: Database, papers: Sequence[Paper]
) -> None:
    """Measure queries in one database."""
    library = create_library(database, papers, SMALL)
    runtime = Runtime(
        database=database,
        endpoints=Endpoints(NOBODY, NOBODY, NOBODY),
        clock=lambda: NOW,
        catalogue=library.catalogue,
    )
    for who, reader in (
        (f"a reader with {N_RATINGS} ratings", create_reader(runtime)),
        ("a stranger", None),
    ):
        asker = Asker(runtime, reader, translation.of("en"))
        texts = ["", "learning", *queries(papers)] * ROUNDS
        times = sorted(asyncio.run(query_times(asker, texts)))
        slow = times[int(0.95 * len(times))]
        row(
            f"an inline query of {who}, {name}",
            f"{statistics.median(times) * 1000:.0f} ms, "
            f"95 % within {slow * 1000:.0f} ms",
        )


def create_reader(runtime: Runtime) -> Reader:
    """Store a reader with ratings and a muted topic."""
    database = runtime.database
    values: dict[str, Any] = {"at": NOW.time(), "created_at": NOW}
    reader = readers.find_or_create(database, 7, values)
    assert reader is not None
    feedback.set_topics(database, reader.id, ["MRI"], "muted", NOW)
    for number, paper in enumerate(runtime.catalogue.papers[:N_RATINGS]):
        feedback.rate(
            database,
            RatingEvent(
                reader_id=reader.id,
                paper_id=paper.id,
                value=1 if number % 3 else -1,
                rated_at=NOW,
                origin="list",
            ),
        )
    return reader


async def query_times(asker: Asker, texts: Sequence[str]) -> list[float]:
    """Return the seconds that the handler takes for each query, the first one aside."""
    bot = SilentBot()
    times = [await query_time(asker, bot, text) for text in [texts[0], *texts]]
    assert bot.results, "nothing was offered"
    return times[1:]


async def query_time(asker: Asker, bot: SilentBot, text: str) -> float:
    """Return the seconds that the handler takes for a query."""
    user = User(7, "Ada", is_bot=False)
    query = InlineQuery("1", user, text, "")
    query.set_bot(cast("Any", bot))
    update = Update(1, inline_query=query)
    start = time.perf_counter()
    await inline.answer(update, cast("Context", asker))
    return time.perf_counter() - start
