"""Rank candidates: score them, order them, diversify the head, and give interests their slots."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.arrays import Floats, Mask, Rows
from recommender.profile import Profile
from recommender.vectors import Vectors

# What the most upvoted paper of a day gains: so little that it only breaks ties.
POPULARITY_WEIGHT = 0.01

# The similarity from which a paper may take an interest's slot.
MIN_SIMILARITY = 0.1

# The `diversity` of `diversify`: among the picks of a reader, among those for a reader of whom
# nothing is known, and among the papers that a new reader is asked about.
PICKS_DIVERSITY = 0.1
FALLBACK_DIVERSITY = 0.5
QUESTIONS_DIVERSITY = 0.4

# How many rows of a ranking `diversify` looks at: this many, and some more for each one chosen.
MMR_POOL = 50
MMR_POOL_PER_PAPER = 5

# Among how many papers those to ask about are chosen.
QUESTION_POOL = 500

# Among how many of the best papers an interest finds the one for its slot: a paper that is
# really near an interest is never far down.
SLOT_POOL = 2_000

# From how many of the most novel papers one is drawn.
NOVEL_POOL = 20


@dataclass(frozen=True, slots=True)
class Candidates:
    """Papers that may be recommended.

    Attributes
    ----------
    ids
        (n_papers,) ids of the papers.
    vectors
        (n_papers, …) their features.
    popularity
        (n_papers,) percentiles of upvotes within their day, between 0 and 1.

    """

    ids: NDArray[np.int64]
    vectors: Vectors
    popularity: Floats

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: Any) -> "Candidates":  # noqa: ANN401 - as `Vectors.take`
        """Return those in some rows."""
        return Candidates(
            ids=self.ids[rows],
            vectors=self.vectors.take(rows),
            popularity=self.popularity[rows],
        )

    def head(self, n: int) -> "Candidates":
        """Return the first n."""
        return self.take(slice(n))


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A paper chosen for a reader.

    Attributes
    ----------
    row
        Its place among the candidates.
    paper_id, score
        Its id, and its score for this reader.
    policy
        The rule that chose it: `follow`, `interest`, `score`, `fallback`, `explore`, `proof` or
        `second-look`.
    interest
        The interest whose slot it took, if any.
    why
        Why it deserves a second look: `moved` or `upvoted`.

    """

    row: int
    paper_id: int
    score: float
    policy: str
    interest: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class InterestSlots:
    """How near n candidates are to each of k interests.

    Attributes
    ----------
    similarity
        (n_papers, n_interests) the mean score that one unit of an interest's evidence adds.
    contributions
        (n_papers, n_interests) what an interest adds to the paper's score.

    """

    similarity: Floats
    contributions: Floats

    def take(self, rows: Any) -> "InterestSlots":  # noqa: ANN401 - as `Vectors.take`
        """Return how near the candidates of some rows are."""
        # Interest by interest, of which there are few.
        return InterestSlots(
            self.similarity.T[:, rows].T, self.contributions.T[:, rows].T
        )


def scores(
    candidates: Candidates,
    profile: Profile,
    phrase_matches: Mask | None = None,
) -> Floats:
    """Score candidates by taste, by the phrases that they literally contain, and by popularity.

    Parameters
    ----------
    phrase_matches
        (n_papers, n_phrases) which of the profile's phrases each candidate contains.

    Returns
    -------
    (n_papers,) scores.

    """
    taste = profile.score(candidates.vectors, phrase_matches)
    popularity = POPULARITY_WEIGHT * candidates.popularity

    return np.asarray(taste + popularity, dtype=np.float32)


def rank(
    candidates: Candidates, scores: Floats, allowed: Mask | None = None
) -> Rows:
    """Return the rows of the allowed candidates from the best to the worst."""
    rows = np.arange(len(candidates))
    if allowed is not None:
        rows = rows[allowed]

    # Ties go to the smaller id, so that the order of the candidates makes no difference.
    keys = _sort_keys(scores[rows], candidates.ids[rows])
    return np.asarray(rows[np.argsort(keys)], np.intp)


def _sort_keys(scores: Floats, ids: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return whole numbers in the order of falling scores and, among equals, of rising ids.

    One sort of these is ten times as fast as a sort by two keys. An id has to be below 2³².
    """
    # The bits of a float, read as a whole number, are in its order if the sign bit is turned, and
    # of a negative one all bits. Adding 0 makes −0 equal to 0.
    bits = (np.asarray(scores, np.float32) + np.float32(0)).view(np.uint32)
    is_negative = bits >> 31 == 1
    rising = np.where(is_negative, ~bits, bits | np.uint32(1 << 31))

    falling = (~rising).astype(np.uint64)
    return (falling << np.uint64(32)) | ids.astype(np.uint64)


def diversify(
    ranking: Rows,
    scores: Floats,
    vectors: Vectors,
    n: int,
    diversity: float,
) -> list[int]:
    """Choose n papers from the head of a ranking, each relevant and unlike those before it.

    Parameters
    ----------
    ranking
        Rows of candidates, best first; only the head is looked at.
    scores, vectors
        (n_papers,) scores and (n_papers, …) features of all candidates.
    n
        How many papers to choose.
    diversity
        Between 0 (relevance alone) and 1 (difference alone).

    Returns
    -------
    At most n rows, in the order in which they were chosen.

    Notes
    -----
    Maximal marginal relevance: each step takes the paper with the highest
    `(1 − diversity) · relevance − diversity · max cosine` to the papers chosen before. Relevance is
    the score scaled to lie between 0 and 1 within the pool. The cosine is that of the dense
    blocks, which tells what papers are about, not which words they share.

    References
    ----------
    J. Carbonell and J. Goldstein (1998). The use of MMR, diversity-based reranking for reordering
    documents and producing summaries.

    """
    pool = ranking[: pool_size(n)]
    if n <= 0 or len(pool) == 0:
        return []

    pool_scores = scores[pool]
    score_range = max(float(np.ptp(pool_scores)), 1e-9)
    relevance = (pool_scores - pool_scores.min()) / score_range

    directions = vectors.directions_of(pool)
    cosines = directions @ directions.T

    chosen: list[int] = []
    is_free = np.ones(len(pool), bool)
    max_cosine = np.zeros(len(pool), np.float32)

    while len(chosen) < min(n, len(pool)):
        value = (1 - diversity) * relevance - diversity * max_cosine
        # The first of equals: the pool is in order.
        best = int(np.argmax(np.where(is_free, value, -np.inf)))

        chosen.append(int(pool[best]))
        is_free[best] = False
        max_cosine = np.maximum(max_cosine, cosines[best])

    return chosen


def pool_size(n: int) -> int:
    """Return how many papers of a ranking `diversify` looks at to choose n."""
    return MMR_POOL + MMR_POOL_PER_PAPER * n


def slot_order(shown_slots: InterestSlots) -> list[int]:
    """Return the interests in the order of their turns: first the one that was shown least.

    Parameters
    ----------
    shown_slots
        How near the papers that the reader was shown are to each interest. Each counts for the one
        that it is nearest to, if it is near any.

    """
    similarity = shown_slots.similarity
    n_interests = similarity.shape[1]
    is_near = similarity.max(axis=1, initial=-np.inf) >= MIN_SIMILARITY
    nearest = similarity[is_near].argmax(axis=1)

    impressions_of = np.bincount(nearest, minlength=n_interests)

    return [
        int(interest) for interest in np.argsort(impressions_of, kind="stable")
    ]


def fill_slots(
    ranking: Rows,
    scores: Floats,
    slots: InterestSlots,
    order: Sequence[int],
    n: int,
) -> list[tuple[int, int]]:
    """Give each interest in turn the best paper that is near it.

    What the other interests add is taken out of the scores, which are sums: else a paper between
    two interests would win both slots, and neither would get what is really its own.

    Parameters
    ----------
    ranking
        Rows of candidates, best first.
    scores
        (n_papers,) scores of all candidates.
    slots
        How near the papers of the ranking are to each interest, in its order.

    Returns
    -------
    At most n pairs of a candidate's row and the interest whose slot it takes.

    """
    if not len(ranking):
        return []

    contributions = slots.contributions
    by_others = contributions.sum(axis=1, keepdims=True) - contributions
    own_scores = scores[ranking][:, None] - by_others
    own_scores[slots.similarity < MIN_SIMILARITY] = -np.inf

    pairs: list[tuple[int, int]] = []
    for interest in order:
        if len(pairs) >= n:
            break
        best = int(np.argmax(own_scores[:, interest]))
        if own_scores[best, interest] > -np.inf:
            pairs.append((int(ranking[best]), interest))
            own_scores[best] = -np.inf

    return pairs


def most_novel(
    candidates: Candidates, rows: Rows, evidence_vectors: Vectors
) -> Rows:
    """Return the rows least like any evidence, the most novel first, at most `NOVEL_POOL`."""
    vectors = candidates.vectors.take(rows)
    max_similarity = vectors.similarity(evidence_vectors).max(axis=1)
    novel_first = np.argsort(max_similarity, kind="stable")

    return rows[novel_first[:NOVEL_POOL]]


def choose_questions(
    candidates: Candidates,
    scores: Floats,
    n: int,
    *,
    allowed: Mask | None = None,
) -> list[int]:
    """Choose n papers that teach most about a new reader: likely to be liked, and diverse."""
    ranking = rank(candidates, scores, allowed)
    return diversify(
        ranking, scores, candidates.vectors, n, QUESTIONS_DIVERSITY
    )


def recommendation(
    candidates: Candidates,
    scores: Floats,
    row: int,
    policy: str,
    interest: int | None = None,
) -> Recommendation:
    """Return a candidate as a recommendation."""
    return Recommendation(
        row=row,
        paper_id=int(candidates.ids[row]),
        score=float(scores[row]),
        policy=policy,
        interest=interest,
    )
