"""Fetches readers' own feeds, each once for all who read it, and says which ones are dead."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from enum import Enum, auto
from functools import partial

from telegram.error import Forbidden

from bot.errors import Failure
from bot.messages import feeds as screens
from bot.messages import translation
from bot.picks import fitting
from bot.runtime import Runtime
from bot.sources.endpoints import Endpoints, query
from bot.sources.errors import SourceDown
from bot.sources.feeds import SOURCE
from bot.storage import feeds, papers, readers
from bot.storage.database import Database
from bot.storage.feeds import Feed
from bot.transport import sender
from bot.transport.sender import Bot

# Feeds that are read at once; child processes of others do not wait for them.
AT_ONCE = 3

log = logging.getLogger(__name__)


class Outcome(Enum):
    """How the fetch of a feed went."""

    CHANGED = auto()
    UNCHANGED = auto()
    FAILED = auto()


def fetch(
    database: Database,
    endpoints: Endpoints,
    now: datetime,
    count: Callable[[str], None] = lambda _outcome: None,
) -> list[int]:
    """Fetch the feeds that are due; return the ids of those that changed.

    `count` is called with how each went: "ok" or "failed".
    """
    if not endpoints.lists:
        return []

    due = feeds.due(database, now)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        outcomes = list(
            threads.map(partial(_try, database, endpoints, now), due)
        )

    for outcome in outcomes:
        count("failed" if outcome is Outcome.FAILED else "ok")
    return [
        feed.id
        for feed, outcome in zip(due, outcomes, strict=True)
        if outcome is Outcome.CHANGED
    ]


def cover(runtime: Runtime, feed_ids: Sequence[int]) -> None:
    """Give the papers of feeds vectors, so that the next picks know them."""
    stored = papers.of_feeds(runtime.database, feed_ids)
    fitting.cover(
        runtime.database,
        runtime.catalogue.version,
        runtime.catalogue.model,
        stored,
    )


async def report_dead(runtime: Runtime, bot: Bot) -> None:
    """Tell the subscribers of feeds that are dead for a week, once until the feed lives again."""
    database, now = runtime.database, runtime.clock()
    for subscriber in await asyncio.to_thread(feeds.dead, database, now):
        reader = await asyncio.to_thread(
            readers.by_id, database, subscriber.reader_id
        )
        await asyncio.to_thread(
            feeds.record_report, database, subscriber.feed_id, now
        )
        if reader is None or not reader.active:
            continue
        t = translation.of(reader.language)
        screen = screens.dead(t, subscriber.name or subscriber.address)
        with suppress(Forbidden):
            await sender.send(bot, reader.chat_id, screen)


def _try(
    database: Database, endpoints: Endpoints, now: datetime, feed: Feed
) -> Outcome:
    """Fetch one feed; whatever is wrong with it costs the others nothing."""
    try:
        return _fetch(database, endpoints, now, feed)
    except Failure:
        raise
    except Exception:
        log.exception("feed %d could not be stored", feed.id)
        feeds.record_failure(database, feed, now)
        return Outcome.FAILED


def _fetch(
    database: Database, endpoints: Endpoints, now: datetime, feed: Feed
) -> Outcome:
    """Fetch one feed, store what is new in it, and return how that went."""
    ask = query(endpoints, SOURCE, "read", now)
    try:
        [answer] = ask(
            address=feed.address,
            etag=feed.etag,
            last_modified=feed.last_modified,
            allow_private=endpoints.allow_private_feeds,
            today=now.date(),
        )
    except SourceDown as down:
        # By its number: the address may hold a secret.
        log.warning("feed %d %s", feed.id, down.why)
        feeds.record_failure(database, feed, now, pause=down.retry_after)
        return Outcome.FAILED

    state = answer.feed
    is_unchanged = state is not None and state.is_unchanged
    if not is_unchanged:
        feeds.store_entries(database, feed.id, answer.papers, now)
        feeds.drop_unseen(database, feed.id, now)
    feeds.record_success(
        database,
        feed.id,
        now,
        etag=state.etag if state else "",
        last_modified=state.last_modified if state else "",
        changed=not is_unchanged,
    )
    return Outcome.UNCHANGED if is_unchanged else Outcome.CHANGED
