"""A taste to look at: the words that carry it, and the likes that stand for it."""

from dataclasses import dataclass

import numpy as np

from recommender import explain
from recommender.features import Floats, PaperFeatures, Vectors
from recommender.interests import Interest, part
from recommender.profile import Profile
from recommender.ranking import Rows

ENDS = 20  # papers that fit best, and as many that fit worst, from which a taste is read
PHRASE_BONUS = 2.0  # more than for one paper: over many, single words are the commonest ones
POOL = 200  # terms looked at; far more than ever stand apart from each other


@dataclass(frozen=True, slots=True)
class Word:
    """A term, and what it adds to the scores of some papers, in the mean."""

    term: str
    added: float


def words(
    profile: Profile, features: PaperFeatures, papers: Vectors, most: int, *, least: bool = False
) -> list[Word]:
    """Return the terms that add most to the scores of `papers`, phrases before words.

    With `least` those that take most from them, of all that was said against. No two share a word;
    the strongest comes first.
    """
    added = contributions(profile, features, papers)
    worth = _against(profile) * -added if least else added
    bonus = np.array([PHRASE_BONUS if " " in term else 1.0 for term in features.terms_])
    head = np.argsort(-worth * bonus, kind="stable")[:POOL]
    strongest = [features.terms_[column] for column in head if worth[column] > 0]
    kept = explain.apart(strongest, most)
    found = [Word(term, float(added[features.vocabulary_[term]])) for term in kept]
    return sorted(found, key=lambda word: -abs(word.added))


def contributions(profile: Profile, features: PaperFeatures, papers: Vectors) -> Floats:
    """Return what each term adds to the scores of n papers in the mean, shape (terms,).

    They sum to the mean score: it is linear in the terms, through both blocks.
    """
    share = np.full(len(papers), 1 / max(len(papers), 1), np.float32)
    used = papers.sparse.T @ share
    directed = papers.sparse.T @ (share / papers.lengths)
    towards = features.projection_ @ np.column_stack([profile.common, profile.about])
    return np.asarray(used * (profile.sparse + towards[:, 0]) + directed * towards[:, 1])


def ends(profile: Profile, papers: Vectors) -> tuple[Rows, Rows]:
    """Return the rows of those of n papers that fit best, and of those that fit worst."""
    order = np.argsort(-profile.score(papers), kind="stable")
    return order[:ENDS], order[-ENDS:]


def standing_for(profile: Profile, papers: Vectors, most: int) -> list[int]:
    """Return the liked papers, by id, that add most to the scores of `papers`."""
    likes = [i for i, each in enumerate(profile.evidence) if each.kind == "like"]
    weights = np.array([profile.evidence[i].weight for i in likes], np.float32)
    together = profile.vectors.take(likes).product(papers, profile.share).sum(axis=1) * weights
    best = np.argsort(-together, kind="stable")[:most]
    return [int(profile.evidence[likes[i]].ref) for i in best if together[i] > 0]


def example(profile: Profile, interest: Interest) -> int:
    """Return the liked paper, by id, that an interest speaks of most."""
    scored = part(profile, interest).score(profile.vectors.take(list(interest.members)))
    return int(profile.evidence[interest.members[int(scored.argmax())]].ref)


def _against(profile: Profile) -> Floats:
    """Tell (1 or 0) which terms are in something the reader does not want, shape (terms,)."""
    rows = [i for i, each in enumerate(profile.evidence) if each.weight < 0]
    found = np.zeros(profile.vectors.sparse.shape[1], np.float32)
    found[profile.vectors.take(rows).sparse.indices] = 1
    return found
