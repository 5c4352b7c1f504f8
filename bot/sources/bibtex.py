"""Papers from a BibTeX bibliography."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time

from bibtexparser.middlewares.names import (
    parse_single_name_into_parts,
    split_multiple_persons_names,
)

from bot.markup import people, reading, tags
from bot.sources import entries, fields
from bot.sources.records import EARLIEST, TITLE, Sieve
from recommender.papers import UNDATED, Paper

SOURCE = "file"
PLACES_OF_AN_ID = (
    "doi",
    "url",
    "journal",
    "note",
    "howpublished",
    "number",
    "volume",
)
YEAR = re.compile(
    r"(?<!\d)(\d{4})(?!\d)(?:[-/.](\d\d?)(?!\d))?(?:[-/.](\d\d?)(?!\d))?"
)
MONTH = re.compile(rf"(?<![a-z])(?:{'|'.join(fields.MONTHS)})", re.IGNORECASE)
ORDER = ("given", "prefix", "family", "suffix")
PART = re.compile(
    r"\s*(family|given|prefix|suffix)\s*=\s*(.*)", re.IGNORECASE | re.DOTALL
)


def parse(text: str, today: date) -> tuple[list[Paper], list[str]]:
    """Return the papers of a bibliography, and one line for each entry that could not be used."""
    written, faults = entries.read(text)
    papers, sieve = [], Sieve(today)
    for entry in written:
        paper = _paper(entry.said, today)
        if paper is None:
            faults.append(f"{entry.place} has no title")
        elif len(paper.title) > TITLE:
            faults.append(f"{entry.place} has a title that is none")
        else:
            papers.append(sieve.sound(paper))
    return papers, faults


def _paper(said: Mapping[str, str], today: date) -> Paper | None:
    title = _readable(said.get("title"))
    if not title:
        return None
    arxiv_id, published = _arxiv_id(said), _published(said, today)
    address = re.sub(r"\\(?:url\s*)?|[{}]", "", said.get("url", ""))
    return Paper(
        title=title,
        listed=fields.listed(arxiv_id, published, today)
        if arxiv_id or published
        else UNDATED,
        source=SOURCE,
        abstract=_readable(said.get("abstract")),
        arxiv_id=arxiv_id,
        authors=people.several(
            _authors(said.get("author") or said.get("editor", ""))
        ),
        keywords=fields.texts(
            re.split(r"[,;]", _readable(said.get("keywords")))
        ),
        published=published,
        links=fields.links({} if arxiv_id else {"project": address}),
    )


def _readable(written: str | None) -> str:
    return reading.bibliographic(fields.text(written))


def _authors(written: str) -> Iterator[str]:
    listed = tags.plain(fields.text(written))
    if (
        " and " not in listed.casefold() and ";" in listed
    ):  # as some programs part them
        listed = listed.replace(";", " and ")
    for person in split_multiple_persons_names(listed):
        matches = [
            match for part in person.split(",") if (match := PART.match(part))
        ]
        if matches:  # as biblatex writes them
            parts = {
                match[1].lower(): match[2].strip('" ') for match in matches
            }
            yield " ".join(parts[name] for name in ORDER if name in parts)
        else:
            yield parse_single_name_into_parts(
                person, strict=False
            ).merge_first_name_first


def _arxiv_id(said: Mapping[str, str]) -> str | None:
    system = said.get("archiveprefix") or said.get("eprinttype") or "arxiv"
    places = (
        ("eprint", *PLACES_OF_AN_ID)
        if "arxiv" in system.lower()
        else PLACES_OF_AN_ID
    )
    written = (
        re.sub(r"\\(?:url\b)?|[{}]", "", said.get(place, ""))
        for place in places
    )
    return next(
        (known for place in written if (known := fields.arxiv(place))), None
    )


def _published(said: Mapping[str, str], today: date) -> datetime | None:
    """Return the first moment of what an entry tells of its date; of a year alone, its January.

    What is still to appear was published today at the latest. A year before 1900 is a misprint,
    or that of a classic: it is not told.
    """
    written = (
        reading.bibliographic(said.get(name, "")) for name in ("date", "year")
    )
    when = next(
        (match for text in written if (match := YEAR.search(text))), None
    )
    if not when:
        return None
    month = (
        int(when[2] or 0)
        or _month(when.string)
        or _month(said.get("month", ""))
        or 1
    )
    try:
        day = date(int(when[1]), month, int(when[3] or 1))
    except ValueError:
        return None
    return (
        datetime.combine(min(day, today), time(), UTC)
        if day >= EARLIEST
        else None
    )


def _month(written: str) -> int | None:
    """Return a month's number, None where it is not told."""
    plain = reading.bibliographic(written)
    if name := MONTH.search(plain):
        return fields.MONTHS.index(name[0].lower()) + 1
    number = re.match(r"\W*(\d\d?)(?!\d)", plain)
    return int(number[1]) if number else None
