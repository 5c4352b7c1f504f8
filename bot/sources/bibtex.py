"""Papers from a BibTeX bibliography."""

import logging
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares import (
    LatexDecodingMiddleware,
    RemoveEnclosingMiddleware,
    ResolveStringReferencesMiddleware,
)
from bibtexparser.middlewares.names import (
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import Block, Entry, Field, ParsingFailedBlock, String

from bot.sources import fields
from recommender.papers import Paper

SOURCE = "file"
DECODER = LatexDecodingMiddleware()  # one for all, because it takes a while to make
OPENING = re.compile(r"^[^\S\n]*@\s*[a-z]+\s*[{(]", re.IGNORECASE | re.MULTILINE)
PROSE = ("title", "author", "abstract", "keywords")
PLACES_OF_AN_ID = ("doi", "url", "journal", "note", "howpublished", "number", "volume")
WHEN = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")

# It would tell every fault a second time, in more lines.
logging.getLogger("bibtexparser").setLevel(logging.ERROR)


def parse(text: str, today: date) -> tuple[list[Paper], list[str]]:
    """Return the papers of a bibliography, and one line for each entry that could not be used.

    Two entries under one key are two papers: they are only in each other's way for LaTeX.
    """
    library = parse_string(text, parse_stack=[])
    usable, faults = _sorted_out(library.blocks)
    library = Library(usable, fail_on_duplicate_key=False)
    for step in (ResolveStringReferencesMiddleware(), RemoveEnclosingMiddleware()):
        library = step.transform(library)
    papers = []
    for entry in library.entries:
        paper = _paper(entry, today)
        if paper:
            papers.append(paper)
        else:
            faults.append(f"{_place(entry)} has no title")
    return papers, faults


def _sorted_out(blocks: list[Block]) -> tuple[list[Block], list[str]]:
    usable: list[Block] = []
    faults: list[str] = []
    for block in blocks:
        failed = isinstance(block, ParsingFailedBlock)
        known = block.ignore_error_block if isinstance(block, ParsingFailedBlock) else block
        if isinstance(known, Entry):
            known.key = f"{known.key} {known.start_line}"  # no two alike, as a library demands
            usable.append(known)
        elif failed:
            faults.append(f"{_place(block)} is broken")
        elif isinstance(block, String):
            usable.append(block)
    return usable, faults


def _place(block: Block) -> str:
    opening = (block.raw or "").strip().split("\n")[0].rstrip(" ,")
    return f"line {(block.start_line or 0) + 1}: {opening[:60]}"


def _paper(entry: Entry, today: date) -> Paper | None:
    told = {field.key.lower(): str(field.value) for field in entry.fields}
    told |= _readable({key: told[key] for key in PROSE if key in told})
    title = fields.text(told.get("title"))
    if not title:
        return None
    arxiv_id = _arxiv_id(told)
    return Paper(
        title=title,
        listed=today,
        source=SOURCE,
        abstract=fields.text(told.get("abstract")),
        arxiv_id=arxiv_id,
        authors=fields.texts(list(_authors(told.get("author", "")))),
        keywords=fields.texts(re.split(r"[,;]", told.get("keywords", ""))),
        published=_published(told),
        links=fields.links({} if arxiv_id else {"project": told.get("url")}),
    )


def _readable(written: dict[str, str]) -> dict[str, str]:
    """Turn LaTeX into the text it prints, formulas apart; a bare % is a percent sign here."""
    latex = [
        Field(key, re.sub(r"(?<!\\)%", r"\\%", value))
        for key, value in written.items()
        if re.search(r"[\\{}~]|--", value)  # the decoder is slow: only where there is something
    ]
    entry = Entry("misc", "any", latex)
    DECODER.transform_entry(entry, Library())
    return {field.key: str(field.value) for field in entry.fields}


def _authors(people: str) -> Iterator[str]:
    for person in split_multiple_persons_names(people):
        if person.lower() != "others":
            yield parse_single_name_into_parts(person, strict=False).merge_first_name_first


def _arxiv_id(told: dict[str, str]) -> str | None:
    system = told.get("archiveprefix") or told.get("eprinttype") or "arxiv"
    places = ("eprint", *PLACES_OF_AN_ID) if system.lower() == "arxiv" else PLACES_OF_AN_ID
    found = (fields.arxiv(told.get(place)) for place in places)
    return next((known for known in found if known), None)


def _published(told: dict[str, str]) -> datetime | None:
    when = WHEN.match(told.get("date") or told.get("year", ""))
    if not when:
        return None
    month = int(when[2] or _month(told.get("month", "")))
    try:
        return datetime(int(when[1]), month, int(when[3] or 1), tzinfo=UTC)
    except ValueError:
        return None


def _month(written: str) -> int:
    """Return a month's number; January stands for one that is not told."""
    short = written.strip().lower()[:3]
    if short in fields.MONTHS:
        return fields.MONTHS.index(short) + 1
    return int(short) if short.isdecimal() else 1
