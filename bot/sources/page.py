"""Papers from a Daily Papers page that was saved as plain text."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from bot.sources import fields
from recommender.papers import Paper

SOURCE = "huggingface"  # the page is its list, so its papers are its papers
HEADER = re.compile(r"daily papers|by ?ak\b.*", re.IGNORECASE)
# What stands around papers: counts, buttons, credits, and the marks of other kinds of text.
FURNITURE = re.compile(
    r"(?!\d{4}-)[\W\d_]*|[\d.,]+[km]|subscribe|get trending papers.*|upvotes?\b[\d .,km]*"
    r"|github\b[\d .,km]*|arxiv( page)?|view all.*|submitted by.*|.{0,3}published on.*"
    r"|[^a-z]*\d+ authors?|[#|].*",
    re.IGNORECASE,
)
LONGER_THAN_TITLES = (
    200  # of 8,206 titles none had 180 letters, and none ended in a full stop
)
MONTH = rf"(?P<month>{'|'.join(fields.MONTHS)})[a-z]*\.?"
WRITTEN_DAY = re.compile(
    rf"(?:\w+, )?(?:{MONTH} (?P<day>\d\d?)|(?P<day_first>\d\d?) {MONTH.replace('month', 'later')})"
    r"(?:,? (?P<year>\d{4}))?",
    re.IGNORECASE,
)


def parse(page: str, today: date) -> list[Paper]:
    """Return the papers of a page; none when the text does not look like one.

    The day is the page's own, else `today`.
    """
    blocks = list(_blocks(page))
    day = _first_day(blocks, today)
    read = [
        (fields.prose(title), fields.prose(about))
        for title, about in _entries(blocks)
    ]
    papers = [
        Paper(
            title=title, abstract=abstract, listed=day or today, source=SOURCE
        )
        for title, abstract in read
        if title and abstract
    ]
    headed = day is not None or any(HEADER.fullmatch(block) for block in blocks)
    # Without its header a page is known by holding little but titles and abstracts.
    return papers if headed or len(blocks) <= 4 * len(papers) else []


def written_day(line: str, today: date) -> date | None:
    """Return the day that a line is; without a year, the latest one that is not in the future."""
    found = WRITTEN_DAY.fullmatch(line)
    if not found:
        return (
            fields.day(line) if re.fullmatch(r"\d{4}-\d\d-\d\d", line) else None
        )
    month = (
        fields.MONTHS.index((found["month"] or found["later"])[:3].lower()) + 1
    )
    day = int(found["day"] or found["day_first"])
    if found["year"]:
        return _date(int(found["year"]), month, day)
    # Eight years back, because 29 February may be that far away (1896 to 1904).
    years = (_date(today.year - back, month, day) for back in range(9))
    return next((known for known in years if known and known <= today), None)


def _blocks(page: str) -> Iterator[str]:
    """Yield paragraphs, each on one line, without the site's furniture."""
    for paragraph in re.split(r"\n\s*\n", page):
        lines = [fields.text(line) for line in paragraph.split("\n")]
        lines = [line for line in lines if not FURNITURE.fullmatch(line)]
        if any(len(line) >= LONGER_THAN_TITLES for line in lines):
            yield from lines
        elif (
            lines
        ):  # short lines that stand together are one paragraph, wrapped
            yield " ".join(lines)


def _entries(blocks: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield (title, abstract): a title is the last short block before prose."""
    title, abstract = "", ""
    for block in blocks:
        if _is_prose(block):
            abstract = f"{abstract} {block}".strip()
            continue
        if title and abstract:
            yield title, abstract
        title, abstract = block, ""
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
    except ValueError:  # 30 February, or a 29th in a common year
        return None
