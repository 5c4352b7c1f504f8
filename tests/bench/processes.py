"""Measures one, two and four processes of a kind on one machine, as ratios to one."""

import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

from sqlalchemy import delete, insert, select, text

from bot.sandbox.localchat.people import Person
from bot.storage import outbox, signals
from bot.storage.database import Database
from bot.storage.delivery_tables import DeliveryRow
from bot.storage.tables import ReaderRow
from tests.bot_api.server import FaultyServer
from tests.postgres import Cluster
from tests.processes.chaos import rating_buttons
from tests.processes.fleet import TOKEN, Fleet, digests, fill, until

Row = Callable[[str, str], None]

COUNTS = (1, 2, 4)

# Readers to whom digests are sent, and who tap; the taps of each, below what would be a flood.
READERS = 400
TAPS = 3

# Deliveries that are claimed, so many at once as a worker does at the highest send rate.
CLAIMS = 20_000
BATCH = 200
HIGHEST_RATE = "1000"

# Seconds until new processes have read the words of all papers.
SETTLING = 12

NOW = datetime.now(UTC)


def measure(row: Row) -> None:
    """Print the rows for claims, digests and taps, with one process, two and four."""
    with Cluster() as cluster:
        fill(url := cluster.create_database())
        _print(row, "claims a second", measure_claims(url))
        asyncio.run(measure_fleet(row, url))


async def measure_fleet(row: Row, url: str) -> None:
    """Measure sending and tapping with the processes that an operator starts."""
    with (
        tempfile.TemporaryDirectory() as folder,
        FaultyServer(TOKEN, limits=None) as server,
        Fleet(server, url, Path(folder), {"SEND_RATE": HIGHEST_RATE}) as fleet,
    ):
        people = await asyncio.to_thread(fleet.readers, READERS)
        sending = [await _send(fleet, people, n) for n in COUNTS]
        _print(row, "digests a second", sending)
        tapping = [await _tap(fleet, people, n) for n in COUNTS]
        _print(row, "taps a second", tapping)


async def _send(fleet: Fleet, people: Sequence[Person], n: int) -> float:
    """Return how many digests a second n workers send."""
    with fleet.database.write() as session:
        session.execute(delete(DeliveryRow))
    await _start(fleet, "worker", n)
    counts = [len(digests(person)) for person in people]

    def is_sent() -> bool:
        return all(
            len(digests(person)) > count
            for person, count in zip(people, counts, strict=True)
        )

    start = time.perf_counter()
    fleet.make_due(people)
    # As the clock does; without a word, workers look every twenty seconds.
    signals.send(fleet.database, signals.DUE)
    await until(is_sent, 300)
    seconds = time.perf_counter() - start
    _end(fleet)
    return len(people) / seconds


async def _tap(fleet: Fleet, people: Sequence[Person], n: int) -> float:
    """Return how many taps a second n webs take."""
    await _start(fleet, "web", n)
    bot = fleet.server.bots[TOKEN]
    last = {person: digests(person)[-1] for person in people}

    start = time.perf_counter()
    for number in range(TAPS):
        for person, digest in last.items():
            value = 1 if number % 2 else -1
            person.press_data(digest.id, rating_buttons(digest)[value])
    await until(lambda: not len(bot.updates), 300)
    seconds = time.perf_counter() - start
    _end(fleet)
    return TAPS * len(people) / seconds


async def _start(fleet: Fleet, part: str, n: int) -> None:
    await asyncio.gather(*(fleet.started(part) for _ in range(n)))
    await asyncio.sleep(SETTLING)


def _end(fleet: Fleet) -> None:
    for process in fleet.processes:
        process.kill()


def measure_claims(url: str) -> list[float]:
    """Return how many deliveries a second one, two and four processes claim."""
    with closing(Database(url)) as database:
        _insert_readers(database)
        rates = []
        for n in COUNTS:
            _insert_deliveries(database)
            rates.append(CLAIMS / _claim_all(url, n))
        with database.write() as session:
            session.execute(delete(ReaderRow))
    return rates


def _insert_readers(database: Database) -> None:
    rows = [
        {"chat_id": number + 1, "name": "", "at": NOW.time(), "created_at": NOW}
        for number in range(CLAIMS)
    ]
    with database.write() as session:
        session.execute(insert(ReaderRow), rows)


def _insert_deliveries(database: Database) -> None:
    with database.write() as session:
        session.execute(delete(DeliveryRow))
        rows = [
            {
                "reader_id": reader_id,
                "local_date": NOW.date(),
                "kind": "daily",
                "state": "pending",
                "due_at": NOW - timedelta(hours=1),
                "failures": 0,
            }
            for reader_id in session.scalars(select(ReaderRow.id))
        ]
        session.execute(insert(DeliveryRow), rows)
    options = {"isolation_level": "AUTOCOMMIT"}
    with database.engine.connect().execution_options(**options) as connection:
        connection.execute(text("VACUUM ANALYZE deliveries"))


def _claim_all(url: str, n: int) -> float:
    """Let n processes claim everything; return the seconds that it took."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(n + 1)
    children = [
        context.Process(target=_claim, args=(url, barrier)) for _ in range(n)
    ]
    for child in children:
        child.start()
    barrier.wait()
    start = time.perf_counter()
    for child in children:
        child.join()
    return time.perf_counter() - start


def _claim(url: str, barrier: Barrier) -> None:
    with closing(Database(url)) as database:
        # The connection is there, and the statement is compiled.
        outbox.claim(database, NOW - timedelta(days=1), 1)
        barrier.wait()
        while outbox.claim(database, NOW, BATCH):
            pass


def _print(row: Row, what: str, rates: Sequence[float]) -> None:
    for n, rate in zip(COUNTS, rates, strict=True):
        ratio = f" ({rate / rates[0]:.2f} times one)" if n > 1 else ""
        row(f"{what}, processes: {n}", f"{rate:,.0f}{ratio}")


if __name__ == "__main__":
    measure(lambda name, figure: print(f"| {name} | {figure} |", flush=True))  # noqa: T201 - a table
