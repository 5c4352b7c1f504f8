"""Papers from a Daily Papers page that was saved as plain text."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from bot.sources import fields
from recommender.papers import Paper

# The page shows the list of Hugging Face, so its papers are those of that source.
SOURCE = "huggingface"

HEADER = re.compile(r"daily papers|by ?ak\b.*", re.IGNORECASE)

# Lines around the papers: counts, buttons, credits, and the marks of other file formats.
FURNITURE = re.compile(
    r"(?!\d{4}-)[\W\d_]*|[\d.,]+[km]|subscribe|get trending papers.*|upvotes?\b[\d .,km]*"
    r"|github\b[\d .,km]*|arxiv( page)?|view all.*|submitted by.*|.{0,3}published on.*"
    r"|[^a-z]*\d+ authors?|[#|].*",
    re.IGNORECASE,
)

# More characters than a title has: of 8,206 titles none had 180, and none ended in a
# full stop.
LONGER_THAN_TITLES = 200

MONTH = rf"(?P<month>{'|'.join(fields.MONTHS)})[a-z]*\.?"
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
WRITTEN_DAY = re.compile(
    rf"(?:\w+, )?(?:{MONTH} (?P<day>\d\d?)|(?P<day_first>\d\d?) {MONTH.replace('month', 'later')})"
    r"(?:,? (?P<year>\d{4}))?",
    re.IGNORECASE,
)


def parse(page: str, today: date) -> list[Paper]:
    """Return the papers of a page, or none if the text does not look like a page.

    They are listed on the date of the page, or on `today` if it has none.
    """
    blocks = list(_blocks(page))
    day = _first_day(blocks, today)

    papers = []
    for raw_title, raw_abstract in _entries(blocks):
        title = fields.prose(raw_title)
        abstract = fields.prose(raw_abstract)
        if title and abstract:
            papers.append(
                Paper(
                    title=title,
                    abstract=abstract,
                    listed=day or today,
                    source=SOURCE,
                )
            )

    has_header = day is not None or any(map(HEADER.fullmatch, blocks))
    # A page without a header has little but titles and abstracts.
    if not has_header and len(blocks) > 4 * len(papers):
        return []

    return papers


def written_day(line: str, today: date) -> date | None:
    """Return the date in a line, or None if the line is no date.

    A date without a year is the latest one that is not in the future.
    """
    if ISO_DAY.fullmatch(line):
        return fields.day(line)

    match = WRITTEN_DAY.fullmatch(line)
    if match is None:
        return None

    month_name = match["month"] or match["later"]
    month = fields.MONTHS.index(month_name[:3].lower()) + 1
    day = int(match["day"] or match["day_first"])
    if match["year"]:
        return _date(int(match["year"]), month, day)

    # Eight years back, because 29 February may be that far away (1896 to 1904).
    for years_back in range(9):
        candidate = _date(today.year - years_back, month, day)
        if candidate is not None and candidate <= today:
            return candidate

    return None


def _blocks(page: str) -> Iterator[str]:
    """Yield the paragraphs of a page, each on one line, without `FURNITURE`."""
    for paragraph in re.split(r"\n\s*\n", page):
        lines = [fields.text(line) for line in paragraph.split("\n")]
        lines = [line for line in lines if not FURNITURE.fullmatch(line)]

        if any(len(line) >= LONGER_THAN_TITLES for line in lines):
            yield from lines
        elif lines:
            # Short lines without a blank line between them are one wrapped paragraph.
            yield " ".join(lines)


def _entries(blocks: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield titles with abstracts; a title is the last short block before prose."""
    title = ""
    abstract = ""

    for block in blocks:
        if _is_prose(block):
            abstract = f"{abstract} {block}".strip()
            continue

        if title and abstract:
            yield title, abstract
        title = block
        abstract = ""

    if title and abstract:
        yield title, abstract


def _is_prose(block: str) -> bool:
    return len(block) >= LONGER_THAN_TITLES or (
        len(block) >= 80 and block.endswith(".")
    )


def _first_day(blocks: Iterable[str], today: date) -> date | None:
    for block in blocks:
        if _is_prose(block):
            return None
        if day := written_day(block, today):
            return day
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        # 30 February, or the 29th in a common year.
        return None
