"""How the bot is, for the operator's people: readers, papers, sources, the queue, versions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_timedelta

from bot.messages.text import escape
from bot.messages.translation import Translation, locale
from bot.storage.counts import Numbers
from bot.storage.features import Version
from bot.storage.sources import LastFetch
from bot.transport.screen import Screen
from bot.transport.text import clip

LONGEST_NOTE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """All that was looked at; `versions` are what runs, by name."""

    now: datetime
    numbers: Numbers
    sources: Iterable[LastFetch]
    # Of the last 24 hours, by state.
    deliveries: Mapping[str, int]
    # That wait to be looked up.
    links: int
    features: Version | None
    errors: int
    last_error: datetime | None
    versions: Mapping[str, str]


def status(t: Translation, seen: Status, language: str) -> Screen:
    """Render it, a line each."""
    n = seen.numbers
    states = ", ".join(
        f"{many} {state}" for state, many in seen.deliveries.items()
    )
    lines = [
        t.gettext("Readers: {active} active of {n}").format(
            active=n.active_readers, n=n.readers
        ),
        t.gettext("Papers: {n}, the newest of {day}").format(
            n=n.papers, day=n.newest_day or "–"
        ),
        *(_source(t, each, seen.now, language) for each in seen.sources),
        t.gettext("Deliveries in 24 hours: {states}").format(
            states=states or "0"
        ),
        t.gettext("Links to look up: {n}").format(n=seen.links),
        _features(t, seen, language),
        _errors(t, seen, language),
        " · ".join(
            f"{name} {version}" for name, version in seen.versions.items()
        ),
    ]
    return Screen("\n".join(escape(line) for line in lines))


def _source(
    t: Translation, each: LastFetch, now: datetime, language: str
) -> str:
    ago = _ago(each.tried_at, now, language)
    if not each.note:
        return t.gettext("{source}: {n} papers, {ago}").format(
            source=each.name, n=each.papers, ago=ago
        )
    text = t.gettext("{source}: failed {ago} ({why}); last answered {last}")
    last = (
        _ago(each.succeeded_at, now, language)
        if each.succeeded_at
        else t.gettext("never")
    )
    return text.format(
        source=each.name, ago=ago, why=clip(each.note, LONGEST_NOTE), last=last
    )


def _features(t: Translation, seen: Status, language: str) -> str:
    if seen.features is None:
        return t.gettext("Features: none yet")
    text = t.gettext("Features: version {id} of {n} papers, {ago}")
    ago = _ago(seen.features.created_at, seen.now, language)
    return text.format(id=seen.features.id, n=seen.features.papers, ago=ago)


def _errors(t: Translation, seen: Status, language: str) -> str:
    if seen.last_error is None:
        return t.gettext("Errors since the start: none")
    text = t.gettext(
        "Errors since the start: {n}, the last {ago}; the log tells more"
    )
    return text.format(
        n=seen.errors, ago=_ago(seen.last_error, seen.now, language)
    )


def _ago(then: datetime, now: datetime, language: str) -> str:
    past = max(
        now - then, timedelta(seconds=1)
    )  # of no time at all it would say "in 0 seconds"
    return format_timedelta(-past, add_direction=True, locale=locale(language))
