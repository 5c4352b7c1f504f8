"""How good past picks would have been: new papers ranked for readers whose libraries are known."""

import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

import numpy as np

from recommender import metrics
from recommender.evaluation import baselines
from recommender.evaluation.baselines import Said, Space
from recommender.features import ABOUT, Floats, PaperFeatures, Vectors
from recommender.metrics import Mask, Measured, Rows
from recommender.profile import combine, learn, rated

OURS = "paperpicks"
FOLDS = 5
FEWEST_KNOWN = 5  # likes outside the fold, of an eligible reader

Scorer = Callable[[Said], Floats]
Progress = Callable[[int, int], None]  # done, of
Terms = Sequence[list[str]]  # of each paper


@dataclass(frozen=True, slots=True)
class Library:
    """The papers one reader saved, as row numbers in the file's order; `user` seeds choices."""

    user: int
    likes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """How one model did with so many known likes; one measurement for each reader."""

    model: str
    likes: int | str
    measured: tuple[Measured, ...]

    def mean(self, figure: str) -> float:
        """Return the mean of one figure over the readers."""
        return statistics.fmean(getattr(one, figure) for one in self.measured)

    @property
    def milliseconds(self) -> float:
        """The median processor time of learning one reader and ranking all new papers."""
        return statistics.median(one.seconds for one in self.measured) * 1000


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader: likes among the known papers, how many days old each is, and the new ones."""

    user: int
    known: Rows
    relevant: Rows
    ages: Floats


@dataclass(frozen=True)
class Split:
    """Papers before and after: which are `new`, and how many days old a like of each would be."""

    new: Mask
    ages: Floats

    @cached_property
    def place(self) -> Rows:
        """Return each paper's row among the known ones, or among the new ones."""
        return np.where(self.new, np.cumsum(self.new), np.cumsum(~self.new)) - 1

    def reader(self, user: int, likes: Sequence[int]) -> Reader | None:
        """Return who likes these papers; None without five known likes and a new one."""
        rows = np.array(likes, np.intp)
        known, relevant = rows[~self.new[rows]], rows[self.new[rows]]
        if len(known) < FEWEST_KNOWN or not len(relevant):
            return None
        return Reader(
            user, self.place[known], self.place[relevant], self.ages[known]
        )


Trial = tuple[
    int | str, Mapping[str, Measured]
]  # likes known of one reader, and each model


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
    """Rank each fold's papers, unseen in fitting anything, for readers of whom k likes are known.

    `ablation` adds ours without each of its parts. Raises ValueError where a fold has fewer
    eligible readers than asked for.
    """

    def fold_trials(fold: int) -> Iterator[Trial]:
        chosen = choose(libraries, len(papers), fold, readers, seed)
        new = np.arange(len(papers)) % FOLDS == fold
        models = contestants(papers, new, against)
        if ablation:
            models = parts(papers, new) | models
        return trials(models, chosen, likes, seed)

    every = chain.from_iterable(map(fold_trials, folds))
    return results(every, len(folds) * readers * len(likes), progress)


def trials(
    models: Mapping[str, Scorer],
    readers: Sequence[Reader],
    likes: Sequence[int | str],
    seed: int,
) -> Iterator[Trial]:
    """Measure models for every reader and number of known likes.

    Models take turns within each reader, so that a busy machine slows all alike.
    """
    for k in likes:
        for reader in readers:
            said = _said(reader, k, seed)
            yield (
                k,
                {
                    name: _timed(model, said, reader.relevant)
                    for name, model in models.items()
                },
            )


def results(
    every: Iterable[Trial], of: int, progress: Progress | None = None
) -> list[Result]:
    """Gather `of` trials by model and number of known likes."""
    measured: dict[tuple[str, int | str], list[Measured]] = {}
    for done, (likes, models) in enumerate(every, start=1):
        for name, one in models.items():
            measured.setdefault((name, likes), []).append(one)
        if progress is not None:
            progress(done, of)
    return [
        Result(name, likes, tuple(each))
        for (name, likes), each in measured.items()
    ]


def choose(
    libraries: Sequence[Library],
    papers: int,
    fold: int,
    readers: int,
    seed: int,
) -> list[Reader]:
    """Choose readers with at least five likes outside the fold and one inside."""
    split = Split(
        np.arange(papers) % FOLDS == fold, np.zeros(papers, np.float32)
    )
    everybody = (
        split.reader(library.user, library.likes) for library in libraries
    )
    eligible = [reader for reader in everybody if reader is not None]
    return draw(eligible, readers, seed)


def draw(eligible: Sequence[Reader], readers: int, seed: int) -> list[Reader]:
    """Draw so many readers by the seed; raise ValueError where they are too few."""
    if len(eligible) < readers:
        raise ValueError(
            f"only {len(eligible)} readers have 5 known likes and 1 new one"
        )
    drawn = np.random.default_rng(seed).choice(
        len(eligible), readers, replace=False
    )
    return [eligible[i] for i in drawn]


def contestants(
    papers: Terms, new: Mask, against: Sequence[str]
) -> dict[str, Scorer]:
    """Fit every model's text features on the known papers alone; return what scores new ones."""
    known_terms, new_terms = _split(papers, new)
    space = baselines.space(known_terms, new_terms)
    ours = paperpicks(*_fitted(known_terms, new_terms))
    return {**theirs(space, against), OURS: ours}


def theirs(space: Space, names: Sequence[str]) -> dict[str, Scorer]:
    """Return the named baselines over one space."""

    def scorer(model: baselines.Model) -> Scorer:
        return lambda said: model(space, said)

    return {name: scorer(baselines.MODELS[name]) for name in names}


def paperpicks(known: Vectors, new: Vectors, *, dated: bool = False) -> Scorer:
    """Return our model, learned and scored by the functions that the bot uses.

    Where likes are `dated`, their ages are days, and the old ones are forgotten.
    """

    def scores(said: Said) -> Floats:
        ages = said.ages if dated else np.zeros(len(said.likes), np.float32)
        evidence = [
            rated(int(row), 1, int(age))
            for row, age in zip(said.likes, ages, strict=True)
        ]
        evidence += [rated(int(row), -1, 0) for row in said.dislikes]
        rows = np.concatenate([said.likes, said.dislikes])
        return learn(evidence, known.take(rows)).score(new)

    return scores


def parts(papers: Terms, new: Mask) -> dict[str, Scorer]:
    """Return our model without each of its parts, for the ablation."""
    known_terms, new_terms = _split(papers, new)

    def without(part: str, known: Vectors, ranked: Vectors) -> Scorer:
        def scores(said: Said) -> Floats:
            evidence = [rated(int(row), 1, 0) for row in said.likes]
            profile = learn(evidence, known.take(said.likes))
            return replace(profile, **{part: getattr(profile, part) * 0}).score(
                ranked
            )

        return scores

    def always(known: Vectors, ranked: Vectors) -> Scorer:
        def scores(said: Said) -> Floats:
            evidence = [rated(int(row), 1, 0) for row in said.likes]
            return combine(evidence, known.take(said.likes), share=ABOUT).score(
                ranked
            )

        return scores

    whole = _fitted(known_terms, new_terms)
    changed = {
        "ours, whole norm": {"norm": 0.0},
        "ours, each word once": {"k1": 0.0},
        "ours, length not discounted": {"b": 0.0},
    }
    refitted = {
        name: paperpicks(*_fitted(known_terms, new_terms, **parameters))
        for name, parameters in changed.items()
    }
    return refitted | {
        "ours, no background": without("common", *whole),
        "ours, words alone": without("about", *whole),
        "ours, about counts as much at any number": always(*whole),
        "ours, 256 components": paperpicks(
            *_fitted(known_terms, new_terms, n_components=256)
        ),
    }


def best(
    results: Sequence[Result], likes: int | str, figure: str
) -> Result | None:
    """Return the best baseline at so many likes, None where ours ran alone."""
    others = [
        r for r in results if r.likes == likes and r.model in baselines.MODELS
    ]
    return max(others, key=lambda r: r.mean(figure), default=None)


def ratios(
    results: Sequence[Result], figure: str
) -> Iterator[tuple[int | str, Mapping[str, float]]]:
    """Yield for each number of likes ours against the best baseline, with its 95 % interval."""
    for ours in (r for r in results if r.model == OURS):
        other = best(results, ours.likes, figure)
        if other is None:
            continue
        pair = ([getattr(m, figure) for m in r.measured] for r in (ours, other))
        low, high = metrics.ratio_interval(*pair)
        middle = ours.mean(figure) / max(other.mean(figure), 1e-12)
        yield ours.likes, {"ratio": middle, "low": low, "high": high}


def _split(papers: Terms, new: Mask) -> tuple[list[list[str]], list[list[str]]]:
    """Return the terms of the known papers, and those of the new ones."""
    known, ranked = (
        [papers[row] for row in np.flatnonzero(part).tolist()]
        for part in (~new, new)
    )
    return known, ranked


def _fitted(
    known: Terms, new: Terms, **parameters: float
) -> tuple[Vectors, Vectors]:
    """Return the vectors of known and of new papers under features of the known ones alone."""
    features = PaperFeatures(analyzer=list, **parameters).fit(known)  # type: ignore[arg-type] # all are numbers
    return features.transform(known), features.transform(new)


def _said(reader: Reader, likes: int | str, seed: int) -> Said:
    chosen = np.arange(len(reader.known))
    if likes != "all":
        chosen = np.random.default_rng([seed, reader.user]).permutation(chosen)[
            : int(likes)
        ]
    return Said(
        reader.known[chosen], reader.known[:0], reader.ages[chosen], seed
    )


def _timed(model: Scorer, said: Said, relevant: Rows) -> Measured:
    start = (
        time.process_time()
    )  # not the clock on the wall, which other programs move on too
    ranked = metrics.order(model(said))
    return metrics.measure(ranked, relevant, time.process_time() - start)
