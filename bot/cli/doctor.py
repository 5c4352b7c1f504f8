"""What is wrong with this installation, and how to mend it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx

from bot.errors import Failure
from bot.markup import plurals
from bot.sources.endpoints import Endpoints
from bot.storage import counts, features, permissions, schema, sources
from bot.storage.database import Database

OLD_FETCH = timedelta(hours=26)
# A long weekend brings no papers, and so no new fit.
OLD_FEATURES = timedelta(days=4)
SLOW_DELIVERY = timedelta(minutes=15)
# More, and picks come early or late.
SKEW = timedelta(seconds=30)
# Updates that wait for a webhook.
MANY = 100
# Seconds for Telegram to answer.
PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, what was seen, and what to do if not."""

    well: bool
    seen: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """The line to Telegram: as whom we speak, where it is, and where we listen, if we do."""

    token: str
    api_base: str
    webhook_url: str | None


def examine(
    database: Database, endpoints: Endpoints, line: Line | None, now: datetime
) -> Iterator[Finding]:
    """Look at everything that can be wrong; at Telegram only where there is a token."""
    try:
        schema_now = _schema(database)
        yield schema_now
        if not schema_now.well:
            return  # the rest asks for tables that may not be there
        counted = counts.count(database)
    except Failure as failure:
        yield Finding(
            well=False,
            seen=str(failure),
            mend="check DATABASE_URL and DATA_DIR",
        )
        return
    stored = plurals.of(counted.papers, "paper")
    yield Finding(
        well=counted.papers > 0,
        seen=f"{stored}, the newest of {counted.newest_day or 'no day'}",
        mend="run `paperpicks fetch`",
    )
    yield _features(database, now, counted.papers)
    yield from _sources(database, endpoints, now)
    late = counts.count_stuck(database, now - SLOW_DELIVERY)
    yield Finding(
        well=late == 0,
        seen=f"{plurals.of(late, 'digest is', 'digests are')} late",
        mend="is `paperpicks run` running? `paperpicks deliver` sends what is due",
    )
    if line is not None:
        yield from _telegram(line, database, now)


def privacy(paths: Iterable[Path]) -> Iterator[Finding]:
    """Look whether others on this machine may read what is ours; what could be closed, was."""
    readable = list(permissions.open_to_others(paths))
    if not readable:
        yield Finding(
            well=True, seen="nobody else on this machine can read the data"
        )
    for path in readable:
        mode = permissions.FOLDER if path.is_dir() else permissions.FILE
        mend = f"chmod {mode:o} {path}"
        yield Finding(
            well=False,
            seen=f"others on this machine can read {path}",
            mend=mend,
        )


def _telegram(
    line: Line, database: Database, now: datetime
) -> Iterator[Finding]:
    """Look at what Telegram says of the token, of its webhook, and of the time it is."""
    try:
        with httpx.Client(
            base_url=f"{line.api_base}/bot{line.token}/", timeout=PATIENCE
        ) as client:
            me, hook = client.get("getMe"), client.get("getWebhookInfo")
            told, info = _answer(me), _answer(hook).get("result", {})
    except (
        httpx.HTTPError,
        ValueError,
        RecursionError,
    ) as error:  # its text may hold the token
        why = type(error).__name__
        yield Finding(
            well=False,
            seen=f"{line.api_base} does not answer ({why})",
            mend="is it up?",
        )
        return
    yield _token(told, database)
    yield _webhook(info, line.webhook_url)
    yield _clock(me.headers.get("date"), now)


def _answer(response: httpx.Response) -> dict[str, Any]:
    """Return what Telegram answered; raises ValueError where that is odd, and tells nothing."""
    answer = response.json()
    refused = response.status_code in {401, 404}
    if not isinstance(answer, dict) or not (
        refused or isinstance(answer.get("result"), dict)
    ):
        raise ValueError
    return answer


def _token(told: dict[str, Any], database: Database) -> Finding:
    if not told.get("ok"):
        mend = "check that it is whole, or ask @BotFather for a new one with /token"
        return Finding(
            well=False, seen="Telegram does not accept the token", mend=mend
        )
    bot, owner = told["result"], schema.owner(database)
    return Finding(
        well=owner in {None, bot.get("id")},
        seen=f"the token is @{bot.get('username', bot.get('id'))}'s",
        mend=f"this database belongs to bot {owner}: `paperpicks run --adopt` moves it",
    )


def _webhook(info: dict[str, Any], wanted: str | None) -> Finding:
    """Compare where Telegram sends updates with where we listen."""
    url, waiting = (
        str(info.get("url", "")),
        int(info.get("pending_update_count") or 0),
    )
    if url.rstrip("/") != (wanted or "").rstrip("/"):
        where = httpx.URL(url).host if url else "nobody"
        mend = "another process may have this token: stop it. `paperpicks run` takes updates back"
        return Finding(
            well=False, seen=f"Telegram sends updates to {where}", mend=mend
        )
    failed = info.get("last_error_message", "") if waiting > MANY else ""
    how = f"by webhook, {waiting} wait" if wanted else "by long polling"
    return Finding(
        well=not failed,
        seen=f"updates come {how}"
        + (f"; the last one failed: {failed}" if failed else ""),
        mend="can Telegram reach WEBHOOK_URL?",
    )


def _clock(date: str | None, now: datetime) -> Finding:
    try:
        ahead = now - parsedate_to_datetime(date or "")
    except (
        ValueError,
        TypeError,
    ):  # Telegram names no time, or one without a zone
        ahead = timedelta()
    return Finding(
        well=abs(ahead) < SKEW,
        seen=f"this machine's clock is {ahead.total_seconds():+.0f} s from Telegram's",
        mend="set it by NTP: picks come by it",
    )


def _schema(database: Database) -> Finding:
    current, newest = schema.revisions(database)
    schema.check_known(database, current)
    return Finding(
        well=current == newest,
        seen=f"the database is at revision {current}",
        mend="run `paperpicks migrate`",
    )


def _features(database: Database, now: datetime, papers: int) -> Finding:
    newest = features.newest(database)
    if newest is None:
        return Finding(
            well=papers == 0,
            seen="no features yet",
            mend="`paperpicks run` fits them by itself",
        )
    age = now - newest.created_at
    return Finding(
        well=age < OLD_FEATURES,
        seen=f"features of {plurals.of(newest.papers, 'paper')}, fitted {_ago(age)}",
        mend="`paperpicks run` fits them by itself once new papers are fetched",
    )


def _sources(
    database: Database, endpoints: Endpoints, now: datetime
) -> Iterator[Finding]:
    states = sources.states(database)
    names = ["huggingface"] + (["arxiv"] if endpoints.arxiv_categories else [])
    for name in names:
        state = states.get(name)
        if state is None:
            yield Finding(
                well=False,
                seen=f"{name} was never fetched",
                mend="run `paperpicks fetch`",
            )
        elif state.note:
            mend = "it is tried again every hour"
            yield Finding(well=False, seen=f"{name}: {state.note}", mend=mend)
        else:
            age = now - state.tried_at
            seen = f"{name} brought {plurals.of(state.papers, 'paper')}, {_ago(age)}"
            yield Finding(
                well=age < OLD_FETCH,
                seen=seen,
                mend="is `paperpicks run` running?",
            )


def _ago(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    return (
        f"{hours // 24} days ago"
        if hours >= 48
        else f"{plurals.of(hours, 'hour')} ago"
    )
