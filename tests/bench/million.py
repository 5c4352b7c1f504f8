"""Measures how long picks for very many readers take: ranked in batches, recorded in bulk.

`python -m tests.bench.million 100000` stops at 100,000; a second argument names the picture.
"""

import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass, fields
from itertools import pairwise
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import numpy as np
from sqlalchemy import func, make_url, select, text

from bot.messages.stats_chart import (
    BACKGROUND,
    LIKED,
    PERSONAL,
    POPULAR,
    TEXT,
)
from bot.picks import catalogue, selection
from bot.storage import bulk, deliveries, outbox
from bot.storage.database import Database
from bot.storage.delivery_tables import OutgoingRow
from tests.bench import crowd
from tests.bench.batches import Library, Ranker, digests, library_of
from tests.bench.crowd import DUE_AT
from tests.postgres import Cluster

PrintRow = Callable[[str, str], None]

# Readers up to which is measured, unless an argument says how many.
READERS = 1_000_000
SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)

# The goal: seconds for a million readers.
GOAL = 600
GOAL_READERS = 1_000_000

PROCESSES = 2
BATCH = 5_000

# Readers who are served one by one, beside all others.
N_ALONE = 200

CHART = Path("plots") / "million.png"

# Where the axes of the picture have labels.
TICK_READERS = (10_000, 100_000, 1_000_000)
TICK_SECONDS = {1: "1 s", 10: "10 s", 60: "1 min", 600: "10 min"}

# Ticks of the processor's clock a second, in which Linux counts the time of processes.
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long something took: by the clock, and of the processor."""

    ranking: float = 0.0
    ranking_cpu: float = 0.0
    recording: float = 0.0
    recording_cpu: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a number of readers took.

    `wall` are seconds by the clock in all; `ranking` and `recording` are its two parts, and
    the processor's seconds of both processes and of the server.
    """

    readers: int
    wall: float
    parts: Seconds
    server_cpu: float

    @property
    def milliseconds(self) -> float:
        """Return how long a reader takes, by the clock."""
        return 1000 * self.wall / self.readers

    @property
    def busy(self) -> float:
        """Return the seconds that two cores take which do nothing else."""
        cpu = self.parts.ranking_cpu + self.parts.recording_cpu
        return (cpu + self.server_cpu) / PROCESSES


def serve(
    url: str,
    folder: Path,
    readers: range,
    barrier: Barrier,
    results: "SimpleQueue[Seconds]",
) -> None:
    """Rank and record for a share of the readers, as one of the processes."""
    library = Library.load(folder)
    ranker = Ranker(library)
    candidate_ids = library.ids[library.candidates].tolist()
    titles = library.titles.tolist()
    total = np.zeros(len(fields(Seconds)))

    with closing(Database(url)) as database:
        database.check()
        barrier.wait()
        for start in range(readers.start, readers.stop, BATCH):
            batch = range(start, min(start + BATCH, readers.stop))
            marks = [clocks()]

            ratings = bulk.ratings(database, batch)
            picked = bulk.picked_papers(database, batch, candidate_ids)
            picks = ranker.rank(batch, ratings, picked)
            marks.append(clocks())

            count = bulk.record(
                database,
                digests(library, titles, batch, picks),
                feature_version=int(library.version[0]),
                now=DUE_AT,
            )
            marks.append(clocks())
            assert count == len(batch)
            total += np.diff(marks, axis=0).ravel()
    results.put(Seconds(*total.tolist()))


def clocks() -> tuple[float, float]:
    """Return the time by the clock, and that of the processor in this process."""
    return time.perf_counter(), time.process_time()


def measure_size(url: str, folder: Path, readers: int) -> Outcome:
    """Measure ranking and recording for a number of readers, in two processes."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(PROCESSES + 1)
    results: SimpleQueue[Seconds] = context.SimpleQueue()
    bounds = np.linspace(1, readers + 1, PROCESSES + 1).astype(int).tolist()
    children = [
        context.Process(
            target=serve,
            args=(url, folder, range(first, last), barrier, results),
        )
        for first, last in pairwise(bounds)
    ]
    for child in children:
        child.start()

    barrier.wait(300)
    server_start = server_cpu(url)
    start = time.perf_counter()
    for child in children:
        child.join()
        if child.exitcode:
            raise SystemExit(child.exitcode)
    wall = time.perf_counter() - start

    parts = [astuple(results.get()) for _ in children]
    return Outcome(
        readers=readers,
        wall=wall,
        parts=Seconds(*np.sum(parts, axis=0).tolist()),
        server_cpu=server_cpu(url) - server_start,
    )


def server_cpu(url: str) -> float:
    """Return the processor's seconds of the server and its processes; 0 if it is elsewhere."""
    folder = make_url(url).query.get("host")
    if not isinstance(folder, str) or not Path(folder).is_dir():
        return 0.0
    pid = Path(folder, "data", "postmaster.pid").read_text().split()[0]
    total = 0.0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            # After the name, which may hold spaces: state, parent, …, and the times.
            values = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if status.parent.name == pid:
            # Those of its processes that have ended are its own.
            total += sum(map(int, values[11:15]))
        elif values[1] == pid:
            total += sum(map(int, values[11:13]))
    return total / TICKS


def measure(
    row: PrintRow, most: int = READERS, chart: Path | None = None
) -> None:
    """Measure all sizes up to `most`, print a line for each, and draw them."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    sizes = sorted({size for size in SIZES if size < most} | {most})
    outcomes = []
    with tempfile.TemporaryDirectory() as name, Cluster() as cluster:
        folder = Path(name)
        template = cluster.create_template(crowd.fill)
        url = cluster.create_database(template)
        with closing(Database(url)) as database:
            library = prepare(database, folder, row)
            nearest = crowd.nearest_papers(library.cosines)
            crowd.add_readers(database, N_ALONE, library.ids, nearest)
        measure_alone(url, row)

        for size in sizes:
            url = cluster.create_database(template)
            with closing(Database(url)) as database:
                crowd.add_readers(database, size, library.ids, nearest)
            outcome = measure_size(url, folder, size)
            print_outcome(row, outcome, url)
            outcomes.append(outcome)
            cluster.drop_database(url)

    if chart is not None:
        draw(chart, outcomes)


def prepare(database: Database, folder: Path, row: PrintRow) -> Library:
    """Write what the batches need into a folder."""
    start = time.process_time()
    library = library_of(database)
    library.save(folder)
    row(
        f"comparing {len(library.ids):,} papers, once for all readers",
        f"{time.process_time() - start:.1f} s",
    )
    row("papers of 14 days to rank", f"{len(library.candidates):,}")
    return Library.load(folder)


def measure_alone(url: str, row: PrintRow) -> None:
    """Measure how long serving takes for readers one by one, as it does every day."""
    context = multiprocessing.get_context("spawn")
    results: SimpleQueue[list[float]] = context.SimpleQueue()
    child = context.Process(target=serve_alone, args=(url, results))
    child.start()
    child.join()
    if child.exitcode:
        raise SystemExit(child.exitcode)

    wall, processor = results.get()
    row(
        "one reader ranked and recorded alone, and the processor's time",
        f"{1000 * wall:.1f} ms, {1000 * processor:.1f} ms",
    )


def serve_alone(url: str, results: "SimpleQueue[list[float]]") -> None:
    """Serve readers one by one, and tell the mean seconds by the clock and of the processor."""
    with closing(Database(url)) as database:
        loaded = catalogue.load(database)
        deliveries.create_due(database, DUE_AT)
        due = outbox.claim(database, DUE_AT, N_ALONE)

        marks = []
        for delivery in due:
            marks.append(clocks())
            digest = selection.choose(
                database, loaded, delivery.reader, DUE_AT, kind="daily"
            )
            outbox.add_messages(database, delivery, digest.id, [1])
        marks.append(clocks())

    # The first readers wait until the words of all papers are read.
    durations = np.diff(marks, axis=0)[N_ALONE // 2 :]
    results.put(durations.mean(axis=0).tolist())


def print_outcome(row: PrintRow, outcome: Outcome, url: str) -> None:
    """Print what a number of readers took, and how large their database is."""
    parts = outcome.parts
    goal = f" (goal: under {GOAL})" if outcome.readers >= GOAL_READERS else ""
    row(
        f"ranked and recorded, {outcome.readers:,} readers{goal}",
        f"{outcome.wall:.0f} s, {outcome.milliseconds:.2f} ms a reader",
    )
    row(
        "of that ranking, and the processor's seconds",
        f"{parts.ranking / PROCESSES:.1f} s, {parts.ranking_cpu:.1f} s",
    )
    row(
        "of that recording, and the processor's seconds",
        f"{parts.recording / PROCESSES:.1f} s, {parts.recording_cpu:.1f} s",
    )
    row(
        "the server's processor seconds for both",
        f"{outcome.server_cpu:.1f} s",
    )
    with closing(Database(url)) as database, database.read() as session:
        size = session.scalar(
            text("SELECT pg_database_size(current_database())")
        )
        messages = session.scalar(select(func.count(OutgoingRow.id)))
    row(
        "messages ready to send, and the database with all its readers",
        f"{messages:,}, {(size or 0) / 1e9:.1f} GB",
    )


def draw(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Draw the seconds by readers, both in powers of ten, and the goal."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - only drawing needs it

    figure = Figure((7, 4.2), layout="constrained", facecolor=BACKGROUND)
    axes = figure.subplots()
    axes.set_facecolor(BACKGROUND)
    sizes = [outcome.readers for outcome in outcomes]
    walls = [outcome.wall for outcome in outcomes]
    busy = [outcome.busy for outcome in outcomes]
    axes.loglog(sizes, walls, "o-", color=PERSONAL, label="by the clock")
    axes.loglog(
        sizes, busy, "o--", color=LIKED, label="if cores had no other work"
    )
    axes.annotate(
        f"{walls[-1]:,.0f} s",
        (sizes[-1], walls[-1]),
        textcoords="offset points",
        xytext=(0, 8),
        ha="center",
        color=PERSONAL,
    )

    goal = f"goal: {GOAL_READERS:,} readers in {GOAL // 60} minutes"
    axes.loglog(GOAL_READERS, GOAL, "*", color=POPULAR, ms=14, label=goal)
    axes.set_xlabel("readers", color=TEXT)
    axes.set_ylabel("ranked and recorded, two cores", color=TEXT)
    axes.set_xticks(TICK_READERS, [f"{size:,}" for size in TICK_READERS])
    axes.set_yticks(list(TICK_SECONDS), list(TICK_SECONDS.values()))
    axes.tick_params(which="both", colors=TEXT)
    axes.grid(color=TEXT, alpha=0.15)
    axes.legend(labelcolor=TEXT, facecolor=BACKGROUND, edgecolor=BACKGROUND)
    for side in axes.spines.values():
        side.set_color(TEXT)
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, dpi=120)


def main() -> None:
    """Measure up to as many readers as the first argument says; the second is the picture."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else READERS
    chart = Path(sys.argv[2]) if len(sys.argv) > 2 else CHART

    def row(what: str, figure: str) -> None:
        sys.stdout.write(f"| {what} | {figure} |\n")
        sys.stdout.flush()

    measure(row, most, chart)


if __name__ == "__main__":
    main()
