"""Split a reader's likes into a few interests by clustering, and name each by its concepts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from recommender import explain
from recommender.arrays import Floats, Mask, Rows
from recommender.clustering import cluster
from recommender.concepts import Mention
from recommender.features import PaperFeatures
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


def split(profile: Profile) -> list[Interest]:
    """Return the interests in the likes, the largest first; none if the likes are of one kind.

    Clusters are those of average linkage over the similarity of papers, in the number that has
    the best silhouette, if it shows clusters at all. One or two likes are no interest.
    """
    evidence = profile.evidence
    likes = profile.index.rows("like")
    if len(likes) < MIN_LIKES:
        return []

    if len(likes) > MAX_LIKES:
        weights = np.array([evidence[row].weight for row in likes])
        heaviest = np.argsort(-weights, kind="stable")[:MAX_LIKES]
        likes = np.sort(likes[heaviest])

    refs = [evidence[row].ref for row in likes]
    parts = profile.overlaps.split(refs, partial(_split, profile, refs, likes))
    return [Interest(tuple(likes[list(places)].tolist())) for places in parts]


def _split(
    profile: Profile, refs: Sequence[int | str], likes: Rows
) -> list[tuple[int, ...]]:
    """Return the places of the likes of each interest among all likes."""
    vectors = profile.vectors
    products = profile.overlaps.products("like", refs, vectors, likes)
    distances = np.maximum(1 - vectors.similarity_among(likes, products), 0)
    np.fill_diagonal(distances, 0)

    # Two more than wanted, as single papers may be clusters of their own.
    clusters, value = cluster(distances, range(2, MAX_INTERESTS + 3))
    if value < MIN_SILHOUETTE:
        return []

    clusters = [rows for rows in clusters if len(rows) >= MIN_LIKES_EACH]
    if len(clusters) < 2:
        return []

    clusters.sort(key=lambda rows: (-len(rows), rows[0]))
    return [tuple(rows.tolist()) for rows in clusters[:MAX_INTERESTS]]


def interest_profile(profile: Profile, interest: Interest) -> Profile:
    """Return the part of a profile that an interest alone makes up."""
    members = list(interest.members)
    return sum_evidence(
        [profile.evidence[row] for row in members],
        profile.vectors.take(members),
        cosine_weight=profile.cosine_weight,
    )


def topic_interests(profile: Profile) -> list[Interest]:
    """Return each typed topic as an interest of its own."""
    topics = profile.index.rows("wanted").tolist()
    return [Interest((row,)) for row in topics]


def slots(
    profile: Profile,
    interests: Sequence[Interest],
    papers: Vectors,
    phrase_matches: Mask,
    *,
    by_term: bool = False,
) -> InterestSlots | None:
    """Return how near n papers are to each interest, or None if there is no interest.

    `phrase_matches` (n_papers, n_phrases) tells which papers literally contain a typed topic: these
    are near it, whatever else they are about. `by_term` looks up the papers of each word of a
    topic, which is faster for papers that are asked about again and again.
    """
    if not interests or not papers.sparse.shape[1]:
        return None

    # One interest after the other, in memory too: sums over them are faster so.
    contributions = np.stack(
        [
            _contributions(profile, interest, papers, by_term=by_term)
            for interest in interests
        ]
    ).T
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


def _contributions(
    profile: Profile, interest: Interest, papers: Vectors, *, by_term: bool
) -> Floats:
    """Return what an interest adds to the scores of papers, (n_papers,)."""
    part = profile.part(np.array(interest.members))
    is_topic = len(interest.members) == 1
    if not (by_term and is_topic):
        return part.dot(papers)

    terms = profile.vectors.terms_of(interest.members[0])
    weights = part.term_weights[terms]
    return part.dot(papers, papers.products_with(terms, weights))


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
        by_term = explain.term_contributions(
            part, features, profile.vectors, row
        )
        by_concept = explain.concept_contributions(
            by_term, mentions.get(profile.evidence[row].ref, ())
        )
        for concept, contribution in by_concept.items():
            totals[concept] += contribution

    strongest = explain.strongest_concepts(totals, most=1)
    return strongest[0][0] if strongest else ""
