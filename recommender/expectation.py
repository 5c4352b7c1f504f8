"""Turn scores into the share of such papers that a reader likes: the bar, and a pick's strength."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import expit, logit

from recommender.arrays import Doubles, Floats
from recommender.evidence import RATING_KINDS
from recommender.profile import Profile

# Shares of likes that a paper must be expected to have to be sent unasked.
BARS = {"normal": 0.205, "strict": 0.38}

# From which a pick is called so.
STRENGTHS = {"strong": 0.5, "fair": 0.205}

# The log-odds of a like as a line in how far a score is above the mean of new papers, fitted on
# 13,680 picks of twelve simulated readers: see docs/recommender.md.
INTERCEPT = -1.91
SLOPE = 2.96

# How far readers differ from that: the variance of their own log-odds around the line.
READER_VARIANCE = 0.02

# Steps of Newton's method.
STEPS = 8


@dataclass(frozen=True, slots=True)
class Expectation:
    """What share of papers a reader is expected to like.

    `offset` are the log-odds that a paper with a score of 0 is liked. Without an offset nothing is
    known of the reader, and every paper passes.
    """

    offset: float | None = None

    def shares(self, scores: Floats) -> Floats:
        """Return the share of papers of each score that the reader is expected to like."""
        offset = INTERCEPT if self.offset is None else self.offset
        return np.asarray(expit(SLOPE * scores + offset), np.float32)

    def score_at(self, level: str) -> float:
        """Return the score of a bar or of a strength; −∞ if every paper passes."""
        share = (BARS | STRENGTHS).get(level)
        if share is None or self.offset is None:
            return -np.inf
        return float((logit(share) - self.offset) / SLOPE)

    def strength(self, score: float) -> str:
        """Return how strong a pick is: strong, fair or stretch."""
        for name in STRENGTHS:
            if score >= self.score_at(name):
                return name
        return "stretch"


@dataclass(frozen=True)
class Outlook:
    """What a reader is expected to like, as soon as anybody asks: a tap asks for no shares.

    Attributes
    ----------
    profile, scores
        As in `expect`.

    """

    profile: Profile
    scores: Floats

    @cached_property
    def expectation(self) -> Expectation:
        """What share of papers the reader is expected to like."""
        return expect(self.profile, self.scores)

    def score_at(self, level: str) -> float:
        """Return the score of a bar or of a strength; −∞ if every paper passes."""
        is_open = level not in BARS | STRENGTHS
        return -np.inf if is_open else self.expectation.score_at(level)


def expect(profile: Profile, scores: Floats) -> Expectation:
    """Return what a reader is expected to like.

    Parameters
    ----------
    profile
        The reader's taste; how they rated papers moves the expectation up or down.
    scores
        (n_papers,) scores of all new papers. A paper counts by how far it is above their mean:
        how much papers have in common with a taste differs from one library to the next.

    """
    if not profile.evidence:
        return Expectation()

    mean_score = float(scores.mean()) if len(scores) else 0.0
    prior = INTERCEPT - SLOPE * mean_score

    unseen_scores, liked = _unseen_scores(profile)
    shift = _reader_shift(SLOPE * unseen_scores + prior, liked)
    return Expectation(prior + shift)


def _unseen_scores(profile: Profile) -> tuple[Doubles, Doubles]:
    """Return what each rated paper would score if it had not been rated, and 1 if it is liked."""
    ratings = profile.index.rows(*RATING_KINDS)
    weights = np.array([profile.evidence[row].weight for row in ratings])
    liked = profile.index.marks("like")[ratings].astype(np.float64)

    # To score the few topics too is faster than to take them out.
    scores = profile.score(profile.vectors, profile.phrase_matches)[ratings]
    diagonal = profile.vectors.kernel_diagonal(profile.cosine_weight)[ratings]
    return np.asarray(scores - weights * diagonal, np.float64), liked


def _reader_shift(log_odds: Doubles, liked: Doubles) -> float:
    """Return the most likely shift of a reader's own log-odds from those expected of everybody.

    It is the mode of its posterior, with a normal prior, by Newton's method.
    """
    shift = 0.0
    for _ in range(STEPS):
        share = expit(log_odds + shift)
        gradient = float((liked - share).sum()) - shift / READER_VARIANCE
        curvature = float((share * (1 - share)).sum()) + 1 / READER_VARIANCE
        step = gradient / curvature
        if shift + step == shift:
            break
        shift += step
    return shift
