"""New papers from every source into storage; one that is down costs nothing but a note."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from bot.markup import plurals
from bot.sources import announcements, arxiv, file, huggingface, queries, web
from bot.sources.errors import SourceDown
from bot.sources.queries import Answer
from bot.sources.records import RecordFilter
from bot.storage import floods, papers, sources
from bot.storage.database import Database
from bot.storage.papers import Stored
from bot.storage.sources import Fetched
from recommender.papers import Paper
from recommender.papers import arxiv_id as canonical

SATURDAY = 5
# Days that are fetched again: papers come late, and upvotes move.
LATE = 14
# ArXiv asks to be left alone for hours, not seconds.
BACK_OFF = timedelta(hours=3)

# Seconds for what a reader asked for.
LOOKING_UP, SOON = 10.0, 5.0
# Asked every hour: one answer missed is none late.
SILENT = timedelta(minutes=90)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fetch brought, and why it brought no more; `faults` is what was left out of it."""

    stored: Stored
    down: SourceDown | None = None
    faults: tuple[str, ...] = ()


# Which source, and how many papers it has brought so far.
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the sources are, and which of arXiv's categories to read."""

    hf_endpoint: str
    arxiv_rss_url: str
    arxiv_api_url: str
    arxiv_categories: tuple[str, ...] = ()
    # False where papers come by another way, as the bundled sample does.
    lists: bool = True
    # One over all of arXiv.
    throttle: web.Throttle = field(default_factory=web.Throttle)
    # The real time, also where the bot's own clock is moved: no list is ahead of that.
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


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
    arXiv once it has announced the day's papers, unless it is asked for by name.
    """
    outcomes: dict[str, Outcome] = {}
    if not places.lists:
        return outcomes
    known = sources.states(database)
    for name, answers in _sources(places, now, days).items():
        before = known.get(name)
        if only not in {None, name} or (
            name == arxiv.SOURCE and not places.arxiv_categories
        ):
            continue
        if only is None and before and _rests(before, now):
            continue
        outcomes[name] = _take(database, name, answers, now, progress)
    return outcomes


def silent_since(database: Database, now: datetime) -> datetime | None:
    """Return when the daily list last answered, if it has been silent for long; else None.

    None also where it never answered: then nobody waits for it. It rests at weekends.
    """
    state = sources.states(database).get(huggingface.SOURCE)
    if (
        state is None
        or not state.note
        or state.succeeded_at is None
        or now.weekday() >= SATURDAY
    ):
        return None
    return state.succeeded_at if now - state.succeeded_at > SILENT else None


def read(
    database: Database, path: Path, today: date, *, progress: Progress
) -> Outcome:
    """Store the papers of a file, without those that can't be true.

    One that is broken, or holds what is no paper at all, stores nothing.
    """
    found, faults = list[Paper](), list[str]()
    record_filter = RecordFilter(today)
    for number, paper in enumerate(
        file.read(path, today, on_fault=faults.append), start=1
    ):
        try:
            found.append(record_filter.limit(paper))
        except ValueError as error:
            faults.append(
                f"{path}, paper {number} ({paper.title[:60]}) is left out: {error}"
            )
        progress(path.name, len(found))
    return Outcome(papers.store(database, found), faults=tuple(faults))


def look_up(
    database: Database, places: Places, arxiv_id: str, now: datetime
) -> Paper | None:
    """Return the paper with this id: from storage, then Hugging Face, then one arXiv query.

    None where nobody knows it. Raises SourceDown where a source that may know it is down.
    """
    arxiv_id = (
        canonical(arxiv_id) or arxiv_id
    )  # it may have been noted in another spelling
    stored = papers.by_arxiv_ids(database, [arxiv_id]).get(arxiv_id)
    if stored is not None:
        return stored
    try:
        found = _ask(
            places, arxiv_id, now, arxiv_rests=_arxiv_rests(database, now)
        )
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
    errand = _errand(places, arxiv.SOURCE, "written by", now, SOON)
    try:
        with places.throttle:
            [answer] = errand(
                api_url=places.arxiv_api_url, name=name, today=now.date()
            )
    except SourceDown as down:
        _note_pause(database, down, now)
        return None
    return answer.total, answer.papers


def _arxiv_rests(database: Database, now: datetime) -> bool:
    resting = sources.states(database).get(arxiv.SOURCE)
    return (
        resting is not None
        and resting.not_before is not None
        and now < resting.not_before
    )


def _note_pause(database: Database, down: SourceDown, now: datetime) -> None:
    if down.source == arxiv.SOURCE and (until := _rested(down, now)):
        failure = str(down)
        sources.note(
            database,
            down.source,
            now,
            papers=0,
            failure=failure,
            not_before=until,
        )


def _errand(
    places: Places,
    source: str,
    name: str,
    now: datetime,
    patience: float = web.MOST_SECONDS,
) -> Callable[..., Iterator[Answer]]:
    """Return what asks a source for something, in a process of its own."""
    today = max(now, places.clock()).date()
    waits = patience if patience < web.MOST_SECONDS else None
    return partial(
        queries.ask, source, name, today, patience=patience, waits=waits
    )


def _sources(
    places: Places, now: datetime, days: int
) -> dict[str, Iterator[Answer]]:
    wanted = [now.date() - timedelta(days=back) for back in range(days)]
    listed = _errand(places, huggingface.SOURCE, "listed", now)
    return {
        huggingface.SOURCE: listed(endpoint=places.hf_endpoint, days=wanted),
        arxiv.SOURCE: _announced(places, now),
    }


def _announced(places: Places, now: datetime) -> Iterator[Answer]:
    """Yield what arXiv announced, or where that is down, what came to its categories last."""
    asked = {
        "categories": places.arxiv_categories,
        "today": announcements.current_day(now),
    }
    try:
        with places.throttle:
            answers = list(
                _errand(places, arxiv.SOURCE, "announced", now)(
                    rss_url=places.arxiv_rss_url, **asked
                )
            )
    except SourceDown as down:
        if (
            down.retry_after is not None
        ):  # throttled: its other door is the same house
            raise
        log.warning("%s; asking its query API instead", down)
        with places.throttle:
            newest = _errand(places, arxiv.SOURCE, "newest", now)
            yield from newest(api_url=places.arxiv_api_url, **asked)
        if not down.passing:  # whoever can mend it is to hear of it
            raise
    else:
        yield from answers


def _take(
    database: Database,
    name: str,
    answers: Iterable[Answer],
    now: datetime,
    progress: Progress,
) -> Outcome:
    total, refused, newest, down = Stored(), 0, date.min, None
    try:
        for answer in answers:
            refused += answer.refused
            batch = floods.within(database, answer.papers)
            total += papers.store(database, batch)
            newest = max([newest, *(paper.listed for paper in answer.papers)])
            progress(name, total.new + total.known)
    except SourceDown as error:
        down = error
    had = total.new + total.known
    if down is None and refused and not had:
        down = SourceDown(
            name, f"sent {refused} records, and none of them can be true"
        )
    if down is not None:
        log.warning("%s", down)
        until = _rested(down, now)
        sources.note(
            database, name, now, papers=had, failure=str(down), not_before=until
        )
    else:
        again = (
            announcements.next_check(now, newest)
            if name == arxiv.SOURCE
            else None
        )
        sources.note(database, name, now, papers=had, not_before=again)
    return Outcome(total, down, _left_out(name, refused))


def _left_out(name: str, refused: int) -> tuple[str, ...]:
    if not refused:
        return ()
    told = (
        f"{name}: {plurals.of(refused, 'record')} left out that can't be true"
    )
    log.warning("%s", told)
    return (told,)


def _rests(before: Fetched, now: datetime) -> bool:
    if before.not_before is not None:
        return now < before.not_before
    if before.name != arxiv.SOURCE or before.succeeded_at is None:
        return False
    return announcements.current_day(
        before.succeeded_at
    ) == announcements.current_day(now)


def _rested(down: SourceDown, now: datetime) -> datetime | None:
    """Return when a source may be asked again, where that is not at once."""
    if down.source == arxiv.SOURCE and (
        down.retry_after is not None or not down.passing
    ):
        return now + max(down.retry_after or BACK_OFF, BACK_OFF)
    return None if down.retry_after is None else now + down.retry_after


def _ask(
    places: Places, arxiv_id: str, now: datetime, *, arxiv_rests: bool
) -> Paper | None:
    down: SourceDown | None = None
    today = now.date()
    try:
        known = _errand(places, huggingface.SOURCE, "look up", now, LOOKING_UP)
        for answer in known(
            endpoint=places.hf_endpoint, arxiv_id=arxiv_id, today=today
        ):
            if answer.papers:
                return answer.papers[0]
    except SourceDown as error:
        down = error
    if arxiv_rests:
        raise down or SourceDown(arxiv.SOURCE, "asked to be left alone for now")
    asked = _errand(places, arxiv.SOURCE, "look up", now, LOOKING_UP)
    with places.throttle:
        answers = list(
            asked(api_url=places.arxiv_api_url, ids=[arxiv_id], today=today)
        )
    found = next((paper for answer in answers for paper in answer.papers), None)
    if found is None and down is not None:
        raise down  # arXiv does not have it yet, and the other one may
    return found
