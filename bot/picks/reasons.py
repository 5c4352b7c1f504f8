"""Which true sentence tells a score: chosen from what carried it, and stored with the pick."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from recommender.explain import Reason
from recommender.papers import Paper, author_key
from recommender.phrases import forms, says

# The share of a taste from which one liked paper, or one topic, is the reason.
MAINLY = 0.5
# Of a day's papers have fewer upvotes: more than that is popular.
HALF = 0.5
# Concepts that say what a stretch is about.
SUBJECT = 2


def told(
    why: Reason,
    popularity: float,
    titles: Mapping[int, str],
    paper: Paper,
    about: Sequence[str],
) -> dict[str, Any]:
    """Return the reason of a pick: its `kind`, what the sentence names, and every share.

    `popularity` is the paper's percentile, `titles` the titles of liked papers by id, `about`
    the concepts that say most of what the paper is about.
    """
    shares = {
        "words": [list(word) for word in why.words],
        "against": [list(word) for word in why.against],
        "evidence": [list(piece) for piece in why.evidence],
        "taste": why.taste,
        "popularity": why.popularity,
    }
    kind = _kind(why, titles, paper) or _stretch(popularity, about)
    return kind | shares


def followed(paper: Paper, authors: Iterable[str]) -> dict[str, Any]:
    """Return the reason of a paper by a followed author."""
    wrote = {author_key(name) for name in paper.authors}
    return {
        "kind": "follow",
        "author": next(a for a in authors if author_key(a) in wrote),
    }


def unlearned(
    popularity: float, paper: Paper, wanted: Iterable[str]
) -> dict[str, Any]:
    """Return the reason of a paper before anything is learned: a topic that it says, at most."""
    text, topics = forms(paper.text), list(wanted)
    for topic in topics:
        if says(text, forms(topic)):
            return {"kind": "topic", "topic": topic}
    if topics:
        return _stretch(popularity, [])
    return {"kind": "popular" if popularity > HALF else "new"}


def explored(why: Reason, about: Sequence[str]) -> dict[str, Any]:
    """Return the reason of a paper unlike anything rated: what it is about."""
    shares = {"words": [[word, 0.0] for word in about], "evidence": []}
    return {
        "kind": "explore",
        "taste": why.taste,
        "popularity": why.popularity,
    } | shares


def proved(why: Reason, paper: Paper) -> dict[str, Any]:
    """Return the reason of a paper that is there for the proof: what everybody reads."""
    shares = {
        "words": [],
        "evidence": [],
        "taste": why.taste,
        "popularity": why.popularity,
    }
    return {"kind": "proof", "upvotes": paper.upvotes} | shares


def _kind(
    why: Reason, titles: Mapping[int, str], paper: Paper
) -> dict[str, Any] | None:
    """Return what of the taste tells the score; None where it has little to do with it."""
    if why.taste <= max(why.popularity, 0):
        return None
    for kind, ref, share in why.evidence:
        named = _named(kind, ref, titles, paper)
        if named and share >= MAINLY * why.taste:
            return named
    if why.words:
        return {"kind": "fits"}
    # No concept carries it: the strongest of what was said does, if it speaks for the paper.
    pieces = (
        _named(kind, ref, titles, paper)
        for kind, ref, share in why.evidence
        if share > 0
    )
    return next((piece for piece in pieces if piece), None)


def _named(
    kind: str, ref: int | str, titles: Mapping[int, str], paper: Paper
) -> dict[str, Any] | None:
    """Return the reason that one thing said is: a topic, or a liked paper."""
    if kind == "wanted":
        spoken = says(forms(paper.text), forms(str(ref)))
        return {"kind": "topic" if spoken else "near", "topic": ref}
    if kind == "like" and isinstance(ref, int) and ref in titles:
        return {"kind": "close", "title": titles[ref]}
    return None


def _stretch(popularity: float, about: Sequence[str]) -> dict[str, Any]:
    """Return the reason of a paper that taste had little to do with."""
    return {
        "kind": "stretch",
        "popular": popularity > HALF,
        "about": list(about[:SUBJECT]),
    }
