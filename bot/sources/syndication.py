"""Parses RSS and Atom feeds, within limits of size and depth."""

import calendar
import io
import xml.sax
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from xml.parsers import expat

import feedparser

from bot.sources.errors import NoFeed, SourceDown

# Limits of a feed: the levels of elements, the names and values of the attributes of an
# element, and the elements in all. Real feeds have eight attributes at most.
MAX_DEPTH = 50
MAX_ATTRIBUTES = 200
MAX_ELEMENTS = 300_000

# How many tags a feed may have that is no XML, in which nobody counts elements. A feed of
# five megabytes has a third as many.
MAX_TAGS = 250_000

TOO_LARGE = "sent a feed that is too large or too deep"

# An entry, or the head of a feed, as feedparser returns it.
FeedEntry = Mapping[str, Any]


def parse(payload: bytes, source: str, *, strict: bool = True) -> FeedEntry:
    """Return a feed with its `entries`; raise NoFeed for anything else.

    A `strict` one is well-formed XML: what is not may have broken off.
    """
    _check_size(payload, source)
    if not strict and payload.count(b"<") > MAX_TAGS:
        raise SourceDown(source, TOO_LARGE)

    # As a stream, because feedparser takes bare bytes for the name of a file first. Not
    # sanitised, because abstracts are plain text, in which "a<b" is mathematics.
    feed: FeedEntry = feedparser.parse(
        io.BytesIO(payload), sanitize_html=False, resolve_relative_uris=False
    )
    if not feed.get("version"):
        raise NoFeed(source, "sent something other than a feed")

    is_broken = isinstance(feed.get("bozo_exception"), xml.sax.SAXException)
    if is_broken and (strict or not feed["entries"]):
        raise SourceDown(source, "sent a feed that is broken or breaks off")

    return feed


def moment(entry: FeedEntry, name: str = "published") -> datetime | None:
    """Return a time of an entry, such as its publication, in UTC."""
    parsed = entry.get(f"{name}_parsed")
    if not parsed:
        return None

    return datetime.fromtimestamp(calendar.timegm(parsed), UTC)


def _check_size(payload: bytes, source: str) -> None:
    """Raise SourceDown for a feed that feedparser would need gigabytes to read."""
    depth = 0
    elements = 0

    def refuse() -> None:
        raise SourceDown(source, TOO_LARGE)

    def start_element(_name: str, attributes: list[str]) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if (
            depth > MAX_DEPTH
            or len(attributes) > MAX_ATTRIBUTES
            or elements > MAX_ELEMENTS
        ):
            refuse()

    def end_element(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def entity(
        _name: str, _parameter: int, value: str | None, *_: object
    ) -> None:
        # An entity made of others can grow without end.
        if value and "&" in value:
            refuse()

    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.StartElementHandler = start_element
    parser.EndElementHandler = end_element
    parser.EntityDeclHandler = entity

    # Broken XML is reported by feedparser.
    with suppress(expat.ExpatError):
        parser.Parse(payload, True)
