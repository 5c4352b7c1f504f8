"""Learn what one reader likes as a weighted centroid of their evidence, and score papers by it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from recommender.arrays import Doubles, Floats, Mask, Rows
from recommender.evidence import (
    PHRASE_KINDS,
    TOPIC_WEIGHT,
    Evidence,
    no_phrase_matches,
    rows_of_kind,
)
from recommender.reweighting import (
    TOLERANCE,
    TRUST_POWER,
    TRUST_PRIOR,
    discount_topics,
    dislike_weights,
    erode_likes,
    raise_new_topics,
)
from recommender.vectors import Vectors, cosine_weight_for

# Only the latest dislikes teach, as the time to weigh them grows with their cube.
MAX_DISLIKES = 200

# After so many dislikes of papers that contain a topic, and no like, its reader is asked whether
# they still want it: a few dislikes more, and no pick is about it any more.
DOUBTING_DISLIKES = 4


@dataclass(frozen=True, slots=True)
class Profile:
    """A reader's taste: the weighted sum of the vectors of their evidence.

    Attributes
    ----------
    evidence
        The pieces of evidence, with their final weights.
    vectors
        (n_evidence, …) the vector of each piece.
    term_weights
        (n_terms,) the sum of the sparse rows.
    background_weights
        (n_components,) the negated sum of the dense rows, which stand for what many papers share.
    direction_weights
        (n_components,) the sum of the unit dense rows, times `cosine_weight`.
    cosine_weight
        What the cosine of two papers counts beside the words they share.
    phrase_matches
        (n_evidence, n_phrases) which phrases of the evidence a rated paper literally contains.

    Notes
    -----
    This is Rocchio's centroid: with the weights a and the vectors x of the evidence, a paper y
    scores `Σ aᵢ k(xᵢ, y)`. The kernel k is linear, so the sum is taken once over the evidence, and
    scoring costs one product a paper, however much a reader has rated. The weights of dislikes
    and topics depend on the other evidence: see `learn`.

    References
    ----------
    J. Rocchio (1971). Relevance feedback in information retrieval.

    """

    evidence: tuple[Evidence, ...]
    vectors: Vectors
    term_weights: Floats
    background_weights: Floats
    direction_weights: Floats
    cosine_weight: float
    phrase_matches: Mask

    @property
    def phrase_rows(self) -> Rows:
        """Return the places of the phrases in the evidence, (n_phrases,)."""
        return rows_of_kind(self.evidence, *PHRASE_KINDS)

    @property
    def phrase_bonuses(self) -> Floats:
        """Return what a paper gains by containing each phrase, (n_phrases,)."""
        pieces = [self.evidence[row] for row in self.phrase_rows]
        return np.array([piece.phrase_bonus for piece in pieces], np.float32)

    def score(
        self, papers: Vectors, phrase_matches: Mask | None = None
    ) -> Floats:
        """Score papers by how well they fit the taste.

        Parameters
        ----------
        papers
            (n_papers, …) vectors under the same features as the evidence.
        phrase_matches
            (n_papers, n_phrases) which phrases of the evidence each paper literally contains.

        Returns
        -------
        (n_papers,) unbounded scores; 0 says nothing for or against a paper.

        """
        # Row by row: in a matrix product the last bits depend on the papers beside a paper.
        words = papers.sparse @ self.term_weights
        background = np.vecdot(papers.dense, self.background_weights)
        directions = np.vecdot(papers.dense, self.direction_weights)
        scores = words + background + directions / papers.lengths

        if phrase_matches is not None:
            scores = scores + self.score_phrases(phrase_matches)
        return np.asarray(scores, np.float32)

    def score_phrases(self, phrase_matches: Mask) -> Floats:
        """Return what papers gain by the best and lose by the worst phrase in them, (n_papers,)."""
        gains = np.zeros(len(phrase_matches), np.float32)
        # Most papers contain none.
        rows = np.flatnonzero(phrase_matches.any(axis=1))
        bonuses = np.where(phrase_matches[rows], self.phrase_bonuses, 0)

        best = bonuses.max(axis=1, initial=0)
        worst = bonuses.min(axis=1, initial=0)
        gains[rows] = best + worst
        return gains

    def evidence_contributions(
        self, paper: Vectors, phrase_matches: Mask | None = None
    ) -> Floats:
        """Return what each piece of evidence adds to the score of one paper, (n_evidence,)."""
        weights = [piece.weight for piece in self.evidence]
        kernel = self.vectors.kernel(paper, self.cosine_weight)[:, 0]
        contributions = np.asarray(kernel * np.array(weights, np.float32))

        if phrase_matches is not None and phrase_matches.any():
            bonuses = np.where(phrase_matches[0], self.phrase_bonuses, 0)
            best, worst = int(bonuses.argmax()), int(bonuses.argmin())
            # As in `score_phrases`: a best below 0 raises nothing, a worst above 0 lowers nothing.
            contributions[self.phrase_rows[best]] += max(bonuses[best], 0)
            contributions[self.phrase_rows[worst]] += min(bonuses[worst], 0)
        return contributions


def learn(
    evidence: Sequence[Evidence],
    vectors: Vectors,
    phrase_matches: Mask | None = None,
) -> Profile:
    """Learn a reader's profile.

    Parameters
    ----------
    evidence
        What the reader told, in any order: the profile is a sum, so that a piece taken back
        leaves no trace, and a like never lowers its own paper or a copy of it.
    vectors
        (n_evidence, …) the vector of the paper or phrase that each piece speaks of.
    phrase_matches
        (n_evidence, n_phrases) which phrases of the evidence, in its order, each rated paper
        literally contains.

    Raises
    ------
    ValueError
        If evidence and vectors differ in number.

    """
    if len(evidence) != len(vectors):
        raise ValueError(
            f"{len(evidence)} pieces of evidence, but {len(vectors)} vectors"
        )
    if phrase_matches is None:
        phrase_matches = no_phrase_matches(evidence)

    weights = np.array([piece.weight for piece in evidence], np.float64)
    weights = erode_likes(weights, evidence, vectors)
    weights = raise_new_topics(weights, evidence, vectors, phrase_matches)
    weights = discount_topics(weights, evidence, vectors, phrase_matches)
    weights = _weigh_dislikes(weights, evidence, vectors, phrase_matches)

    return sum_evidence(_reweighted(evidence, weights), vectors, phrase_matches)


def sum_evidence(
    evidence: Sequence[Evidence],
    vectors: Vectors,
    phrase_matches: Mask | None = None,
    *,
    cosine_weight: float | None = None,
) -> Profile:
    """Return the profile that is the sum of evidence with final weights.

    By default `cosine_weight` follows from the evidence. Give a whole profile's if this is only a
    part of its evidence.
    """
    weights = np.array([piece.weight for piece in evidence], np.float32)
    if cosine_weight is None:
        positive = float(weights[weights > 0].sum())
        cosine_weight = cosine_weight_for(positive)
    if phrase_matches is None:
        phrase_matches = no_phrase_matches(evidence)

    term_weights = vectors.sparse.T @ weights
    background = -(weights @ vectors.dense)
    directions = (weights / vectors.lengths) @ vectors.dense

    return Profile(
        evidence=tuple(evidence),
        vectors=vectors,
        term_weights=np.asarray(term_weights, np.float32),
        background_weights=np.asarray(background),
        direction_weights=np.asarray(cosine_weight * directions, np.float32),
        cosine_weight=cosine_weight,
        phrase_matches=phrase_matches,
    )


def doubted_topics(profile: Profile) -> list[str]:
    """Return the typed topics that weigh as little as after `DOUBTING_DISLIKES` dislikes."""
    trust = (TRUST_PRIOR / (TRUST_PRIOR + DOUBTING_DISLIKES)) ** TRUST_POWER
    threshold = TOPIC_WEIGHT * trust + TOLERANCE

    return [
        str(piece.ref)
        for piece in profile.evidence
        if piece.kind == "wanted" and piece.weight < threshold
    ]


def _weigh_dislikes(
    weights: Doubles,
    evidence: Sequence[Evidence],
    vectors: Vectors,
    phrase_matches: Mask,
) -> Doubles:
    """Weigh each dislike by how much its paper was expected to be liked."""
    dislikes = rows_of_kind(evidence, "dislike")
    if not len(dislikes):
        return weights

    others = np.setdiff1d(np.arange(len(evidence)), dislikes)
    pieces = _reweighted([evidence[row] for row in others], weights[others])
    expectation = sum_evidence(pieces, vectors.take(others))

    ages = np.array([evidence[row].age for row in dislikes])
    # Of the dislikes of one day, the last one in the evidence is the latest.
    latest = dislikes[np.lexsort((-dislikes, ages))][:MAX_DISLIKES]
    papers = vectors.take(latest)
    scores = expectation.score(papers, phrase_matches[latest])
    kernel = papers.kernel(papers, expectation.cosine_weight)

    weighed = weights.copy()
    weighed[dislikes] = 0
    weighed[latest] = dislike_weights(
        scores=scores.astype(np.float64),
        max_weights=-weights[latest],
        kernel=kernel.astype(np.float64),
    )
    return weighed


def _reweighted(
    evidence: Sequence[Evidence], weights: Doubles
) -> list[Evidence]:
    """Return the evidence with new weights."""
    return [
        replace(piece, weight=float(weight))
        for piece, weight in zip(evidence, weights, strict=True)
    ]
