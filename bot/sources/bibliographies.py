"""Bibliographies in any form that is read: BibTeX, RIS, and PubMed's .nbib."""

import re
from datetime import date

from bot.sources import bibtex, bibtex_entries, ris, ris_entries
from recommender.papers import Paper

# The beginning of an entry of BibTeX that may be a paper.
BIBTEX_ENTRY = re.compile(
    r"@\s*(?!comment\b|string\b|preamble\b)[a-z]+\s*[{(]", re.IGNORECASE
)


def is_bibliography(text: str) -> bool:
    """Return whether a text has the beginning of an entry in it."""
    return ris_entries.is_ris(text) or bibtex_entries.is_bibliography(text)


def count_entries(text: str) -> int:
    """Return about how many entries a bibliography has, without reading it."""
    pattern = ris_entries.START if _is_ris(text) else BIBTEX_ENTRY

    return len(pattern.findall(text))


def parse(text: str, today: date) -> tuple[list[Paper], list[str]]:
    """Return the papers of a bibliography, and one line for each unusable entry."""
    if _is_ris(text):
        return ris.parse(text, today)

    return bibtex.parse(text, today)


def _is_ris(text: str) -> bool:
    """Return whether the first entry of a bibliography is one of RIS."""
    tagged = ris_entries.START.search(text)
    braced = bibtex_entries.OPENING.search(text)
    if tagged is None or braced is None:
        return tagged is not None

    return tagged.start() < braced.start()
