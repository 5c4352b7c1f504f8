"""Why this paper: the words, topics and liked papers that carried its score, in shares of it."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.features import Floats, PaperFeatures, Vectors
from recommender.phrases import terms
from recommender.profile import Profile, learn, rated

MOST_WORDS = 3
TELLING = 0.1  # of what the best word added: a word that took less is not worth a line
MOST_THEMES, FEWEST = 400, 3  # phrases looked at; papers that make a theme
TITLE_BONUS = 2.0  # what a paper is about stands in its title
HALF_A_THOUGHT = 0.4
PHRASE_BONUS = 1.5  # of two words that carry as much, people would rather read the phrase


@dataclass(frozen=True, slots=True)
class Reason:
    """What carried one score: `words` and `evidence` with what each added to it.

    `against` are the words that took most from it, where that is worth telling.
    `taste` and `popularity` are the two parts of the score; evidence is `(kind, ref, share)`.
    """

    taste: float
    popularity: float
    words: tuple[tuple[str, float], ...]
    evidence: tuple[tuple[str, int | str, float], ...]
    against: tuple[tuple[str, float], ...] = ()


def explain(profile: Profile, features: PaperFeatures, paper: Vectors, popularity: float) -> Reason:
    """Return why `paper` (one row) scored as it did; `popularity` is what that added."""
    shares = profile.shares(paper)
    largest = np.argsort(-np.abs(shares), kind="stable")[:MOST_WORDS]
    evidence = tuple(
        (profile.evidence[i].kind, profile.evidence[i].ref, round(float(shares[i]), 4))
        for i in largest
    )
    parts = contributions(profile, features, paper)
    least = TELLING * max(parts.values(), default=0.0)
    taken = {term: -part for term, part in parts.items() if part < -least}
    words = ((term, round(part, 4)) for term, part in strongest(parts))
    against = ((term, round(-part, 4)) for term, part in strongest(taken))
    return Reason(
        taste=round(float(shares.sum()), 4),
        popularity=round(popularity, 4),
        words=tuple((term, part) for term, part in words if part > 0),
        evidence=evidence,
        against=tuple((term, part) for term, part in against if part < 0),
    )


def strongest(
    parts: dict[str, float], most: int = MOST_WORDS, title: Collection[str] = ()
) -> list[tuple[str, float]]:
    """Return the terms with the largest parts, each with its own; `title` are preferred ones."""
    preferred = {
        term: part * _worth_reading(term) * (TITLE_BONUS if term in title else 1.0)
        for term, part in parts.items()
    }
    order = sorted(parts, key=lambda term: (-preferred[term], term))
    return [(term, parts[term]) for term in apart(order, most)]


def _worth_reading(term: str) -> float:
    """Return how much rather people read a term than a plain word: "tuned" is half a thought."""
    if " " in term:
        return PHRASE_BONUS
    return HALF_A_THOUGHT if term.endswith("ed") else 1.0


def subject(features: PaperFeatures, paper: Vectors, title: str) -> list[str]:
    """Return the terms that say most of what `paper` (one row) is about, titles first."""
    parts = contributions(learn([rated(0, 1, 0)], paper), features, paper)
    return [word for word, _ in strongest(parts, title=frozenset(terms(title)))]


def contributions(profile: Profile, features: PaperFeatures, paper: Vectors) -> dict[str, float]:
    """Return what each term of `paper` (one row) adds to its score; they sum to the score."""
    columns, weights = paper.sparse.indices, paper.sparse.data
    if len(columns) == 0:
        return {}
    projection = features.projection_[columns]
    towards = profile.common + profile.about / paper.lengths[0]
    each = profile.sparse[columns] + projection @ towards
    names = features.terms_
    return {names[c]: float(v) for c, v in zip(columns, weights * each, strict=True)}


def themes(
    features: PaperFeatures, papers: Vectors, keywords: Sequence[str], most: int
) -> list[str]:
    """Return what many of `papers` are about, as short phrases unlike each other.

    `keywords` are the phrases to choose from, as often as papers carry them. A phrase counts
    by how many papers hold it and by how alike those papers are: "real world" stands in papers
    of every kind, "gaussian splatting" in one kind.
    """
    common = [word for word, _ in Counter(keywords).most_common(MOST_THEMES)]
    columns = [features.vocabulary_[word] for word in common if word in features.vocabulary_]
    directions = papers.directions
    holds = papers.sparse[:, columns].tocsc()
    worth = []
    for number, column in enumerate(columns):
        rows = holds.indices[holds.indptr[number] : holds.indptr[number + 1]]
        worth.append((_alike(directions[rows]) * np.sqrt(len(rows)), features.terms_[column]))
    return apart([term for value, term in sorted(worth, reverse=True) if value > 0], most)


def _alike(directions: Floats) -> float:
    """Return the mean similarity of n papers to each other, from the length of their sum."""
    n = len(directions)
    if n < FEWEST:
        return 0.0
    own = float((directions**2).sum())
    return (float(np.linalg.norm(directions.sum(axis=0))) ** 2 - own) / (n * (n - 1))


def apart(order: Sequence[str], most: int) -> list[str]:
    """Return the first terms of `order` that share no word with an earlier one."""
    kept: list[str] = []
    seen: set[str] = set()
    for term in order:
        parts = set(term.split())
        if len(kept) < most and not parts & seen:
            kept.append(term)
            seen |= parts
    return kept
