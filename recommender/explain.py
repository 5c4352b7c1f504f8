"""Explain a score: which words, topics and liked papers it is the sum of."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from recommender import concepts
from recommender.arrays import Mask
from recommender.concepts import Mention
from recommender.evidence import rating_evidence
from recommender.features import PaperFeatures
from recommender.profile import Profile, sum_evidence
from recommender.vectors import Vectors

# Concepts named for one paper.
MAX_CONCEPTS = 3

# Of all that speaks for a paper: a concept that carries less is not worth a line.
MIN_SHARE = 0.05

# What a paper is about stands in its title.
TITLE_FACTOR = 2.0

# Of two concepts that carry as much, people would rather read a phrase than a word.
PHRASE_FACTOR = 1.5


@dataclass(frozen=True, slots=True)
class Reason:
    """What carried one score.

    Attributes
    ----------
    taste, popularity
        The two parts of the score.
    words
        Concepts, as the paper writes them, with what each added to the score.
    evidence
        Pieces of evidence: kind, ref, and what each added.
    against
        The concepts that took most from the score, with what each added: negative numbers.

    """

    taste: float
    popularity: float
    words: tuple[tuple[str, float], ...]
    evidence: tuple[tuple[str, int | str, float], ...]
    against: tuple[tuple[str, float], ...] = ()


def explain(
    profile: Profile,
    features: PaperFeatures,
    paper: Vectors,
    mentions: Sequence[Mention],
    *,
    popularity: float,
    phrase_matches: Mask | None = None,
) -> Reason:
    """Return why a paper scored as it did.

    Parameters
    ----------
    paper
        One row of features.
    mentions
        The concepts that it names: only these can be words of a reason.
    popularity
        What popularity added to the score.
    phrase_matches
        (1, n_phrases) which of the profile's phrases the paper literally contains.

    """
    by_evidence = profile.evidence_contributions(paper, phrase_matches)
    largest = np.argsort(-np.abs(by_evidence), kind="stable")[:MAX_CONCEPTS]
    evidence = []
    for row in largest:
        piece = profile.evidence[row]
        share = round(float(by_evidence[row]), 4)
        evidence.append((piece.kind, piece.ref, share))

    by_term = term_contributions(profile, features, paper)
    by_concept = concept_contributions(by_term, mentions)
    negated = {concept: -added for concept, added in by_concept.items()}
    least = _min_contributions(by_term, mentions)

    surfaces = {mention.concept: mention.surface for mention in mentions}
    words = [
        (surfaces[concept], round(added, 4))
        for concept, added in strongest_concepts(by_concept, least)
    ]
    against = [
        (surfaces[concept], round(-added, 4))
        for concept, added in strongest_concepts(negated, least)
    ]

    return Reason(
        taste=round(float(by_evidence.sum()), 4),
        popularity=round(popularity, 4),
        words=tuple(words),
        evidence=tuple(evidence),
        against=tuple(against),
    )


def subject(
    features: PaperFeatures,
    paper: Vectors,
    mentions: Sequence[Mention],
    most: int = MAX_CONCEPTS,
) -> list[Mention]:
    """Return the concepts that say most of what a paper (one row) is about, titles first."""
    # What a reader would like who has liked this paper alone.
    profile = sum_evidence([rating_evidence(0, 1, 0)], paper)
    by_term = term_contributions(profile, features, paper)
    by_concept = concept_contributions(by_term, mentions)

    in_title = {mention.concept for mention in mentions if mention.in_title}
    strongest = strongest_concepts(by_concept, most=most, in_title=in_title)

    mention_of = {mention.concept: mention for mention in mentions}
    return [mention_of[concept] for concept, _ in strongest]


def term_contributions(
    profile: Profile, features: PaperFeatures, papers: Vectors, row: int = 0
) -> dict[str, float]:
    """Return what each term of a paper adds to its score; they sum to the score."""
    columns = papers.terms_of(row)
    if len(columns) == 0:
        return {}

    # The dense block is linear in the terms, so its part of the score splits into them, too.
    per_length = profile.direction_weights / papers.lengths[row]
    dense_weights = profile.background_weights + per_length
    dense_parts = features.project_terms(columns, dense_weights[:, None])[:, 0]

    per_weight = profile.term_weights[columns] + dense_parts
    contributions = (papers.term_values_of(row) * per_weight).tolist()
    return dict(
        zip(
            [features.terms_[column] for column in columns.tolist()],
            contributions,
            strict=True,
        )
    )


def concept_contributions(
    by_term: Mapping[str, float], mentions: Iterable[Mention]
) -> dict[str, float]:
    """Return what each concept adds to a paper's score: the parts of the terms within it.

    A term counts by the share of its places: "generation" that stands in "image generation" and
    in "music generation" adds a half to each.
    """
    return {
        mention.concept: sum(
            by_term.get(term, 0.0) * share
            for term, share in mention.terms.items()
        )
        for mention in mentions
    }


def strongest_concepts(
    contributions: Mapping[str, float],
    least: Mapping[str, float] = MappingProxyType({}),
    most: int = MAX_CONCEPTS,
    in_title: Collection[str] = (),
) -> list[tuple[str, float]]:
    """Return the concepts that add most, with what they add, the strongest first.

    Each adds more than its `least`, and no two say the same. Concepts in a title are preferred,
    and phrases to words.
    """
    preference: dict[str, float] = {}
    for concept, contribution in contributions.items():
        if contribution > least.get(concept, 0.0):
            phrase_factor = PHRASE_FACTOR if " " in concept else 1.0
            title_factor = TITLE_FACTOR if concept in in_title else 1.0
            preference[concept] = contribution * phrase_factor * title_factor

    order = sorted(
        preference, key=lambda concept: (-preference[concept], concept)
    )
    distinct = concepts.distinct(order, most)
    return [(concept, contributions[concept]) for concept in distinct]


def _min_contributions(
    by_term: Mapping[str, float], mentions: Iterable[Mention]
) -> dict[str, float]:
    """Return what each concept must add to be named: more than as many words do in the mean."""
    total = sum(added for added in by_term.values() if added > 0)
    n_words = max(_count_words(by_term), 1)

    return {
        mention.concept: total
        * max(MIN_SHARE, 1 / n_words * _count_words(mention.terms))
        for mention in mentions
    }


def _count_words(terms: Iterable[str]) -> int:
    """Return how many terms are single words."""
    return sum(" " not in term for term in terms)
