"""The message of `/status`: numbers, sources, queues, errors and versions, for admins."""

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

# Characters of a source's error message.
LONGEST_ERROR = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The state of the running bot.

    Attributes
    ----------
    deliveries
        The number of deliveries in the last 24 hours, by state.
    links
        The number of links that wait to be looked up.
    features
        The version of the features in use; None before the first fit.
    errors, last_error
        The number of errors since the start, and the time of the last one.
    versions
        The versions of the programs, by name.

    """

    now: datetime
    numbers: Numbers
    sources: Iterable[LastFetch]
    deliveries: Mapping[str, int]
    links: int
    features: Version | None
    errors: int
    last_error: datetime | None
    versions: Mapping[str, str]


def status(t: Translation, status: Status, language: str) -> Screen:
    """Render the state of the bot, one subject a line."""
    lines = [
        *_numbers(t, status.numbers),
        *(
            _source(t, source, status.now, language)
            for source in status.sources
        ),
        _deliveries(t, status),
        t.gettext("Links to look up: {n}").format(n=status.links),
        _features(t, status, language),
        _errors(t, status, language),
        _versions(status),
    ]
    return Screen("\n".join(map(escape, lines)))


def _numbers(t: Translation, numbers: Numbers) -> list[str]:
    readers = t.gettext("Readers: {active} active of {n}")
    papers = t.gettext("Papers: {n}, the newest of {day}")
    groups = t.gettext("Groups and channels: {n}")
    return [
        readers.format(active=numbers.active_readers, n=numbers.readers),
        *([groups.format(n=numbers.groups)] if numbers.groups else []),
        papers.format(n=numbers.papers, day=numbers.newest_day or "–"),
    ]


def _source(
    t: Translation, fetch: LastFetch, now: datetime, language: str
) -> str:
    """Say how the last fetch from a source went."""
    tried_ago = _ago(fetch.tried_at, now, language)
    if not fetch.note:
        text = t.gettext("{source}: {n} papers, {ago}")
        return text.format(source=fetch.name, n=fetch.papers, ago=tried_ago)

    text = t.gettext("{source}: failed {ago} ({why}); last answered {last}")
    succeeded_ago = t.gettext("never")
    if fetch.succeeded_at:
        succeeded_ago = _ago(fetch.succeeded_at, now, language)
    return text.format(
        source=fetch.name,
        ago=tried_ago,
        why=clip(fetch.note, LONGEST_ERROR),
        last=succeeded_ago,
    )


def _deliveries(t: Translation, status: Status) -> str:
    states = [f"{n} {state}" for state, n in status.deliveries.items()]
    text = t.gettext("Deliveries in 24 hours: {states}")
    return text.format(states=", ".join(states) or "0")


def _features(t: Translation, status: Status, language: str) -> str:
    features = status.features
    if features is None:
        return t.gettext("Features: none yet")

    text = t.gettext("Features: version {id} of {n} papers, {ago}")
    ago = _ago(features.created_at, status.now, language)
    return text.format(id=features.id, n=features.papers, ago=ago)


def _errors(t: Translation, status: Status, language: str) -> str:
    if status.last_error is None:
        return t.gettext("Errors since the start: none")

    text = t.gettext(
        "Errors since the start: {n}, the last {ago}; the log tells more"
    )
    ago = _ago(status.last_error, status.now, language)
    return text.format(n=status.errors, ago=ago)


def _versions(status: Status) -> str:
    return " · ".join(
        f"{name} {version}" for name, version in status.versions.items()
    )


def _ago(moment: datetime, now: datetime, language: str) -> str:
    # A time span of zero would be rendered as "in 0 seconds".
    age = max(now - moment, timedelta(seconds=1))
    return format_timedelta(-age, add_direction=True, locale=locale(language))
