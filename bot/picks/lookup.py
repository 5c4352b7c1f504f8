"""Looks up one paper or author that a reader asks for: in storage, then at the sources."""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.markup import dois, references
from bot.markup.references import Reference
from bot.sources import (
    acl,
    arxiv,
    biorxiv,
    crossref,
    huggingface,
    openreview,
    semantic_scholar,
)
from bot.sources.endpoints import Endpoints, query, resumes_at
from bot.sources.errors import SourceDown
from bot.storage import papers, sources
from bot.storage.database import Database
from recommender.papers import Paper, StoredPaper
from recommender.papers import arxiv_id as canonical_id

# Seconds for a paper, and for an author, while the reader waits.
PAPER_PATIENCE = 10.0
AUTHOR_PATIENCE = 5.0

# Sources that are asked for single papers, some of them for nothing else.
ASKED_FOR_ONE = {
    crossref.SOURCE,
    openreview.SOURCE,
    acl.SOURCE,
    semantic_scholar.SOURCE,
}


@dataclass(frozen=True, slots=True)
class Request:
    """What a source is asked for one paper: the parameters of its query `look up`."""

    source: str
    params: dict[str, Any]


def stored_papers(
    database: Database, wanted: Iterable[Reference]
) -> dict[Reference, StoredPaper]:
    """Return the stored papers of references, by these."""
    names = {reference: _stored_name(reference) for reference in wanted}
    arxiv_papers = papers.by_arxiv_ids(database, names.values())
    doi_papers = papers.by_dois(database, names.values())

    by_name = doi_papers | arxiv_papers
    return {
        reference: by_name[name]
        for reference, name in names.items()
        if name in by_name
    }


def paper_by_reference(
    database: Database,
    endpoints: Endpoints,
    reference: Reference,
    now: datetime,
) -> StoredPaper | None:
    """Return the paper that a reference names, or None if nobody knows it.

    Storage is asked first, then the sources that know this kind of id; what they bring
    is stored, in no list, so that it is offered to nobody else.
    Raises SourceDown if a source that may know the paper is down.
    """
    stored = stored_papers(database, [reference]).get(reference)
    if stored is not None:
        return stored

    paper = _ask_sources(database, endpoints, reference, now)
    if paper is None:
        return None

    paper = replace(_with_id(paper, reference), lists={})
    papers.store(database, [paper])
    stored = stored_papers(database, [reference]).get(reference)
    if stored is None and reference.kind != references.ARXIV:
        stored = papers.find(database, paper)
    return stored


def author_on_arxiv(
    database: Database, endpoints: Endpoints, name: str, now: datetime
) -> tuple[int, list[Paper]] | None:
    """Return how many papers arXiv has of an author, and the newest of them.

    None if arXiv gives no answer, or asked to be left alone for now.
    """
    if not endpoints.lists or _rests(database, arxiv.SOURCE, now):
        return None
    written_by = query(
        endpoints, arxiv.SOURCE, "written by", now, patience=AUTHOR_PATIENCE
    )
    try:
        with endpoints.throttle:
            [answer] = written_by(
                api_url=endpoints.arxiv_api_url, name=name, today=now.date()
            )
    except SourceDown as down:
        _note_pause(database, down, now)
        return None
    return answer.total, answer.papers


def _stored_name(reference: Reference) -> str:
    """Return the arXiv id or DOI under which the paper of a reference may be stored."""
    if reference.kind == references.ACL:
        return references.acl_doi(reference.id)
    if reference.kind == references.ARXIV:
        # The id may have been stored in another spelling.
        return canonical_id(reference.id) or reference.id
    return reference.id


def _with_id(paper: Paper, reference: Reference) -> Paper:
    """Return a paper with the id by which it was asked for, which its source may not repeat."""
    if reference.kind == references.ARXIV:
        return paper
    if reference.kind != references.DOI:
        # It may have no other id.
        links = {**paper.links, "page": reference.address}
        return replace(paper, links=links)

    if dois.is_preprint(reference.id):
        return replace(paper, preprint_doi=paper.preprint_doi or reference.id)
    return replace(paper, doi=paper.doi or reference.id)


def _rests(database: Database, source: str, now: datetime) -> bool:
    """Tell whether a source asked to be left alone until later than now."""
    state = sources.states(database).get(source)
    if state is None or state.not_before is None:
        return False
    return now < state.not_before


def _note_pause(database: Database, down: SourceDown, now: datetime) -> None:
    """Store until when a source is to be left alone, so that nobody asks it before."""
    until = resumes_at(down, now)
    if until is not None:
        sources.record_fetch(
            database,
            down.source,
            now,
            papers=0,
            failure=str(down),
            not_before=until,
        )


def _note_answer(database: Database, source: str) -> None:
    """Store that a source answers again; what fetches its lists notes that of the others."""
    state = sources.states(database).get(source)
    if source in ASKED_FOR_ONE and state is not None and state.note:
        sources.record_answer(database, source)


def _ask_sources(
    database: Database,
    endpoints: Endpoints,
    reference: Reference,
    now: datetime,
) -> Paper | None:
    """Return the paper of the first source that knows it.

    Raises SourceDown if none of those that answer does, and one that may is down.
    """
    first_down: SourceDown | None = None
    for request in _requests(endpoints, reference):
        try:
            paper = _ask(database, endpoints, request, now)
        except SourceDown as down:
            first_down = first_down or down
        else:
            if paper is not None:
                return paper

    if first_down is not None:
        raise first_down
    return None


def _ask(
    database: Database, endpoints: Endpoints, request: Request, now: datetime
) -> Paper | None:
    """Return what one source has, unless it is to be left alone for now."""
    if _rests(database, request.source, now):
        raise SourceDown(request.source, "asked to be left alone for now")

    look_up = query(
        endpoints, request.source, "look up", now, patience=PAPER_PATIENCE
    )
    is_arxiv = request.source == arxiv.SOURCE
    try:
        with endpoints.throttle if is_arxiv else nullcontext():
            answers = list(look_up(**request.params, today=now.date()))
    except SourceDown as down:
        _note_pause(database, down, now)
        raise

    _note_answer(database, request.source)
    return next((paper for one in answers for paper in one.papers), None)


def _requests(endpoints: Endpoints, reference: Reference) -> list[Request]:
    """Return whom to ask for the paper of a reference, in this order."""
    name = reference.id
    match reference.kind:
        case references.ARXIV:
            return _arxiv_requests(endpoints, _stored_name(reference))
        case references.DOI:
            return _doi_requests(endpoints, name)
        case references.OPENREVIEW:
            api_url = endpoints.openreview_api_url
            params = {"api_url": api_url, "id": name}
            return [Request(openreview.SOURCE, params)]
        case references.ACL:
            params = {"url": endpoints.acl_url, "id": name}
            return [Request(acl.SOURCE, params)]
        case _:
            api_url = endpoints.semantic_scholar_api_url
            params = {"api_url": api_url, "id": name}
            return [Request(semantic_scholar.SOURCE, params)]


def _arxiv_requests(endpoints: Endpoints, arxiv_id: str) -> list[Request]:
    endpoint = endpoints.hf_endpoint
    api_url = endpoints.arxiv_api_url
    return [
        Request(
            huggingface.SOURCE, {"endpoint": endpoint, "arxiv_id": arxiv_id}
        ),
        Request(arxiv.SOURCE, {"api_url": api_url, "ids": [arxiv_id]}),
    ]


def _doi_requests(endpoints: Endpoints, doi: str) -> list[Request]:
    """Return the requests for a DOI; that of a preprint does not tell whose it is."""
    servers = biorxiv.SERVERS if dois.is_preprint(doi) else ()
    requests = [
        Request(server, {"api_url": endpoints.biorxiv_api_url, "doi": doi})
        for server in servers
    ]
    params = {"api_url": endpoints.crossref_api_url, "doi": doi}
    return [*requests, Request(crossref.SOURCE, params)]
