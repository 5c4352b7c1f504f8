"""Papers from arXiv: the day's announcements (RSS), and queries by id or author (Atom)."""

import calendar
import io
import itertools
import re
import xml.sax
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote
from xml.parsers import expat

import feedparser
import httpx

from bot.markup import plurals
from bot.sources import fields, web
from bot.sources.errors import SourceDown
from bot.sources.records import PARSE_ERRORS, RecordFilter
from bot.sources.withdrawals import is_withdrawn
from recommender.papers import Paper, arxiv_id, author_key, one_line

SOURCE = "arxiv"

# The announce types of papers that are new to a category. The others announce a new
# version of a paper.
NEW_TYPES = {"new", "cross"}

# What stands before the abstract in an announcement.
ANNOUNCEMENT = re.compile(
    r"\s*arXiv:\S+\s+Announce Type:\s*(\S+)(?:\s+Abstract:)?"
)
TOTAL_RESULTS = re.compile(rb"totalResults[^>]*>\s*(\d{1,6})\s*<")

# How many ids one query may name.
IDS_PER_QUERY = 100

# How many of the newest submissions to ask for.
NEWEST = 200

# How many papers of an author to ask for, and the seconds to wait for them.
PAPERS_OF_AUTHOR = 3
AUTHOR_SECONDS = 5

# Limits of a feed: the levels of elements, the names and values of the attributes of an
# element, and the elements in all. Real feeds have eight attributes at most.
MAX_DEPTH = 50
MAX_ATTRIBUTES = 200
MAX_ELEMENTS = 300_000

# An entry, or the head of a feed, as feedparser returns it.
FeedEntry = Mapping[str, Any]


def fetch_announced(
    client: httpx.Client,
    *,
    rss_url: str,
    categories: Sequence[str],
    today: date,
    throttle: web.Throttle,
    record_filter: RecordFilter | None = None,
) -> list[Paper]:
    """Return the papers that arXiv announced today in some categories.

    One request asks for all categories. At weekends there are none.
    """
    if not categories:
        return []

    path = "+".join(quote(category, safe="") for category in categories)
    url = f"{rss_url.rstrip('/')}/{path}"

    try:
        with throttle:
            payload = web.get(client, url, source=SOURCE)
    except SourceDown as down:
        if down.passing:
            raise
        raise _categories_refused(categories, down.why) from None

    return parse_feed(payload, today, record_filter)


def fetch_newest(
    client: httpx.Client,
    *,
    api_url: str,
    categories: Sequence[str],
    today: date,
    throttle: web.Throttle,
    record_filter: RecordFilter | None = None,
) -> list[Paper]:
    """Return the newest submissions to some categories, for when the RSS feed is down."""
    if not categories:
        return []

    params: dict[str, str | int] = {
        "search_query": " OR ".join(
            f"cat:{category}" for category in categories
        ),
        "sortBy": "submittedDate",
        "sortOrder": "descending",
        "max_results": NEWEST,
    }
    with throttle:
        payload = web.get(client, api_url, source=SOURCE, params=params)

    if b"/api/errors" in payload:
        raise _categories_refused(categories, "answered with an error")

    return parse_feed(payload, today, record_filter)


def fetch_by_ids(
    client: httpx.Client,
    *,
    api_url: str,
    ids: Sequence[str],
    today: date,
    throttle: web.Throttle,
    record_filter: RecordFilter | None = None,
) -> Iterator[Paper]:
    """Yield the papers with some ids, query by query; unknown ids yield nothing."""
    valid_ids = filter(None, map(arxiv_id, ids))

    while batch := list(itertools.islice(valid_ids, IDS_PER_QUERY)):
        params: dict[str, str | int] = {
            "id_list": ",".join(batch),
            # Without this arXiv answers with ten.
            "max_results": len(batch),
        }
        with throttle:
            payload = web.get(client, api_url, source=SOURCE, params=params)

        yield from parse_feed(payload, today, record_filter)


def fetch_by_author(
    client: httpx.Client,
    *,
    api_url: str,
    name: str,
    today: date,
    throttle: web.Throttle,
    record_filter: RecordFilter | None = None,
) -> tuple[int, list[Paper]]:
    """Return the number of papers under an author's name, and the newest three."""
    words = one_line(re.sub(r"[^\w\s'-]", " ", name))
    params: dict[str, str | int] = {
        "search_query": f'au:"{words}"',
        "sortBy": "submittedDate",
        "sortOrder": "descending",
        "max_results": PAPERS_OF_AUTHOR,
    }
    with throttle:
        payload = web.get(
            client,
            api_url,
            source=SOURCE,
            params=params,
            most_seconds=AUTHOR_SECONDS,
        )

    key = author_key(name)
    papers = [
        paper
        for paper in parse_feed(payload, today, record_filter)
        if key in map(author_key, paper.authors)
    ]
    if not papers:
        return 0, []

    total = TOTAL_RESULTS.search(payload)
    return max(int(total[1]) if total else 0, len(papers)), papers


def parse_feed(
    payload: bytes, today: date, record_filter: RecordFilter | None = None
) -> list[Paper]:
    """Return the papers of an RSS or Atom feed; raise SourceDown for anything else.

    `today` dates the entries if neither they nor the feed have a date.
    """
    _check_size(payload)

    # As a stream, because feedparser takes bare bytes for the name of a file first. Not
    # sanitised, because abstracts are plain text, in which "a<b" is mathematics.
    feed = feedparser.parse(
        io.BytesIO(payload), sanitize_html=False, resolve_relative_uris=False
    )
    if not feed.get("version"):
        raise SourceDown(SOURCE, "sent something other than a feed")
    if isinstance(feed.get("bozo_exception"), xml.sax.SAXException):
        raise SourceDown(SOURCE, "sent a feed that is broken or breaks off")
    _check_complete(feed)

    feed_day = _feed_day(feed.feed) or today
    record_filter = record_filter or RecordFilter(today)

    return record_filter.accept(
        feed.entries, lambda entry: _parse_entry(entry, feed_day)
    )


def _categories_refused(categories: Sequence[str], why: str) -> SourceDown:
    message = (
        f"refuses {','.join(categories)} ({why}); "
        "is each of ARXIV_CATEGORIES one of arXiv's?"
    )
    return SourceDown(SOURCE, message, passing=False)


def _check_size(payload: bytes) -> None:
    """Raise SourceDown for a feed that feedparser would need gigabytes to read."""
    depth = 0
    elements = 0

    def start_element(_name: str, attributes: list[str]) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if (
            depth > MAX_DEPTH
            or len(attributes) > MAX_ATTRIBUTES
            or elements > MAX_ELEMENTS
        ):
            raise SourceDown(
                SOURCE, "sent a feed that is too large or too deep"
            )

    def end_element(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.StartElementHandler = start_element
    parser.EndElementHandler = end_element

    # Broken XML is reported by feedparser.
    with suppress(expat.ExpatError):
        parser.Parse(payload, True)


def _check_complete(feed: FeedEntry) -> None:
    """Raise SourceDown for an error message, or a feed that lacks the papers it counts."""
    title = fields.text(feed["feed"].get("title"))
    if title.startswith("Feed error"):
        raise SourceDown(
            SOURCE, f"refuses what it was asked: {title[:200]}", passing=False
        )

    total = fields.text(feed["feed"].get("opensearch_totalresults"))
    if not feed["entries"] and total.isdecimal() and int(total[:9]):
        papers = plurals.of(int(total[:9]), "paper")
        raise SourceDown(SOURCE, f"counts {papers} and brings none")


def _parse_entry(entry: FeedEntry, feed_day: date) -> Paper | None:
    """Return an entry as a paper; None for an error, a withdrawal, or a new version."""
    title = fields.prose(entry.get("title"))
    entry_id = entry.get("id", "")

    # The query API answers with an error entry for an id that does not exist.
    if not title or "/api/errors" in entry_id:
        return None

    summary = entry.get("summary", "")
    abstract = fields.prose(ANNOUNCEMENT.sub("", summary, count=1))
    comment = fields.text(entry.get("arxiv_comment"))
    if is_withdrawn(title, abstract, comment):
        return None

    announce_type = _announce_type(entry)
    if announce_type and announce_type not in NEW_TYPES:
        return None

    return Paper(
        title=title,
        listed=_entry_day(entry) or feed_day,
        source=SOURCE,
        abstract=abstract,
        arxiv_id=arxiv_id(entry_id) or arxiv_id(entry.get("link", "")),
        authors=_authors(entry, one_field=bool(announce_type)),
        categories=fields.texts(
            [tag.get("term") for tag in entry.get("tags", [])]
        ),
        # The date of an announcement is its own. Only the query API gives the date of
        # the first version.
        published=None if announce_type else _entry_time(entry),
    )


def _announce_type(entry: FeedEntry) -> str:
    """Return the announce type of an entry, or "" if it answers a query."""
    announcement = ANNOUNCEMENT.match(entry.get("summary", ""))
    announce_type = entry.get("arxiv_announce_type") or (
        announcement and announcement[1]
    )
    return fields.text(announce_type).lower()


def _authors(entry: FeedEntry, *, one_field: bool) -> tuple[str, ...]:
    """Return the authors of an entry; announcements name all in one dc:creator field."""
    names = [author.get("name", "") for author in entry.get("authors", [])]

    return fields.names(", ".join(names) if one_field else names)


def _entry_time(entry: FeedEntry) -> datetime | None:
    parsed = entry.get("published_parsed")
    if not parsed:
        return None

    return datetime.fromtimestamp(calendar.timegm(parsed), UTC)


def _entry_day(entry: FeedEntry) -> date | None:
    published = _entry_time(entry)

    return published.date() if published else None


def _feed_day(feed: FeedEntry) -> date | None:
    # A malformed date of the feed does no harm, since entries have their own.
    with suppress(*PARSE_ERRORS):
        return _entry_day(feed)

    return None
