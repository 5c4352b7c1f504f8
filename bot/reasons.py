"""Which true sentence tells a score: chosen from what carried it, and stored with the pick."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from recommender.explain import Reason
from recommender.papers import Paper, author_key
from recommender.phrases import forms, says
from recommender.wording import shown

MAINLY = 0.5  # the share of a taste from which one liked paper, or one topic, is the reason
HALF = 0.5  # of a day's papers have fewer upvotes: more than that is popular


def told(why: Reason, popularity: float, titles: Mapping[int, str], paper: Paper) -> dict[str, Any]:
    """Return the reason of a pick: its `kind`, what the sentence names, and every share.

    `popularity` is the paper's percentile, `titles` the titles of liked papers by id.
    """
    shares = {
        "words": _written(why.words, paper),
        "against": _written(why.against, paper),
        "evidence": [list(piece) for piece in why.evidence],
        "taste": why.taste,
        "popularity": why.popularity,
    }
    return _kind(why, popularity, titles, paper) | shares


def followed(paper: Paper, authors: Iterable[str]) -> dict[str, Any]:
    """Return the reason of a paper by a followed author."""
    wrote = {author_key(name) for name in paper.authors}
    return {"kind": "follow", "author": next(a for a in authors if author_key(a) in wrote)}


def untasted(popularity: float) -> dict[str, Any]:
    """Return the reason of a paper that taste had little to do with."""
    return {"kind": "popular" if popularity > HALF else "new"}


def explored(why: Reason, subject: Sequence[str], paper: Paper) -> dict[str, Any]:
    """Return the reason of a paper unlike anything rated: what it is about."""
    shares = {"words": _written([(word, 0.0) for word in subject], paper), "evidence": []}
    return {"kind": "explore", "taste": why.taste, "popularity": why.popularity} | shares


def _written(words: Sequence[tuple[str, float]], paper: Paper) -> list[list[Any]]:
    """Return words as the paper writes them, each with its share and each phrase once."""
    shares = dict(words)
    return [[text, shares[term]] for text, term in shown(shares, paper.text).items()]


def _kind(
    why: Reason, popularity: float, titles: Mapping[int, str], paper: Paper
) -> dict[str, Any]:
    if why.taste <= max(why.popularity, 0):
        return untasted(popularity)
    for kind, ref, share in why.evidence:
        if share < MAINLY * why.taste:
            continue
        if kind == "wanted":
            spoken = says(forms(paper.text), forms(str(ref)))
            return {"kind": "topic" if spoken else "near", "topic": ref}
        if kind == "like" and isinstance(ref, int) and ref in titles:
            return {"kind": "close", "title": titles[ref]}
    return {"kind": "fits"}
