"""Papers as files that LaTeX, Zotero and spreadsheets read: BibTeX and CSV."""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field

from bot.markup.people import is_group
from bot.messages import typeset
from bot.messages.paper_line import link
from bot.messages.text import readable, surname
from recommender.papers import StoredPaper
from recommender.phrases import STOPWORDS

COLUMNS = ("title", "authors", "year", "arxiv", "link", "listed", "categories")
# A spreadsheet would compute what begins so.
FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
)


def bibtex(papers: Sequence[StoredPaper]) -> str:
    """Return a bibliography; every key is unique, and the same in every export."""
    return write_string(Library([_entry(paper) for paper in papers]))


def table(papers: Sequence[StoredPaper]) -> str:
    """Return papers as CSV, one a row."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(COLUMNS)
    for paper in papers:
        cells = (
            readable(paper.title),
            "; ".join(map(readable, paper.authors)),
            _year(paper),
            paper.arxiv_id or "",
            link(paper),
            paper.listed.isoformat(),
            "; ".join(paper.categories),
        )
        writer.writerow(
            [f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells]
        )
    return lines.getvalue()


def key(paper: StoredPaper) -> str:
    """Return a citation key: surname, year, first word of weight, and what makes it unique."""
    author = (
        surname(readable(paper.authors[0])) if paper.authors else "anonymous"
    )
    words = re.findall(r"\w+", readable(paper.title))
    telling = [word for word in words if word.casefold() not in STOPWORDS] or [
        "paper"
    ]
    number = re.sub(r"\D", "", paper.arxiv_id or "") or f"p{paper.id}"
    return f"{_plain(author) or 'anonymous'}{_year(paper)}{_plain(telling[0])}-{number}"


def _entry(paper: StoredPaper) -> Entry:
    fields = {
        "title": typeset.title(paper.title),
        "author": " and ".join(_person(name) for name in paper.authors),
        "year": _year(paper),
    }
    if paper.arxiv_id:
        fields |= {"eprint": paper.arxiv_id, "archivePrefix": "arXiv"}
        fields |= (
            {"primaryClass": paper.categories[0]} if paper.categories else {}
        )
    fields["url"] = link(paper)
    told = [Field(name, value) for name, value in fields.items() if value]
    return Entry("misc", key(paper), told)


def _person(name: str) -> str:
    """Keep together what BibTeX would part: an organisation, a name with an "and" or commas."""
    written = typeset.prose(readable(name))
    whole = (
        is_group(readable(name))
        or name.count(",") > 2
        or " and " in name.casefold()
    )
    return f"{{{written}}}" if whole else written


def _year(paper: StoredPaper) -> str:
    return str(paper.publication_date.year) if paper.publication_date else ""


def _plain(text: str) -> str:
    ascii_only = (
        unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    )
    return re.sub(r"[^a-z0-9]", "", ascii_only.casefold())
