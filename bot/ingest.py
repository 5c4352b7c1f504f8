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
from bot.storage.sources import Fetched
from recommender.papers import Paper
from recommender.papers import arxiv_id as canonical

SATURDAY = 5
LATE = 14  # days that are fetched again: papers come late, and upvotes move
BACK_OFF = timedelta(hours=3)  # arXiv asks to be left alone for hours, not seconds

SILENT = timedelta(minutes=90)  # asked every hour: one answer missed is none late

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fetch brought, and why it brought no more."""

    stored: Stored
    down: SourceDown | None = None


Progress = Callable[[str, int], None]  # which source, and how many papers it has brought so far


@dataclass(frozen=True, slots=True)
class Places:
    """Where the sources are, and which of arXiv's categories to read."""

    hf_endpoint: str
    arxiv_rss_url: str
    arxiv_api_url: str
    arxiv_categories: tuple[str, ...] = ()
    lists: bool = True  # False where papers come by another way, as the bundled sample does
    throttle: web.Throttle = field(default_factory=web.Throttle)  # one over all of arXiv


def fetch(
    database: Database,
    places: Places,
    now: datetime,
    *,
    days: int = LATE,
    only: str | None = None,
    progress: Progress = lambda _source, _papers: None,
) -> dict[str, Outcome]:
    """Fetch the last `days` days from every source (or `only` one) and store what comes.

    What came before a failure is stored. A source that asked to be left alone is, and so is
    arXiv where it has had its one request of the day, unless it is asked for by name.
    """
    outcomes: dict[str, Outcome] = {}
    if not places.lists:
        return outcomes
    known = sources.states(database)
    with web.client() as client:
        for name, batches in _sources(client, places, now.date(), days).items():
            before = known.get(name)
            if only not in {None, name} or (name == arxiv.SOURCE and not places.arxiv_categories):
                continue
            if only is None and before and _rests(before, now):
                continue
            outcomes[name] = _take(database, name, batches, now, progress)
    return outcomes


def silent_since(database: Database, now: datetime) -> datetime | None:
    """Return when the daily list last answered, if it has been silent for long; else None.

    None also where it never answered: then nobody waits for it. It rests at weekends.
    """
    state = sources.states(database).get(huggingface.SOURCE)
    if state is None or not state.note or state.succeeded_at is None or now.weekday() >= SATURDAY:
        return None
    return state.succeeded_at if now - state.succeeded_at > SILENT else None


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
    arxiv_id = canonical(arxiv_id) or arxiv_id  # it may have been noted in another spelling
    stored = papers.by_arxiv_ids(database, [arxiv_id]).get(arxiv_id)
    if stored is not None:
        return stored
    try:
        with web.client(httpx.Timeout(10)) as client:
            rests = _arxiv_rests(database, now)
            found = _ask(client, places, arxiv_id, now.date(), arxiv_rests=rests)
    except SourceDown as down:
        _note_pause(database, down, now)
        raise
    if found is None:
        return None
    papers.store(database, [found])
    return papers.by_arxiv_ids(database, [arxiv_id]).get(arxiv_id)


def written_by(
    database: Database, places: Places, name: str, now: datetime
) -> tuple[int, list[Paper]] | None:
    """Return how many papers arXiv has of a name, and the newest; None where it does not say."""
    if not places.lists or _arxiv_rests(database, now):
        return None
    try:
        with web.client(httpx.Timeout(5)) as client:
            return arxiv.written_by(
                client,
                api_url=places.arxiv_api_url,
                name=name,
                today=now.date(),
                throttle=places.throttle,
            )
    except SourceDown as down:
        _note_pause(database, down, now)
        return None


def _arxiv_rests(database: Database, now: datetime) -> bool:
    resting = sources.states(database).get(arxiv.SOURCE)
    return resting is not None and resting.not_before is not None and now < resting.not_before


def _note_pause(database: Database, down: SourceDown, now: datetime) -> None:
    if down.source == arxiv.SOURCE and (until := _rested(down, now)):
        failure = str(down)
        sources.note(database, down.source, now, papers=0, failure=failure, not_before=until)


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
) -> Outcome:
    total = Stored()
    try:
        for batch in batches:
            total += papers.store(database, batch)
            progress(name, total.new + total.known)
    except SourceDown as down:
        log.warning("%s", down)
        had = total.new + total.known
        until = _rested(down, now)
        sources.note(database, name, now, papers=had, failure=str(down), not_before=until)
        return Outcome(total, down)
    sources.note(database, name, now, papers=total.new + total.known)
    return Outcome(total)


def _rests(before: Fetched, now: datetime) -> bool:
    if before.not_before is not None and now < before.not_before:
        return True
    today = before.succeeded_at is not None and before.succeeded_at.date() == now.date()
    return before.name == arxiv.SOURCE and today


def _rested(down: SourceDown, now: datetime) -> datetime | None:
    """Return when a source may be asked again, where it asked for a pause."""
    if down.retry_after is None:
        return None
    return now + (
        max(down.retry_after, BACK_OFF) if down.source == arxiv.SOURCE else down.retry_after
    )


def _ask(
    client: httpx.Client, places: Places, arxiv_id: str, today: date, *, arxiv_rests: bool
) -> Paper | None:
    down: SourceDown | None = None
    try:
        found = huggingface.look_up(
            client, endpoint=places.hf_endpoint, arxiv_id=arxiv_id, today=today
        )
        if found is not None:
            return found
    except SourceDown as error:
        down = error
    if arxiv_rests:
        raise down or SourceDown(arxiv.SOURCE, "asked to be left alone for now")
    answers = arxiv.look_up(
        client, api_url=places.arxiv_api_url, ids=[arxiv_id], today=today, throttle=places.throttle
    )
    found = next(iter(answers), None)
    if found is None and down is not None:
        raise down  # arXiv does not have it yet, and the other one may
    return found
