"""Papers from arXiv: the day's announcements by category, and single papers by id."""

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
from bot.sources.records import ODD, Sieve
from bot.sources.withdrawn import is_withdrawn
from recommender.papers import Paper, arxiv_id, author_key, one_line

SOURCE = "arxiv"
NEW_TO_A_CATEGORY = {
    "new",
    "cross",
}  # the others announce a new version of a known paper
ANNOUNCEMENT = re.compile(
    r"\s*arXiv:\S+\s+Announce Type:\s*(\S+)(?:\s+Abstract:)?"
)
IDS_AT_ONCE = 100
NEWEST = 200
OF_A_NAME = 3
# Levels of a feed, and attributes of one element, written as names and values. Real ones have 8.
DEEPEST = 50
MOST_ATTRIBUTES = 200
MOST_ELEMENTS = 300_000

Told = Mapping[str, Any]  # what feedparser understood of an entry


def fetch(
    client: httpx.Client,
    *,
    rss_url: str,
    categories: Sequence[str],
    today: date,
    throttle: web.Throttle,
    sieve: Sieve | None = None,
) -> list[Paper]:
    """Return what arXiv announced today in the categories, in one request; nothing at weekends."""
    if not categories:
        return []
    path = "+".join(quote(category, safe="") for category in categories)
    try:
        with throttle:
            payload = web.get(
                client, f"{rss_url.rstrip('/')}/{path}", source=SOURCE
            )
    except SourceDown as down:
        if down.passing:
            raise
        raise _refused(categories, down.why) from None
    return parse(payload, today, sieve)


def fetch_newest(
    client: httpx.Client,
    *,
    api_url: str,
    categories: Sequence[str],
    today: date,
    throttle: web.Throttle,
    sieve: Sieve | None = None,
) -> list[Paper]:
    """Return the last submissions to the categories, for when the announcements are down."""
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
        raise _refused(categories, "answered with an error")
    return parse(payload, today, sieve)


def look_up(
    client: httpx.Client,
    *,
    api_url: str,
    ids: Sequence[str],
    today: date,
    throttle: web.Throttle,
    sieve: Sieve | None = None,
) -> Iterator[Paper]:
    """Yield the papers of these ids as answers come; an id that arXiv does not know brings none."""
    known = iter([known for wanted in ids if (known := arxiv_id(wanted))])
    while batch := list(itertools.islice(known, IDS_AT_ONCE)):
        # Without max_results arXiv answers with ten.
        params: dict[str, str | int] = {
            "id_list": ",".join(batch),
            "max_results": len(batch),
        }
        with throttle:
            payload = web.get(client, api_url, source=SOURCE, params=params)
        yield from parse(payload, today, sieve)


def written_by(
    client: httpx.Client,
    *,
    api_url: str,
    name: str,
    today: date,
    throttle: web.Throttle,
    sieve: Sieve | None = None,
) -> tuple[int, list[Paper]]:
    """Return how many papers arXiv has of a name, and the newest of them."""
    words = re.sub(r"[^\w\s'-]", " ", name)
    params: dict[str, str | int] = {
        "search_query": f'au:"{one_line(words)}"',
        "sortBy": "submittedDate",
        "sortOrder": "descending",
        "max_results": OF_A_NAME,
    }
    with throttle:
        payload = web.get(
            client, api_url, source=SOURCE, params=params, most_seconds=5
        )
    key = author_key(name)
    papers = [
        p
        for p in parse(payload, today, sieve)
        if key in map(author_key, p.authors)
    ]
    told = re.search(rb"totalResults[^>]*>\s*(\d{1,6})\s*<", payload)
    return (
        max(int(told[1]) if told else 0, len(papers)) if papers else 0
    ), papers


def parse(
    payload: bytes, today: date, sieve: Sieve | None = None
) -> list[Paper]:
    """Return the papers of a feed, announced or asked for; raise SourceDown when it is none.

    `today` dates an entry that names no day at all.
    """
    _measure(payload)
    # From a stream, because feedparser takes bare bytes for the name of a file first. Not
    # sanitised, because abstracts are text, where "a<b" is mathematics.
    feed = feedparser.parse(
        io.BytesIO(payload), sanitize_html=False, resolve_relative_uris=False
    )
    if not feed.get("version"):
        raise SourceDown(SOURCE, "sent something other than a feed")
    if isinstance(feed.get("bozo_exception"), xml.sax.SAXException):
        raise SourceDown(SOURCE, "sent a feed that is broken or breaks off")
    _refuse_unless_there(feed)
    day = _feed_day(feed.feed) or today
    return (sieve or Sieve(today)).papers(
        feed.entries, lambda entry: _paper(entry, day)
    )


def _refuse_unless_there(feed: Told) -> None:
    """Raise SourceDown for an answer that counts papers and brings none, or is an error."""
    title = fields.text(feed["feed"].get("title"))
    if title.startswith("Feed error"):
        raise SourceDown(
            SOURCE, f"refuses what it was asked: {title[:200]}", passing=False
        )
    counted = fields.text(feed["feed"].get("opensearch_totalresults"))
    if not feed["entries"] and counted.isdecimal() and int(counted[:9]):
        raise SourceDown(
            SOURCE,
            f"counts {plurals.of(int(counted[:9]), 'paper')} and brings none",
        )


def _refused(categories: Sequence[str], why: str) -> SourceDown:
    told = f"refuses {','.join(categories)} ({why}); is each of ARXIV_CATEGORIES one of arXiv's?"
    return SourceDown(SOURCE, told, passing=False)


def _measure(payload: bytes) -> None:
    """Raise SourceDown for a feed that is none, or one that would take gigabytes to read."""
    depth, elements = 0, 0

    def opened(_name: str, attributes: list[str]) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if (
            depth > DEEPEST
            or len(attributes) > MOST_ATTRIBUTES
            or elements > MOST_ELEMENTS
        ):
            raise SourceDown(SOURCE, "sent a feed beyond all measure")

    def closed(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    with suppress(expat.ExpatError):  # feedparser says what is wrong with it
        parser.Parse(payload, True)


def _paper(entry: Told, day: date) -> Paper | None:
    title, name = fields.prose(entry.get("title")), entry.get("id", "")
    if (
        not title or "/api/errors" in name
    ):  # the query API's way of saying that an id is not there
        return None
    abstract = fields.prose(
        ANNOUNCEMENT.sub("", entry.get("summary", ""), count=1)
    )
    if is_withdrawn(title, abstract, fields.text(entry.get("arxiv_comment"))):
        return None
    kind = _announce_type(entry)
    if kind and kind not in NEW_TO_A_CATEGORY:
        return None
    return Paper(
        title=title,
        listed=_day(entry) or day,
        source=SOURCE,
        abstract=abstract,
        arxiv_id=arxiv_id(name) or arxiv_id(entry.get("link", "")),
        authors=_authors(entry, one_field=bool(kind)),
        categories=fields.texts(
            [tag.get("term") for tag in entry.get("tags", [])]
        ),
        # An announcement is dated by its own day; only the query API tells the first version's.
        published=None if kind else _moment(entry),
    )


def _announce_type(entry: Told) -> str:
    """Return how a paper was announced, an empty string where it was asked for."""
    announced = ANNOUNCEMENT.match(entry.get("summary", ""))
    return fields.text(
        entry.get("arxiv_announce_type") or (announced and announced[1])
    ).lower()


def _authors(entry: Told, *, one_field: bool) -> tuple[str, ...]:
    people = [person.get("name", "") for person in entry.get("authors", [])]
    # Announcements put everybody into one dc:creator.
    return fields.names(", ".join(people) if one_field else people)


def _moment(told: Told) -> datetime | None:
    parsed = told.get("published_parsed")
    return (
        datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    )


def _feed_day(told: Told) -> date | None:
    try:
        return _day(told)
    except ODD:  # entries have days of their own
        return None


def _day(told: Told) -> date | None:
    found = _moment(told)
    return found.date() if found else None
