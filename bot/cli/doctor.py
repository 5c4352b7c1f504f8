"""Examines an installation for `paperpicks doctor`: what is wrong, and how to mend it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx

from bot.cli.resources import (
    open_database,
    private_paths,
    source_endpoints,
)
from bot.errors import Failure
from bot.jobs import fetch
from bot.jobs.health import MAX_DELIVERY_DELAY
from bot.markup import plurals
from bot.settings import Settings
from bot.sources import summaries
from bot.sources.endpoints import Endpoints
from bot.storage import (
    counts,
    features,
    feeds,
    gists,
    permissions,
    schema,
    sources,
)
from bot.storage.database import Database
from bot.transport.client import certificates, proxy_for

# A long weekend brings no papers, so nothing new to fit the features on.
MAX_FEATURES_AGE = timedelta(days=4)

# Papers that are older are picked no more.
MAX_GIST_AGE = timedelta(days=14)

# With a clock that is off by more, picks come early or late.
MAX_CLOCK_SKEW = timedelta(seconds=30)

# With more updates waiting, the last error of the webhook still matters.
MAX_WAITING_UPDATES = 100

# Seconds in which Telegram has to answer.
TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was examined: whether it is ok, and a remedy if it is not."""

    ok: bool
    text: str
    remedy: str = ""

    @property
    def line(self) -> str:
        """The finding as it is printed."""
        return f"✓ {self.text}" if self.ok else f"✗ {self.text} → {self.remedy}"


@dataclass(frozen=True, slots=True)
class TelegramAccess:
    """How the bot reaches Telegram, and where Telegram should bring updates, if anywhere."""

    token: str
    api_base: str
    webhook_url: str | None


def examine_installation(settings: Settings) -> Iterator[Finding]:
    """Yield findings on everything that the settings name."""
    telegram = _telegram_access(settings)
    if telegram is None:
        yield Finding(
            ok=False,
            text="TELEGRAM_BOT_TOKEN is not set",
            remedy="get one from @BotFather",
        )

    with open_database(settings, prepare=False) as database:
        yield from examine_permissions(private_paths(settings, database))
        yield from examine(
            database,
            source_endpoints(settings),
            telegram,
            datetime.now(UTC),
        )


def examine_permissions(paths: Iterable[Path]) -> Iterator[Finding]:
    """Yield the paths that other users of this machine can read."""
    readable = list(permissions.open_to_others(paths))
    if not readable:
        yield Finding(
            ok=True,
            text="nobody else on this machine can read the data",
        )

    for path in readable:
        mode = permissions.FOLDER if path.is_dir() else permissions.FILE
        yield Finding(
            ok=False,
            text=f"others on this machine can read {path}",
            remedy=f"chmod {mode:o} {path}",
        )


def examine(
    database: Database,
    endpoints: Endpoints,
    telegram: TelegramAccess | None,
    now: datetime,
) -> Iterator[Finding]:
    """Yield findings on the database, the sources, deliveries, and Telegram if it is given."""
    try:
        revision = _examine_revision(database)
        yield revision
        if not revision.ok:
            # The tables that everything else reads may not be there.
            return

        numbers = counts.count(database)
    except Failure as failure:
        yield Finding(
            ok=False,
            text=str(failure),
            remedy="check DATABASE_URL and DATA_DIR",
        )
        return

    papers = plurals.of(numbers.papers, "paper")
    yield Finding(
        ok=numbers.papers > 0,
        text=f"{papers}, the newest of {numbers.newest_day or 'no day'}",
        remedy="run `paperpicks fetch`",
    )
    yield _examine_features(database, now, numbers.papers)
    yield from _examine_sources(database, endpoints, now)
    yield from _examine_feeds(database, now)
    yield from _examine_summaries(database, endpoints, now)
    yield _examine_deliveries(database, now)
    if telegram is not None:
        yield from _examine_telegram(telegram, database, now)


def _examine_revision(database: Database) -> Finding:
    current, newest = schema.revisions(database)
    schema.check_known(database, current)
    return Finding(
        ok=current == newest,
        text=f"the database is at revision {current}",
        remedy="run `paperpicks migrate`",
    )


def _examine_features(
    database: Database, now: datetime, papers: int
) -> Finding:
    newest = features.newest(database)
    if newest is None:
        return Finding(
            ok=papers == 0,
            text="no features yet",
            remedy="`paperpicks run` fits them by itself",
        )

    age = now - newest.created_at
    fitted_papers = plurals.of(newest.papers, "paper")
    return Finding(
        ok=age < MAX_FEATURES_AGE,
        text=f"features of {fitted_papers}, fitted {_ago(age)}",
        remedy="`paperpicks run` fits them by itself once new papers are fetched",
    )


def _examine_sources(
    database: Database, endpoints: Endpoints, now: datetime
) -> Iterator[Finding]:
    states = sources.states(database)
    for name in fetch.asked_sources(database, endpoints):
        state = states.get(name)
        if state is None:
            yield Finding(
                ok=False,
                text=f"{name} was never fetched",
                remedy="run `paperpicks fetch`",
            )
        elif state.note:
            yield Finding(
                ok=False,
                text=f"{name}: {state.note}",
                remedy="it is tried again every hour",
            )
        else:
            age = now - state.tried_at
            papers = plurals.of(state.papers, "paper")
            yield Finding(
                ok=age < fetch.MAX_AGE,
                text=f"{name} brought {papers}, {_ago(age)}",
                remedy="is `paperpicks run` running?",
            )


def _examine_feeds(database: Database, now: datetime) -> Iterator[Finding]:
    """Yield a finding on readers' own feeds; their addresses are nobody else's business."""
    total, silent = feeds.count(database, now)
    if total:
        own_feeds = plurals.of(
            total, "feed of readers' own", "feeds of readers' own"
        )
        yield Finding(
            ok=silent < total,
            text=f"{own_feeds}, {silent} of them silent for a week",
            remedy="does a firewall keep this machine from the web?",
        )


def _examine_summaries(
    database: Database, endpoints: Endpoints, now: datetime
) -> Iterator[Finding]:
    """Yield a finding on the language model, if the operator named one."""
    if endpoints.summaries is None:
        return

    state = sources.states(database).get(summaries.SOURCE)
    waiting = gists.count_waiting(database, (now - MAX_GIST_AGE).date())
    papers = plurals.of(waiting, "paper")
    yield Finding(
        ok=state is None or not state.note,
        text=(
            state.note
            if state is not None and state.note
            else f"{papers} without a gist"
        ),
        remedy=(
            "check SUMMARY_API_BASE, SUMMARY_MODEL and SUMMARY_API_KEY; until it answers, "
            "abstracts speak for themselves"
        ),
    )


def _examine_deliveries(database: Database, now: datetime) -> Finding:
    late = counts.count_stuck(database, now - MAX_DELIVERY_DELAY)
    return Finding(
        ok=late == 0,
        text=f"{plurals.of(late, 'digest is', 'digests are')} late",
        remedy="is `paperpicks run` running? `paperpicks deliver` sends what is due",
    )


def _telegram_access(settings: Settings) -> TelegramAccess | None:
    if settings.telegram_bot_token is None:
        return None

    return TelegramAccess(
        token=settings.telegram_bot_token.get_secret_value(),
        api_base=settings.telegram_api_base,
        webhook_url=settings.webhook_url,
    )


def _examine_telegram(
    telegram: TelegramAccess, database: Database, now: datetime
) -> Iterator[Finding]:
    """Yield findings on the token, the webhook and this machine's clock."""
    base_url = f"{telegram.api_base}/bot{telegram.token}/"
    try:
        with httpx.Client(
            base_url=base_url,
            timeout=TIMEOUT,
            proxy=proxy_for(telegram.api_base),
            trust_env=False,
            verify=certificates(),
        ) as client:
            response = client.get("getMe")
            me = _parse_answer(response)
            webhook = _parse_answer(client.get("getWebhookInfo"))
    except (httpx.HTTPError, ValueError, RecursionError) as error:
        # The error's own text may hold the token.
        reason = type(error).__name__
        yield Finding(
            ok=False,
            text=f"{telegram.api_base} does not answer ({reason})",
            remedy="is it up?",
        )
        return

    yield _examine_token(me, database)
    if me.get("ok"):
        yield from examine_abilities(me["result"])
    yield _examine_webhook(webhook.get("result", {}), telegram.webhook_url)
    yield _examine_clock(response.headers.get("date"), now)


def _parse_answer(response: httpx.Response) -> dict[str, Any]:
    """Return the JSON of a response; raise ValueError if Telegram would not send such."""
    answer = response.json()
    if not isinstance(answer, dict):
        raise ValueError  # noqa: TRY004 - as for JSON that can't be parsed

    is_refusal = response.status_code in {401, 404}
    if not is_refusal and not isinstance(answer.get("result"), dict):
        raise ValueError

    return answer


def _examine_token(me: dict[str, Any], database: Database) -> Finding:
    if not me.get("ok"):
        return Finding(
            ok=False,
            text="Telegram does not accept the token",
            remedy="check that it is whole, or ask @BotFather for a new one with /token",
        )

    bot = me["result"]
    owner = schema.owner(database)
    return Finding(
        ok=owner in {None, bot.get("id")},
        text=f"the token is @{bot.get('username', bot.get('id'))}'s",
        remedy=f"this database belongs to bot {owner}: `paperpicks run --adopt` moves it",
    )


def examine_abilities(bot: dict[str, Any]) -> Iterator[Finding]:
    """Yield what @BotFather lets the bot do; each is the operator's choice, and so never wrong."""
    texts = {
        "supports_inline_queries": ("inline mode", "/setinline"),
        "can_join_groups": ("being added to groups", "/setjoingroups"),
    }
    for name, (ability, command) in texts.items():
        state = (
            "on"
            if bot.get(name)
            else f"off; @BotFather's {command} switches it on"
        )
        yield Finding(ok=True, text=f"{ability} is {state}")


def _examine_webhook(info: dict[str, Any], webhook_url: str | None) -> Finding:
    """Compare where Telegram brings updates with where the bot expects them."""
    url = str(info.get("url", ""))
    waiting = int(info.get("pending_update_count") or 0)

    if url.rstrip("/") != (webhook_url or "").rstrip("/"):
        receiver = httpx.URL(url).host if url else "nobody"
        return Finding(
            ok=False,
            text=f"Telegram sends updates to {receiver}",
            remedy=(
                "another process may have this token: stop it. "
                "`paperpicks run` takes updates back"
            ),
        )

    error = ""
    if waiting > MAX_WAITING_UPDATES:
        error = info.get("last_error_message", "")

    text = "updates come by long polling"
    if webhook_url:
        text = f"updates come by webhook, {waiting} wait"
    if error:
        text += f"; the last one failed: {error}"

    return Finding(
        ok=not error,
        text=text,
        remedy="can Telegram reach WEBHOOK_URL?",
    )


def _examine_clock(date: str | None, now: datetime) -> Finding:
    try:
        skew = now - parsedate_to_datetime(date or "")
    except (ValueError, TypeError):
        # Telegram names no time, or one without a time zone.
        skew = timedelta()

    return Finding(
        ok=abs(skew) < MAX_CLOCK_SKEW,
        text=f"this machine's clock is {skew.total_seconds():+.0f} s from Telegram's",
        remedy="set it by NTP: picks come by it",
    )


def _ago(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    if hours >= 48:
        return f"{hours // 24} days ago"
    return f"{plurals.of(hours, 'hour')} ago"
