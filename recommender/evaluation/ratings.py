"""Ratings in the order they were given: each paper is predicted, and only then learned."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from recommender import metrics
from recommender.evaluation import baselines, new_papers
from recommender.evaluation.baselines import Said, Space
from recommender.evaluation.new_papers import OURS, Progress, Terms
from recommender.features import Floats, PaperFeatures, Vectors
from recommender.metrics import Mask, Rows

DISLIKES = 4  # set against one like
EARLIER = 300  # papers that a score is measured by
FEWEST_PAPERS = 50  # read before text features are fitted
GROWTH = (
    1.25  # features are fitted anew once so many times more papers were read
)


@dataclass(frozen=True, slots=True)
class Rated:
    """One rated paper: its terms, and what was said of it (1, −1; 0 is read, but not rated)."""

    terms: list[str]
    label: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """How well one model foresaw the ratings; `ndcg` ranks a like among up to four dislikes."""

    model: str
    auc: float
    ndcg: float
    balanced_accuracy: float
    predicted: int


@dataclass(frozen=True, slots=True)
class _Guess:
    """What a model thought of a paper just before it was rated, and of the dislikes to come.

    Scores are in deviations from the mean of earlier papers: those of one day and of another
    can be compared, and none depends on a later paper.
    """

    score: float
    label: int
    rivals: tuple[float, ...]


def validate(
    rated: Sequence[Rated],
    *,
    background: Terms = (),
    against: Sequence[str] = (),
    progress: Progress | None = None,
) -> list[Verdict]:
    """Predict every rating from those before it.

    Text features are fitted on `background` papers, which are older, and on the papers rated so
    far, never on a later one. Nothing is predicted before there is a like and a dislike.
    """
    guesses: dict[str, list[_Guess]] = {name: [] for name in (*against, OURS)}
    labels = np.array([each.label for each in rated])
    fit: _Fit | None = None
    for now in range(len(rated)):
        likes, dislikes = (
            np.flatnonzero(labels[:now] == value) for value in (1, -1)
        )
        if labels[now] and len(likes) and len(dislikes):
            if fit is None or len(background) + now >= GROWTH * fit.read:
                fit = _fit(background, rated, now) or fit
            if fit is not None:
                ahead = (
                    now + 1 + np.flatnonzero(labels[now + 1 :] == -1)[:DISLIKES]
                )
                said = Said(
                    likes, dislikes, (now - likes).astype(np.float32), now
                )
                for name, scores in fit.scores(
                    said, now, ahead, against
                ).items():
                    first, *rivals = scores
                    guesses[name].append(
                        _Guess(first, int(labels[now]), tuple(rivals))
                    )
        if progress is not None:
            progress(now + 1, len(rated))
    return [_verdict(name, each) for name, each in guesses.items() if each]


@dataclass(frozen=True, slots=True)
class _Fit:
    """Text features fitted on the first `read` papers, and all papers under them."""

    read: int
    before: int  # background papers, which stand before the rated ones
    words: csr_array
    vectors: Vectors
    latent: Callable[[csr_array], Floats]

    def scores(
        self, said: Said, now: int, ahead: Rows, against: Sequence[str]
    ) -> dict[str, list[float]]:
        """Return each model's scores of the paper rated next and of those ahead."""
        here = self.before + now
        earlier = np.arange(max(here - EARLIER, 0), here)
        ranked = np.concatenate([[here], self.before + ahead, earlier])
        space = Space(
            self.words[:here], self.words[ranked], here, None, self.latent
        )
        shifted = replace(
            said,
            likes=said.likes + self.before,
            dislikes=said.dislikes + self.before,
        )
        ours = new_papers.paperpicks(self.vectors, self.vectors.take(ranked))
        models = {**new_papers.theirs(space, against), OURS: ours}
        found = {}
        for name, model in models.items():
            scored = np.asarray(model(shifted), np.float64)
            usual = scored[1 + len(ahead) :]
            standard = (scored - usual.mean()) / max(float(usual.std()), 1e-9)
            found[name] = standard[: 1 + len(ahead)].tolist()
        return found


def _fit(background: Terms, rated: Sequence[Rated], now: int) -> _Fit | None:
    """Fit on the background and the papers before `now`; None while they are too few."""
    texts = [*background, *(each.terms for each in rated)]
    read = len(background) + now
    if read < FEWEST_PAPERS:
        return None
    tfidf = baselines.vectorizer(list)
    latent = baselines.latent(csr_array(tfidf.fit_transform(texts[:read])))
    features = PaperFeatures(analyzer=list).fit(texts[:read])
    words = csr_array(tfidf.transform(texts))
    return _Fit(read, len(background), words, features.transform(texts), latent)


def _verdict(name: str, guesses: Sequence[_Guess]) -> Verdict:
    scores = np.array([guess.score for guess in guesses], np.float32)
    liked = np.array([guess.label > 0 for guess in guesses])
    ranked = [
        metrics.ndcg(
            metrics.order(np.array([guess.score, *guess.rivals], np.float32))
            == 0,
            10,
        )
        for guess in guesses
        if guess.label > 0 and guess.rivals
    ]
    return Verdict(
        model=name,
        auc=metrics.auc(liked[metrics.order(scores)]),
        ndcg=float(np.mean(ranked)) if ranked else 0.0,
        balanced_accuracy=_balanced_accuracy(scores, liked),
        predicted=len(guesses),
    )


def _balanced_accuracy(scores: Floats, liked: Mask) -> float:
    """Return the mean of both classes' accuracy, at a threshold set by the guesses before each.

    It is the middle between the mean guesses of what was liked and of what was disliked.
    """
    right: dict[bool, list[bool]] = {True: [], False: []}
    for now in range(1, len(scores)):
        past = liked[:now]
        if past.any() and not past.all():
            middle = (
                scores[:now][past].mean() + scores[:now][~past].mean()
            ) / 2
            right[bool(liked[now])].append(
                bool(scores[now] > middle) == bool(liked[now])
            )
    return float(
        np.mean(
            [float(np.mean(each)) for each in right.values() if each] or [0.5]
        )
    )
