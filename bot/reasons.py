"""Which true sentence tells a score: chosen from what carried it, and stored with the pick."""

from collections.abc import Iterable, Mapping
from typing import Any

from recommender.explain import Reason
from recommender.papers import Paper, author_key

MAINLY = 0.5  # the share of a taste from which one liked paper, or one topic, is the reason
HALF = 0.5  # of a day's papers have fewer upvotes: more than that is popular


def told(why: Reason, popularity: float, titles: Mapping[int, str]) -> dict[str, Any]:
    """Return the reason of a pick: its `kind`, what the sentence names, and every share.

    `popularity` is the paper's percentile, `titles` the titles of liked papers by id.
    """
    shares = {
        "words": [list(word) for word in why.words],
        "against": [list(word) for word in why.against],
        "evidence": [list(piece) for piece in why.evidence],
        "taste": why.taste,
        "popularity": why.popularity,
    }
    return _kind(why, popularity, titles) | shares


def followed(paper: Paper, authors: Iterable[str]) -> dict[str, Any]:
    """Return the reason of a paper by a followed author."""
    wrote = {author_key(name) for name in paper.authors}
    return {"kind": "follow", "author": next(a for a in authors if author_key(a) in wrote)}


def untasted(popularity: float) -> dict[str, Any]:
    """Return the reason of a paper that taste had little to do with."""
    return {"kind": "popular" if popularity > HALF else "new"}


def explored(why: Reason, subject: list[str]) -> dict[str, Any]:
    """Return the reason of a paper unlike anything rated: what it is about."""
    shares = {"words": [[word, 0.0] for word in subject], "evidence": []}
    return {"kind": "explore", "taste": why.taste, "popularity": why.popularity} | shares


def _kind(why: Reason, popularity: float, titles: Mapping[int, str]) -> dict[str, Any]:
    if why.taste <= max(why.popularity, 0):
        return untasted(popularity)
    for kind, ref, share in why.evidence:
        if share < MAINLY * why.taste:
            continue
        if kind == "wanted":
            return {"kind": "topic", "topic": ref}
        if kind == "like" and isinstance(ref, int) and ref in titles:
            return {"kind": "close", "title": titles[ref]}
    return {"kind": "fits"}
