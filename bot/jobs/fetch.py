"""Fetches new papers from every source into storage; one that is down costs only a note."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.markup import plurals
from bot.sources import announcements, arxiv, file, huggingface
from bot.sources.endpoints import Endpoints, query, resumes_at
from bot.sources.errors import SourceDown
from bot.sources.queries import Answer
from bot.sources.records import RecordFilter
from bot.storage import papers, source_limits, sources
from bot.storage.database import Database
from bot.storage.papers import StoreCounts
from bot.storage.sources import LastFetch
from recommender.papers import Paper

SATURDAY = 5
# Days that are fetched again: papers come late, and upvotes move.
DAYS = 14
# The list is asked every hour: one missed answer is not a silence yet.
SILENCE = timedelta(minutes=90)

log = logging.getLogger(__name__)

# Called with a source and the number of papers it has brought up to now.
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fetch stored, why it ended early, and notes on records it left out."""

    stored: StoreCounts
    down: SourceDown | None = None
    faults: tuple[str, ...] = ()


def fetch(
    database: Database,
    endpoints: Endpoints,
    now: datetime,
    *,
    days: int = DAYS,
    only: str | None = None,
    progress: Progress = lambda _source, _papers: None,
) -> dict[str, Outcome]:
    """Fetch the last `days` days from every source, or from `only` one, and store them.

    What comes before a failure is stored. A source that asked for a pause gets it. ArXiv is
    asked once a day after its announcement, unless `only` names it.
    """
    outcomes: dict[str, Outcome] = {}
    if not endpoints.lists:
        return outcomes
    states = sources.states(database)
    for name, answers in _sources(endpoints, now, days).items():
        if only not in {None, name}:
            continue
        if name == arxiv.SOURCE and not endpoints.arxiv_categories:
            continue
        if only is None and name in states and _rests(states[name], now):
            continue
        outcomes[name] = _store(database, name, answers, now, progress)
    return outcomes


def silent_since(database: Database, now: datetime) -> datetime | None:
    """Return when the daily list last answered, if it has been silent for long; else None.

    A list that never answered counts as not silent, and so does every list on a weekend.
    """
    state = sources.states(database).get(huggingface.SOURCE)
    if state is None or not state.note or state.succeeded_at is None:
        return None
    if now.weekday() >= SATURDAY:
        return None
    return state.succeeded_at if now - state.succeeded_at > SILENCE else None


def read(
    database: Database, path: Path, today: date, *, progress: Progress
) -> Outcome:
    """Store the papers of a file, except those whose fields can't be true.

    Raises BadFile for a broken file, and then stores nothing.
    """
    sound: list[Paper] = []
    faults: list[str] = []
    record_filter = RecordFilter(today)
    entries = file.read(path, today, on_fault=faults.append)
    for number, paper in enumerate(entries, start=1):
        try:
            sound.append(record_filter.limit(paper))
        except ValueError as error:
            title = paper.title[:60]
            faults.append(
                f"{path}, paper {number} ({title}) is left out: {error}"
            )
        progress(path.name, len(sound))
    return Outcome(papers.store(database, sound), faults=tuple(faults))


def _sources(
    endpoints: Endpoints, now: datetime, days: int
) -> dict[str, Iterator[Answer]]:
    dates = [now.date() - timedelta(days=back) for back in range(days)]
    listed = query(endpoints, huggingface.SOURCE, "listed", now)
    return {
        huggingface.SOURCE: listed(endpoint=endpoints.hf_endpoint, days=dates),
        arxiv.SOURCE: _announced(endpoints, now),
    }


def _announced(endpoints: Endpoints, now: datetime) -> Iterator[Answer]:
    """Yield what arXiv announced; if its feed is down, the newest papers of its query API."""
    categories = endpoints.arxiv_categories
    today = announcements.current_day(now)
    announced = query(endpoints, arxiv.SOURCE, "announced", now)
    try:
        with endpoints.throttle:
            answers = list(
                announced(
                    rss_url=endpoints.arxiv_rss_url,
                    categories=categories,
                    today=today,
                )
            )
    except SourceDown as down:
        if down.retry_after is not None:
            # Both doors lead to the same house: it asked to be left alone.
            raise
        log.warning("%s; asking its query API instead", down)
        newest = query(endpoints, arxiv.SOURCE, "newest", now)
        with endpoints.throttle:
            yield from newest(
                api_url=endpoints.arxiv_api_url,
                categories=categories,
                today=today,
            )
        if not down.passing:
            # An operator can mend this, so they should read of it.
            raise
    else:
        yield from answers


def _store(
    database: Database,
    name: str,
    answers: Iterable[Answer],
    now: datetime,
    progress: Progress,
) -> Outcome:
    """Store the answers of a source as they come, and note how it went."""
    total = StoreCounts()
    refused = 0
    newest = date.min
    down = None
    try:
        for answer in answers:
            refused += answer.refused
            batch = source_limits.limit_per_day(database, answer.papers)
            total += papers.store(database, batch)
            newest = max([newest, *(paper.listed for paper in answer.papers)])
            progress(name, total.new + total.existing)
    except SourceDown as error:
        down = error
    count = total.new + total.existing
    if down is None and refused and not count:
        cause = f"sent {refused} records, and none of them can be true"
        down = SourceDown(name, cause)
    if down is None:
        _note_success(database, name, now, count, newest)
    else:
        _note_failure(database, down, now, count)
    return Outcome(total, down, _left_out(name, refused))


def _note_success(
    database: Database, name: str, now: datetime, count: int, newest: date
) -> None:
    again = (
        announcements.next_check(now, newest) if name == arxiv.SOURCE else None
    )
    sources.record_fetch(database, name, now, papers=count, not_before=again)


def _note_failure(
    database: Database, down: SourceDown, now: datetime, count: int
) -> None:
    log.warning("%s", down)
    sources.record_fetch(
        database,
        down.source,
        now,
        papers=count,
        failure=str(down),
        not_before=resumes_at(down, now),
    )


def _left_out(name: str, refused: int) -> tuple[str, ...]:
    if not refused:
        return ()
    records = plurals.of(refused, "record")
    note = f"{name}: {records} left out that can't be true"
    log.warning("%s", note)
    return (note,)


def _rests(state: LastFetch, now: datetime) -> bool:
    """Tell whether a source need not be asked now: it asked for a pause, or has no news."""
    if state.not_before is not None:
        return now < state.not_before
    if state.name != arxiv.SOURCE or state.succeeded_at is None:
        return False
    return announcements.current_day(
        state.succeeded_at
    ) == announcements.current_day(now)
