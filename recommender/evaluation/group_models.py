"""Pick papers for a group: by our rule, and by the two usual ways to join the tastes of many."""

from collections.abc import Callable, Sequence

import numpy as np

from recommender import group, ranking
from recommender.arrays import Doubles, Floats
from recommender.evaluation.model import PAPERPICKS
from recommender.group import GroupPick, Voice
from recommender.offer import Offer
from recommender.ranking import Candidates

AVERAGING = "averaging"
LEAST_MISERY = "least-misery"

# From the voices, what is on offer, how many picks, and the picks of the last digests.
Rule = Callable[
    [Sequence[Voice], Offer, int, Sequence[Candidates]], list[GroupPick]
]


def averaging(
    voices: Sequence[Voice],
    offer: Offer,
    n: int,
    history: Sequence[Candidates],
) -> list[GroupPick]:
    """Pick what is worth most to the members in the mean."""
    return _best_by(_mean, voices, offer, n, history)


def least_misery(
    voices: Sequence[Voice],
    offer: Offer,
    n: int,
    history: Sequence[Candidates],
) -> list[GroupPick]:
    """Pick what is worth most to the member to whom it is worth least."""
    return _best_by(_least, voices, offer, n, history)


MODELS: dict[str, Rule] = {
    PAPERPICKS: group.choose,
    AVERAGING: averaging,
    LEAST_MISERY: least_misery,
}


def _best_by(
    join: Callable[[Doubles], Doubles],
    voices: Sequence[Voice],
    offer: Offer,
    n: int,
    history: Sequence[Candidates],
) -> list[GroupPick]:
    """Pick the best new papers by the joined utilities, diversified as one reader's picks are."""
    heard = [voice for voice in voices if voice.profile.evidence]
    if not heard:
        return group.choose(voices, offer, n, history)

    new = offer.new_papers
    # Every member counts alike there, also one of whom little is known.
    utilities = group.appraise(heard, offer, [], guess=1.0).papers
    scores = join(utilities[:, : len(new.candidates)]).astype(np.float32)
    rows = ranking.diversify(
        ranking.rank(new.candidates, scores, new.allowed),
        scores,
        new.candidates.vectors,
        n,
        ranking.PICKS_DIVERSITY,
    )
    return [_pick(new, scores, row) for row in rows]


def _mean(utilities: Doubles) -> Doubles:
    return np.asarray(utilities.mean(axis=0))


def _least(utilities: Doubles) -> Doubles:
    return np.asarray(utilities.min(axis=0))


def _pick(offer: Offer, scores: Floats, row: int) -> GroupPick:
    recommendation = ranking.recommendation(
        offer.candidates, scores, row, "group"
    )
    return GroupPick(recommendation, ())
