"""Predict ratings in the order they were given, each before the models learn it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from recommender import metrics
from recommender.arrays import Doubles, Floats, Mask, Rows
from recommender.evaluation import baselines, new_papers
from recommender.evaluation.baselines import RatingHistory, Space
from recommender.evaluation.model import PAPERPICKS, Terms, paperpicks
from recommender.evaluation.new_papers import Progress
from recommender.features import PaperFeatures
from recommender.vectors import Vectors

# Dislikes among which one like is ranked.
N_RIVALS = 4

# Earlier papers by whose scores a score is standardised.
N_EARLIER = 300

# Papers read before text features are fitted.
MIN_PAPERS = 50

# Features are fitted anew once so many times more papers were read.
GROWTH = 1.25


@dataclass(frozen=True, slots=True)
class RatedPaper:
    """The terms of one paper, and its rating: 1, −1, or 0 if it is read, but not rated."""

    terms: list[str]
    label: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """How well one model predicted the ratings; `ndcg` ranks a like among up to four dislikes."""

    model: str
    auc: float
    ndcg: float
    balanced_accuracy: float
    predicted: int


@dataclass(frozen=True, slots=True)
class _Prediction:
    """What a model thought of a paper just before it was rated.

    Scores are in standard deviations from the mean of earlier papers: those of one day and of
    another can be compared, and none depends on a later paper.

    Attributes
    ----------
    score, label
        Of the paper.
    rivals
        Scores of the next dislikes.

    """

    score: float
    label: int
    rivals: tuple[float, ...]


def validate(
    rated: Sequence[RatedPaper],
    *,
    background: Terms = (),
    against: Sequence[str] = (),
    progress: Progress | None = None,
) -> list[Verdict]:
    """Predict every rating from those before it.

    Text features are fitted on `background` papers, which are older, and on the papers rated so
    far, never on a later one. Nothing is predicted before there is a like and a dislike.
    """
    names = (*against, PAPERPICKS)
    predictions: dict[str, list[_Prediction]] = {name: [] for name in names}
    labels = np.array([paper.label for paper in rated])
    fit: _Fit | None = None

    for now in range(len(rated)):
        if _is_predictable(labels, now):
            n_read = len(background) + now
            if fit is None or n_read >= GROWTH * fit.n_read:
                fit = _fit(background, rated, now) or fit
            if fit is not None:
                for name, prediction in _predict(fit, labels, now, against):
                    predictions[name].append(prediction)
        if progress is not None:
            progress(now + 1, len(rated))

    return [
        _verdict(name, of_model)
        for name, of_model in predictions.items()
        if of_model
    ]


def _is_predictable(labels: Rows, now: int) -> bool:
    """Tell whether a paper is rated, after a like and a dislike."""
    earlier = labels[:now]
    has_both = (earlier == 1).any() and (earlier == -1).any()
    return bool(labels[now] and has_both)


@dataclass(frozen=True, slots=True)
class _Fit:
    """Text features fitted on the first papers, and all papers under them.

    Attributes
    ----------
    n_read
        On how many papers the features are fitted.
    n_background
        How many background papers stand before the rated ones.
    tfidf, vectors
        All papers as the baselines and as our model read them.

    """

    n_read: int
    n_background: int
    tfidf: csr_array
    vectors: Vectors
    to_latent: Callable[[csr_array], Floats]

    def score(
        self,
        history: RatingHistory,
        now: int,
        papers: Rows,
        against: Sequence[str],
    ) -> dict[str, Doubles]:
        """Return each model's scores of some papers, (n_papers,), in standard deviations."""
        end = self.n_background + now
        earlier = np.arange(max(end - N_EARLIER, 0), end)
        test = np.concatenate([self.n_background + papers, earlier])
        space = Space(
            train=self.tfidf[:end],
            test=self.tfidf[test],
            n_papers=end,
            votes=None,
            to_latent=self.to_latent,
        )
        shifted = replace(
            history,
            likes=history.likes + self.n_background,
            dislikes=history.dislikes + self.n_background,
        )
        models = new_papers.baseline_scorers(space, against)
        models[PAPERPICKS] = paperpicks(self.vectors, self.vectors.take(test))

        scores: dict[str, Doubles] = {}
        for name, model in models.items():
            raw = np.asarray(model(shifted), np.float64)
            usual = raw[len(papers) :]
            standard = (raw - usual.mean()) / max(float(usual.std()), 1e-9)
            scores[name] = standard[: len(papers)]
        return scores


def _fit(
    background: Terms, rated: Sequence[RatedPaper], now: int
) -> _Fit | None:
    """Fit on the background and the papers before `now`; return None while they are too few."""
    texts = [*background, *(paper.terms for paper in rated)]
    n_read = len(background) + now
    if n_read < MIN_PAPERS:
        return None

    vectorizer = baselines.vectorizer(list)
    train = csr_array(vectorizer.fit_transform(texts[:n_read]))
    features = PaperFeatures(analyzer=list).fit(texts[:n_read])
    return _Fit(
        n_read=n_read,
        n_background=len(background),
        tfidf=csr_array(vectorizer.transform(texts)),
        vectors=features.transform(texts),
        to_latent=baselines.fit_latent(train),
    )


def _predict(
    fit: _Fit, labels: Rows, now: int, against: Sequence[str]
) -> list[tuple[str, _Prediction]]:
    """Return each model's prediction of the paper that is rated now, from the ratings before."""
    likes = np.flatnonzero(labels[:now] == 1)
    history = RatingHistory(
        likes=likes,
        dislikes=np.flatnonzero(labels[:now] == -1),
        ages=(now - likes).astype(np.float32),
        seed=now,
    )
    later_dislikes = now + 1 + np.flatnonzero(labels[now + 1 :] == -1)
    papers = np.concatenate([[now], later_dislikes[:N_RIVALS]])

    predictions: list[tuple[str, _Prediction]] = []
    for name, scores in fit.score(history, now, papers, against).items():
        score, *rivals = scores.tolist()
        prediction = _Prediction(score, int(labels[now]), tuple(rivals))
        predictions.append((name, prediction))
    return predictions


def _verdict(name: str, predictions: Sequence[_Prediction]) -> Verdict:
    scores = np.array([guess.score for guess in predictions], np.float32)
    liked = np.array([guess.label > 0 for guess in predictions])
    ndcgs = [
        _ndcg_among_rivals(guess)
        for guess in predictions
        if guess.label > 0 and guess.rivals
    ]
    return Verdict(
        model=name,
        auc=metrics.auc(liked[metrics.rank(scores)]),
        ndcg=float(np.mean(ndcgs)) if ndcgs else 0.0,
        balanced_accuracy=_balanced_accuracy(scores, liked),
        predicted=len(predictions),
    )


def _ndcg_among_rivals(prediction: _Prediction) -> float:
    scores = np.array([prediction.score, *prediction.rivals], np.float32)
    is_hit = metrics.rank(scores) == 0
    return metrics.ndcg(is_hit, 10)


def _balanced_accuracy(scores: Floats, liked: Mask) -> float:
    """Return the mean of both classes' accuracy, at a threshold set by the predictions before.

    It is the middle between the mean score of what was liked and that of what was disliked.
    """
    is_right: dict[bool, list[bool]] = {True: [], False: []}
    for now in range(1, len(scores)):
        earlier = liked[:now]
        if not earlier.any() or earlier.all():
            continue

        mean_liked = scores[:now][earlier].mean()
        mean_disliked = scores[:now][~earlier].mean()
        threshold = (mean_liked + mean_disliked) / 2
        label = bool(liked[now])
        is_right[label].append(bool(scores[now] > threshold) == label)

    accuracies = [
        float(np.mean(of_class)) for of_class in is_right.values() if of_class
    ]
    return float(np.mean(accuracies)) if accuracies else 0.5
