"""Looks up one paper or author that a reader asks for: in storage, then at the sources."""

from datetime import datetime

from bot.sources import arxiv, huggingface
from bot.sources.endpoints import Endpoints, query, resumes_at
from bot.sources.errors import SourceDown
from bot.storage import papers, sources
from bot.storage.database import Database
from recommender.papers import Paper, StoredPaper
from recommender.papers import arxiv_id as canonical_id

# Seconds for a paper, and for an author, while the reader waits.
PAPER_PATIENCE = 10.0
AUTHOR_PATIENCE = 5.0


def paper_by_id(
    database: Database, endpoints: Endpoints, arxiv_id: str, now: datetime
) -> StoredPaper | None:
    """Return the paper with an arXiv id, or None if nobody knows it.

    Storage is asked first, then Hugging Face, then arXiv; what they bring is stored.
    Raises SourceDown if a source that may know the paper is down.
    """
    # The id may have been stored in another spelling.
    arxiv_id = canonical_id(arxiv_id) or arxiv_id
    stored = papers.by_arxiv_ids(database, [arxiv_id]).get(arxiv_id)
    if stored is not None:
        return stored
    try:
        paper = _ask_sources(
            endpoints,
            arxiv_id,
            now,
            arxiv_rests=_arxiv_rests(database, now),
        )
    except SourceDown as down:
        _note_pause(database, down, now)
        raise
    if paper is None:
        return None
    papers.store(database, [paper])
    return papers.by_arxiv_ids(database, [arxiv_id]).get(arxiv_id)


def author_on_arxiv(
    database: Database, endpoints: Endpoints, name: str, now: datetime
) -> tuple[int, list[Paper]] | None:
    """Return how many papers arXiv has of an author, and the newest of them.

    None if arXiv gives no answer, or asked to be left alone for now.
    """
    if not endpoints.lists or _arxiv_rests(database, now):
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


def _arxiv_rests(database: Database, now: datetime) -> bool:
    state = sources.states(database).get(arxiv.SOURCE)
    if state is None or state.not_before is None:
        return False
    return now < state.not_before


def _note_pause(database: Database, down: SourceDown, now: datetime) -> None:
    """Store until when arXiv is to be left alone, so that nobody asks it before."""
    if down.source != arxiv.SOURCE:
        return
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


def _ask_sources(
    endpoints: Endpoints, arxiv_id: str, now: datetime, *, arxiv_rests: bool
) -> Paper | None:
    down: SourceDown | None = None
    try:
        paper = _ask_huggingface(endpoints, arxiv_id, now)
    except SourceDown as error:
        down = error
    else:
        if paper is not None:
            return paper
    if arxiv_rests:
        raise down or SourceDown(arxiv.SOURCE, "asked to be left alone for now")
    paper = _ask_arxiv(endpoints, arxiv_id, now)
    if paper is None and down is not None:
        # ArXiv does not have it yet, and the other source may.
        raise down
    return paper


def _ask_huggingface(
    endpoints: Endpoints, arxiv_id: str, now: datetime
) -> Paper | None:
    look_up = query(
        endpoints, huggingface.SOURCE, "look up", now, patience=PAPER_PATIENCE
    )
    answers = look_up(
        endpoint=endpoints.hf_endpoint, arxiv_id=arxiv_id, today=now.date()
    )
    for answer in answers:
        if answer.papers:
            return answer.papers[0]
    return None


def _ask_arxiv(
    endpoints: Endpoints, arxiv_id: str, now: datetime
) -> Paper | None:
    look_up = query(
        endpoints, arxiv.SOURCE, "look up", now, patience=PAPER_PATIENCE
    )
    with endpoints.throttle:
        answers = list(
            look_up(
                api_url=endpoints.arxiv_api_url,
                ids=[arxiv_id],
                today=now.date(),
            )
        )
    for answer in answers:
        for paper in answer.papers:
            return paper
    return None
