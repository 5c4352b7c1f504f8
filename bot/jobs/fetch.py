"""Fetches new papers from every source into storage; one that is down costs only a note."""

import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.jobs import lists
from bot.jobs.lists import Fetch, Lists
from bot.markup import list_keys, plurals
from bot.sources import (
    announcements,
    arxiv,
    biorxiv,
    crossref,
    file,
    huggingface,
)
from bot.sources.endpoints import Endpoints, resumes_at
from bot.sources.errors import SourceDown
from bot.sources.queries import Answer
from bot.sources.records import RecordFilter
from bot.storage import papers, source_limits, sources, subscriptions
from bot.storage.database import Database
from bot.storage.papers import StoreCounts
from bot.storage.sources import LastFetch
from recommender.papers import Paper

SATURDAY = 5

# What the first months of Daily Papers are noted as, beside the daily list, and their number.
HISTORY = "huggingface-history"
HISTORY_DAYS = 90

# Sources that need not be asked every hour, and how often they are.
INTERVALS = {
    biorxiv.BIORXIV: timedelta(hours=6),
    biorxiv.MEDRXIV: timedelta(hours=6),
    crossref.SOURCE: timedelta(hours=12),
}

# All sources of lists, in the order in which they are told of.
SOURCES = (
    huggingface.SOURCE,
    arxiv.SOURCE,
    biorxiv.BIORXIV,
    biorxiv.MEDRXIV,
    crossref.SOURCE,
)

# How soon a list that a reader chose is tried again if its source is down.
RETRY = timedelta(minutes=10)

# Days that are fetched again: papers come late, and upvotes move.
DAYS = 14
# The list is asked every hour: one missed answer is not a silence yet.
SILENCE = timedelta(minutes=90)
# Every source is asked at least daily, with some hours to spare.
MAX_AGE = timedelta(hours=26)

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
    """Fetch what is new from every source that somebody reads, or from `only` one, and store it.

    `days` is how far back Daily Papers are asked for. All sources are asked at once, so that one
    that hangs costs the others nothing; what comes before a failure is stored. A source that
    asked for a pause gets it, and one without news is not asked, unless `only` names it.
    """
    if not endpoints.lists:
        return {}

    states = sources.states(database)
    fetches = {
        name: answers
        for name, answers in lists.hourly(
            endpoints, chosen_lists(database, endpoints), now, days
        ).items()
        if only in {None, name}
        and (only is not None or not _rests(states.get(name), now))
    }
    return store_all(database, fetches, now, progress)


def fetch_backlog(
    database: Database, endpoints: Endpoints, now: datetime
) -> dict[str, Outcome]:
    """Fetch the last papers of the lists that readers chose just now.

    A source that was down minutes ago is left for a later time.
    """
    keys = subscriptions.unfetched_keys(database) if endpoints.lists else []
    states = sources.states(database)
    due = [key for key in keys if not _failed_lately(states, key, now)]
    if not due:
        return {}

    fetches = lists.backlog(endpoints, lists.by_kind(due), now)
    outcomes = store_all(database, fetches, now, backlog=True)

    fetched = [
        key for key in due if not _is_open(outcomes.get(_source_of(key)))
    ]
    subscriptions.record_first_fetch(database, fetched, now)
    return outcomes


def _is_open(outcome: Outcome | None) -> bool:
    """Tell whether the first fetch of lists has to be tried again.

    Crossref names a journal that it does not have after all others have answered, and it will
    not have that one in ten minutes either.
    """
    if outcome is None or outcome.down is None:
        return False

    return outcome.down.passing or outcome.down.source != crossref.SOURCE


def fetch_history(
    database: Database, endpoints: Endpoints, now: datetime
) -> Outcome | None:
    """Fetch the Daily Papers of the last 90 days, once, for all that stands on many papers.

    Returns None if they are here already, or can't be asked for now.
    """
    states = sources.states(database)
    state = states.get(HISTORY)
    if not endpoints.lists or (state and state.succeeded_at):
        return None
    if _rests(state, now) or _rests(states.get(huggingface.SOURCE), now):
        return None

    answers = lists.history(endpoints, now, HISTORY_DAYS)
    outcome = _store(database, HISTORY, answers, now)
    if outcome.down is not None and outcome.down.retry_after is not None:
        # Whoever asks for a pause has it from the hourly list as well.
        _note_failure(database, huggingface.SOURCE, outcome.down, now, 0)
    return outcome


def chosen_lists(database: Database, endpoints: Endpoints) -> Lists:
    """Return the lists that readers chose, with the categories that all get."""
    chosen = subscriptions.readers_by_key(database)
    return lists.by_kind([*endpoints.common_lists, *chosen])


def asked_sources(database: Database, endpoints: Endpoints) -> list[str]:
    """Return the names of the sources that have lists which somebody reads."""
    chosen = chosen_lists(database, endpoints)
    kinds = {_source_of(kind) for kind in chosen.names}
    return [name for name in SOURCES if name in kinds | {huggingface.SOURCE}]


def store_all(
    database: Database,
    fetches: Mapping[str, Fetch],
    now: datetime,
    progress: Progress = lambda _source, _papers: None,
    *,
    backlog: bool = False,
) -> dict[str, Outcome]:
    """Ask several sources at once, and store what each answers; return the outcomes by source."""
    if not fetches:
        return {}

    def store(name: str) -> Outcome:
        answers = fetches[name]()
        return _store(database, name, answers, now, progress, backlog=backlog)

    with ThreadPoolExecutor(len(fetches)) as threads:
        return dict(zip(fetches, threads.map(store, fetches), strict=True))


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


def silent_sources(
    database: Database, endpoints: Endpoints, now: datetime
) -> dict[str, datetime | None]:
    """Return the sources that do not answer, and when each last did: None for never.

    For the daily list 90 minutes of silence are long on a weekday, for all others a day.
    """
    if not endpoints.lists:
        return {}

    states = sources.states(database)
    answers = {
        name: state.succeeded_at if (state := states.get(name)) else None
        for name in asked_sources(database, endpoints)
    }
    is_late = silent_since(database, now) is not None
    return {
        name: last
        for name, last in answers.items()
        if last is None
        or now - last > MAX_AGE
        or (is_late and name == huggingface.SOURCE)
    }


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


def _store(
    database: Database,
    name: str,
    answers: Iterable[Answer],
    now: datetime,
    progress: Progress = lambda _source, _papers: None,
    *,
    backlog: bool = False,
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
    if down is not None:
        _note_failure(database, name, down, now, count)
    elif backlog:
        # A list's first fetch says nothing of the others, but that their source answers.
        sources.record_answer(database, name)
    else:
        _note_success(database, name, now, count, newest)
    return Outcome(total, down, _left_out(name, refused))


def _note_success(
    database: Database, name: str, now: datetime, count: int, newest: date
) -> None:
    again = (
        announcements.next_check(now, newest) if name == arxiv.SOURCE else None
    )
    sources.record_fetch(database, name, now, papers=count, not_before=again)


def _note_failure(
    database: Database, name: str, down: SourceDown, now: datetime, count: int
) -> None:
    log.warning("%s", down)
    sources.record_fetch(
        database,
        name,
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


def _rests(state: LastFetch | None, now: datetime) -> bool:
    """Tell whether a source need not be asked now: it asked for a pause, or has no news."""
    if state is None:
        return False
    if state.not_before is not None:
        return now < state.not_before
    if state.succeeded_at is None:
        return False

    if state.name == arxiv.SOURCE:
        return announcements.current_day(
            state.succeeded_at
        ) == announcements.current_day(now)
    # A failure is tried again within the hour.
    interval = INTERVALS.get(state.name)
    return (
        interval is not None
        and not state.note
        and now - state.succeeded_at < interval
    )


def _failed_lately(
    states: Mapping[str, LastFetch], key: str, now: datetime
) -> bool:
    """Tell whether the source of a list is down or asked for a pause."""
    state = states.get(_source_of(key))
    if state is None or not state.note:
        return False
    if state.not_before is not None and now < state.not_before:
        return True

    return now - state.tried_at < RETRY


def _source_of(key: str) -> str:
    """Return the name of the source that has a list."""
    kind = list_keys.kind(key)
    return crossref.SOURCE if kind == list_keys.JOURNAL else kind
