"""Papers from a BibTeX bibliography."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time

from bibtexparser.middlewares.names import (
    parse_single_name_into_parts,
    split_multiple_persons_names,
)

from bot.markup import people, reading, tags
from bot.sources import bibtex_entries, fields
from bot.sources.records import EARLIEST, TITLE, RecordFilter
from recommender.papers import UNDATED, Paper

SOURCE = "file"

# The fields in which an arXiv id may stand.
ID_FIELDS = (
    "doi",
    "url",
    "journal",
    "note",
    "howpublished",
    "number",
    "volume",
)

# The fields that name where a paper appeared.
VENUE_FIELDS = ("journal", "journaltitle", "booktitle")

# A year, perhaps with month and day.
YEAR = re.compile(
    r"(?<!\d)(\d{4})(?!\d)(?:[-/.](\d\d?)(?!\d))?(?:[-/.](\d\d?)(?!\d))?"
)
MONTH = re.compile(rf"(?<![a-z])(?:{'|'.join(fields.MONTHS)})", re.IGNORECASE)

# The parts of a name in their order, and one of them as biblatex can write it.
NAME_PARTS = ("given", "prefix", "family", "suffix")
NAME_PART = re.compile(
    r"\s*(family|given|prefix|suffix)\s*=\s*(.*)", re.IGNORECASE | re.DOTALL
)


def parse(text: str, today: date) -> tuple[list[Paper], list[str]]:
    """Return the papers of a bibliography, and one line for each unusable entry."""
    bibliography, faults = bibtex_entries.read(text)
    record_filter = RecordFilter(today)

    papers = []
    for entry in bibliography:
        paper = _paper(entry.fields, today)
        if paper is None:
            faults.append(f"{entry.place} has no title")
        elif len(paper.title) > TITLE:
            faults.append(f"{entry.place} has a title that is none")
        else:
            papers.append(record_filter.limit(paper))

    return papers, faults


def _paper(entry: Mapping[str, str], today: date) -> Paper | None:
    title = _plain(entry.get("title"))
    if not title:
        return None

    arxiv_id = _arxiv_id(entry)
    published = _published(entry, today)
    listed = UNDATED
    if arxiv_id or published:
        listed = fields.listed(arxiv_id, published, today)

    authors = entry.get("author") or entry.get("editor", "")
    keywords = re.split(r"[,;]", _plain(entry.get("keywords")))
    address = _without_commands(entry.get("url", ""))

    return Paper(
        title=title,
        listed=listed,
        source=SOURCE,
        abstract=_plain(entry.get("abstract")),
        arxiv_id=arxiv_id,
        authors=people.several(_authors(authors)),
        keywords=fields.texts(keywords),
        published=published,
        doi=fields.doi(_without_commands(entry.get("doi", "")), address),
        venue=fields.venue(_plain(_first(entry, VENUE_FIELDS))),
        links=fields.links({} if arxiv_id else {"project": address}),
    )


def _first(entry: Mapping[str, str], names: Sequence[str]) -> str:
    """Return the first of some fields that an entry has, else ""."""
    return next((entry[name] for name in names if entry.get(name)), "")


def _without_commands(value: str) -> str:
    """Return an address or an id without the LaTeX around it."""
    return re.sub(r"\\(?:url\b\s*)?|[{}]", "", value)


def _plain(value: str | None) -> str:
    return reading.bibliographic(fields.text(value))


def _authors(value: str) -> Iterator[str]:
    """Yield the names in an author field, given names first."""
    names = tags.plain(fields.text(value))

    # Some programs put semicolons between names instead of "and".
    if " and " not in names.casefold() and ";" in names:
        names = names.replace(";", " and ")

    for name in split_multiple_persons_names(names):
        # biblatex can write a name as "family=Lovelace, given=Ada".
        parts = {
            match[1].lower(): match[2].strip('" ')
            for match in map(NAME_PART.match, name.split(","))
            if match
        }
        if parts:
            yield " ".join(parts[part] for part in NAME_PARTS if part in parts)
        else:
            yield parse_single_name_into_parts(
                name, strict=False
            ).merge_first_name_first


def _arxiv_id(entry: Mapping[str, str]) -> str | None:
    """Return the first arXiv id in the fields that can have one."""
    archive = entry.get("archiveprefix") or entry.get("eprinttype") or "arxiv"
    names: tuple[str, ...] = ID_FIELDS
    if "arxiv" in archive.lower():
        names = ("eprint", *names)

    for name in names:
        value = _without_commands(entry.get(name, ""))
        if arxiv_id := fields.arxiv(value):
            return arxiv_id

    return None


def _published(entry: Mapping[str, str], today: date) -> datetime | None:
    """Return the publication of an entry, at the start of its day, month or year.

    A date in the future counts as today. A year before 1900 is a misprint, or that of a
    classic, and is ignored.
    """
    values = (
        reading.bibliographic(entry.get(name, "")) for name in ("date", "year")
    )
    match = next(filter(None, map(YEAR.search, values)), None)
    if match is None:
        return None

    month = (
        int(match[2] or 0)
        or _month(match.string)
        or _month(entry.get("month", ""))
        or 1
    )
    try:
        day = date(int(match[1]), month, int(match[3] or 1))
    except ValueError:
        return None

    if day < EARLIEST:
        return None

    return datetime.combine(min(day, today), time(), UTC)


def _month(value: str) -> int | None:
    """Return the number of the month in a value, or None if it has none."""
    plain = reading.bibliographic(value)

    if name := MONTH.search(plain):
        return fields.MONTHS.index(name[0].lower()) + 1
    number = re.match(r"\W*(\d\d?)(?!\d)", plain)
    return int(number[1]) if number else None
