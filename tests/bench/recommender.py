"""Measures the recommender: one reader beside arxiv-sanity's SVM, many readers, large corpora.

Times are processor times of one thread, so other work of the machine changes them little.
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

# Readers for whom candidates are ranked, and the picks of each.
N_READERS = 100_000
N_CANDIDATES = 500
N_PICKS = 5

# The ratings of each reader, and the papers that these are of.
N_RATINGS = 30
N_RATED_PAPERS = 5_000

# The size of a usual corpus, of a large one, and of a batch of new papers.
USUAL_CORPUS = 26_000
LARGE_CORPUS = 50_000
N_NEW_PAPERS = 500

# The likes of the one reader, the papers ranked for them, and how often that is measured.
N_LIKES = 100
N_RANKED_PAPERS = 5_195
REPETITIONS = 20

SVM = "arxiv-sanity"
CHART = Path("plots") / "cost.png"


def measure_one_reader(texts: Sequence[list[str]]) -> None:
    """Measure learning and ranking for one reader, by our model and the SVM in turn."""
    is_new = np.arange(len(texts)) >= len(texts) - N_RANKED_PAPERS
    models = new_papers.fit_models(texts, is_new, [SVM])
    n_old_papers = int((~is_new).sum())

    durations: dict[str, list[float]] = {name: [] for name in models}
    for seed in range(REPETITIONS):
        rng = np.random.default_rng(seed)
        likes = rng.choice(n_old_papers, N_LIKES, replace=False)
        history = RatingHistory(
            likes, likes[:0], np.zeros(N_LIKES, np.float32), seed
        )
        for name, model in models.items():
            start = time.process_time()
            metrics.rank(model(history))
            durations[name].append(time.process_time() - start)

    paperpicks = statistics.median(durations[PAPERPICKS])
    svm = statistics.median(durations[SVM])
    row(
        "learning 100 likes and ranking 5,195 papers (goal: at most 2)",
        f"{paperpicks * 1000:.2f} ms",
    )
    row(
        "the same, arxiv-sanity's SVM to ours (goal: at least 50)",
        f"{svm / paperpicks:.0f}",
    )


def measure_many_readers(vectors: Vectors) -> None:
    """Measure ranking for many readers, and draw the cost by readers and candidates."""
    seconds = ranking_time(vectors, N_READERS, N_CANDIDATES)
    row(
        f"ranking {N_CANDIDATES} papers for {N_READERS:,} readers "
        f"of {N_RATINGS} ratings (goal: under 60)",
        f"{seconds:.1f} s",
    )
    row(
        "the most memory it held (goal: under 1,000)",
        f"{peak_memory():.0f} MB",
    )

    readers = [N_READERS * part // 5 for part in (1, 2, 3, 4, 5)]
    candidates = [N_CANDIDATES * part // 5 for part in (1, 2, 3, 4, 5)]
    by_readers = [ranking_time(vectors, size, N_CANDIDATES) for size in readers]
    by_candidates = [
        ranking_time(vectors, N_READERS // 2, size) for size in candidates
    ]
    row(
        "cost of 2.5 times the readers, to a line (1 is one)",
        f"{by_readers[4] / by_readers[1] / 2.5:.2f}",
    )
    row(
        "cost of 2.5 times the papers, to a line (at most 1)",
        f"{by_candidates[4] / by_candidates[1] / 2.5:.2f}",
    )
    draw(
        {
            "readers": (readers, by_readers),
            "papers to rank": (candidates, by_candidates),
        }
    )


def ranking_time(vectors: Vectors, readers: int, candidates: int) -> float:
    """Return the seconds that ranking takes, with all ratings in memory."""
    rng = np.random.default_rng(0)
    n_ratings = readers * N_RATINGS
    columns = rng.integers(0, N_RATED_PAPERS, n_ratings)
    values = rng.choice([1.0, 1.0, -0.4], n_ratings).astype(np.float32)
    starts = np.arange(0, n_ratings + 1, N_RATINGS)
    weights = csr_array(
        (values, columns, starts), shape=(readers, N_RATED_PAPERS)
    )
    rated_papers = vectors.take(slice(N_RATED_PAPERS))
    new_vectors = vectors.take(
        slice(N_RATED_PAPERS, N_RATED_PAPERS + candidates)
    )

    start = time.process_time()
    for _ in best(weights, rated_papers, new_vectors, N_PICKS):
        pass
    return time.process_time() - start


def peak_memory() -> float:
    """Return the most memory that this process held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def draw(lines: dict[str, tuple[list[int], list[float]]]) -> None:
    """Draw the seconds of ranking by the sizes of each line."""
    # Matplotlib takes 60 MB, which would be in the figures above.
    from matplotlib.figure import Figure  # noqa: PLC0415 - see above

    figure = Figure(figsize=(8, 3.5), layout="constrained")
    for axes, (name, (sizes, seconds)) in zip(
        figure.subplots(1, 2), lines.items(), strict=True
    ):
        axes.plot(sizes, seconds, marker="o")
        axes.set(xlabel=name, ylabel="seconds", xlim=(0, None), ylim=(0, None))
    CHART.parent.mkdir(exist_ok=True)
    figure.savefig(CHART, dpi=120)
    row("drawn", str(CHART))


def measure_large_corpus() -> None:
    """Measure fitting on 50,000 abstracts, and reading 500 new papers."""
    texts = abstracts(LARGE_CORPUS)

    start = time.process_time()
    features = PaperFeatures().fit(texts)
    vectors = features.transform(texts)
    row(
        f"fitting features on {len(vectors):,} abstracts (goal: under 90)",
        f"{time.process_time() - start:.0f} s",
    )

    start = time.process_time()
    features.transform(texts[:N_NEW_PAPERS])
    row(
        f"reading {N_NEW_PAPERS} new papers (goal: under 1)",
        f"{time.process_time() - start:.2f} s",
    )
    row(
        "the most memory it held (goal: under 2,000)",
        f"{peak_memory():.0f} MB",
    )


def abstracts(n: int) -> list[str]:
    """Return n texts of an abstract's length, mixed from the sentences of real papers."""
    sentences = [
        part for paper in corpus() for part in paper.text.split(". ") if part
    ]
    rng = random.Random(0)
    return [". ".join(rng.choices(sentences, k=7)) for _ in range(n)]


def run_in_child(measure: Callable[..., None], *arguments: object) -> None:
    """Measure in a process of its own, so that its memory is only its own."""
    child = multiprocessing.get_context("spawn").Process(
        target=measure, args=arguments
    )
    child.start()
    child.join()
    if child.exitcode:
        sys.exit(child.exitcode)


def measure_usual_corpus() -> None:
    """Measure many readers and one on a corpus of the usual size."""
    texts = [terms(text) for text in abstracts(USUAL_CORPUS)]
    vectors = PaperFeatures(analyzer=list).fit(texts).transform(texts)

    with tempfile.TemporaryDirectory() as folder:
        # Fitting takes more memory than ranking, so a child begins with the vectors.
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
        run_in_child(measure_stored_vectors, path)

    measure_one_reader(texts)


def measure_stored_vectors(path: Path) -> None:
    """Measure many readers on the vectors in a file."""
    data, indices, starts, dense, shape = np.load(path).values()
    sparse = csr_array((data, indices, starts), shape=tuple(shape))
    measure_many_readers(Vectors(sparse, dense))


def main() -> None:
    """Measure everything, and print each figure as soon as it is there."""
    run_in_child(measure_usual_corpus)
    run_in_child(measure_large_corpus)


if __name__ == "__main__":
    main()
