"""Which true sentence explains a score: chosen from what carried it, and stored with the pick."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.storage.receipts import Reason
from recommender.explain import Reason as Explanation
from recommender.papers import Paper, author_key
from recommender.phrases import contains, forms

# The share of the taste from which one liked paper, or one topic, is the reason.
MAIN_SHARE = 0.5
# A percentile of upvotes: a paper above it is popular.
MEDIAN = 0.5
# Concepts that tell what a stretch is about.
MOST_CONCEPTS = 2


def explained(
    explanation: Explanation,
    popularity: float,
    titles: Mapping[int, str],
    paper: Paper,
    about: Sequence[str],
) -> Reason:
    """Return the reason of a pick that the taste chose.

    `popularity` is the paper's percentile, `titles` are those of liked papers by id, `about`
    are the concepts that say most of what the paper is about.
    """
    reason = _taste_reason(explanation, titles, paper)
    return replace(
        reason or _stretch(popularity, about),
        words=tuple(explanation.words),
        against=tuple(explanation.against),
        evidence=tuple(explanation.evidence),
        taste=explanation.taste,
        popularity=explanation.popularity,
    )


def followed(paper: Paper, authors: Iterable[str]) -> Reason:
    """Return the reason of a paper by a followed author."""
    keys = {author_key(name) for name in paper.authors}
    author = next(name for name in authors if author_key(name) in keys)
    return Reason(kind="follow", author=author)


def unlearned(popularity: float, paper: Paper, topics: Sequence[str]) -> Reason:
    """Return the reason of a paper before anything is learned: a topic that it names, at most."""
    text = forms(paper.text)
    for topic in topics:
        if contains(text, forms(topic)):
            return Reason(kind="topic", topic=topic)
    if topics:
        return _stretch(popularity, [])
    return Reason(kind="popular" if popularity > MEDIAN else "new")


def explored(explanation: Explanation, about: Sequence[str]) -> Reason:
    """Return the reason of a paper unlike anything rated: what it is about."""
    return Reason(
        kind="explore",
        words=tuple((concept, 0.0) for concept in about),
        taste=explanation.taste,
        popularity=explanation.popularity,
    )


def proof(explanation: Explanation, paper: Paper) -> Reason:
    """Return the reason of the most upvoted paper, beside which the picks are measured."""
    return Reason(
        kind="proof",
        upvotes=paper.upvotes,
        taste=explanation.taste,
        popularity=explanation.popularity,
    )


def second_look(explanation: Explanation, paper: Paper, why: str) -> Reason:
    """Return the reason of a paper that the reader passed, and why it comes again."""
    return Reason(
        kind=why,
        upvotes=paper.upvotes,
        words=tuple(explanation.words),
        against=tuple(explanation.against),
        evidence=tuple(explanation.evidence),
        taste=explanation.taste,
        popularity=explanation.popularity,
    )


def _taste_reason(
    explanation: Explanation, titles: Mapping[int, str], paper: Paper
) -> Reason | None:
    """Return what of the taste explains the score, or None if the taste does not."""
    if explanation.taste <= max(explanation.popularity, 0):
        return None
    for kind, ref, share in explanation.evidence:
        reason = _evidence_reason(kind, ref, titles, paper)
        if reason and share >= MAIN_SHARE * explanation.taste:
            return reason
    if explanation.words:
        return Reason(kind="fits")
    # No concept carries the score: the strongest evidence in the paper's favour does.
    for kind, ref, share in explanation.evidence:
        reason = _evidence_reason(kind, ref, titles, paper)
        if reason and share > 0:
            return reason
    return None


def _evidence_reason(
    kind: str, ref: int | str, titles: Mapping[int, str], paper: Paper
) -> Reason | None:
    """Return the reason that one piece of evidence is: a topic, or a liked paper."""
    if kind == "wanted":
        topic = str(ref)
        is_said = contains(forms(paper.text), forms(topic))
        return Reason(kind="topic" if is_said else "near", topic=topic)
    if kind == "like" and isinstance(ref, int) and ref in titles:
        return Reason(kind="close", title=titles[ref])
    return None


def _stretch(popularity: float, about: Sequence[str]) -> Reason:
    """Return the reason of a paper that the taste hardly speaks for."""
    return Reason(
        kind="stretch",
        popular=popularity > MEDIAN,
        about=tuple(about[:MOST_CONCEPTS]),
    )
