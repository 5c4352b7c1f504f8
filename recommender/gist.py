"""Choose the sentence of an abstract that says what was done, and shorten it to a phone's lines.

Notes
-----
The weights below were set by hand on the Daily Papers with even numbers; docs/recommender.md
tells how near the choice comes to summaries that people read.

"""

import re
from collections import Counter
from collections.abc import Set
from functools import lru_cache

from recommender import sentences

# Sentences of an abstract that are looked at; none has more.
MOST_SENTENCES = 60

# Characters: a shorter sentence leaves out what matters, a longer one is no gist.
SHORT = 80
LONG = 260

# What speaks for a sentence that says what was done, and how much.
PROPOSAL = 4.0
TURN = 3.0
NAME = 5.0
TITLE = 16.0
CENTRE = 10.0

# What speaks against one.
LINK = 10.0
REFERENCE = 2.0
SHORTNESS = 5.0
LENGTH = 3.0
LATENESS = 1.0

# The share of a text's room in which a shorter form may end: at a comma there, else at a word.
CLAUSE = 0.7

# What may stand before a sentence that was an item of a list, or commented out.
BULLETS = " %#*•·–—-"

WORD = re.compile(r"[^\W_]+")

# "We introduce", "this paper presents", "is proposed".
PROPOSES = re.compile(
    r"\b(?:we|paper|work|study|article|report)\b[^.]{0,40}?\b(?:propos|introduc|present|develop|"
    r"describ|design|stud|investigat|explor|releas|build|formulat|devis|address|tackl|examin|"
    r"analy[sz])(?:e|es|s|y|ies)?\b"
    r"|\b(?:is|are) (?:introduced|proposed|presented)\b",
    re.IGNORECASE,
)

# Where an abstract turns from the problem to what was done about it.
TURNS = re.compile(
    r"in this (?:paper|work|study|report|article)\b|here,? we\b|to this end\b"
    r"|to (?:address|tackle|bridge|overcome|fill|solve|mitigate|resolve)\b",
    re.IGNORECASE,
)

LINKS = re.compile(
    r"https?://|\bgithub\b|project page|available at|\bcode (?:and|is|are|will)\b",
    re.IGNORECASE,
)

# A sentence that begins so can't be read without the one before it.
REFERS = re.compile(
    r"(?:it|they|these|this|such|moreover|furthermore|additionally|finally|specifically|first|"
    r"second|then|for example|in addition)\b(?! (?:paper|work|study|article|report)\b)",
    re.IGNORECASE,
)

STOP_WORDS = """
a an and are as at be by can for from has have how in is it its not of on or our that the their
these this to toward towards using via we what which with
"""
STOPPED = frozenset(STOP_WORDS.split())

# Words that lead to others, and end no text.
LOOSE = STOPPED | frozenset(
    (
        "across",
        "between",
        "but",
        "despite",
        "into",
        "more",
        "most",
        "over",
        "such",
        "through",
        "under",
        "when",
        "where",
        "while",
        "without",
    )
)


@lru_cache(maxsize=1024)
def sentence(title: str, abstract: str) -> str:
    """Return the sentence of an abstract that says best what was done; "" if it has none."""
    parts = [
        part.lstrip(BULLETS)
        for part in sentences.split(abstract)[:MOST_SENTENCES]
    ]
    if not parts:
        return ""

    frequent = _frequent_words(abstract)
    title_words = set(_words(title))
    name = set(_words(title.partition(":")[0])) if ":" in title else set()

    def score(place: int) -> float:
        part = parts[place]
        lateness = place / len(parts)
        return (
            _form(part)
            + _subject(part, frequent, title_words, name)
            - LATENESS * lateness
        )

    return parts[max(range(len(parts)), key=score)]


def shorten(text: str, longest: int) -> str:
    """Return a sentence cut to so many characters: at its last comma there, or after a word."""
    if len(text) <= longest:
        return text
    if longest < 2:
        return "…"[:longest]

    head = text[: longest - 1]
    least = int(longest * CLAUSE)
    comma = max(head.rfind(mark) for mark in (", ", "; ", " – ", " — "))
    space = head.rfind(" ")
    end = next((end for end in (comma, space) if end >= least), len(head))

    return _without_loose_end(head[:end]) + "…"


def _without_loose_end(text: str) -> str:
    """Return a text without the last words if these only lead to what was cut."""
    words = text.rstrip(" ,;:–—(").split(" ")
    while len(words) > 1 and words[-1].casefold() in LOOSE:
        words.pop()
    return " ".join(words).rstrip(" ,;:–—(")


def _form(part: str) -> float:
    """Return what the cues and the length of a sentence speak for it."""
    return (
        PROPOSAL * bool(PROPOSES.search(part))
        + TURN * bool(TURNS.match(part))
        - LINK * bool(LINKS.search(part))
        - REFERENCE * bool(REFERS.match(part))
        - SHORTNESS * (len(part) < SHORT)
        - LENGTH * (len(part) > LONG)
    )


def _subject(
    part: str, frequent: Set[str], title_words: Set[str], name: Set[str]
) -> float:
    """Return how much a sentence is about what the title and the whole abstract are about."""
    words = set(_words(part))
    if not words:
        return 0.0

    return (
        TITLE * len(words & title_words) / max(len(title_words), 1)
        + CENTRE * len(words & frequent) / len(words)
        + NAME * bool(name and name <= words)
    )


def _words(text: str) -> list[str]:
    words = WORD.findall(text.casefold())
    return [word for word in words if word not in STOPPED]


def _frequent_words(abstract: str) -> set[str]:
    """Return the words that an abstract says more than once."""
    counts = Counter(_words(abstract))
    return {word for word, count in counts.items() if count > 1}
