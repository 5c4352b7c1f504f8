"""The paper of a page of Semantic Scholar, with its arXiv id and DOI where it has them."""

from datetime import UTC, date, datetime
from functools import partial
from urllib.parse import quote

import httpx

from bot.sources import fields, json_answers
from bot.sources.errors import NotFound, Rejected
from bot.sources.records import EARLIEST, RecordFilter
from recommender.papers import Paper

SOURCE = "semanticscholar"

FIELDS = "title,abstract,authors,year,publicationDate,externalIds,venue"


def fetch_by_id(
    client: httpx.Client,
    *,
    api_url: str,
    id: str,  # noqa: A002 - as the API calls it
    today: date,
    record_filter: RecordFilter | None = None,
) -> Paper | None:
    """Return the paper with an id, or None if Semantic Scholar does not have it."""
    # A DOI stands as it is, slashes included.
    url = f"{api_url.rstrip('/')}/graph/v1/paper/{quote(id, safe=':/')}"
    try:
        answer = json_answers.get(
            client, url, source=SOURCE, params={"fields": FIELDS}
        )
    except (NotFound, Rejected):
        return None

    papers = (record_filter or RecordFilter(today)).accept(
        [answer], partial(_paper, today=today)
    )
    return papers[0] if papers else None


def _paper(answer: object, today: date) -> Paper:
    """Return an answer as a paper; raise ValueError if it has no title."""
    values = json_answers.mapping(answer)
    title = fields.prose(values.get("title"))
    if not title:
        raise ValueError("it has no title")

    ids = json_answers.mapping(values.get("externalIds"))
    arxiv_id = fields.arxiv(ids.get("ArXiv"))
    identifiers = fields.identifiers(ids.get("DOI"))
    published = _published(values, today)

    return Paper(
        title=title,
        listed=fields.listed(arxiv_id, published, today),
        source=SOURCE,
        abstract=fields.prose(values.get("abstract")),
        arxiv_id=arxiv_id or identifiers.arxiv_id,
        authors=fields.names(values.get("authors")),
        published=published,
        doi=identifiers.doi,
        preprint_doi=identifiers.preprint_doi,
        venue=fields.prose(values.get("venue")),
        lists={},
    )


def _published(values: dict[str, object], today: date) -> datetime | None:
    """Return the day of publication, else the first of its year; None in the future."""
    published = fields.moment(values.get("publicationDate"))
    year = fields.count(values.get("year"))
    if published is None and year and EARLIEST.year <= year <= today.year:
        published = datetime(year, 1, 1, tzinfo=UTC)

    return published if published and published.date() <= today else None
