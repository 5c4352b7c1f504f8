"""Papers from the RSS and Atom feeds whose addresses readers give."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from bot.markup import people
from bot.sources import addresses, arxiv, arxiv_categories, fields, syndication
from bot.sources.errors import NoFeed, SourceDown
from bot.sources.guarded import Page, Visit
from bot.sources.records import RecordFilter
from bot.sources.syndication import FeedEntry
from recommender.papers import Paper

SOURCE = "feed"

# How many of the newest entries are read.
MOST_ENTRIES = 500

# The longest validators of conditional requests, and the longest title, in characters.
LONGEST_ETAG = 512
LONGEST_DATE = 128
LONGEST_TITLE = 200

# How much of a web page can name its feed, in characters: its head.
HEAD = 300_000

FEED_TYPES = {"application/rss+xml", "application/atom+xml"}

# Parts of web pages that are no text, with all that is in them.
CODE = re.compile(
    r"<(/?)(script|style|svg|iframe|form|figure)\b[^<>]*>", re.IGNORECASE
)

# Elements of web pages without text of their own.
EMPTY = re.compile(
    r"</?(?:img|a|picture|video|audio|figcaption|table|tbody|thead|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)

# The mail address before a name, as RSS asks for.
MAIL = re.compile(r"\s*[^\s@]+@\S+\s*\((.+)\)\s*")

# The longest name with a mail address, in characters.
LONGEST_MAIL = 400

# Where entries without a time stand among the others.
NOW = datetime.max.replace(tzinfo=UTC)

HEADER_TEXT = re.compile(r"[\x20-\x7e\xa0-\xff]+")


@dataclass(frozen=True, slots=True)
class FeedState:
    """What a feed's answer says beside its papers, for the next request.

    `address` is where to ask next time: that of the feed which a web page names, else the
    one that was asked.
    """

    address: str
    title: str = ""
    etag: str = ""
    last_modified: str = ""
    is_unchanged: bool = False


def fetch_feed(
    *,
    address: str,
    today: date,
    etag: str = "",
    last_modified: str = "",
    allow_private: bool = False,
    record_filter: RecordFilter | None = None,
    visit: Callable[..., Visit] = Visit,
) -> tuple[FeedState, list[Paper]]:
    """Return the state of a feed and its papers, none if it did not change.

    A web page stands for the feed that it names. Raises SourceDown, which never names the
    address.
    """
    journey = visit(SOURCE, allow_private=allow_private)
    page = journey.get(address, _conditions(etag, last_modified))
    if page.is_unchanged:
        state = FeedState(
            address, etag=etag, last_modified=last_modified, is_unchanged=True
        )
        return state, []

    try:
        feed = syndication.parse(page.body, SOURCE, strict=False)
    except NoFeed:
        address = _feed_address(page)
        page = journey.get(address)
        feed = _feed_of(page)

    state = _state(address, page, feed)
    return state, _papers(
        feed, str(page.url), today, record_filter or RecordFilter(today)
    )


def parse_feed(
    payload: bytes,
    base: str,
    today: date,
    record_filter: RecordFilter | None = None,
) -> list[Paper]:
    """Return the papers of a feed that stands at the address `base`."""
    feed = syndication.parse(payload, SOURCE, strict=False)

    return _papers(feed, base, today, record_filter or RecordFilter(today))


def _conditions(etag: str, last_modified: str) -> dict[str, str]:
    """Return the headers by which a server answers only what is new."""
    headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}

    return {
        name: value
        for name, value in headers.items()
        if HEADER_TEXT.fullmatch(value)
    }


def _state(address: str, page: Page, feed: FeedEntry) -> FeedState:
    return FeedState(
        address,
        title=fields.prose(feed["feed"].get("title"))[:LONGEST_TITLE],
        etag=_validator(page, "ETag", LONGEST_ETAG),
        last_modified=_validator(page, "Last-Modified", LONGEST_DATE),
    )


def _validator(page: Page, name: str, longest: int) -> str:
    """Return a header for the next request, or "" if it can't be sent back as it is."""
    value = page.headers.get(name, "")
    is_sound = HEADER_TEXT.fullmatch(value) and len(value) <= longest

    return value if is_sound else ""


def _feed_of(page: Page) -> FeedEntry:
    try:
        return syndication.parse(page.body, SOURCE, strict=False)
    except NoFeed:
        pass

    raise SourceDown(SOURCE, "is no feed", passing=False)


def _feed_address(page: Page) -> str:
    """Return the address of the feed that a web page names; raise SourceDown without one."""
    finder = _FeedFinder()
    # The parser has assertions for markup that is none.
    with suppress(AssertionError, ValueError):
        finder.feed(page.body[:HEAD].decode("utf-8", "replace"))
    if not finder.address:
        raise SourceDown(SOURCE, "is no feed", passing=False)

    url = addresses.parse(_joined(str(page.url), finder.address))
    if url is None:
        raise SourceDown(
            SOURCE, "names a feed where we don't go", passing=False
        )

    return str(url)


class _FeedFinder(HTMLParser):
    """Finds the first feed that the head of a web page names."""

    def __init__(self) -> None:
        super().__init__()
        self.address = ""

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        values = {name: value or "" for name, value in attrs}
        is_feed = (
            tag == "link"
            and "alternate" in values.get("rel", "").lower().split()
            and values.get("type", "").strip().lower() in FEED_TYPES
        )
        if is_feed and not self.address:
            self.address = values.get("href", "").strip()


def _papers(
    feed: FeedEntry, base: str, today: date, record_filter: RecordFilter
) -> list[Paper]:
    """Return the newest papers of a feed, in the order of the feed."""
    entries = sorted(
        feed["entries"],
        key=lambda entry: _own_time(entry, today) or NOW,
        reverse=True,
    )

    return record_filter.accept(
        entries[:MOST_ENTRIES],
        lambda entry: _parse_entry(entry, base, today),
    )


def _parse_entry(entry: FeedEntry, base: str, today: date) -> Paper | None:
    """Return an entry as a paper; None without a title, or for a paper's new version."""
    title = _plain(entry.get("title"))
    content = _content(entry)
    announcement = arxiv.ANNOUNCEMENT.match(content)
    if not title or (
        announcement and announcement[1].lower() not in arxiv.NEW_TYPES
    ):
        return None

    link = _joined(base, fields.text(entry.get("link")))
    identifiers = fields.identifiers(
        link,
        entry.get("id"),
        entry.get("dc_identifier"),
        entry.get("prism_doi"),
    )
    published = _own_time(entry, today)
    tags = _tags(entry)

    return Paper(
        title=title,
        listed=fields.listed(identifiers.arxiv_id, published, today),
        source=SOURCE,
        abstract=_plain(arxiv.ANNOUNCEMENT.sub("", content, count=1)),
        arxiv_id=identifiers.arxiv_id,
        authors=_authors(entry),
        categories=tuple(filter(arxiv_categories.exact, tags)),
        keywords=tuple(tag for tag in tags if not arxiv_categories.exact(tag)),
        published=published,
        links=fields.links({"page": link}),
        doi=identifiers.doi,
        preprint_doi=identifiers.preprint_doi,
        venue=fields.prose(entry.get("prism_publicationname")),
        lists={},
    )


def _own_time(entry: FeedEntry, today: date) -> datetime | None:
    """Return the time of an entry; None without one, or if it lies ahead.

    Journals date articles by an issue that is still to come.
    """
    for name in ("published", "updated"):
        # By `in`, because feedparser would take one for the other.
        if f"{name}_parsed" in entry and (time := _moment_or_none(entry, name)):
            return time if time.date() <= today else None

    time = fields.moment(entry.get("prism_publicationdate"))
    return time if time and time.date() <= today else None


def _moment_or_none(entry: FeedEntry, name: str) -> datetime | None:
    try:
        return syndication.moment(entry, name)
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _content(entry: FeedEntry) -> str:
    """Return the longest text of an entry: some give a teaser beside the whole."""
    parts = entry.get("content")
    values = [entry.get("summary")]
    if isinstance(parts, list):
        values += [part.get("value") for part in parts]

    return max(map(fields.text, values), key=len, default="")


def _plain(value: object) -> str:
    """Return a text without HTML."""
    markup = _without_code(fields.text(value)[: fields.LONGEST_PROSE])

    return fields.prose(EMPTY.sub(" ", markup))


def _without_code(markup: str) -> str:
    """Return a text without scripts, drawings and such."""
    pieces = []
    start = 0
    open_name = ""

    for tag in CODE.finditer(markup):
        name = tag[2].lower()
        if not open_name and not tag[1]:
            pieces.append(markup[start : tag.start()])
            open_name = name
        elif name == open_name and tag[1]:
            start = tag.end()
            open_name = ""

    if not open_name:
        pieces.append(markup[start:])
    return " ".join(pieces)


def _authors(entry: FeedEntry) -> tuple[str, ...]:
    """Return the authors of an entry, of whom some feeds name all in one field."""
    names = list(_names(entry))
    if len(names) == 1 and _is_list(names[0]):
        return fields.names(names[0])

    return people.several(names)


def _names(entry: FeedEntry) -> Iterator[str]:
    for author in _objects(entry.get("authors")):
        name = fields.text(author.get("name"))
        mail = MAIL.fullmatch(name) if len(name) <= LONGEST_MAIL else None
        if name:
            yield mail[1] if mail else name


def _objects(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list."""
    values = value if isinstance(value, list) else []

    return [item for item in values if isinstance(item, dict)]


def _is_list(name: str) -> bool:
    # One comma may stand between a family name and a given one.
    return ";" in name or name.count(",") > 1 or " and " in name


def _tags(entry: FeedEntry) -> tuple[str, ...]:
    """Return the tags of an entry: categories of arXiv, or anybody's keywords."""
    return fields.keywords(
        [tag.get("term") for tag in _objects(entry.get("tags"))]
    )


def _joined(base: str, address: str) -> str:
    """Return a relative address as an absolute one, or "" if it can't be."""
    try:
        return urljoin(base, address) if address else ""
    except ValueError:
        return ""
