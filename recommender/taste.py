"""Show a taste to its reader: the concepts that carry it, and the likes that represent it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender import explain
from recommender.arrays import Rows
from recommender.concepts import Mention
from recommender.features import PaperFeatures
from recommender.interests import Interest, interest_profile
from recommender.profile import Profile
from recommender.vectors import Vectors

# Concepts that tell what is wanted: a phone's screen.
MAX_WORDS = 4

# Concepts that tell how a taste moved, each way, and the share of the strongest concept by which
# one has to move to be named.
MAX_MOVED = 2
MIN_MOVE = 0.15

# Papers that fit best, and as many that fit worst, from which a taste is read.
N_EXTREMES = 20


@dataclass(frozen=True, slots=True)
class Word:
    """A concept, and what it adds to the scores of some papers, in the mean."""

    concept: str
    contribution: float


def words(
    profile: Profile,
    features: PaperFeatures,
    papers: Vectors,
    mentions: Sequence[Sequence[Mention]],
    most: int,
    *,
    least: bool = False,
) -> list[Word]:
    """Return the concepts that add most to the scores of papers, the strongest first.

    Phrases are preferred to words, and no two concepts say the same.

    Parameters
    ----------
    mentions
        The concepts that each paper names.
    most
        How many concepts to return at most.
    least
        Return those that take most from the scores instead, of what the reader does not want.

    """
    contributions = concept_contributions(profile, features, papers, mentions)
    strength = contributions
    if least:
        unwanted = _unwanted_concepts(profile, features, mentions)
        strength = {
            concept: -contribution
            for concept, contribution in contributions.items()
            if concept in unwanted
        }

    strongest = explain.strongest_concepts(strength, most=most)
    strongest_words = [
        Word(concept, contributions[concept]) for concept, _ in strongest
    ]
    return sorted(strongest_words, key=lambda word: -abs(word.contribution))


def concept_contributions(
    profile: Profile,
    features: PaperFeatures,
    papers: Vectors,
    mentions: Sequence[Sequence[Mention]],
) -> dict[str, float]:
    """Return what each concept adds to the scores of some papers, in the mean."""
    totals: dict[str, float] = defaultdict(float)
    for row, paper_mentions in enumerate(mentions):
        by_term = explain.term_contributions(profile, features, papers, row)
        by_concept = explain.concept_contributions(by_term, paper_mentions)
        for concept, contribution in by_concept.items():
            totals[concept] += contribution / len(papers)
    return totals


def movement(
    before: Profile,
    after: Profile,
    features: PaperFeatures,
    papers: Vectors,
    mentions: Sequence[Sequence[Mention]],
) -> tuple[list[str], list[str]]:
    """Return the concepts of which a taste wants more than an earlier one, and less."""
    old = concept_contributions(before, features, papers, mentions)
    new = concept_contributions(after, features, papers, mentions)
    full = max(map(abs, (*old.values(), *new.values())), default=0.0)

    moves = {
        concept: (new.get(concept, 0.0) - old.get(concept, 0.0))
        for concept in old.keys() | new.keys()
    }
    more, less = (
        explain.strongest_concepts(
            {
                concept: sign * move
                for concept, move in moves.items()
                if sign * move > MIN_MOVE * full
            },
            most=MAX_MOVED,
        )
        for sign in (1, -1)
    )
    return [concept for concept, _ in more], [concept for concept, _ in less]


def best_and_worst(profile: Profile, papers: Vectors) -> tuple[Rows, Rows]:
    """Return the rows of the papers that fit a taste best, and of those that fit it worst."""
    ranking = np.argsort(-profile.score(papers), kind="stable")
    return ranking[:N_EXTREMES], ranking[-N_EXTREMES:]


def representative_likes(
    profile: Profile, papers: Vectors, most: int
) -> list[int]:
    """Return the ids of the liked papers that add most to the scores of some papers."""
    likes = profile.index.rows("like")
    weights = [profile.evidence[row].weight for row in likes]

    liked = profile.vectors.take(likes)
    kernel = liked.kernel(papers, profile.cosine_weight)
    contributions = kernel.sum(axis=1) * np.array(weights, np.float32)

    strongest = np.argsort(-contributions, kind="stable")[:most]
    return [
        int(profile.evidence[likes[place]].ref)
        for place in strongest
        if contributions[place] > 0
    ]


def example(profile: Profile, interest: Interest) -> int:
    """Return the id of the liked paper that fits an interest best."""
    liked = profile.vectors.take(list(interest.members))
    scores = interest_profile(profile, interest).score(liked)
    best = interest.members[int(scores.argmax())]
    return int(profile.evidence[best].ref)


def _unwanted_concepts(
    profile: Profile,
    features: PaperFeatures,
    mentions: Sequence[Sequence[Mention]],
) -> set[str]:
    """Return the concepts whose terms are all in something that the reader does not want."""
    rows = [
        row for row, piece in enumerate(profile.evidence) if piece.weight < 0
    ]
    columns = np.unique(profile.vectors.take(rows).sparse.indices)
    unwanted_terms = {features.terms_[column] for column in columns}

    # Of a concept that several papers name, the last one's terms count.
    terms = {
        mention.concept: mention.terms.keys()
        for paper_mentions in mentions
        for mention in paper_mentions
    }
    return {
        concept for concept, inside in terms.items() if inside <= unwanted_terms
    }
