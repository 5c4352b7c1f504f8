"""Split a reader's likes into a few interests by clustering, and name each by its concepts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform

from recommender import explain
from recommender.arrays import Doubles, Floats, Mask, Rows
from recommender.concepts import Mention
from recommender.evidence import Evidence, rows_of_kind
from recommender.features import PaperFeatures
from recommender.overlaps import Overlaps
from recommender.profile import Profile, sum_evidence
from recommender.ranking import InterestSlots
from recommender.vectors import Vectors

# Before that a few likes look like as many interests.
MIN_LIKES = 8

MIN_LIKES_EACH = 3
MAX_INTERESTS = 4

# The latest likes are split: time and memory grow with their square.
MAX_LIKES = 500

# The mean silhouette from which likes fall apart: see docs/recommender.md.
MIN_SILHOUETTE = 0.05

# The concepts that each liked paper names, by its id.
MentionsById = Mapping[int | str, Sequence[Mention]]


@dataclass(frozen=True, slots=True)
class Interest:
    """Pieces of a reader's evidence that belong together, as places in the evidence."""

    members: tuple[int, ...]


def split(
    evidence: Sequence[Evidence],
    vectors: Vectors,
    overlaps: Overlaps | None = None,
) -> list[Interest]:
    """Return the interests in the likes, the largest first; none if the likes are of one kind.

    Clusters are those of average linkage over the similarity of papers, in the number that has
    the best silhouette, if it shows clusters at all. One or two likes are no interest.

    `overlaps` are those of the profile with this evidence: they save work, and change nothing.
    """
    likes = rows_of_kind(evidence, "like")
    if len(likes) < MIN_LIKES:
        return []

    if len(likes) > MAX_LIKES:
        weights = np.array([evidence[row].weight for row in likes])
        heaviest = np.argsort(-weights, kind="stable")[:MAX_LIKES]
        likes = np.sort(likes[heaviest])

    products = (overlaps or Overlaps()).products(
        "like", [evidence[row].ref for row in likes], vectors, likes
    )
    distances = np.maximum(1 - vectors.similarity_among(likes, products), 0)
    np.fill_diagonal(distances, 0)

    labels, value = _cluster(distances)
    if value < MIN_SILHOUETTE:
        return []

    clusters = [likes[labels == label] for label in np.unique(labels)]
    clusters = [rows for rows in clusters if len(rows) >= MIN_LIKES_EACH]
    if len(clusters) < 2:
        return []

    clusters.sort(key=lambda rows: (-len(rows), rows[0]))
    return [Interest(tuple(rows.tolist())) for rows in clusters[:MAX_INTERESTS]]


def _cluster(distances: Floats) -> tuple[NDArray[np.integer], float]:
    """Return the cluster of each paper, (n_papers,), in the number of the best silhouette."""
    condensed = squareform(distances, checks=False)
    tree = linkage(condensed, "average")

    # Two more than wanted, as single papers may be clusters of their own.
    numbers = range(2, MAX_INTERESTS + 3)
    labelings = cuts(tree, numbers)
    values = [silhouette(distances, labels) for labels in labelings]
    best = max(range(len(values)), key=values.__getitem__)
    return labelings[best], values[best]


def cuts(tree: Doubles, numbers: Sequence[int]) -> list[NDArray[np.integer]]:
    """Return the cluster of each leaf of a tree of linkage that is cut into each number of them.

    As `scipy.cluster.hierarchy.fcluster(tree, number, "maxclust")` does, which spends most of its
    time on looking whether the tree is one: where merges are equally high there are fewer clusters.
    """
    leaves = _Leaves(tree)
    return [_cut(tree, number, leaves) for number in numbers]


class _Leaves:
    """The leaves of a tree of linkage, in an order in which those of each node stand together."""

    def __init__(self, tree: Doubles) -> None:
        self._n = len(tree) + 1
        self._sizes = [1] * self._n + tree[:, 3].astype(int).tolist()
        self._starts = [0] * len(self._sizes)
        self._children = tree[:, :2].astype(int).tolist()
        for number in range(len(tree) - 1, -1, -1):
            left, right = self._children[number]
            start = self._starts[self._n + number]
            self._starts[left] = start
            self._starts[right] = start + self._sizes[left]

        self._order = np.empty(self._n, np.intp)
        self._order[self._starts[: self._n]] = np.arange(self._n)

    def of(self, node: int) -> Rows:
        """Return the leaves of a node."""
        start = self._starts[node]
        return self._order[start : start + self._sizes[node]]

    def below(self, n_merged: int) -> list[int]:
        """Return the nodes that stand below no other one after the first merges."""
        first_open = self._n + n_merged
        if first_open == len(self._sizes):
            return [first_open - 1]

        children = self._children[n_merged:]
        return [node for pair in children for node in pair if node < first_open]


def _cut(tree: Doubles, number: int, leaves: _Leaves) -> NDArray[np.integer]:
    """Return the cluster of each leaf of a tree that is cut into some clusters."""
    n_leaves = len(tree) + 1
    # They rise.
    heights = tree[:, 2]
    highest = heights[max(n_leaves - number - 1, 0)]
    is_merged = heights <= highest if n_leaves > number else heights < 0

    labels = np.empty(n_leaves, np.intp)
    for node in leaves.below(int(is_merged.sum())):
        rows = leaves.of(node)
        labels[rows] = rows[0]
    return labels


def silhouette(distances: Floats, labels: NDArray[np.integer]) -> float:
    """Return the mean silhouette coefficient of clusters, between −1 and 1.

    Parameters
    ----------
    distances
        (n_papers, n_papers), with zeros in the diagonal.
    labels
        (n_papers,) the cluster of each paper.

    Notes
    -----
    With a the mean distance of a paper to its own cluster and b that to the nearest other one,
    its silhouette is `(b − a) / max(a, b)`; alone in its cluster, it has 0.

    References
    ----------
    P. Rousseeuw (1987). Silhouettes: a graphical aid to the interpretation and validation of
    cluster analysis.

    """
    clusters, sizes = np.unique(labels, return_counts=True)
    if len(clusters) < 2:
        return 0.0

    distance_sums = np.column_stack(
        [distances[:, labels == cluster].sum(axis=1) for cluster in clusters]
    )
    is_own = labels[:, None] == clusters
    own_size = is_own @ sizes

    own_mean = distance_sums[is_own] / np.maximum(own_size - 1, 1)
    other_means = np.where(is_own, np.inf, distance_sums / sizes)
    nearest_mean = other_means.min(axis=1)

    larger = np.maximum(np.maximum(own_mean, nearest_mean), 1e-9)
    coefficients = (nearest_mean - own_mean) / larger
    return float(np.where(own_size > 1, coefficients, 0).mean())


def interest_profile(profile: Profile, interest: Interest) -> Profile:
    """Return the part of a profile that an interest alone makes up."""
    members = list(interest.members)
    return sum_evidence(
        [profile.evidence[row] for row in members],
        profile.vectors.take(members),
        cosine_weight=profile.cosine_weight,
    )


def topic_interests(evidence: Sequence[Evidence]) -> list[Interest]:
    """Return each typed topic as an interest of its own."""
    topics = rows_of_kind(evidence, "wanted").tolist()
    return [Interest((row,)) for row in topics]


def slots(
    profile: Profile,
    interests: Sequence[Interest],
    papers: Vectors,
    phrase_matches: Mask,
) -> InterestSlots | None:
    """Return how near n papers are to each interest, or None if there is no interest.

    `phrase_matches` (n_papers, n_phrases) tells which papers literally contain a typed topic: these
    are near it, whatever else they are about.
    """
    if not interests or not papers.sparse.shape[1]:
        return None

    contributions = np.column_stack(
        [
            profile.part(np.array(interest.members)).score(papers)
            for interest in interests
        ]
    )
    weights = [_total_weight(profile, interest) for interest in interests]
    similarity = np.asarray(
        contributions / np.array(weights, np.float32), np.float32
    )

    column_of = {
        interest.members: column for column, interest in enumerate(interests)
    }
    bonuses = profile.phrase_bonuses
    for phrase, row in enumerate(profile.phrase_rows.tolist()):
        column = column_of.get((row,))
        if column is not None:
            rows = phrase_matches[:, phrase]
            similarity[rows, column] = np.maximum(similarity[rows, column], 1)
            contributions[rows, column] += bonuses[phrase]

    return InterestSlots(similarity, contributions)


def _total_weight(profile: Profile, interest: Interest) -> float:
    return sum(profile.evidence[row].weight for row in interest.members)


def name_interests(
    profile: Profile,
    interests: Sequence[Interest],
    features: PaperFeatures,
    mentions: MentionsById,
) -> dict[str, Interest]:
    """Return interests by their names.

    Interests of the same name become one; without a second one there is nothing to tell apart.
    """
    members: dict[str, tuple[int, ...]] = {}
    for interest in interests:
        concept = name(profile, interest, features, mentions)
        if concept:
            members[concept] = members.get(concept, ()) + interest.members

    if len(members) < 2:
        return {}
    return {concept: Interest(rows) for concept, rows in members.items()}


def name(
    profile: Profile,
    interest: Interest,
    features: PaperFeatures,
    mentions: MentionsById,
) -> str:
    """Return the concept that carries most of an interest's papers, or "" if none does."""
    part = interest_profile(profile, interest)
    totals: dict[str, float] = defaultdict(float)

    for row in interest.members:
        paper = profile.vectors.take([row])
        by_term = explain.term_contributions(part, features, paper)
        by_concept = explain.concept_contributions(
            by_term, mentions.get(profile.evidence[row].ref, ())
        )
        for concept, contribution in by_concept.items():
            totals[concept] += contribution

    strongest = explain.strongest_concepts(totals, most=1)
    return strongest[0][0] if strongest else ""
