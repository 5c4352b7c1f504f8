"""What a process needs to do its work, as checks, and its figures, for whoever watches it."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.concurrency import apart
from bot.jobs import fetch
from bot.jobs.delivery import LIST_PATIENCE
from bot.jobs.parts import Part
from bot.markup import plurals
from bot.monitoring.exposition import Exposition
from bot.monitoring.gauges import DatabaseGauges, Figures
from bot.monitoring.readiness import Check, Readiness
from bot.runtime import Runtime
from bot.sources import huggingface
from bot.storage import counts, features, queue, sources
from bot.storage.queue import Queue
from bot.transport import token_watch
from bot.transport.health_port import HealthAddress, HealthPort
from bot.transport.sender import Bot
from bot.transport.token_watch import TokenWatch

# Digests that are due for longer than this are late.
MAX_DELIVERY_DELAY = timedelta(minutes=15)

# The checks of each part, by name. A load balancer takes no updates to a `web` that is not ready,
# so it fails by nothing that people don't need for an answer.
NEEDS = {
    "run": ("database", "papers", "telegram", "queue", "sources"),
    "web": ("database", "papers", "telegram"),
    "worker": ("database", "telegram", "queue"),
    "clock": ("database", "telegram", "queue", "sources"),
}


@contextlib.asynccontextmanager
async def watched(
    runtime: Runtime, address: HealthAddress | None, checks: Sequence[Check]
) -> AsyncIterator[None]:
    """Tell at an address how the process is, until the block ends; nobody without an address.

    Raises Failure if the port can't be used.
    """
    if address is None:
        yield
        return

    port = health_port(runtime, address, checks)
    await port.begin()
    try:
        yield
    finally:
        await port.end()


def health_port(
    runtime: Runtime, address: HealthAddress, checks: Sequence[Check]
) -> HealthPort:
    """Return the port at which the process is watched, not yet open."""
    readiness = Readiness([ending_check(runtime), *checks])
    exposition = Exposition(
        runtime.metrics,
        runtime.errors,
        DatabaseGauges(partial(read_figures, runtime)),
        readiness,
    )
    return HealthPort(address, readiness.examine, exposition.expose)


def checks_of(
    part: Part, runtime: Runtime, bot: Bot, token: TokenWatch
) -> list[Check]:
    """Return what a process needs to play its part."""
    checks = {
        check.name: check
        for check in (
            database_check(runtime),
            papers_check(runtime),
            token_check(bot, token),
            queue_check(runtime),
            sources_check(runtime),
        )
    }
    return [checks[name] for name in NEEDS[part.name]]


def token_check(bot: Bot, token: TokenWatch) -> Check:
    """Return the check whether Telegram answers, and accepts the token."""
    examine = partial(token.examine, bot.get_me)
    return Check("telegram", examine, silence=token_watch.SILENT)


def database_check(runtime: Runtime) -> Check:
    """Return the check whether the database answers."""

    async def examine() -> str | None:
        await apart(runtime.database.check)
        return None

    return Check("database", examine)


def papers_check(runtime: Runtime) -> Check:
    """Return the check whether there are papers to choose from."""

    async def examine() -> str | None:
        return None if len(runtime.catalogue) else "no papers yet"

    return Check("papers", examine)


def ending_check(runtime: Runtime) -> Check:
    """Return the check whether the process goes on."""

    async def examine() -> str | None:
        return "it is ending" if runtime.ending.is_set() else None

    return Check("process", examine)


def queue_check(runtime: Runtime) -> Check:
    """Return the check whether what is due is sent."""
    watch = QueueWatch(runtime)

    async def examine() -> str | None:
        return await apart(watch.examine)

    return Check("queue", examine)


def sources_check(runtime: Runtime) -> Check:
    """Return the check whether the sources of papers answer."""
    watch = SourcesWatch(runtime)

    async def examine() -> str | None:
        return await apart(watch.examine)

    return Check("sources", examine)


class QueueWatch:
    """Watches the queue: it is stuck if something is late, and nothing was sent meanwhile.

    While Daily Papers are late, their readers wait for them, and some time longer, since those
    who waited can't all be served at once.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._last_silence: datetime | None = None

    def examine(self) -> str | None:
        """Return what is wrong with the queue, or None."""
        database, now = self._runtime.database, self._runtime.clock()
        line = queue.read(
            database, now, daily_due_before=self._daily_due_before(now)
        )
        late = now - MAX_DELIVERY_DELAY
        if line.oldest_due_at is None or line.oldest_due_at > late:
            return None

        last_sent_at = queue.last_sent_at(database)
        if last_sent_at is not None and last_sent_at > late:
            return None

        return _stuck(line, now)

    def _daily_due_before(self, now: datetime) -> datetime | None:
        """Return the due time of the last readers whose wait for Daily Papers is over."""
        if fetch.silent_since(self._runtime.database, now) is not None:
            self._last_silence = now
        if self._last_silence is None:
            return None

        is_recent = now - self._last_silence < MAX_DELIVERY_DELAY
        return now - LIST_PATIENCE - MAX_DELIVERY_DELAY if is_recent else None


def _stuck(line: Queue, now: datetime) -> str:
    minutes = int((now - (line.oldest_due_at or now)).total_seconds() // 60)
    waiting = plurals.of(line.length, "digest waits", "digests wait")
    return (
        f"{waiting}, the oldest for {plurals.of(minutes, 'minute')}, "
        "and none was sent meanwhile"
    )


class SourcesWatch:
    """Watches the sources that somebody reads: none of them should be silent for long.

    One that never answered is silent since this process asked for it first.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._asked_since: dict[str, datetime] = {}

    def examine(self) -> str | None:
        """Return which sources are silent, or None."""
        now = self._runtime.clock()
        silent = fetch.silent_sources(
            self._runtime.database, self._runtime.endpoints, now
        )
        lines = [
            self._silence(name, last, now) for name, last in silent.items()
        ]
        return "; ".join(filter(None, lines)) or None

    def _silence(
        self, name: str, last: datetime | None, now: datetime
    ) -> str | None:
        if last is not None:
            last = last.astimezone(UTC)
            return f"{name} is silent since {last:%Y-%m-%d %H:%M} UTC"

        is_daily = name == huggingface.SOURCE
        patience = fetch.SILENCE if is_daily else fetch.MAX_AGE
        since = self._asked_since.setdefault(name, now)
        return f"{name} never answered" if now - since > patience else None


def read_figures(runtime: Runtime) -> Figures:
    """Read the figures of the database; raises Failure if it does not answer."""
    database, now = runtime.database, runtime.clock()
    sizes = counts.sizes(database)
    is_silent = fetch.silent_since(database, now) is not None
    line = queue.read(
        database,
        now,
        daily_due_before=now - LIST_PATIENCE if is_silent else None,
    )
    newest = features.newest(database)
    states = sources.states(database)
    answers = {
        name: state.succeeded_at
        for name in fetch.asked_sources(database, runtime.endpoints)
        if (state := states.get(name))
    }
    return Figures(
        papers=sizes.papers,
        readers=sizes.readers,
        active_readers=sizes.active_readers,
        groups=sizes.groups,
        queue_length=line.length,
        queue_age=_seconds(now, line.oldest_due_at or now),
        features_age=_seconds(now, newest.created_at) if newest else None,
        source_ages={
            name: _seconds(now, last) for name, last in answers.items() if last
        },
    )


def _seconds(now: datetime, moment: datetime) -> float:
    return max((now - moment).total_seconds(), 0.0)
