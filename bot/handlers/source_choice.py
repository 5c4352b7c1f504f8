"""Adds and drops sources of a reader, and says what became of that."""

import asyncio

from bot.handlers.context import Context
from bot.markup import list_keys
from bot.messages import replies
from bot.messages import sources as screens
from bot.picks import source_names
from bot.picks import sources as picks_sources
from bot.storage import subscriptions
from bot.storage.subscriptions import Addition, Subscription


async def add(context: Context, source: Subscription) -> Addition:
    """Add a source to the reader's, as far as there is room."""
    runtime = context.runtime
    return await asyncio.to_thread(
        subscriptions.add,
        runtime.database,
        context.reader.id,
        source,
        runtime.clock(),
        runtime.limits,
    )


async def add_category(context: Context, key: str) -> str:
    """Add a category or subject; return the toast."""
    source = Subscription(key=key)
    result = await add(context, source)
    if result in {Addition.ADDED, Addition.PRESENT}:
        return screens.added_toast(context.t)
    return note(context, result, source)


async def remove(context: Context, key: str) -> str | None:
    """Drop a source; return why it stays, or None if it is gone."""
    is_removed = await asyncio.to_thread(
        picks_sources.remove, context.runtime.database, context.reader.id, key
    )
    return None if is_removed else screens.last_one(context.t)


def note(context: Context, result: Addition, source: Subscription) -> str:
    """Say what became of a wish for a source."""
    runtime = context.runtime
    return screens.addition(
        context.t,
        result,
        source,
        runtime.limits,
        is_live=runtime.endpoints.lists,
    )


async def choose_code(
    context: Context, code: str, *, chosen: bool
) -> str | None:
    """Add or drop a category of arXiv by its code; return the toast."""
    key = list_keys.key(list_keys.ARXIV, code)
    if not source_names.exists(key):
        return replies.stale(context.t)
    if chosen:
        return await add_category(context, key)
    return await remove(context, key)
