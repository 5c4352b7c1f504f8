"""The days on which lists named a paper, joined from all that its sources say."""

from datetime import date

from bot.markup import list_keys
from bot.storage.tables import PaperRow
from recommender.papers import Paper

# The source of an operator's file, whose papers no list has named.
FILE = list_keys.FILE


def update(row: PaperRow, paper: Paper) -> None:
    """Add the days that a source names to those of a row."""
    row.listed = _listing_day(row, paper)
    row.lists = _join_lists(row, paper)


def _join_lists(row: PaperRow, paper: Paper) -> dict[str, str]:
    """Return the first day on which each list named a paper."""
    days = dict(row.lists)
    for key, day in _lists_of(row, paper).items():
        days[key] = min(days.get(key, day), day)

    if FILE in days:
        # The day in a file is no listing.
        days[FILE] = row.listed.isoformat()
    return days


def _lists_of(row: PaperRow, paper: Paper) -> dict[str, str]:
    """Return the lists in which a source says that a paper stands."""
    if row.reader_id is not None:
        return {}
    if paper.lists is not None:
        return {key: day.isoformat() for key, day in paper.lists.items()}

    keys = list_keys.of_paper(paper.source, paper.categories)
    return dict.fromkeys(keys, paper.listed.isoformat())


def _listing_day(row: PaperRow, paper: Paper) -> date:
    """Return the earliest day on which a list named a paper.

    The date in a file is no listing, so it gives way to that of a list.
    """
    if row.source == FILE and paper.source != FILE:
        return paper.listed
    if paper.source == FILE and row.source != FILE:
        return row.listed

    return min(row.listed, paper.listed)
