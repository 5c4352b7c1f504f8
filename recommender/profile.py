"""Learn what one reader likes as a weighted centroid of their evidence, and score papers by it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from recommender.arrays import Doubles, Floats, Mask, Rows
from recommender.evidence import (
    PHRASE_KINDS,
    TOPIC_WEIGHT,
    Evidence,
    EvidenceIndex,
    no_phrase_matches,
    reweighted,
)
from recommender.overlaps import Overlaps
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
class Centroid:
    """A weighted sum of vectors, by which papers are scored.

    Attributes
    ----------
    term_weights
        (n_terms,) the sum of the sparse rows.
    background_weights
        (n_components,) the negated sum of the dense rows, which stand for what many papers share.
    direction_weights
        (n_components,) the sum of the unit dense rows, times what a cosine counts.

    """

    term_weights: Floats
    background_weights: Floats
    direction_weights: Floats

    def dot(self, papers: Vectors, words: Floats | None = None) -> Floats:
        """Return how near papers are to the sum, (n_papers,).

        `words` (n_papers,) are their products with the term weights, if they are there already.
        """
        # Row by row: in a matrix product the last bits depend on the papers beside a paper.
        if words is None:
            words = papers.sparse @ self.term_weights
        background = np.vecdot(papers.dense, self.background_weights)
        directions = np.vecdot(papers.dense, self.direction_weights)
        return np.asarray(words + background + directions / papers.lengths)


@dataclass(frozen=True, slots=True)
class Profile(Centroid):
    """A reader's taste: the weighted sum of the vectors of their evidence.

    Attributes
    ----------
    evidence
        The pieces of evidence, with their final weights.
    vectors
        (n_evidence, …) the vector of each piece.
    cosine_weight
        What the cosine of two papers counts beside the words they share.
    phrase_matches
        (n_evidence, n_phrases) which phrases of the evidence a rated paper literally contains.
    overlaps
        What the words of the rated papers have in common, as far as it is needed.

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
    cosine_weight: float
    phrase_matches: Mask
    overlaps: Overlaps = field(default_factory=Overlaps, compare=False)
    index: EvidenceIndex = field(init=False, compare=False)

    def __post_init__(self) -> None:
        # A frozen dataclass sets what it derives in this way alone.
        object.__setattr__(self, "index", EvidenceIndex(self.evidence))

    @property
    def phrase_rows(self) -> Rows:
        """Return the places of the phrases in the evidence, (n_phrases,)."""
        return self.index.rows(*PHRASE_KINDS)

    @property
    def phrase_bonuses(self) -> Floats:
        """Return what a paper gains by containing each phrase, (n_phrases,)."""
        return phrase_bonuses([self.evidence[row] for row in self.phrase_rows])

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
        scores = self.dot(papers)
        if phrase_matches is not None:
            scores = scores + self.score_phrases(phrase_matches)
        return np.asarray(scores, np.float32)

    def part(self, rows: Rows) -> Centroid:
        """Return the part of the sum that some pieces of the evidence make up."""
        weights = np.array(
            [self.evidence[row].weight for row in rows], np.float32
        )
        return _sum(weights, self.vectors, rows, self.cosine_weight)

    def score_phrases(self, phrase_matches: Mask) -> Floats:
        """Return what papers gain by the best and lose by the worst phrase in them, (n_papers,)."""
        return phrase_gains(phrase_matches, self.phrase_bonuses)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Material:
    """What a taste is learned from: see `learn`."""

    evidence: Sequence[Evidence]
    index: EvidenceIndex
    vectors: Vectors
    phrase_matches: Mask
    overlaps: Overlaps


def learn(
    evidence: Sequence[Evidence],
    vectors: Vectors,
    phrase_matches: Mask | None = None,
    overlaps: Overlaps | None = None,
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
    overlaps
        Those of an earlier profile of the same reader, under the same features: they save work,
        and change nothing.

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

    material = _Material(
        evidence=evidence,
        index=EvidenceIndex(evidence),
        vectors=vectors,
        phrase_matches=phrase_matches,
        overlaps=overlaps or Overlaps(),
    )
    weights = _weigh(material)

    return sum_evidence(
        reweighted(evidence, weights),
        vectors,
        phrase_matches,
        overlaps=material.overlaps,
    )


def sum_evidence(
    evidence: Sequence[Evidence],
    vectors: Vectors,
    phrase_matches: Mask | None = None,
    *,
    cosine_weight: float | None = None,
    overlaps: Overlaps | None = None,
) -> Profile:
    """Return the profile that is the sum of evidence with final weights.

    By default `cosine_weight` follows from the evidence. Give a whole profile's if this is only a
    part of its evidence.
    """
    weights = np.array([piece.weight for piece in evidence], np.float32)
    if cosine_weight is None:
        cosine_weight = _cosine_weight(weights)
    if phrase_matches is None:
        phrase_matches = no_phrase_matches(evidence)

    rows = np.arange(len(evidence))
    centroid = _sum(weights, vectors, rows, cosine_weight)

    return Profile(
        term_weights=centroid.term_weights,
        background_weights=centroid.background_weights,
        direction_weights=centroid.direction_weights,
        evidence=tuple(evidence),
        vectors=vectors,
        cosine_weight=cosine_weight,
        phrase_matches=phrase_matches,
        overlaps=overlaps or Overlaps(),
    )


def _cosine_weight(weights: Floats) -> float:
    """Return what a cosine counts beside evidence of some weights."""
    return cosine_weight_for(float(weights[weights > 0].sum()))


def _sum(
    weights: Floats, vectors: Vectors, rows: Rows, cosine_weight: float
) -> Centroid:
    """Return the weighted sum of some rows of the vectors; (n_rows,) weights."""
    # A row without weight adds nothing, and to take the others out would take longer.
    weight_of = np.zeros(len(vectors), np.float32)
    weight_of[rows] = weights
    term_weights = vectors.transposed @ weight_of

    dense = vectors.dense[rows]
    background = -(weights @ dense)
    directions = (weights / vectors.lengths[rows]) @ dense

    return Centroid(
        term_weights=np.asarray(term_weights, np.float32),
        background_weights=np.asarray(background),
        direction_weights=np.asarray(cosine_weight * directions, np.float32),
    )


def phrase_bonuses(phrases: Sequence[Evidence]) -> Floats:
    """Return what a paper gains by containing each phrase, (n_phrases,)."""
    return np.array([piece.phrase_bonus for piece in phrases], np.float32)


def phrase_gains(phrase_matches: Mask, bonuses: Floats) -> Floats:
    """Return what papers gain by the best and lose by the worst phrase in them, (n_papers,)."""
    gains = np.zeros(len(phrase_matches), np.float32)
    # Most papers contain none.
    rows = np.flatnonzero(phrase_matches.any(axis=1))
    # By phrases, of which there are few: a loop over the papers would take much longer.
    matching_bonuses = np.where(
        phrase_matches.T[:, rows], bonuses[:, None], np.float32(0)
    )

    best = matching_bonuses.max(axis=0, initial=0)
    worst = matching_bonuses.min(axis=0, initial=0)
    gains[rows] = best + worst
    return gains


def doubted_topics(profile: Profile) -> list[str]:
    """Return the typed topics that weigh as little as after `DOUBTING_DISLIKES` dislikes."""
    trust = (TRUST_PRIOR / (TRUST_PRIOR + DOUBTING_DISLIKES)) ** TRUST_POWER
    threshold = TOPIC_WEIGHT * trust + TOLERANCE

    return [
        str(piece.ref)
        for piece in profile.evidence
        if piece.kind == "wanted" and piece.weight < threshold
    ]


def _weigh(material: _Material) -> Doubles:
    """Return what each piece of evidence weighs beside the others, (n_evidence,)."""
    index, phrase_matches = material.index, material.phrase_matches
    directions = material.vectors.directions

    weights = np.array([piece.weight for piece in material.evidence], float)
    weights = erode_likes(weights, index, directions)
    weights = raise_new_topics(weights, index, directions, phrase_matches)
    weights = discount_topics(weights, index, directions, phrase_matches)
    return _weigh_dislikes(weights, material)


def _weigh_dislikes(weights: Doubles, material: _Material) -> Doubles:
    """Weigh each dislike by how much its paper was expected to be liked."""
    dislikes = material.index.rows("dislike")
    if not len(dislikes):
        return weights

    ages = material.index.ages[dislikes]
    # Of the dislikes of one day, the last one in the evidence is the latest.
    latest = dislikes[np.lexsort((-dislikes, ages))][:MAX_DISLIKES]
    others = np.flatnonzero(~material.index.marks("dislike"))
    cosine_weight = _cosine_weight(weights[others].astype(np.float32))
    scores = _scores_by(material, weights, others, cosine_weight)[latest]

    weighed = weights.copy()
    weighed[dislikes] = 0
    weighed[latest] = dislike_weights(
        scores=scores.astype(np.float64),
        max_weights=-weights[latest],
        kernel=_dislike_kernel(material, latest, cosine_weight),
    )
    return weighed


def _scores_by(
    material: _Material, weights: Doubles, rows: Rows, cosine_weight: float
) -> Floats:
    """Score all papers of the evidence by some of it alone, (n_evidence,)."""
    centroid = _sum(
        weights[rows].astype(np.float32), material.vectors, rows, cosine_weight
    )
    phrases = material.index.rows(*PHRASE_KINDS)
    pieces = reweighted(
        [material.evidence[row] for row in phrases], weights[phrases]
    )
    return centroid.dot(material.vectors) + phrase_gains(
        material.phrase_matches, phrase_bonuses(pieces)
    )


def _dislike_kernel(
    material: _Material, rows: Rows, cosine_weight: float
) -> Doubles:
    """Return what the papers of some dislikes add to each other's scores."""
    # In the order of the evidence, in which most of them stand still at the next rating.
    in_order = np.sort(rows)
    products = material.overlaps.products(
        "dislike",
        [material.evidence[row].ref for row in in_order],
        material.vectors,
        in_order,
    )
    places = np.searchsorted(in_order, rows)
    kernel = material.vectors.kernel_among(
        rows, cosine_weight, products[places][:, places]
    )
    return kernel.astype(np.float64)
