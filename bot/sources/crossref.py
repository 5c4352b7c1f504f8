"""Journals as Crossref knows them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal with its ISSN."""

    issn: str
    title: str
    publisher: str = ""
