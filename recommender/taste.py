"""A taste to look at: the words that carry it, and the likes that stand for it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender import explain
from recommender.concepts import Mention
from recommender.features import PaperFeatures, Vectors
from recommender.interests import Interest, part
from recommender.profile import Profile
from recommender.ranking import Rows

# Concepts that tell what is wanted: a phone's screen.
MORE = 4

ENDS = 20  # papers that fit best, and as many that fit worst, from which a taste is read


@dataclass(frozen=True, slots=True)
class Word:
    """A concept, and what it carries of the scores of some papers, in the mean."""

    concept: str
    added: float


def words(
    profile: Profile,
    features: PaperFeatures,
    papers: Vectors,
    mentions: Sequence[Sequence[Mention]],
    most: int,
    *,
    least: bool = False,
) -> list[Word]:
    """Return the concepts that add most to the scores of `papers`, phrases before words.

    With `least` those that take most from them, of all that was said against. No two say the
    same; the strongest comes first. `mentions` are the concepts of each paper.
    """
    added = carried(profile, features, papers, mentions)
    worth = (
        {concept: -part for concept, part in added.items()} if least else added
    )
    if least:
        unwanted = _unwanted(profile, features)
        terms = {m.concept: m.terms.keys() for paper in mentions for m in paper}
        worth = {
            concept: part
            for concept, part in worth.items()
            if terms[concept] <= unwanted
        }
    kept = [Word(c, added[c]) for c, _ in explain.strongest(worth, most=most)]
    return sorted(kept, key=lambda word: -abs(word.added))


def carried(
    profile: Profile,
    features: PaperFeatures,
    papers: Vectors,
    mentions: Sequence[Sequence[Mention]],
) -> dict[str, float]:
    """Return what each concept carries of the scores of some papers, in the mean."""
    total: dict[str, float] = defaultdict(float)
    for row, named in enumerate(mentions):
        parts = explain.contributions(profile, features, papers.take([row]))
        for concept, added in explain.carried(parts, named).items():
            total[concept] += added / len(papers)
    return total


def ends(profile: Profile, papers: Vectors) -> tuple[Rows, Rows]:
    """Return the rows of those of n papers that fit best, and of those that fit worst."""
    order = np.argsort(-profile.score(papers), kind="stable")
    return order[:ENDS], order[-ENDS:]


def standing_for(profile: Profile, papers: Vectors, most: int) -> list[int]:
    """Return the liked papers, by id, that add most to the scores of `papers`."""
    likes = [
        i for i, each in enumerate(profile.evidence) if each.kind == "like"
    ]
    weights = np.array([profile.evidence[i].weight for i in likes], np.float32)
    together = (
        profile.vectors.take(likes).product(papers, profile.share).sum(axis=1)
        * weights
    )
    best = np.argsort(-together, kind="stable")[:most]
    return [
        int(profile.evidence[likes[i]].ref) for i in best if together[i] > 0
    ]


def example(profile: Profile, interest: Interest) -> int:
    """Return the liked paper, by id, that an interest speaks of most."""
    scored = part(profile, interest).score(
        profile.vectors.take(list(interest.members))
    )
    return int(profile.evidence[interest.members[int(scored.argmax())]].ref)


def _unwanted(profile: Profile, features: PaperFeatures) -> set[str]:
    """Return the terms that are in something the reader does not want."""
    rows = [i for i, each in enumerate(profile.evidence) if each.weight < 0]
    columns = np.unique(profile.vectors.take(rows).sparse.indices)
    return {features.terms_[column] for column in columns}
