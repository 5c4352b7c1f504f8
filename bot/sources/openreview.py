"""The paper of an OpenReview forum, by the second version of its API or the first."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import partial

import httpx

from bot.sources import fields, json_answers
from bot.sources.errors import NotFound, Rejected
from bot.sources.records import RecordFilter
from recommender.papers import Paper

SOURCE = "openreview"

# The host of each version of the API: older papers are at the first one only.
NEWER_HOST = "//api2."
OLDER_HOST = "//api."

# What venues are called while a paper is not accepted there.
NO_VENUE = ("submitted", "submission", "withdrawn", "rejected", "under review")


def fetch_by_id(
    client: httpx.Client,
    *,
    api_url: str,
    id: str,  # noqa: A002 - as the API calls it
    today: date,
    record_filter: RecordFilter | None = None,
) -> Paper | None:
    """Return the paper of a forum, or None if there is none, or it is not public."""
    record_filter = record_filter or RecordFilter(today)

    for url in dict.fromkeys(
        (api_url, api_url.replace(NEWER_HOST, OLDER_HOST))
    ):
        papers = record_filter.accept(
            _notes(client, url, id), partial(_paper, today=today)
        )
        if papers:
            return papers[0]

    return None


def _notes(client: httpx.Client, api_url: str, forum: str) -> list[object]:
    """Return the notes with an id."""
    url = f"{api_url.rstrip('/')}/notes"
    try:
        answer = json_answers.get(
            client, url, source=SOURCE, params={"id": forum}
        )
    except (NotFound, Rejected):
        return []

    return json_answers.items(json_answers.mapping(answer).get("notes"))


def _paper(note: object, today: date) -> Paper | None:
    """Return a note as a paper; None for a review or a comment.

    Raises ValueError if it has no title.
    """
    values = json_answers.mapping(note)
    content = {
        name: _value(value)
        for name, value in json_answers.mapping(values.get("content")).items()
    }
    if values.get("replyto"):
        return None

    title = fields.prose(content.get("title"))
    if not title:
        raise ValueError("it has no title")

    published = _published(values, today)
    return Paper(
        title=title,
        listed=fields.listed(None, published, today),
        source=SOURCE,
        abstract=fields.prose(content.get("abstract")),
        authors=fields.names(_names(content.get("authors"))),
        keywords=fields.keywords(content.get("keywords")),
        published=published,
        venue=_venue(content.get("venue")),
        lists={},
    )


def _value(value: object) -> object:
    """Return the value of a field, which the second version of the API wraps."""
    return value.get("value") if isinstance(value, dict) else value


def _names(value: object) -> object:
    """Return a list of names, of which some are objects with a full name."""
    if not isinstance(value, list):
        return value

    return [
        person.get("fullname") if isinstance(person, dict) else person
        for person in value
    ]


def _venue(value: object) -> str:
    venue = fields.prose(value)
    is_open = any(word in venue.casefold() for word in NO_VENUE)

    return "" if is_open else venue


def _published(note: Mapping[str, object], today: date) -> datetime | None:
    """Return when a note was published, else created, of which the API tells milliseconds."""
    for name in ("pdate", "odate", "cdate", "tcdate"):
        milliseconds = note.get(name)
        if isinstance(milliseconds, int) and milliseconds > 0:
            moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
            return moment if moment.date() <= today else None

    return None
