"""New papers from every source into storage; one that is down costs nothing but a note."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import httpx

from bot.sources import arxiv, file, huggingface, web
from bot.sources.errors import SourceDown
from bot.storage import papers, sources
from bot.storage.database import Database
from bot.storage.papers import Stored
from recommender.papers import Paper

LATE = 14  # days that are fetched again: papers come late, and upvotes move
BACK_OFF = timedelta(hours=3)  # arXiv asks to be left alone for hours, not seconds

log = logging.getLogger(__name__)
Progress = Callable[[str, int], None]  # which source, and how many papers it has brought so far


@dataclass(frozen=True, slots=True)
class Places:
    """Where the sources are, and which of arXiv's categories to read."""

    hf_endpoint: str
    arxiv_rss_url: str
    arxiv_api_url: str
    arxiv_categories: tuple[str, ...] = ()
    throttle: web.Throttle = field(default_factory=web.Throttle)  # one over all of arXiv


def fetch(
    database: Database,
    places: Places,
    now: datetime,
    *,
    days: int = LATE,
    only: str | None = None,
    progress: Progress = lambda _source, _papers: None,
) -> dict[str, Stored | SourceDown]:
    """Fetch the last `days` days from every source (or `only` one) and store what comes.

    Returns what each source brought, or why it brought nothing (more); what came before a
    failure is stored.
    """
    outcomes: dict[str, Stored | SourceDown] = {}
    known = sources.states(database)
    with web.client() as client:
        for name, batches in _sources(client, places, now.date(), days).items():
            before = known.get(name)
            if only not in {None, name} or (name == arxiv.SOURCE and not places.arxiv_categories):
                continue
            if only is None and before and before.not_before and now < before.not_before:
                continue
            outcomes[name] = _take(database, name, batches, now, progress)
    return outcomes


def read(database: Database, path: Path, today: date, *, progress: Progress) -> Stored:
    """Store the papers of a file; a file with anything wrong in it stores nothing."""
    found: list[Paper] = []
    for paper in file.read(path, today):
        found.append(paper)
        progress(path.name, len(found))
    return papers.store(database, found)


def look_up(database: Database, places: Places, arxiv_id: str, now: datetime) -> Paper | None:
    """Return the paper with this id: from storage, then Hugging Face, then one arXiv query.

    None where nobody knows it. Raises SourceDown where a source that may know it is down.
    """
    stored = papers.by_arxiv_ids(database, [arxiv_id]).get(arxiv_id)
    if stored is not None:
        return stored
    with web.client(httpx.Timeout(10)) as client:
        found = _ask(client, places, arxiv_id, now.date())
    if found is None:
        return None
    papers.store(database, [found])
    return papers.by_arxiv_ids(database, [arxiv_id]).get(arxiv_id)


def _sources(
    client: httpx.Client, places: Places, today: date, days: int
) -> dict[str, Iterator[list[Paper]]]:
    wanted = [today - timedelta(days=back) for back in range(days)]
    listed = huggingface.fetch(client, endpoint=places.hf_endpoint, days=wanted)
    return {
        huggingface.SOURCE: (batch for _, batch in listed),
        arxiv.SOURCE: _announced(client, places, today),
    }


def _announced(client: httpx.Client, places: Places, today: date) -> Iterator[list[Paper]]:
    try:
        yield arxiv.fetch(
            client,
            rss_url=places.arxiv_rss_url,
            categories=places.arxiv_categories,
            today=today,
            throttle=places.throttle,
        )
    except SourceDown as down:
        if down.retry_after is not None:  # throttled: its other door is the same house
            raise
        log.warning("%s; asking its query API instead", down)
        yield arxiv.fetch_newest(
            client,
            api_url=places.arxiv_api_url,
            categories=places.arxiv_categories,
            today=today,
            throttle=places.throttle,
        )


def _take(
    database: Database,
    name: str,
    batches: Iterable[list[Paper]],
    now: datetime,
    progress: Progress,
) -> Stored | SourceDown:
    total = Stored()
    try:
        for batch in batches:
            total += papers.store(database, batch)
            progress(name, total.new + total.known)
    except SourceDown as down:
        log.warning("%s", down)
        wait = down.retry_after
        until = now + max(wait, BACK_OFF) if wait is not None and name == arxiv.SOURCE else None
        until = until or (now + wait if wait is not None else None)
        had = total.new + total.known
        sources.note(database, name, now, papers=had, failure=str(down), not_before=until)
        return down
    sources.note(database, name, now, papers=total.new + total.known)
    return total


def _ask(client: httpx.Client, places: Places, arxiv_id: str, today: date) -> Paper | None:
    down: SourceDown | None = None
    try:
        found = huggingface.look_up(
            client, endpoint=places.hf_endpoint, arxiv_id=arxiv_id, today=today
        )
        if found is not None:
            return found
    except SourceDown as error:
        down = error
    answers = arxiv.look_up(
        client, api_url=places.arxiv_api_url, ids=[arxiv_id], today=today, throttle=places.throttle
    )
    found = next(iter(answers), None)
    if found is None and down is not None:
        raise down  # arXiv does not have it yet, and the other one may
    return found
