"""The paper of a page of the ACL Anthology, from its BibTeX entry."""

import re
from dataclasses import replace
from datetime import date

import httpx

from bot.markup import reading
from bot.sources import bibtex, bibtex_entries, fields, web
from bot.sources.errors import NotFound, Rejected, SourceDown
from bot.sources.records import RecordFilter
from recommender.papers import Paper

SOURCE = "acl"

# An id such as "2020.acl-main.1" or "P19-1001".
ID = re.compile(r"[A-Za-z0-9][\w.-]{2,63}", re.ASCII)


def fetch_by_id(
    client: httpx.Client,
    *,
    url: str,
    id: str,  # noqa: A002 - as in the addresses of the pages
    today: date,
    record_filter: RecordFilter | None = None,
) -> Paper | None:
    """Return the paper with an id, or None if the ACL Anthology does not have it."""
    if not ID.fullmatch(id):
        return None

    try:
        payload = web.get(client, f"{url.rstrip('/')}/{id}.bib", source=SOURCE)
    except (NotFound, Rejected):
        return None

    papers = (record_filter or RecordFilter(today)).accept(
        [payload.decode("utf-8", "replace")],
        lambda text: parse_entry(text, today),
    )
    return papers[0] if papers else None


def parse_entry(text: str, today: date) -> Paper:
    """Return the paper of a BibTeX entry; raise SourceDown if the text has none."""
    papers, _ = bibtex.parse(text, today)
    entries, _ = bibtex_entries.read(text)
    if not papers:
        raise SourceDown(SOURCE, "sent something other than a bibliography")

    values = next(iter(entries)).fields
    venue = values.get("booktitle") or values.get("journal", "")
    identifiers = fields.identifiers(values.get("doi"), values.get("url"))

    return replace(
        papers[0],
        source=SOURCE,
        doi=identifiers.doi,
        venue=reading.bibliographic(fields.text(venue)),
        links={},
        lists={},
    )
