"""Likes the papers that a reader names by links or in a file, and learns from them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.markup.references import Reference, parse
from bot.picks import fitting, learning, lookup, selection
from bot.picks.catalogue import Catalogue
from bot.sources.endpoints import Endpoints
from bot.sources.errors import SourceDown
from bot.storage import imports, links, papers
from bot.storage.database import Database
from bot.storage.imports import Bundle
from bot.storage.links import Lookup
from bot.storage.readers import Reader
from bot.storage.receipts import PicksChange
from recommender.papers import StoredPaper

# Look-ups of one reader at the sources; links to stored papers cost nothing.
LOOKUPS_A_DAY = 20

# The wait before a link is looked up again; it doubles with each try.
FIRST_WAIT = timedelta(minutes=5)
# The last try comes after ten hours.
TRIES = 8


class Missing(Enum):
    """Why a linked paper can't be liked."""

    UNKNOWN = auto()
    # Its sources are down; it is looked up again later.
    LATER = auto()
    # Its sources were down all day; it is not looked up any more.
    GIVEN_UP = auto()


@dataclass(frozen=True, slots=True)
class Likes:
    """Papers liked together, as they stand now, and what that changed; None for nothing."""

    bundle: Bundle
    change: PicksChange | None


@dataclass(frozen=True, slots=True)
class LinkedPapers:
    """The papers that a message refers to: stored ones, and those to look up now.

    `is_over_limit` says that some are left out, as today's look-ups are used up.
    """

    stored: dict[Reference, StoredPaper]
    to_look_up: tuple[Reference, ...]
    is_over_limit: bool


def sort_references(
    database: Database,
    reader_id: int,
    references: Sequence[Reference],
    now: datetime,
) -> LinkedPapers:
    """Sort references into stored papers and those to look up within today's limit."""
    stored = lookup.stored_papers(database, references)
    missing = [reference for reference in references if reference not in stored]
    used = links.count_today(database, reader_id, now)
    room = max(LOOKUPS_A_DAY - used, 0)
    return LinkedPapers(stored, tuple(missing[:room]), len(missing) > room)


def note_lookup(
    database: Database,
    reader_id: int,
    reference: Reference,
    now: datetime,
    *,
    is_open: bool,
) -> None:
    """Store that a link was looked up; an open one is tried again when its source answers."""
    retry = now + FIRST_WAIT if is_open else None
    links.record(database, reader_id, reference.text, now, retry=retry)


def retry(
    database: Database,
    catalogue: Catalogue,
    endpoints: Endpoints,
    reader: Reader,
    *,
    open_lookup: Lookup,
    now: datetime,
) -> Likes | Missing:
    """Look a link up again, and like its paper."""
    try:
        paper = lookup.paper_by_reference(
            database, endpoints, parse(open_lookup.reference), now
        )
    except SourceDown:
        if open_lookup.tries >= TRIES:
            links.record_attempt(database, open_lookup.id, now, retry=None)
            return Missing.GIVEN_UP
        wait = FIRST_WAIT * 2**open_lookup.tries
        links.record_attempt(database, open_lookup.id, now, retry=now + wait)
        return Missing.LATER
    links.record_attempt(database, open_lookup.id, now, retry=None)
    if paper is None:
        return Missing.UNKNOWN
    return like(database, catalogue, reader, [paper.id], now)


def like(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    paper_ids: Sequence[int],
    now: datetime,
) -> Likes:
    """Like linked papers together, and give those without a vector one."""
    before = selection.read_feedback(database, reader, now)
    bundle = imports.like(database, reader.id, paper_ids, "link", now)
    liked = papers.by_ids(database, paper_ids, reader.id)
    fitting.cover(
        database, catalogue.version, catalogue.model, list(liked.values())
    )
    return Likes(
        bundle,
        learning.change_since(database, catalogue, reader, before, now),
    )


def rate_bundle(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    bundle_id: int,
    paper_id: int | None,
    *,
    liked: bool,
    now: datetime,
) -> Likes | None:
    """Take a bundle's likes back, or those of one paper, or like them again.

    Returns None if the bundle is not this reader's.
    """
    before = selection.read_feedback(database, reader, now)
    bundle = imports.rate(
        database, reader.id, bundle_id, paper_id, liked=liked, now=now
    )
    if bundle is None:
        return None
    return Likes(
        bundle,
        learning.change_since(database, catalogue, reader, before, now),
    )
