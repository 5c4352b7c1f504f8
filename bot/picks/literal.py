"""Reads a search word for word, and tells which papers say all of it or are by its author."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.markup.people import PARTICLES, SUFFIXES
from bot.storage import fulltext
from recommender.papers import Paper
from recommender.phrases import HYPHEN, contains, singular

# What people write between the words that they look for.
JOINING_WORDS = frozenset(
    """
    a about an and any are article articles as at by for from in is latest new of on or paper
    papers please recent some that the these this those to using via which with
    """.split()  # noqa: SIM905 - a list of quoted words reads worse
)

# How many papers are kept prepared: a busy day's, for all readers who search it.
MAX_PREPARED = 2_500

QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]+)[\"“”»]")
TOKEN = re.compile(r"\w[\w.'’‐‑-]*")

# A word that a line break parted after its hyphen, and characters that nobody sees.
LOOSE_HYPHEN = re.compile(r"(?<=\w)[-‐‑]\s+(?=\w)")
INVISIBLE = re.compile("[\u00ad\u200b]")

# A phrase ends with its sentence; the stop of an initial ends none.
SENTENCE_END = re.compile(r"(?<=\w\w)[.!?…]+[\"'”’)\]]*\s+")

# "G. E. Hinton" and "Hinton, G. E.".
INITIALS = r"(?:\b[^\W\d_]\.[\s-]*)+"
FAMILY = rf"(?:(?:{'|'.join(PARTICLES)})\s+)*[^\W\d_][\w'’-]+"
NAME = re.compile(
    rf"{INITIALS}{FAMILY}|\b{FAMILY},?\s+{INITIALS}", re.IGNORECASE
)

# "Geoffrey E. Hinton": capitalized words alone, which may be anybody's name.
CAPITALIZED = re.compile(r"[^\W\d_a-z](?:\.|[\w'’-]*[^\W\d_A-Z][\w'’-]*)")
PERSON_WORDS = range(2, 6)

# A text as `contains` compares it: with hyphens as spaces, and with hyphens left out.
Forms = tuple[str, str]
# The words of a name, the family name last.
Name = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a search, or several with hyphens, and the same as in a name."""

    forms: Forms
    parts: Name


@dataclass(frozen=True, slots=True)
class Query:
    """What a search asks for: phrases, words, and names with initials.

    `person` are all its words if they read like somebody's name, whose initials may stand for
    the given names.
    """

    phrases: tuple[_Word, ...] = ()
    words: tuple[_Word, ...] = ()
    names: tuple[Name, ...] = ()
    person: Name = ()


@dataclass(frozen=True, slots=True)
class _Content:
    """The words of a paper, and the names of its authors."""

    text: Forms
    authors: tuple[Name, ...]


def parse(text: str) -> Query:
    """Return what a search asks for; it is empty if that is nothing in particular."""
    phrases = [_word(phrase) for phrase in QUOTED.findall(text)]
    rest = QUOTED.sub(" ", text)
    names = [_name(name) for name in NAME.findall(rest)]
    words = [_word(token) for token in TOKEN.findall(NAME.sub(" ", rest))]

    telling = [
        word for word in words if not JOINING_WORDS.issuperset(word.parts)
    ]
    others = not (telling or names or phrases)
    return Query(
        phrases=tuple(phrase for phrase in phrases if phrase.parts),
        words=tuple(words if others else telling),
        names=tuple(names),
        person=() if phrases else _person(rest),
    )


def matches(query: Query, paper: Paper) -> bool:
    """Tell whether a paper says all that a search asks for, or is by its author."""
    content = _content(
        paper.title, paper.abstract, paper.authors, paper.arxiv_id or ""
    )
    if query.person and _has_author(content, query.person):
        return True

    return (
        bool(query.phrases or query.words or query.names)
        and all(_says(content, phrase) for phrase in query.phrases)
        and all(_has_author(content, name) for name in query.names)
        and _has_words(content, query.words)
    )


@lru_cache(maxsize=MAX_PREPARED)
def _content(
    title: str, abstract: str, authors: tuple[str, ...], arxiv_id: str
) -> _Content:
    # The stops part what no phrase may join.
    text = _forms(f"{title}!! {abstract}!! {arxiv_id}")
    return _Content(text, tuple(map(_name, authors)))


def _forms(text: str) -> Forms:
    joined = LOOSE_HYPHEN.sub("-", INVISIBLE.sub("", text))
    return _row(joined), _row(HYPHEN.sub("", joined))


def _row(text: str) -> str:
    """Return the words of a text in the singular, with a stop after each sentence."""
    sentences = (
        " ".join(map(singular, fulltext.fold(sentence)))
        for sentence in SENTENCE_END.split(text)
    )
    return f" {' . '.join(sentences)} "


def _word(text: str) -> _Word:
    forms = _forms(text.strip(" .!?…"))
    return _Word(forms, tuple(fulltext.fold(text)))


@lru_cache(maxsize=MAX_PREPARED)
def _name(name: str) -> Name:
    """Return the words of a name, the family name last."""
    family, comma, given = name.partition(",")
    is_reversed = bool(comma) and given.strip().casefold() not in SUFFIXES
    words = fulltext.fold(f"{given} {family}" if is_reversed else name)
    is_initial_last = bool(words) and len(words[-1]) == 1
    if is_initial_last:
        words.sort(key=len)

    return tuple(word for word in words if word not in SUFFIXES)


def _person(text: str) -> Name:
    tokens = text.split()
    is_name = len(tokens) in PERSON_WORDS and all(
        CAPITALIZED.fullmatch(token.rstrip(",")) for token in tokens
    )
    return _name(text) if is_name else ()


def _says(content: _Content, phrase: _Word) -> bool:
    """Tell whether a paper says a phrase, in its text or as an author's name."""
    row = f" {' '.join(phrase.parts)} "
    return contains(content.text, phrase.forms) or any(
        row in f" {' '.join(author)} " for author in content.authors
    )


def _has_words(content: _Content, words: Sequence[_Word]) -> bool:
    """Tell whether a paper has all words: those that its text lacks are authors' names.

    Of two authors nobody means the given name of one and the family name of the other.
    """
    missing = {
        part
        for word in words
        if not contains(content.text, word.forms)
        for part in word.parts
    }
    if any(missing.issubset(author) for author in content.authors):
        return True

    named = [
        author
        for author in content.authors
        if missing.intersection(author[-1:])
    ]
    return missing.issubset(part for author in named for part in author)


def _has_author(content: _Content, name: Name) -> bool:
    return any(_is_same(name, author) for author in content.authors)


def _is_same(name: Name, author: Name) -> bool:
    """Tell whether two names may be one person's: G. E. Hinton's and Geoffrey Hinton's.

    The family names are equal, and of the others an initial stands for a whole one; of
    those after the first, one name may have more than the other.
    """
    if not name or not author or name[-1] != author[-1]:
        return False

    given, other_given = name[:-1], author[:-1]
    if not given or not other_given:
        return False

    pairs = zip(given, other_given, strict=False)
    return all(_is_alike(one, other) for one, other in pairs)


def _is_alike(one: str, other: str) -> bool:
    has_initial = len(one) == 1 or len(other) == 1
    return one[0] == other[0] if has_initial else one == other
