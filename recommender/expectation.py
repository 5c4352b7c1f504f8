"""What share of papers that score so a reader likes: the quality bar, and how strong a pick is."""

import numpy as np
from scipy.special import expit, logit

from recommender.features import Floats
from recommender.profile import Profile

# Shares of likes that a pick must be expected to have, by the height of the bar.
BARS = {"normal": 0.3, "strict": 0.5}

# From which a pick is called so.
STRENGTHS = {"strong": 0.5, "fair": 0.3}

INTERCEPT, SLOPE = -2.0, 1.0


def expected(profile: Profile, scores: Floats) -> Floats:
    """Return the share of papers of these scores that the reader is expected to like."""
    return np.asarray(expit(INTERCEPT + SLOPE * scores), np.float32)


def score_at(profile: Profile, level: str) -> float:
    """Return the score from which a paper passes a bar, or is as strong as that; −∞ for none."""
    share = (BARS | STRENGTHS).get(level)
    return -np.inf if share is None else float((logit(share) - INTERCEPT) / SLOPE)


def strength(profile: Profile, score: float) -> str:
    """Say how strong a pick is: strong, fair or a stretch."""
    return next((name for name in STRENGTHS if score >= score_at(profile, name)), "stretch")
