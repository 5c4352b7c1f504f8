"""Journals and their new articles from Crossref, and the paper that a DOI stands for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from urllib.parse import quote

import httpx

from bot.markup import dois, list_keys, people
from bot.sources import fields, json_answers, web
from bot.sources.errors import NotFound, Rejected, SourceDown
from bot.sources.records import RecordFilter
from recommender.papers import Paper

SOURCE = "crossref"

# How many journals a search returns.
MOST_JOURNALS = 20

# The longest name of a journal or a publisher, in characters.
NAME = 300

# How many articles a page has, and how many pages of one journal to ask for.
PAGE_SIZE = 100
MOST_PAGES = 10

# Seconds between two requests.
PAUSE = 0.5

ISSN = re.compile(r"(\d{4})-?(\d{3}[\dX])", re.IGNORECASE | re.ASCII)

# The fields of an article that are read.
FIELDS = (
    "DOI",
    "type",
    "title",
    "author",
    "abstract",
    "container-title",
    "issued",
    "published-online",
    "published-print",
    "posted",
    "created",
    "relation",
)

# The dates of publication, the most telling first.
DATES = ("published-online", "posted", "issued", "published-print")


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal, under the first of its ISSNs."""

    issn: str
    title: str
    publisher: str = ""


def issn(text: str) -> str | None:
    """Return a text as an ISSN with its hyphen, or None if it is none."""
    match = ISSN.fullmatch(text.strip())

    return f"{match[1]}-{match[2].upper()}" if match else None


def fetch_journals(
    client: httpx.Client, *, api_url: str, words: str
) -> list[Journal]:
    """Return the journals whose titles have some words, or the one with an ISSN."""
    url = f"{api_url.rstrip('/')}/journals"
    number = issn(words)

    try:
        if number is not None:
            message = _message(client, f"{url}/{number}")
            return _journals([message], number)

        message = _message(client, url, {"query": words, "rows": MOST_JOURNALS})
    except (NotFound, Rejected):
        return []

    journals = _journals(json_answers.items(message.get("items")))
    # Crossref's order is by chance where titles are similar.
    return sorted(journals, key=lambda journal: not _is_title(journal, words))


def fetch_listed(
    client: httpx.Client,
    *,
    api_url: str,
    issns: Sequence[str],
    since: date,
    today: date,
    throttle: web.Throttle | None = None,
    record_filter: RecordFilter | None = None,
) -> Iterator[list[Paper]]:
    """Yield the articles of some journals that are new since a day, page by page.

    Raises SourceDown: a passing failure at once, and journals that Crossref does not have
    after all others.
    """
    throttle = throttle or web.Throttle(PAUSE)
    record_filter = record_filter or RecordFilter(today)
    refused_issns = []

    for number in dict.fromkeys(issns):
        # The key of a list has its letters small, an ISSN has a capital X.
        name = quote(number.upper(), safe="")
        url = f"{api_url.rstrip('/')}/journals/{name}/works"
        key = list_keys.key(list_keys.JOURNAL, number)
        try:
            for works in _pages(client, url, since, throttle):
                yield record_filter.accept(
                    works, partial(_article, list_key=key, today=today)
                )
        except (NotFound, Rejected):
            refused_issns.append(number)

    if refused_issns:
        names = ", ".join(refused_issns)
        raise SourceDown(
            SOURCE, f"has no journal with ISSN {names}", passing=False
        )


def fetch_by_doi(
    client: httpx.Client,
    *,
    api_url: str,
    doi: str,
    today: date,
    record_filter: RecordFilter | None = None,
) -> Paper | None:
    """Return the paper with a DOI, or None if Crossref does not have it."""
    url = f"{api_url.rstrip('/')}/works/{quote(doi, safe='/')}"
    try:
        work = _message(client, url)
    except (NotFound, Rejected):
        return None

    papers = (record_filter or RecordFilter(today)).accept(
        [work], partial(_paper, today=today, lists={})
    )
    return papers[0] if papers else None


def _pages(
    client: httpx.Client, url: str, since: date, throttle: web.Throttle
) -> Iterator[list[object]]:
    """Yield the works of each page, until a page has none that is new."""
    seen_dois: set[str] = set()
    offset = 0

    for _ in range(MOST_PAGES):
        params: dict[str, str | int] = {
            "filter": f"from-created-date:{since},type:journal-article",
            "sort": "created",
            "order": "desc",
            "rows": PAGE_SIZE,
            "offset": offset,
            "select": ",".join(FIELDS),
        }
        with throttle:
            message = _message(client, url, params)

        works = json_answers.items(message.get("items"))
        page_dois = {
            str(json_answers.mapping(work).get("DOI")) for work in works
        }
        if page_dois <= seen_dois:
            return

        yield works
        seen_dois |= page_dois
        offset += len(works)
        if offset >= (fields.count(message.get("total-results")) or 0):
            return


def _message(
    client: httpx.Client,
    url: str,
    params: dict[str, str | int] | None = None,
) -> dict[str, object]:
    """Return what Crossref's answer is about; raise SourceDown if it is none."""
    answer = json_answers.get(client, url, source=SOURCE, params=params)
    message = json_answers.mapping(answer).get("message")
    if not isinstance(message, dict):
        raise SourceDown(SOURCE, "sent something other than an answer")

    return message


def _journals(items: Sequence[object], number: str = "") -> list[Journal]:
    """Return the journals of an answer; one without title or ISSN is left out."""
    journals = {}
    for item in map(json_answers.mapping, items):
        issns = filter(None, map(issn, fields.texts(item.get("ISSN"))))
        own_issn = number or next(issns, "")
        title = fields.prose(item.get("title"))
        if title and own_issn:
            publisher = fields.prose(item.get("publisher"))
            journals[own_issn] = Journal(
                own_issn, title[:NAME], publisher[:NAME]
            )

    return list(journals.values())


def _is_title(journal: Journal, words: str) -> bool:
    return journal.title.casefold() == words.strip().casefold()


def _article(work: object, list_key: str, today: date) -> Paper:
    """Return an article of a journal, listed on the day Crossref got to know it.

    One that was published long before that day is dated by its publication: publishers
    register whole archives at once.
    """
    created = _day(json_answers.mapping(work).get("created"), today)
    paper = _paper(work, min(created, today))

    return replace(paper, lists={list_key: paper.listed})


def _paper(
    work: object, today: date, lists: dict[str, date] | None = None
) -> Paper:
    """Return a work as a paper; raise ValueError if it has no title or no DOI."""
    values = json_answers.mapping(work)
    title = _first(values.get("title"))
    own_doi = dois.cited(fields.text(values.get("DOI")))
    if not title or own_doi is None:
        raise ValueError("it has no title or no DOI")

    published = _published(values, today)
    arxiv_id, doi, preprint_doi = _identity(values, own_doi)

    return Paper(
        title=title,
        listed=fields.listed(arxiv_id, published, today),
        source=SOURCE,
        abstract=fields.prose(values.get("abstract")),
        arxiv_id=arxiv_id,
        authors=_authors(values.get("author")),
        published=published,
        doi=doi,
        preprint_doi=preprint_doi,
        venue=_first(values.get("container-title")),
        lists=lists,
    )


def _identity(
    work: Mapping[str, object], own_doi: str
) -> tuple[str | None, str | None, str | None]:
    """Return a work's arXiv id, and the DOIs of its published version and its preprint."""
    if work.get("type") == "posted-content" or dois.is_preprint(own_doi):
        published_dois = _related(work, "is-preprint-of")
        return None, next(iter(published_dois), None), own_doi

    preprint_dois = _related(work, "has-preprint")
    arxiv_ids = filter(None, map(dois.arxiv_id_of, preprint_dois))
    others = [doi for doi in preprint_dois if not dois.arxiv_id_of(doi)]

    return next(arxiv_ids, None), own_doi, next(iter(others), None)


def _related(work: Mapping[str, object], kind: str) -> list[str]:
    """Return the DOIs of the works to which a work stands in a relation."""
    relations = json_answers.mapping(work.get("relation"))
    related = map(json_answers.mapping, json_answers.items(relations.get(kind)))
    cited_dois = (dois.cited(fields.text(item.get("id"))) for item in related)

    return [doi for doi in cited_dois if doi is not None]


def _first(value: object) -> str:
    """Return the first text of a list, without its markup."""
    texts = fields.texts(value)

    return fields.prose(texts[0]) if texts else ""


def _authors(value: object) -> tuple[str, ...]:
    """Return the authors of a work; an organisation has one name."""
    persons = map(json_answers.mapping, json_answers.items(value))

    return people.several(map(_name, persons))


def _name(person: Mapping[str, object]) -> str:
    parts = (person.get("given"), person.get("family"), person.get("suffix"))
    name = " ".join(filter(None, map(fields.text, parts)))

    return name or fields.text(person.get("name"))


def _published(work: Mapping[str, object], today: date) -> datetime | None:
    """Return when a work was published, at the latest today; None if it does not say.

    Many dates are a year or a month alone. Of such a time, the day on which Crossref got to
    know the work counts if it is in it, else its last day.
    """
    created = _day(work.get("created"), today)

    for name in DATES:
        period = _period(work.get(name))
        if period is not None:
            first, last = period
            day = created if first <= created <= last else last
            return datetime.combine(min(day, today), time(), UTC)

    return None


def _day(value: object, default: date) -> date:
    period = _period(value)

    return period[0] if period else default


def _period(value: object) -> tuple[date, date] | None:
    """Return the first and the last day of a date, which may be a year or a month."""
    parts = json_answers.items(json_answers.mapping(value).get("date-parts"))
    numbers = json_answers.items(parts[0]) if parts else []
    match numbers[:3]:
        case [int(year), int(month), int(day)]:
            return date(year, month, day), date(year, month, day)
        case [int(year), int(month)]:
            first = date(year, month, 1)
            next_month = (first + timedelta(days=31)).replace(day=1)
            return first, next_month - timedelta(days=1)
        case [int(year)]:
            return date(year, 1, 1), date(year, 12, 31)

    return None
