"""What share of papers that score so a reader likes: the quality bar, and how strong a pick is."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from recommender.features import Doubles, Floats
from recommender.profile import Profile

# Shares of likes that a paper must be expected to have to be sent unasked.
BARS = {"normal": 0.205, "strict": 0.38}

# From which a pick is called so.
STRENGTHS = {"strong": 0.5, "fair": 0.205}

# The log-odds of a like as a line in how far a score is above the mean of new papers, fitted on
# 13,680 picks of twelve simulated readers: see docs/recommender.md.
INTERCEPT = -1.91
SCORE = 2.96

# How far readers differ from that: the variance of their own log-odds around the line.
SPREAD = 0.02
STEPS = 8


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a reader is expected to like: `offset` are the log-odds of a paper that scores 0.

    Without an offset nothing is known of the reader, and every paper passes.
    """

    offset: float | None = None

    def shares(self, scores: Floats) -> Floats:
        """Return the share of papers of these scores that the reader is expected to like."""
        offset = INTERCEPT if self.offset is None else self.offset
        return np.asarray(expit(SCORE * scores + offset), np.float32)

    def score_at(self, level: str) -> float:
        """Return the score from which a paper passes a bar, or is as strong as that; −∞ for all."""
        share = (BARS | STRENGTHS).get(level)
        if share is None or self.offset is None:
            return -np.inf
        return float((logit(share) - self.offset) / SCORE)

    def strength(self, score: float) -> str:
        """Say how strong a pick is: strong, fair or a stretch."""
        return next(
            (name for name in STRENGTHS if score >= self.score_at(name)),
            "stretch",
        )


def expect(profile: Profile, scores: Floats) -> Expectation:
    """Return what is expected of a reader, from the scores of all new papers.

    A paper counts by how far it is above their mean: how much the papers of a library have in
    common with a taste differs from one library to the next. The reader's own ratings move it.
    """
    if not profile.evidence:
        return Expectation()
    typical = float(scores.mean()) if len(scores) else 0.0
    prior = INTERCEPT - SCORE * typical
    unseen, liked = _unseen(profile)
    return Expectation(prior + _own(SCORE * unseen + prior, liked))


def _unseen(profile: Profile) -> tuple[Doubles, Doubles]:
    """Return what each rated paper would score had it not been rated, and 1 where it is liked."""
    ratings = [
        i
        for i, piece in enumerate(profile.evidence)
        if piece.kind in {"like", "dislike"}
    ]
    papers = profile.vectors.take(ratings)
    weights = np.array([profile.evidence[i].weight for i in ratings])
    scores = profile.score(
        papers, profile.says[ratings]
    ) - weights * papers.squares(profile.share)
    liked = np.array(
        [profile.evidence[i].kind == "like" for i in ratings], np.float64
    )
    return np.asarray(scores, np.float64), liked


def _own(log_odds: Doubles, liked: Doubles) -> float:
    """Return how far a reader's own log-odds are from the line: the most likely shift."""
    shift = 0.0
    for _ in range(STEPS):
        share = expit(log_odds + shift)
        slope = float((liked - share).sum()) - shift / SPREAD
        shift += slope / (float((share * (1 - share)).sum()) + 1 / SPREAD)
    return shift
