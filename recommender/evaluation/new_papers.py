"""How good past picks would have been: new papers ranked for readers whose libraries are known."""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from recommender import metrics
from recommender.evaluation import baselines
from recommender.evaluation.baselines import Said, Space
from recommender.features import ABOUT, Floats, PaperFeatures, Vectors
from recommender.metrics import Measured, Rows
from recommender.profile import learn, rated

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
    """One reader of a fold: likes among its known papers, and among its new ones."""

    user: int
    known: Rows
    relevant: Rows


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

    Models take turns within each reader, so that a busy machine slows all alike; `ablation` adds
    ours without each of its parts. Raises ValueError where a fold has fewer eligible readers
    than asked for.
    """
    measured: dict[tuple[str, int | str], list[Measured]] = {}
    of, done = len(folds) * readers * len(likes), 0
    for fold in folds:
        chosen = choose(libraries, len(papers), fold, readers, seed)
        new = np.arange(len(papers)) % FOLDS == fold
        models = contestants(papers, new, against)
        if ablation:
            models = parts(papers, new) | models
        for k in likes:
            for reader in chosen:
                said = _said(reader, k, seed)
                for name, model in models.items():
                    measured.setdefault((name, k), []).append(_timed(model, said, reader.relevant))
                done += 1
                if progress is not None:
                    progress(done, of)
    return [Result(name, k, tuple(each)) for (name, k), each in measured.items()]


def choose(
    libraries: Sequence[Library], papers: int, fold: int, readers: int, seed: int
) -> list[Reader]:
    """Choose readers with at least five likes outside the fold and one inside."""
    new = np.arange(papers) % FOLDS == fold
    place = np.where(new, np.cumsum(new), np.cumsum(~new)) - 1
    eligible = []
    for library in libraries:
        rows = np.array(library.likes, np.intp)
        known, relevant = rows[~new[rows]], rows[new[rows]]
        if len(known) >= FEWEST_KNOWN and len(relevant):
            eligible.append(Reader(library.user, place[known], place[relevant]))
    if len(eligible) < readers:
        raise ValueError(f"only {len(eligible)} readers have 5 known likes and 1 new one")
    drawn = np.random.default_rng(seed).choice(len(eligible), readers, replace=False)
    return [eligible[i] for i in drawn]


def contestants(papers: Terms, new: metrics.Mask, against: Sequence[str]) -> dict[str, Scorer]:
    """Fit every model's text features on the known papers alone; return what scores new ones."""
    known_terms = [papers[row] for row in np.flatnonzero(~new).tolist()]
    new_terms = [papers[row] for row in np.flatnonzero(new).tolist()]
    tfidf = baselines.vectorizer(list)
    known = tfidf.fit_transform(known_terms)
    space = Space(known, tfidf.transform(new_terms), known.shape[0])
    features = PaperFeatures(analyzer=list).fit(known_terms)
    ours = paperpicks(features.transform(known_terms), features.transform(new_terms))
    return {**theirs(space, against), OURS: ours}


def theirs(space: Space, names: Sequence[str]) -> dict[str, Scorer]:
    """Return the named baselines over one space."""

    def scorer(model: baselines.Model) -> Scorer:
        return lambda said: model(space, said)

    return {name: scorer(baselines.MODELS[name]) for name in names}


def paperpicks(known: Vectors, new: Vectors) -> Scorer:
    """Return our model, learned and scored by the functions that the bot uses."""

    def scores(said: Said) -> Floats:
        rows = np.concatenate([said.likes, said.dislikes])
        values = np.repeat([1, -1], [len(said.likes), len(said.dislikes)])
        evidence = [rated(int(row), int(value), 0) for row, value in zip(rows, values, strict=True)]
        return learn(evidence, known.take(rows)).score(new)

    return scores


def parts(papers: Terms, new: metrics.Mask) -> dict[str, Scorer]:
    """Return our model without each of its parts, for the ablation."""
    known_terms, new_terms = (
        [papers[row] for row in np.flatnonzero(which).tolist()] for which in (~new, new)
    )

    def fitted(**parameters: float) -> tuple[Vectors, Vectors]:
        features = PaperFeatures(analyzer=list, **parameters).fit(known_terms)  # type: ignore[arg-type] # all are numbers
        return features.transform(known_terms), features.transform(new_terms)

    def without(part: str, known: Vectors, ranked: Vectors) -> Scorer:
        def scores(said: Said) -> Floats:
            evidence = [rated(int(row), 1, 0) for row in said.likes]
            profile = learn(evidence, known.take(said.likes))
            return replace(profile, **{part: getattr(profile, part) * 0}).score(ranked)

        return scores

    def always(known: Vectors, ranked: Vectors) -> Scorer:
        def scores(said: Said) -> Floats:
            evidence = [rated(int(row), 1, 0) for row in said.likes]
            return learn(evidence, known.take(said.likes), share=ABOUT).score(ranked)

        return scores

    whole = fitted()
    return {
        "ours, whole norm": paperpicks(*fitted(norm=0.0)),
        "ours, each word once": paperpicks(*fitted(k1=0.0)),
        "ours, length not discounted": paperpicks(*fitted(b=0.0)),
        "ours, no background": without("common", *whole),
        "ours, words alone": without("about", *whole),
        "ours, about counts as much at any number": always(*whole),
        "ours, 256 components": paperpicks(*fitted(n_components=256)),
    }


def best(results: Sequence[Result], likes: int | str, figure: str) -> Result | None:
    """Return the best baseline at so many likes, None where ours ran alone."""
    others = [r for r in results if r.likes == likes and r.model in baselines.MODELS]
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


def _said(reader: Reader, likes: int | str, seed: int) -> Said:
    known = reader.known
    if likes != "all":
        known = np.random.default_rng([seed, reader.user]).permutation(known)[: int(likes)]
    return Said(known, known[:0], np.zeros(len(known), np.float32), seed)


def _timed(model: Scorer, said: Said, relevant: Rows) -> Measured:
    start = time.process_time()  # not the clock on the wall, which other programs move on too
    ranked = metrics.order(model(said))
    return metrics.measure(ranked, relevant, time.process_time() - start)
