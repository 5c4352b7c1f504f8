"""Rank new papers for readers whose libraries are known, and measure the rankings."""

import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np

from recommender import metrics
from recommender.arrays import Floats, Mask, Rows
from recommender.evaluation import ablation as ablations
from recommender.evaluation import baselines
from recommender.evaluation.baselines import RatingHistory, Space
from recommender.evaluation.model import (
    PAPERPICKS,
    Scorer,
    Terms,
    fit_vectors,
    paperpicks,
)
from recommender.metrics import RankingMetrics

N_FOLDS = 5

# Likes outside the fold, of an eligible reader.
MIN_TRAIN_LIKES = 5

# Called with how many steps are done, and of how many.
Progress = Callable[[int, int], None]

# How many likes the models saw of one reader, and how each one did.
Trial = tuple[int | str, Mapping[str, RankingMetrics]]


@dataclass(frozen=True, slots=True)
class Library:
    """The papers one reader saved, as row numbers in the file's order; `user` seeds choices."""

    user: int
    likes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """How one model did with so many likes to learn from; one measurement for each reader."""

    model: str
    likes: int | str
    measurements: tuple[RankingMetrics, ...]

    def values(self, figure: str) -> list[float]:
        """Return one figure of each reader."""
        return [getattr(values, figure) for values in self.measurements]

    def mean(self, figure: str) -> float:
        """Return the mean of one figure over the readers."""
        return statistics.fmean(self.values(figure))

    @property
    def milliseconds(self) -> float:
        """Return the median processor time of learning one reader and ranking all new papers."""
        return statistics.median(self.values("seconds")) * 1000


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader of a split.

    Attributes
    ----------
    likes
        (n_likes,) rows among the training papers.
    ages
        (n_likes,) how many days old each like is.
    relevant
        Rows of the liked papers among the new ones.

    """

    user: int
    likes: Rows
    relevant: Rows
    ages: Floats


@dataclass(frozen=True)
class Split:
    """Papers split into those to learn from and new ones to rank.

    Attributes
    ----------
    is_new
        (n_papers,) which ones are ranked.
    ages
        (n_papers,) how many days old a like of each would be.

    """

    is_new: Mask
    ages: Floats

    @cached_property
    def row_in_part(self) -> Rows:
        """Return each paper's row among the training papers, or among the new ones."""
        new_rows = np.cumsum(self.is_new)
        train_rows = np.cumsum(~self.is_new)
        return np.where(self.is_new, new_rows, train_rows) - 1

    def reader(self, user: int, likes: Sequence[int]) -> Reader | None:
        """Return the reader who likes these papers.

        None if fewer than five of them are known, or none is new.
        """
        rows = np.array(likes, np.intp)
        train = rows[~self.is_new[rows]]
        new = rows[self.is_new[rows]]
        if len(train) < MIN_TRAIN_LIKES or not len(new):
            return None

        return Reader(
            user=user,
            likes=self.row_in_part[train],
            relevant=self.row_in_part[new],
            ages=self.ages[train],
        )


def evaluate(
    papers: Terms,
    libraries: Sequence[Library],
    *,
    folds: Sequence[int] = (0,),
    readers: int = 300,
    seed: int = 0,
    likes: Sequence[int | str] = ("all", 5, 1),
    against: Sequence[str] = (),
    ablation: bool = False,
    progress: Progress | None = None,
) -> list[Result]:
    """Rank each fold's papers for readers of whom k likes are known.

    Nothing is fitted on the papers of the fold. `against` names baselines, and `ablation` adds our
    model without each of its parts. Raises ValueError if a fold has too few eligible readers.
    """

    def fold_trials(fold: int) -> Iterator[Trial]:
        chosen = choose_readers(libraries, len(papers), fold, readers, seed)
        is_new = np.arange(len(papers)) % N_FOLDS == fold
        models = fit_models(papers, is_new, against)
        if ablation:
            models = ablations.fit(*split_terms(papers, is_new)) | models
        return run_trials(models, chosen, likes, seed)

    trials = chain.from_iterable(map(fold_trials, folds))
    n_trials = len(folds) * readers * len(likes)
    return gather(trials, n_trials, progress)


def run_trials(
    models: Mapping[str, Scorer],
    readers: Sequence[Reader],
    likes: Sequence[int | str],
    seed: int,
) -> Iterator[Trial]:
    """Measure models for every reader and number of known likes.

    Models take turns within each reader, so that a busy machine slows all alike.
    """
    for n_likes in likes:
        for reader in readers:
            history = _draw_history(reader, n_likes, seed)
            measurements = {
                name: _time_and_measure(model, history, reader.relevant)
                for name, model in models.items()
            }
            yield n_likes, measurements


def gather(
    trials: Iterable[Trial], n_trials: int, progress: Progress | None = None
) -> list[Result]:
    """Gather trials by model and number of known likes."""
    groups: dict[tuple[str, int | str], list[RankingMetrics]] = {}
    for number, (likes, models) in enumerate(trials, start=1):
        for name, measurement in models.items():
            groups.setdefault((name, likes), []).append(measurement)
        if progress is not None:
            progress(number, n_trials)

    return [
        Result(name, likes, tuple(measurements))
        for (name, likes), measurements in groups.items()
    ]


def choose_readers(
    libraries: Sequence[Library],
    n_papers: int,
    fold: int,
    readers: int,
    seed: int,
) -> list[Reader]:
    """Choose readers with at least five likes outside the fold and one inside."""
    split = Split(
        is_new=np.arange(n_papers) % N_FOLDS == fold,
        ages=np.zeros(n_papers, np.float32),
    )
    eligible: list[Reader] = []
    for library in libraries:
        reader = split.reader(library.user, library.likes)
        if reader is not None:
            eligible.append(reader)
    return draw(eligible, readers, seed)


def draw(eligible: Sequence[Reader], readers: int, seed: int) -> list[Reader]:
    """Draw so many readers by the seed; raise ValueError if they are too few."""
    if len(eligible) < readers:
        raise ValueError(
            f"only {len(eligible)} readers have 5 known likes and 1 new one"
        )
    rng = np.random.default_rng(seed)
    drawn = rng.choice(len(eligible), readers, replace=False)
    return [eligible[place] for place in drawn]


def fit_models(
    papers: Terms, is_new: Mask, against: Sequence[str]
) -> dict[str, Scorer]:
    """Fit every model's text features on the training papers; return what scores new ones."""
    train, test = split_terms(papers, is_new)
    space = baselines.fit_space(train, test)
    vectors = fit_vectors(train, test)
    return {
        **baseline_scorers(space, against),
        PAPERPICKS: paperpicks(*vectors),
    }


def baseline_scorers(space: Space, names: Sequence[str]) -> dict[str, Scorer]:
    """Return the named baselines over one space."""

    def scorer(model: baselines.Model) -> Scorer:
        return lambda history: model(space, history)

    return {name: scorer(baselines.MODELS[name]) for name in names}


def best_baseline(
    results: Sequence[Result], likes: int | str, figure: str
) -> Result | None:
    """Return the best baseline at so many likes, or None if our model ran alone."""
    candidates = [
        result
        for result in results
        if result.likes == likes and result.model in baselines.MODELS
    ]
    return max(candidates, key=lambda result: result.mean(figure), default=None)


def ratios(
    results: Sequence[Result], figure: str
) -> Iterator[tuple[int | str, Mapping[str, float]]]:
    """Yield for each number of likes our model's ratio to the best baseline.

    With its 95 % interval: `ratio`, `low`, `high`.
    """
    for result in results:
        if result.model != PAPERPICKS:
            continue
        baseline = best_baseline(results, result.likes, figure)
        if baseline is None:
            continue

        low, high = metrics.ratio_interval(
            result.values(figure), baseline.values(figure)
        )
        ratio = result.mean(figure) / max(baseline.mean(figure), 1e-12)
        yield result.likes, {"ratio": ratio, "low": low, "high": high}


def split_terms(
    papers: Terms, is_new: Mask
) -> tuple[list[list[str]], list[list[str]]]:
    """Return the terms of the training papers, and those of the new ones."""
    train = [papers[row] for row in np.flatnonzero(~is_new).tolist()]
    test = [papers[row] for row in np.flatnonzero(is_new).tolist()]
    return train, test


def _draw_history(
    reader: Reader, n_likes: int | str, seed: int
) -> RatingHistory:
    """Draw so many of a reader's likes, or take "all"."""
    chosen = np.arange(len(reader.likes))
    if n_likes != "all":
        rng = np.random.default_rng([seed, reader.user])
        chosen = rng.permutation(chosen)[: int(n_likes)]

    return RatingHistory(
        likes=reader.likes[chosen],
        dislikes=reader.likes[:0],
        ages=reader.ages[chosen],
        seed=seed,
    )


def _time_and_measure(
    model: Scorer, history: RatingHistory, relevant: Rows
) -> RankingMetrics:
    # Not the clock on the wall, which other programs move on too.
    start = time.process_time()
    ranking = metrics.rank(model(history))
    seconds = time.process_time() - start

    return metrics.measure(ranking, relevant, seconds)
