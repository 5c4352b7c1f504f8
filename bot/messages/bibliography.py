"""Exports papers as BibTeX for LaTeX and Zotero, and as CSV for spreadsheets."""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field

from bot.markup.people import is_group
from bot.messages import typeset, venues
from bot.messages.paper_line import link
from bot.messages.text import readable, surname
from recommender.papers import StoredPaper
from recommender.phrases import STOPWORDS

COLUMNS = (
    "title",
    "authors",
    "year",
    "arxiv",
    "link",
    "listed",
    "categories",
    "doi",
    "venue",
)

# The type of an entry and its field for the venue, by how the paper appeared.
TYPES: dict[venues.Kind, tuple[str, str]] = {
    "article": ("article", "journal"),
    "proceedings": ("inproceedings", "booktitle"),
    "preprint": ("misc", "howpublished"),
}

# A spreadsheet takes a cell that begins with one of these for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t")

# BibTeX understands at most "von Last, Jr, First".
MAX_COMMAS = 2


def bibtex(papers: Sequence[StoredPaper]) -> str:
    """Return a bibliography; every key is unique, and the same in every export."""
    return write_string(Library([_entry(paper) for paper in papers]))


def table(papers: Sequence[StoredPaper]) -> str:
    """Return papers as CSV, one a row."""
    text = io.StringIO()
    writer = csv.writer(text)

    writer.writerow(COLUMNS)
    for paper in papers:
        writer.writerow(map(_without_formula, _cells(paper)))
    return text.getvalue()


def key(paper: StoredPaper) -> str:
    """Return a citation key such as `vaswani2017attention-170603762`.

    It consists of the first author's surname, the year, the first word of the title that is no
    stopword, and a number that makes it unique.
    """
    authors = paper.authors
    author = surname(readable(authors[0])) if authors else "anonymous"

    title_words = re.findall(r"\w+", readable(paper.title))
    subjects = [
        word for word in title_words if word.casefold() not in STOPWORDS
    ]
    subject = subjects[0] if subjects else "paper"

    number = re.sub(r"\D", "", paper.arxiv_id or "") or f"p{paper.id}"
    prefix = f"{_ascii(author) or 'anonymous'}{_year(paper)}{_ascii(subject)}"
    return f"{prefix}-{number}"


def _cells(paper: StoredPaper) -> tuple[str, ...]:
    return (
        readable(paper.title),
        "; ".join(map(readable, paper.authors)),
        _year(paper),
        paper.arxiv_id or "",
        link(paper),
        paper.listed.isoformat(),
        "; ".join(paper.categories),
        paper.doi or paper.preprint_doi or "",
        readable(paper.venue),
    )


def _without_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _entry(paper: StoredPaper) -> Entry:
    # An article without a journal is none for BibTeX.
    kind = venues.kind(paper) if paper.venue else "preprint"
    entry_type, venue_field = TYPES[kind]

    values = {
        "title": typeset.title(paper.title),
        "author": " and ".join(_author(name) for name in paper.authors),
        "year": _year(paper),
        venue_field: typeset.prose(readable(paper.venue)),
        "doi": paper.doi or paper.preprint_doi or "",
    }
    if paper.arxiv_id:
        values["eprint"] = paper.arxiv_id
        values["archivePrefix"] = "arXiv"
        if paper.categories:
            values["primaryClass"] = paper.categories[0]
    values["url"] = link(paper)

    fields = [Field(name, value) for name, value in values.items() if value]
    return Entry(entry_type, key(paper), fields)


def _author(name: str) -> str:
    """Return a name in LaTeX, in braces if BibTeX would split it otherwise.

    That holds for organisations, and for names with an "and" or many commas.
    """
    typeset_name = typeset.prose(readable(name))
    is_one_name = (
        is_group(readable(name))
        or name.count(",") > MAX_COMMAS
        or " and " in name.casefold()
    )
    return f"{{{typeset_name}}}" if is_one_name else typeset_name


def _year(paper: StoredPaper) -> str:
    return str(paper.publication_date.year) if paper.publication_date else ""


def _ascii(text: str) -> str:
    """Return the letters and digits of a text in ASCII and lower case."""
    decomposed = unicodedata.normalize("NFKD", text)
    ascii_text = decomposed.encode("ascii", "ignore").decode()

    return re.sub(r"[^a-z0-9]", "", ascii_text.casefold())
