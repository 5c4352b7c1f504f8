"""What a reader told the bot, one piece at a time, and what each piece weighs."""

import math
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from recommender.arrays import Doubles, Mask, Rows

LIKE_WEIGHT = 1.0

# The most that a dislike weighs: it counts by how much its paper was expected to be liked.
MAX_DISLIKE_WEIGHT = 2.0

# A typed topic, and what a paper gains that contains it literally.
TOPIC_WEIGHT = 2.5
PHRASE_BONUS = 1.0

MUTE_WEIGHT = -1.0

# A word of the taste moved by hand: more than a like, less than a topic of one's own.
EDIT_WEIGHT = 2.0

# Old ratings still tell: a decay of 1 % a day cost a fifth of the hits among authors' later papers.
DECAY_PER_DAY = 0.001

# Days: the age of evidence from before ages were recorded.
UNKNOWN_AGE = 100_000

RATING_KINDS = ("like", "dislike")
PHRASE_KINDS = ("wanted", "more", "less")


class Evidence(NamedTuple):
    """One thing that a reader told the bot: a named tuple, as each ranking creates hundreds.

    Attributes
    ----------
    kind
        `like` or `dislike` of a paper, `wanted` or `muted` topic, `more` or `less` of a word.
    ref
        The id of the paper, or the text of the topic or word.
    weight
        What it counts; negative against.
    age
        Whole days since.

    """

    kind: str
    ref: int | str
    weight: float
    age: int = UNKNOWN_AGE

    @property
    def is_phrase(self) -> bool:
        """Tell whether a paper gains or loses by containing `ref` literally."""
        return self.kind in PHRASE_KINDS

    @property
    def phrase_bonus(self) -> float:
        """Return what a paper gains that contains the phrase: in proportion to a topic's weight."""
        if self.kind == "wanted":
            return PHRASE_BONUS * self.weight / TOPIC_WEIGHT
        return math.copysign(PHRASE_BONUS, self.weight)


def rating_evidence(paper_id: int, value: int, age: int) -> Evidence:
    """Return the evidence of a rating (1 or −1) from `age` days ago; a dislike at its most."""
    kind, weight = "like", LIKE_WEIGHT
    if value < 0:
        kind, weight = "dislike", -MAX_DISLIKE_WEIGHT

    decay = math.exp(-DECAY_PER_DAY * max(age, 0))
    return Evidence(kind, paper_id, weight * decay, age)


def edit_evidence(word: str, value: int) -> Evidence:
    """Return the evidence of a word that its reader moved up (1) or down (−1)."""
    kind = "more" if value > 0 else "less"
    return Evidence(kind, word, EDIT_WEIGHT * value)


class EvidenceIndex:
    """Where the pieces of each kind stand in the evidence, and how old each is.

    Both are read once: a ranking asks for them again and again.
    """

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        self._evidence = evidence
        self._marks: dict[tuple[str, ...], Mask] = {}
        self._rows: dict[tuple[str, ...], Rows] = {}

    def rows(self, *kinds: str) -> Rows:
        """Return the places of some kinds in the evidence, in their order."""
        rows = self._rows.get(kinds)
        if rows is None:
            rows = self._rows[kinds] = self.marks(*kinds).nonzero()[0]
        return rows

    def marks(self, *kinds: str) -> Mask:
        """Mark the evidence of some kinds, (n_evidence,)."""
        marks = self._marks.get(kinds)
        if marks is None:
            marks = np.array(
                [piece[0] in kinds for piece in self._evidence], bool
            )
            self._marks[kinds] = marks
        return marks

    @cached_property
    def ages(self) -> Rows:
        """The age of each piece in days, (n_evidence,)."""
        return np.array([piece.age for piece in self._evidence], np.intp)


def no_phrase_matches(evidence: Sequence[Evidence]) -> Mask:
    """Return the (n_evidence, n_phrases) mask of papers that contain none of the phrases."""
    n_phrases = sum(piece.is_phrase for piece in evidence)
    return np.zeros((len(evidence), n_phrases), bool)


def reweighted(
    evidence: Sequence[Evidence], weights: Doubles
) -> list[Evidence]:
    """Return the evidence with new weights."""
    return [
        piece
        if piece.weight == weight
        else Evidence(piece.kind, piece.ref, weight, piece.age)
        for piece, weight in zip(evidence, weights.tolist(), strict=True)
    ]
