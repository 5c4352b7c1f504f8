"""Why this paper: the words, topics and liked papers that carried its score, in shares of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from recommender import concepts
from recommender.concepts import Mention
from recommender.features import PaperFeatures, Vectors
from recommender.profile import Mask, Profile, learn, rated

# Concepts named for one paper.
MOST_WORDS = 3
# Of all that speaks for a paper: a concept that carries less is not worth a line.
TELLING = 0.05
# What a paper is about stands in its title.
TITLE_BONUS = 2.0
# Of two words that carry as much, people would rather read the phrase.
PHRASE_BONUS = 1.5


@dataclass(frozen=True, slots=True)
class Reason:
    """What carried one score: `words` and `evidence` with what each added to it.

    The words are concepts, as the paper writes them; `against` are those that took most from it.
    `taste` and `popularity` are the two parts of the score; evidence is `(kind, ref, share)`.
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
    says: Mask | None = None,
) -> Reason:
    """Return why `paper` (one row) scored as it did; `popularity` is what that added.

    `mentions` are the concepts that it names: only these can be words of a reason; `says`
    (1, phrases) tells which of the profile's phrases it literally says.
    """
    shares = profile.shares(paper, says)
    largest = np.argsort(-np.abs(shares), kind="stable")[:MOST_WORDS]
    evidence = tuple(
        (
            profile.evidence[i].kind,
            profile.evidence[i].ref,
            round(float(shares[i]), 4),
        )
        for i in largest
    )
    parts = contributions(profile, features, paper)
    added = carried(parts, mentions)
    least = telling(parts, mentions)
    taken = {concept: -part for concept, part in added.items()}
    written = {mention.concept: mention.written for mention in mentions}
    against = strongest(taken, least)
    return Reason(
        taste=round(float(shares.sum()), 4),
        popularity=round(popularity, 4),
        words=tuple(
            (written[c], round(part, 4)) for c, part in strongest(added, least)
        ),
        evidence=evidence,
        against=tuple((written[c], round(-part, 4)) for c, part in against),
    )


def telling(
    parts: Mapping[str, float], mentions: Iterable[Mention]
) -> dict[str, float]:
    """Return what each concept must carry to be named: more than as many words do in the mean."""
    whole = sum(part for part in parts.values() if part > 0)
    each = 1 / max(sum(" " not in term for term in parts), 1)
    return {
        mention.concept: whole
        * max(TELLING, each * sum(" " not in t for t in mention.terms))
        for mention in mentions
    }


def carried(
    parts: Mapping[str, float], mentions: Iterable[Mention]
) -> dict[str, float]:
    """Return what each concept carries of a paper's score.

    These are the parts of the terms within it, each by the share of its places: "generation"
    that stands in "image generation" and in "music generation" adds a half to each.
    """
    return {
        mention.concept: sum(
            parts.get(term, 0.0) * share
            for term, share in mention.terms.items()
        )
        for mention in mentions
    }


def strongest(
    carried: Mapping[str, float],
    least: Mapping[str, float] = MappingProxyType({}),
    most: int = MOST_WORDS,
    titled: Collection[str] = (),
) -> list[tuple[str, float]]:
    """Return the concepts that carry most, none of them its `least` or less, with their parts.

    No two say the same; those in a title are preferred, and phrases to words.
    """
    preferred = {
        concept: part
        * (PHRASE_BONUS if " " in concept else 1.0)
        * (TITLE_BONUS if concept in titled else 1.0)
        for concept, part in carried.items()
        if part > least.get(concept, 0.0)
    }
    order = sorted(
        preferred, key=lambda concept: (-preferred[concept], concept)
    )
    return [
        (concept, carried[concept]) for concept in concepts.apart(order, most)
    ]


def subject(
    features: PaperFeatures,
    paper: Vectors,
    mentions: Sequence[Mention],
    most: int = MOST_WORDS,
) -> list[Mention]:
    """Return the concepts that say most of what `paper` (one row) is about, titles first."""
    parts = carried(
        contributions(learn([rated(0, 1, 0)], paper), features, paper), mentions
    )
    titled = {mention.concept for mention in mentions if mention.titled}
    named = {mention.concept: mention for mention in mentions}
    return [
        named[concept]
        for concept, _ in strongest(parts, most=most, titled=titled)
    ]


def contributions(
    profile: Profile, features: PaperFeatures, paper: Vectors
) -> dict[str, float]:
    """Return what each term of `paper` (one row) adds to its score; they sum to the score."""
    columns, weights = paper.sparse.indices, paper.sparse.data
    if len(columns) == 0:
        return {}
    towards = profile.common + profile.about / paper.lengths[0]
    each = (
        profile.sparse[columns]
        + features.projected(columns, towards[:, None])[:, 0]
    )
    names = features.terms_
    return {
        names[c]: float(v) for c, v in zip(columns, weights * each, strict=True)
    }
