"""Papers from arXiv: the day's announcements by category, and single papers by id."""

import calendar
import io
import itertools
import re
import xml.sax
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

import feedparser
import httpx

from bot.sources import fields, web
from bot.sources.errors import SourceDown
from bot.sources.withdrawn import is_withdrawn
from recommender.papers import Paper, arxiv_id, author_key, one_line

SOURCE = "arxiv"
NEW_TO_A_CATEGORY = {"new", "cross"}  # the others announce a new version of a known paper
ANNOUNCEMENT = re.compile(r"\s*arXiv:\S+\s+Announce Type:\s*(\S+)(?:\s+Abstract:)?")
IDS_AT_ONCE = 100
NEWEST = 200
OF_A_NAME = 3

Told = Mapping[str, Any]  # what feedparser understood of an entry


def fetch(
    client: httpx.Client,
    *,
    rss_url: str,
    categories: Sequence[str],
    today: date,
    throttle: web.Throttle,
) -> list[Paper]:
    """Return what arXiv announced today in the categories, in one request; nothing at weekends."""
    if not categories:
        return []
    path = "+".join(quote(category, safe="") for category in categories)
    with throttle:
        payload = web.get(client, f"{rss_url.rstrip('/')}/{path}", source=SOURCE)
    return parse(payload, today)


def fetch_newest(
    client: httpx.Client,
    *,
    api_url: str,
    categories: Sequence[str],
    today: date,
    throttle: web.Throttle,
) -> list[Paper]:
    """Return the last submissions to the categories, for when the announcements are down."""
    if not categories:
        return []
    params: dict[str, str | int] = {
        "search_query": " OR ".join(f"cat:{category}" for category in categories),
        "sortBy": "submittedDate",
        "sortOrder": "descending",
        "max_results": NEWEST,
    }
    with throttle:
        payload = web.get(client, api_url, source=SOURCE, params=params)
    return parse(payload, today)


def look_up(
    client: httpx.Client,
    *,
    api_url: str,
    ids: Sequence[str],
    today: date,
    throttle: web.Throttle,
) -> Iterator[Paper]:
    """Yield the papers of these ids as answers come; an id that arXiv does not know brings none."""
    known = iter([known for wanted in ids if (known := arxiv_id(wanted))])
    while batch := list(itertools.islice(known, IDS_AT_ONCE)):
        # Without max_results arXiv answers with ten.
        params: dict[str, str | int] = {"id_list": ",".join(batch), "max_results": len(batch)}
        with throttle:
            payload = web.get(client, api_url, source=SOURCE, params=params)
        yield from parse(payload, today)


def written_by(
    client: httpx.Client, *, api_url: str, name: str, today: date, throttle: web.Throttle
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
        payload = web.get(client, api_url, source=SOURCE, params=params, most_seconds=5)
    key = author_key(name)
    papers = [p for p in parse(payload, today) if key in map(author_key, p.authors)]
    told = re.search(rb"totalResults[^>]*>\s*(\d{1,6})\s*<", payload)
    return (max(int(told[1]) if told else 0, len(papers)) if papers else 0), papers


def parse(payload: bytes, today: date) -> list[Paper]:
    """Return the papers of a feed, announced or asked for; raise SourceDown when it is none.

    `today` dates an entry that names no day at all.
    """
    # From a stream, because feedparser takes bare bytes for the name of a file first. Not
    # sanitised, because abstracts are text, where "a<b" is mathematics.
    feed = feedparser.parse(io.BytesIO(payload), sanitize_html=False, resolve_relative_uris=False)
    if not feed.get("version"):
        raise SourceDown(SOURCE, "sent something other than a feed")
    if isinstance(feed.get("bozo_exception"), xml.sax.SAXException):
        raise SourceDown(SOURCE, "sent a feed that is broken or breaks off")
    day = _day(feed.feed) or today
    return [paper for entry in feed.entries if (paper := _paper(entry, day))]


def _paper(entry: Told, day: date) -> Paper | None:
    title, name = fields.prose(entry.get("title")), entry.get("id", "")
    if not title or "/api/errors" in name:  # the query API's way of saying that an id is not there
        return None
    abstract = fields.prose(ANNOUNCEMENT.sub("", entry.get("summary", ""), count=1))
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
        categories=fields.texts([tag.get("term") for tag in entry.get("tags", [])]),
        # An announcement is dated by its own day; only the query API tells the first version's.
        published=None if kind else _moment(entry),
    )


def _announce_type(entry: Told) -> str:
    """Return how a paper was announced, an empty string where it was asked for."""
    announced = ANNOUNCEMENT.match(entry.get("summary", ""))
    return fields.text(entry.get("arxiv_announce_type") or (announced and announced[1])).lower()


def _authors(entry: Told, *, one_field: bool) -> tuple[str, ...]:
    people = [person.get("name", "") for person in entry.get("authors", [])]
    # Announcements put everybody into one dc:creator.
    return fields.names(", ".join(people) if one_field else people)


def _moment(told: Told) -> datetime | None:
    parsed = told.get("published_parsed")
    return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None


def _day(told: Told) -> date | None:
    found = _moment(told)
    return found.date() if found else None
