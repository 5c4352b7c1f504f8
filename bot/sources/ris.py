"""Papers from a bibliography in RIS, or in PubMed's form of it (.nbib)."""

import re
from datetime import UTC, date, datetime, time

from bot.markup import people, reading
from bot.sources import fields, ris_entries
from bot.sources.records import EARLIEST, TITLE, RecordFilter
from bot.sources.ris_entries import RisEntry
from recommender.papers import UNDATED, Paper

SOURCE = "file"

# The tags that are read, each with those that mean the same, the best one first.
TITLES = ("TI", "T1", "CT", "BT", "ST")
NAMES = ("FAU", "AU", "A1", "A2", "ED")
VENUES = ("JF", "JT", "T2", "JO", "BT", "JA", "J2", "TA")
ABSTRACTS = ("AB", "N2")
KEYWORDS = ("KW", "OT")
DATES = ("DA", "Y1", "PY", "DP", "DEP")
YEARS = ("PY", "Y1", "DP", "DA", "DEP")
DOIS = ("DO", "DI", "LID", "AID", "M3", "UR", "L1", "L2")
# Where an arXiv id may stand.
ARXIV_IDS = ("DO", "UR", "AN", "L1", "L2", "M1", "M3", "N1", "AID", *VENUES)
# Dates as programs write them: 2020/03/15, 2020-3, 20200315, 2020 Mar 15.
YEAR_FIRST = re.compile(
    r"(?<!\d)(\d{4})[-/. ]+(\d{1,2})(?!\d)(?:[-/. ]+(\d{1,2})(?!\d))?"
)
DIGITS = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)")
YEAR = re.compile(r"(?<!\d)(\d{4})(?=\d{4}(?!\d)|(?!\d))")
MONTH = re.compile(rf"(?<![a-z])(?:{'|'.join(fields.MONTHS)})", re.IGNORECASE)
DAY = re.compile(r"(?<!\d)(\d{1,2})(?!\d)")


def parse(text: str, today: date) -> tuple[list[Paper], list[str]]:
    """Return the papers of a bibliography, and one line for each unusable entry."""
    record_filter = RecordFilter(today)

    papers, faults = [], []
    for entry in ris_entries.read(text):
        paper = _paper(entry, today)
        if paper is None:
            faults.append(f"{entry.place} has no title")
        elif len(paper.title) > TITLE:
            faults.append(f"{entry.place} has a title that is none")
        else:
            papers.append(record_filter.limit(paper))

    return papers, faults


def _paper(entry: RisEntry, today: date) -> Paper | None:
    title = _plain(entry.first(*TITLES))
    if not title:
        return None

    arxiv_id = _arxiv_id(entry)
    published = _published(entry, today)
    listed = UNDATED
    if arxiv_id or published:
        listed = fields.listed(arxiv_id, published, today)

    keywords = [
        word for value in entry.all(*KEYWORDS) for word in value.split(";")
    ]
    address = entry.first("UR", "L2")
    venue = fields.venue(_plain(entry.first(*VENUES)))

    return Paper(
        title=title,
        listed=listed,
        source=SOURCE,
        abstract=_plain(entry.first(*ABSTRACTS)),
        arxiv_id=arxiv_id,
        authors=_authors(entry),
        keywords=fields.texts(keywords),
        published=published,
        doi=fields.doi(*entry.all(*DOIS)),
        venue=venue if venue != title else "",
        links=fields.links({} if arxiv_id else {"project": address}),
    )


def _plain(value: str) -> str:
    return fields.prose(value)


def _authors(entry: RisEntry) -> tuple[str, ...]:
    """Return the names of the first tag that has any, given names first."""
    values = next(filter(None, (entry.all(tag) for tag in NAMES)), [])
    names = [
        " ".join(_name_parts(name))
        for value in values[: fields.MOST]
        for name in reading.plain(fields.text(value)).split(";")
    ]
    return people.several(names)


def _name_parts(name: str) -> list[str]:
    """Return the parts of "Lovelace, Ada, Jr." in the order in which they are spoken."""
    family, *rest = [part.strip() for part in name.split(",")]

    return [part for part in (*rest[:1], family, *rest[1:]) if part]


def _arxiv_id(entry: RisEntry) -> str | None:
    return next(filter(None, map(fields.arxiv, entry.all(*ARXIV_IDS))), None)


def _published(entry: RisEntry, today: date) -> datetime | None:
    """Return the publication of an entry, at the start of its day, month or year.

    A date in the future counts as today, and one before 1900 is ignored.
    """
    year = next(filter(None, map(YEAR.search, entry.all(*YEARS))), None)
    if year is None:
        return None

    texts = [text for text in entry.all(*DATES) if year[1] in text]
    # Some write the month alone, and the year elsewhere.
    texts += [
        f"{year[1]} {text}" for text in entry.all("DA") if not YEAR.search(text)
    ]
    days = list(filter(None, map(_day, texts)))
    # The first date with a month; a year alone begins in January.
    day = next(
        (one for one in days if one.replace(month=1, day=1) != one), None
    )
    day = day or next(iter(days), None)

    if day is None or day < EARLIEST:
        return None
    return datetime.combine(min(day, today), time(), UTC)


def _day(text: str) -> date | None:
    """Return the day of a date as programs write it: year first, or with the month's name."""
    match = DIGITS.search(text) or YEAR_FIRST.search(text)
    if match is not None:
        year, month, day = int(match[1]), int(match[2]), int(match[3] or 1)
    else:
        year, month, day = _day_by_name(text)

    for parts in ((year, month, day), (year, month, 1), (year, 1, 1)):
        try:
            return date(*parts)
        except ValueError:
            continue
    return None


def _day_by_name(text: str) -> tuple[int, int, int]:
    """Return year, month and day of "2020 Mar 15" or "15 March 2020"; 0 is no year."""
    year = YEAR.search(text)
    name = MONTH.search(text)
    if year is None:
        return 0, 1, 1
    if name is None:
        return int(year[1]), 1, 1

    month = fields.MONTHS.index(name[0].lower()) + 1
    day = DAY.search(text)
    return int(year[1]), month, int(day[1]) if day else 1
