"""Exports papers as RIS, which Zotero, EndNote and Mendeley import."""

from collections.abc import Iterator, Sequence

from bot.markup.people import SUFFIXES, is_group
from bot.messages import venues
from bot.messages.paper_line import link
from bot.messages.text import readable, surname
from recommender.papers import Paper, StoredPaper, one_line

# Some programs read no other ends of lines.
NEWLINE = "\r\n"

# Zotero takes UNPB for a preprint, and EndNote for unpublished work.
TYPES: dict[venues.Kind, str] = {
    "article": "JOUR",
    "proceedings": "CONF",
    "preprint": "UNPB",
}

# The DOI that arXiv gives each of its papers.
ARXIV_DOI = "10.48550/arXiv."


def ris(papers: Sequence[StoredPaper]) -> str:
    """Return papers as a bibliography in RIS."""
    return "".join(
        f"{line}{NEWLINE}" for paper in papers for line in _lines(paper)
    )


def _lines(paper: Paper) -> Iterator[str]:
    """Yield the lines of a paper: two letters, two spaces, a dash, a space and the value."""
    yield f"TY  - {TYPES[venues.kind(paper)]}"
    for tag, value in _values(paper):
        text = one_line(value)
        if text:
            yield f"{tag}  - {text}"

    yield "ER  - "
    yield ""


def _values(paper: Paper) -> Iterator[tuple[str, str]]:
    yield "TI", readable(paper.title) or "Untitled"
    for name in paper.authors:
        yield "AU", family_first(name)

    yield from _dates(paper)
    yield "T2", readable(paper.venue)
    yield "AB", readable(paper.abstract)
    yield "DO", _doi(paper)
    if paper.arxiv_id:
        yield "AN", f"arXiv:{paper.arxiv_id}"
        if venues.kind(paper) == "preprint":
            yield "PB", "arXiv"

    for keyword in paper.keywords:
        yield "KW", readable(keyword)
    yield "UR", link(paper)


def _dates(paper: Paper) -> Iterator[tuple[str, str]]:
    """Yield the year, and the day if more than the year is sure."""
    day = paper.publication_date
    if day is None:
        return

    yield "PY", f"{day:%Y}"
    if paper.published:
        yield "DA", f"{day:%Y/%m/%d}"


def _doi(paper: Paper) -> str:
    doi = paper.doi or paper.preprint_doi
    if doi or not paper.arxiv_id:
        return doi or ""

    return ARXIV_DOI + paper.arxiv_id


def family_first(name: str) -> str:
    """Return a name as "Lovelace, Ada", and that of an organisation with a comma behind it.

    Without the comma, EndNote would take the last word of it for a family name.
    """
    name = readable(name)
    if is_group(name):
        return f"{name.replace(',', ' ')},"
    if "," in name:
        return name

    words = name.split()
    has_suffix = len(words) > 1 and words[-1].casefold() in SUFFIXES
    suffix = words.pop() if has_suffix else ""
    family = surname(" ".join(words))
    given = " ".join(words).removesuffix(family).strip()
    return ", ".join(filter(None, (family, given, suffix)))
