"""Measures the recommender: one reader beside arxiv-sanity's SVM, many readers, large corpora.

All is processor time of one thread, so that what else a machine does changes little.
"""

import multiprocessing
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array

from recommender import metrics
from recommender.evaluation import new_papers
from recommender.evaluation.baselines import RatingHistory
from recommender.evaluation.batch import best
from recommender.evaluation.model import PAPERPICKS
from recommender.features import PaperFeatures
from recommender.phrases import terms
from recommender.vectors import Vectors
from tests.bench.serving import corpus, row

READERS, CANDIDATES, RATINGS, PICKS = 100_000, 500, 30, 5
RATED = 5_000  # papers that ratings are of
USUAL, LARGE, NEW = 26_000, 50_000, 500
LIKES, TIMES = 100, 20
PLOT = Path("plots") / "cost.png"


def single(texts: Sequence[list[str]]) -> None:
    """Time learning one reader of 100 likes and ranking 5,195 papers, ours and the SVM in turn."""
    new = np.arange(len(texts)) >= len(texts) - 5_195
    models = new_papers.fit_models(texts, new, ["arxiv-sanity"])
    known = int((~new).sum())
    took: dict[str, list[float]] = {name: [] for name in models}
    for number in range(TIMES):
        rng = np.random.default_rng(number)
        likes = rng.choice(known, LIKES, replace=False)
        history = RatingHistory(
            likes, likes[:0], np.zeros(LIKES, np.float32), number
        )
        for name, model in models.items():
            start = time.process_time()
            metrics.rank(model(history))
            took[name].append(time.process_time() - start)
    ours, theirs = (
        statistics.median(took[n]) for n in (PAPERPICKS, "arxiv-sanity")
    )
    row(
        "learning 100 likes and ranking 5,195 papers (goal: at most 2)",
        f"{ours * 1000:.2f} ms",
    )
    row(
        "the same, arxiv-sanity's SVM to ours (goal: at least 50)",
        f"{theirs / ours:.0f}",
    )


def many(vectors: Vectors) -> None:
    """Time ranking for many readers, and draw the cost against readers and candidates."""
    seconds = ranked(vectors, READERS, CANDIDATES)
    what = f"ranking {CANDIDATES} papers for {READERS:,} readers of {RATINGS} ratings"
    row(f"{what} (goal: under 60)", f"{seconds:.1f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row("the most memory it held (goal: under 1,000)", f"{peak:.0f} MB")
    readers = [READERS * part // 5 for part in (1, 2, 3, 4, 5)]
    candidates = [CANDIDATES * part // 5 for part in (1, 2, 3, 4, 5)]
    by_readers = [ranked(vectors, n, CANDIDATES) for n in readers]
    by_candidates = [ranked(vectors, READERS // 2, n) for n in candidates]
    twice = (
        by_readers[4] / by_readers[1] / 2.5,
        by_candidates[4] / by_candidates[1] / 2.5,
    )
    row(
        "cost of 2.5 times the readers, to a line (1 is one)", f"{twice[0]:.2f}"
    )
    row(
        "cost of 2.5 times the papers, to a line (at most 1)", f"{twice[1]:.2f}"
    )
    draw(
        {
            "readers": (readers, by_readers),
            "papers to rank": (candidates, by_candidates),
        }
    )


def ranked(vectors: Vectors, readers: int, candidates: int) -> float:
    """Return the seconds that ranking takes, ratings and picks being in memory."""
    rng = np.random.default_rng(0)
    columns = rng.integers(0, RATED, readers * RATINGS)
    values = rng.choice([1.0, 1.0, -0.4], readers * RATINGS).astype(np.float32)
    starts = np.arange(0, readers * RATINGS + 1, RATINGS)
    weights = csr_array((values, columns, starts), shape=(readers, RATED))
    rated, new = (
        vectors.take(slice(RATED)),
        vectors.take(slice(RATED, RATED + candidates)),
    )
    start = time.process_time()
    for _ in best(weights, rated, new, PICKS):
        pass
    return time.process_time() - start


def draw(lines: dict[str, tuple[list[int], list[float]]]) -> None:
    """Draw what ranking costs."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - 60 MB that the figures above need not

    figure = Figure(figsize=(8, 3.5), layout="constrained")
    for axes, (name, (sizes, seconds)) in zip(
        figure.subplots(1, 2), lines.items(), strict=True
    ):
        axes.plot(sizes, seconds, marker="o")
        axes.set(xlabel=name, ylabel="seconds", xlim=(0, None), ylim=(0, None))
    PLOT.parent.mkdir(exist_ok=True)
    figure.savefig(PLOT, dpi=120)
    row("drawn", str(PLOT))


def large(texts: Sequence[str]) -> None:
    """Time reading 500 new papers, and fitting anew on 50,000 abstracts."""
    start = time.process_time()
    features = PaperFeatures().fit(texts)
    vectors = features.transform(texts)
    took = time.process_time() - start
    row(
        f"fitting features on {len(vectors):,} abstracts (goal: under 90)",
        f"{took:.0f} s",
    )
    start = time.process_time()
    features.transform(texts[:NEW])
    row(
        f"reading {NEW} new papers (goal: under 1)",
        f"{time.process_time() - start:.2f} s",
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row("the most memory it held (goal: under 2,000)", f"{peak:.0f} MB")


def abstracts(n: int) -> list[str]:
    """Return n texts of an abstract's length: sentences of real papers in new company."""
    sentences = [
        part for paper in corpus() for part in paper.text.split(". ") if part
    ]
    rng = random.Random(0)
    return [". ".join(rng.choices(sentences, k=7)) for _ in range(n)]


def apart(measure: Callable[..., None], *given: object) -> None:
    """Measure in a process of its own, so that memory is its own too."""
    child = multiprocessing.get_context("spawn").Process(
        target=measure, args=given
    )
    child.start()
    child.join()
    if child.exitcode:
        sys.exit(child.exitcode)


def everything_of_one() -> None:
    """Measure one reader and many."""
    texts = [terms(text) for text in abstracts(USUAL)]
    vectors = PaperFeatures(analyzer=list).fit(texts).transform(texts)
    with tempfile.TemporaryDirectory() as folder:
        # Fitting took more than ranking does: what is measured begins with the vectors alone.
        path = Path(folder) / "vectors.npz"
        sparse = vectors.sparse
        np.savez(
            path,
            sparse.data,
            sparse.indices,
            sparse.indptr,
            vectors.dense,
            sparse.shape,
        )
        apart(many_from, path)
    single(texts)


def many_from(path: Path) -> None:
    """Measure many readers on stored vectors."""
    data, indices, starts, dense, shape = np.load(path).values()
    many(Vectors(csr_array((data, indices, starts), shape=tuple(shape)), dense))


def main() -> None:
    """Print every figure, in the order it is measured."""
    apart(everything_of_one)
    apart(large_from, LARGE)


def large_from(n: int) -> None:
    """Measure on n made abstracts."""
    large(abstracts(n))


if __name__ == "__main__":
    main()
