"""Papers as files that LaTeX, Zotero and spreadsheets read: BibTeX and CSV."""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field

from bot.messages.digest import link
from bot.messages.text import readable, surname
from recommender.papers import Paper, one_line
from recommender.phrases import STOPWORDS

MATHEMATICS = re.compile(r"(\$[^$]*\$)")
SPECIAL = re.compile(r"(?<!\\)([&%#_])")
NAMES = re.compile(r"(?<![\\{\w])(\w*[A-Z]\w*[A-Z]\w*|\w+[A-Z]\w*)")  # GPT, LLaMA, arXiv
COLUMNS = ("title", "authors", "year", "arxiv", "link", "listed", "categories")
FORMULA = ("=", "+", "-", "@", "\t")  # a spreadsheet would compute what begins so


def bibtex(papers: Sequence[Paper]) -> str:
    """Return a bibliography; every key is unique, and the same in every export."""
    return write_string(Library([_entry(paper) for paper in papers]))


def table(papers: Sequence[Paper]) -> str:
    """Return papers as CSV, one a row."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(COLUMNS)
    for paper in papers:
        cells = (
            readable(paper.title),
            "; ".join(paper.authors),
            str(_year(paper)),
            paper.arxiv_id or "",
            link(paper),
            paper.listed.isoformat(),
            "; ".join(paper.categories),
        )
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells])
    return lines.getvalue()


def key(paper: Paper) -> str:
    """Return a citation key: surname, year, first word of weight, and what makes it unique."""
    author = surname(paper.authors[0]) if paper.authors else "anonymous"
    words = re.findall(r"\w+", readable(paper.title))
    telling = [word for word in words if word.casefold() not in STOPWORDS] or ["paper"]
    number = re.sub(r"\D", "", paper.arxiv_id or "") or f"p{paper.id}"
    return f"{_plain(author) or 'anonymous'}{_year(paper)}{_plain(telling[0])}-{number}"


def _entry(paper: Paper) -> Entry:
    fields = {
        "title": _latex(paper.title),
        "author": " and ".join(_latex(name) for name in paper.authors),
        "year": str(_year(paper)),
    }
    if paper.arxiv_id:
        fields |= {"eprint": paper.arxiv_id, "archivePrefix": "arXiv"}
        fields |= {"primaryClass": paper.categories[0]} if paper.categories else {}
    fields["url"] = link(paper)
    told = [Field(name, value) for name, value in fields.items() if value]
    return Entry("misc", key(paper), told)


def _latex(text: str) -> str:
    """Escape what LaTeX would take for commands, and keep capitals; mathematics stays."""
    parts = MATHEMATICS.split(one_line(text))
    written = "".join(part if part.startswith("$") else _prose(part) for part in parts)
    return written if _is_balanced(written) else re.sub(r"[{}]", "", written)


def _prose(text: str) -> str:
    return NAMES.sub(r"{\1}", SPECIAL.sub(r"\\\1", text.replace("$", r"\$")))


def _is_balanced(text: str) -> bool:
    depth = 0
    for character in re.sub(r"\\.", "", text):
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0


def _year(paper: Paper) -> int:
    return (paper.published or paper.listed).year


def _plain(text: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", ascii_only.casefold())
