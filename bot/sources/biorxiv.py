"""Papers from bioRxiv and medRxiv, by day of posting or by DOI: one API serves both."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from urllib.parse import quote

import httpx

from bot.sources import fields, json_answers, web
from bot.sources.errors import NotFound, Rejected, SourceDown
from bot.sources.records import RecordFilter
from bot.sources.withdrawals import without_withdrawn
from recommender.papers import Paper

BIORXIV = "biorxiv"
MEDRXIV = "medrxiv"
SERVERS = (BIORXIV, MEDRXIV)

# How many pages of some days to ask for. A page has 30 records, or 100; two weeks have
# some 4,000.
MOST_PAGES = 300

# Seconds between two pages.
PAUSE = 1.0


def fetch_days(
    client: httpx.Client,
    *,
    server: str,
    api_url: str,
    days: Sequence[date],
    today: date,
    throttle: web.Throttle | None = None,
    record_filter: RecordFilter | None = None,
) -> Iterator[list[Paper]]:
    """Yield the papers that were first posted from the first to the last of some days.

    They come page by page, so that a failure loses no page before.
    """
    if not days:
        return

    url = f"{api_url.rstrip('/')}/details/{server}/{min(days)}/{max(days)}"
    record_filter = record_filter or RecordFilter(today)
    throttle = throttle or web.Throttle(PAUSE)

    for records in _pages(client, url, server, throttle):
        papers = record_filter.accept(
            records, lambda record: _new_paper(record, server)
        )
        yield list(without_withdrawn(papers))


def fetch_by_doi(
    client: httpx.Client,
    *,
    server: str,
    api_url: str,
    doi: str,
    today: date,
    record_filter: RecordFilter | None = None,
) -> Paper | None:
    """Return the paper with a DOI from a server, else from the other; None without one."""
    others = [other for other in SERVERS if other != server]

    for name in (server, *others):
        url = f"{api_url.rstrip('/')}/details/{name}/{quote(doi, safe='/')}/na/json"
        try:
            answer = json_answers.get(client, url, source=name)
        except (NotFound, Rejected):
            continue

        papers = (record_filter or RecordFilter(today)).accept(
            [_collection(answer, name)],
            partial(_versions, server=name, today=today),
        )
        if papers:
            return next(without_withdrawn(papers), None)

    return None


def _pages(
    client: httpx.Client, url: str, server: str, throttle: web.Throttle
) -> Iterator[list[object]]:
    """Yield the records of each page, until all came or a page has none that is new.

    The address of a page is the number of records before it. How many a page has is the
    server's choice; one that repeats itself, or counts more than it has, ends nevertheless.
    """
    seen_keys: set[tuple[str, str]] = set()
    cursor = 0

    for _ in range(MOST_PAGES):
        with throttle:
            answer = json_answers.get(client, f"{url}/{cursor}", source=server)

        records = _collection(answer, server)
        keys = set(map(_key, records))
        if keys <= seen_keys:
            return

        yield records
        seen_keys |= keys
        cursor += len(records)
        if cursor >= _total(answer):
            return


def _collection(answer: object, server: str) -> list[object]:
    """Return the records of an answer; raise SourceDown if it is none."""
    records = json_answers.mapping(answer).get("collection")
    if not isinstance(records, list):
        raise SourceDown(server, "sent something other than a list of papers")

    return records


def _total(answer: object) -> int:
    """Return how many records the server says there are, which is a string of digits."""
    messages = json_answers.items(json_answers.mapping(answer).get("messages"))
    message = json_answers.mapping(messages[0] if messages else None)
    total = str(message.get("total", ""))

    return int(total[:9]) if total.isascii() and total.isdecimal() else 0


def _key(record: object) -> tuple[str, str]:
    values = json_answers.mapping(record)

    return str(values.get("doi")), str(values.get("version"))


def _new_paper(record: object, server: str) -> Paper | None:
    """Return the first version of a paper; None for a later one."""
    values = json_answers.mapping(record)
    if _version(values) > 1:
        return None

    day = fields.day(values.get("date"))
    if day is None:
        raise ValueError("it has no date")

    return _paper(values, server, day)


def _versions(versions: list[object], server: str, today: date) -> Paper | None:
    """Return a paper of which some versions came: its newest text, and its first date."""
    records = sorted(map(json_answers.mapping, versions), key=_version)
    if not records:
        return None

    published = fields.moment(records[0].get("date"))
    paper = _paper(
        records[-1], server, fields.listed(None, published, today), lists={}
    )
    return replace(paper, published=published)


def _paper(
    record: dict[str, object],
    server: str,
    listed: date,
    lists: dict[str, date] | None = None,
) -> Paper:
    """Return a record as a paper; raise ValueError if it has no title or no DOI."""
    title = fields.prose(record.get("title"))
    identifiers = fields.identifiers(record.get("doi"))
    # Before 2020 there were DOIs that do not look like a preprint's.
    preprint_doi = identifiers.preprint_doi or identifiers.doi
    if not title or preprint_doi is None:
        raise ValueError("it has no title or no DOI")

    category = fields.text(record.get("category")).casefold()
    published_doi = fields.text(record.get("published"))

    return Paper(
        title=title,
        listed=listed,
        source=server,
        abstract=fields.prose(record.get("abstract")),
        authors=_authors(record.get("authors")),
        categories=(category,) if category else (),
        published=fields.moment(record.get("date")),
        doi=fields.identifiers(published_doi).doi,
        preprint_doi=preprint_doi,
        lists=lists,
    )


def _authors(value: object) -> tuple[str, ...]:
    """Return the authors of a record: "Lovelace, A.; Peep, B."."""
    return fields.names(fields.text(value).split(";"))


def _version(record: dict[str, object]) -> int:
    """Return the number of a version; raise ValueError if it is none."""
    version = record.get("version", "1")
    if isinstance(version, bool) or not isinstance(version, int | str):
        raise TypeError("its version is no number")

    return int(version)
