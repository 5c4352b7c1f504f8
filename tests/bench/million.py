"""Measures how long picks for very many readers take: ranked in batches, recorded in bulk.

`python -m tests.bench.million 1000000 docs/million.png` goes up to a million, and draws the line.
"""

import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass, fields
from itertools import pairwise
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sqlalchemy import func, make_url, select, text

from bot.messages.stats_chart import (
    BACKGROUND,
    LIKED,
    PERSONAL,
    POPULAR,
    TEXT,
)
from bot.picks import catalogue, shelf
from bot.schedule.due import ONE_DAY
from bot.storage import bulk
from bot.storage.bulk import DueDigest, RatingColumns
from bot.storage.database import Database
from bot.storage.delivery_tables import OutgoingRow
from bot.storage.feedback import Feedback
from bot.storage.receipts import Reason
from bot.storage.recommendations import Choice
from recommender.arrays import Floats, Rows
from recommender.evaluation.batch import (
    Similarity,
    cosine_weights,
    similarity,
    top,
)
from recommender.evaluation.batch_learning import RatingBlock, weigh
from recommender.ranking import POPULARITY_WEIGHT
from tests.bench import crowd
from tests.bench.crowd import DUE_AT
from tests.postgres import Cluster

PrintRow = Callable[[str, str], None]

# Readers up to which is measured, unless an argument says how many.
READERS = 100_000
SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)

# The goal: seconds for a million readers.
GOAL = 600
GOAL_READERS = 1_000_000

PROCESSES = 2
BATCH = 5_000
N_PICKS = 5

CHART = Path("plots") / "million.png"

DAY_SECONDS = 86_400
EPOCH = 719_163

# Ticks of the processor's clock a second, in which Linux counts the time of processes.
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Library:
    """The papers as the batches need them, in arrays that several processes can share.

    Attributes
    ----------
    ids
        (n_papers,) ids of all papers with features.
    titles
        (n_papers,) their titles.
    words, cosines
        (n_papers, n_papers) how alike they are.
    candidates
        (n_candidates,) the rows of those that are on offer.
    popularity
        (n_candidates,) percentiles of their upvotes.
    version
        (1,) the version of the features.

    """

    ids: NDArray[np.int64]
    titles: NDArray[np.str_]
    words: Floats
    cosines: Floats
    candidates: Rows
    popularity: Floats
    version: NDArray[np.int64]

    def save(self, folder: Path) -> None:
        """Write the arrays into a folder."""
        for field in fields(self):
            np.save(folder / f"{field.name}.npy", getattr(self, field.name))

    @classmethod
    def load(cls, folder: Path) -> "Library":
        """Map the arrays in a folder into memory, once for all processes."""
        return cls(
            *(
                np.load(folder / f"{field.name}.npy", mmap_mode="r")
                for field in fields(cls)
            )
        )


@dataclass(frozen=True, slots=True)
class Picks:
    """The picks of some readers, best first, (n_readers, n_picks).

    `liked` are the rows of the liked papers that speak most for each pick, and `shares` what
    they add to its score. A place that stays empty has the score −∞.
    """

    columns: Rows
    scores: Floats
    liked: Rows
    shares: Floats


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


class Ranker:
    """Ranks the papers on offer for batches of readers who rated papers, by two products."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._alike = Similarity(library.words, library.cosines)
        self._to_candidates = Similarity(
            np.ascontiguousarray(library.words[:, library.candidates]),
            np.ascontiguousarray(library.cosines[:, library.candidates]),
        )
        n = int(library.ids.max()) + 1
        self._row_of = np.full(n, -1)
        self._row_of[library.ids] = np.arange(len(library.ids))
        self._column_of = np.full(n, -1)
        candidate_ids = library.ids[library.candidates]
        self._column_of[candidate_ids] = np.arange(len(candidate_ids))

    def rank(
        self,
        readers: range,
        ratings: RatingColumns,
        picked: NDArray[np.int64],
        n: int = N_PICKS,
    ) -> Picks:
        """Return each reader's n best papers that they neither rated nor were sent before."""
        block = self._block(readers, ratings)
        weights = weigh(block, self._alike)
        scores = self._to_candidates.score(weights)
        scores += POPULARITY_WEIGHT * self.library.popularity

        rated = np.stack([ratings.reader_ids, ratings.paper_ids], axis=1)
        reader_ids, paper_ids = np.concatenate([rated, picked]).T
        columns = self._column_of[paper_ids]
        is_candidate = columns >= 0
        offsets = reader_ids[is_candidate] - readers.start
        scores[offsets, columns[is_candidate]] = -np.inf

        best, best_scores = top(scores, n)
        liked, shares = self._evidence(block, weights, best)
        return Picks(best, best_scores, liked, shares)

    def _block(self, readers: range, ratings: RatingColumns) -> RatingBlock:
        """Return the ratings that count, of papers that have features."""
        rows = self._row_of[ratings.paper_ids]
        counts = (ratings.values != 0) & (rows >= 0)
        days = ratings.seconds[counts] // DAY_SECONDS + EPOCH
        boundaries = np.arange(readers.start, readers.stop + 1)
        return RatingBlock(
            starts=np.searchsorted(ratings.reader_ids[counts], boundaries),
            rows=rows[counts],
            values=ratings.values[counts],
            ages=DUE_AT.date().toordinal() - days,
        )

    def _evidence(
        self, block: RatingBlock, weights: csr_array, best: Rows
    ) -> tuple[Rows, Floats]:
        """Return the paper whose rating adds most to each pick, and how much it adds.

        Each reader has a rating at least.
        """
        readers = block.readers
        pairs = block.rows[:, None], best[readers]
        cosine_weight = cosine_weights(weights)[readers]
        kernel = self._to_candidates.words[pairs]
        kernel += cosine_weight[:, None] * self._to_candidates.cosines[pairs]
        shares = weights.data[:, None] * kernel

        starts = block.starts[:-1]
        most = np.maximum.reduceat(shares, starts, axis=0)
        is_most = shares == most[readers]
        numbers = np.arange(len(readers))[:, None]
        places = np.where(is_most, numbers, len(readers))
        first = np.minimum.reduceat(places, starts, axis=0)
        return block.rows[first], np.asarray(most, np.float32)


def digests(
    library: Library, titles: Sequence[str], readers: range, picks: Picks
) -> Iterator[DueDigest]:
    """Yield what each reader is to get, each pick with its reason."""
    ids = library.ids[library.candidates]
    paper_ids = ids[picks.columns].tolist()
    popularity = library.popularity[picks.columns].tolist()
    liked_ids = library.ids[picks.liked].tolist()
    liked = picks.liked.tolist()
    scores = picks.scores.tolist()
    shares = picks.shares.tolist()

    for number, reader_id in enumerate(readers):
        columns = zip(
            paper_ids[number],
            scores[number],
            popularity[number],
            liked_ids[number],
            [titles[row] for row in liked[number]],
            shares[number],
            strict=True,
        )
        yield DueDigest(
            reader_id=reader_id,
            due_at=DUE_AT,
            local_date=DUE_AT.date(),
            next_due_at=DUE_AT + ONE_DAY,
            choices=[
                choice(*values) for values in columns if values[1] > -np.inf
            ],
        )


def choice(
    paper_id: int,
    score: float,
    popularity: float,
    liked_id: int,
    title: str,
    share: float,
) -> Choice:
    """Return a pick whose reason is the liked paper that adds most to its score."""
    weighted = POPULARITY_WEIGHT * popularity
    reason = Reason(
        kind="close",
        title=title,
        evidence=(("like", liked_id, share),),
        taste=score - weighted,
        popularity=weighted,
    )
    return Choice(
        paper_id=paper_id,
        score=score,
        policy="score",
        popularity=popularity,
        reason=reason,
    )


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


def library_of(database: Database) -> Library:
    """Return the stored papers; those of 14 days are on offer to whoever chose no lists."""
    loaded = catalogue.load(database)
    vectors = loaded.candidates.vectors
    alike = similarity(vectors, vectors)

    offered = shelf.of_reader(database, loaded, Feedback())
    fresh = offered.head(offered.count_fresh(DUE_AT.date()))
    rows = loaded.rows_of(fresh.ids.tolist())
    return Library(
        ids=loaded.candidates.ids,
        titles=np.array([paper.title for paper in loaded.papers]),
        words=alike.words,
        cosines=alike.cosines,
        candidates=np.array(rows, np.intp),
        popularity=fresh.popularity,
        version=np.array([loaded.version or 0]),
    )


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
        with closing(Database(cluster.create_database(template))) as database:
            library = prepare(database, folder, row)

        for size in sizes:
            url = cluster.create_database(template)
            with closing(Database(url)) as database:
                crowd.add_readers(database, size, library.ids, library.cosines)
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


def print_outcome(row: PrintRow, outcome: Outcome, url: str) -> None:
    """Print what a number of readers took, and how large their database is."""
    parts = outcome.parts
    goal = f" (goal: under {GOAL})" if outcome.readers >= GOAL_READERS else ""
    row(
        f"ranked and recorded, {outcome.readers:,} readers{goal}",
        f"{outcome.wall:.0f} s",
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
    lines = {
        "ranked and recorded": (PERSONAL, [one.wall for one in outcomes]),
        "of that ranked": (
            LIKED,
            [one.parts.ranking / PROCESSES for one in outcomes],
        ),
    }
    for name, (color, seconds) in lines.items():
        axes.loglog(sizes, seconds, marker="o", color=color, label=name)
        axes.annotate(
            f"{seconds[-1]:,.0f} s",
            (sizes[-1], seconds[-1]),
            textcoords="offset points",
            xytext=(0, 8),
            ha="center",
            color=color,
        )

    goal = f"goal: {GOAL_READERS:,} readers in {GOAL // 60} minutes"
    axes.loglog(GOAL_READERS, GOAL, "*", color=POPULAR, ms=14, label=goal)
    axes.set_xlabel("readers", color=TEXT)
    axes.set_ylabel("seconds on two cores", color=TEXT)
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
