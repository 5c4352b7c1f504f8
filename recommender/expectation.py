"""What share of papers that score so a reader likes: the quality bar, and how strong a pick is."""

import numpy as np
from scipy.special import expit, logit

from recommender.features import Doubles, Floats
from recommender.profile import Profile

# Shares of likes that a paper must be expected to have to be sent unasked.
BARS = {"normal": 0.242, "strict": 0.38}

# From which a pick is called so.
STRENGTHS = {"strong": 0.5, "fair": 0.242}

# The log-odds of a like as a line in the score and in the log of the evidence's weight, fitted on
# 6,840 picks of twelve simulated readers: see docs/recommender.md.
INTERCEPT = -1.56
SCORE = 1.87
WEIGHT = -0.325

# How far readers differ from that: the variance of their own log-odds around the line.
SPREAD = 0.05
STEPS = 8


def expected(profile: Profile, scores: Floats) -> Floats:
    """Return the share of papers of these scores that the reader is expected to like."""
    return np.asarray(expit(SCORE * scores + _offset(profile)), np.float32)


def score_at(profile: Profile, level: str) -> float:
    """Return the score from which a paper passes a bar, or is as strong as that; −∞ for none."""
    share = (BARS | STRENGTHS).get(level)
    if share is None or not profile.evidence:
        return -np.inf
    return float((logit(share) - _offset(profile)) / SCORE)


def strength(profile: Profile, score: float) -> str:
    """Say how strong a pick is: strong, fair or a stretch."""
    return next((name for name in STRENGTHS if score >= score_at(profile, name)), "stretch")


def _offset(profile: Profile) -> float:
    """Return the log-odds of a paper that scores 0, moved by the reader's own ratings."""
    positive = sum(piece.weight for piece in profile.evidence if piece.weight > 0)
    prior = INTERCEPT + WEIGHT * float(np.log(max(positive, 1.0)))
    scores, liked = _unseen(profile)
    return prior + _own(SCORE * scores + prior, liked)


def _unseen(profile: Profile) -> tuple[Doubles, Doubles]:
    """Return what each rated paper would score had it not been rated, and 1 where it is liked."""
    ratings = [i for i, piece in enumerate(profile.evidence) if piece.kind in {"like", "dislike"}]
    papers = profile.vectors.take(ratings)
    weights = np.array([profile.evidence[i].weight for i in ratings])
    scores = profile.score(papers, profile.says[ratings]) - weights * papers.squares(profile.share)
    liked = np.array([profile.evidence[i].kind == "like" for i in ratings], np.float64)
    return np.asarray(scores, np.float64), liked


def _own(log_odds: Doubles, liked: Doubles) -> float:
    """Return how far a reader's own log-odds are from the line: the most likely shift."""
    shift = 0.0
    for _ in range(STEPS):
        share = expit(log_odds + shift)
        slope = float((liked - share).sum()) - shift / SPREAD
        shift += slope / (float((share * (1 - share)).sum()) + 1 / SPREAD)
    return shift
