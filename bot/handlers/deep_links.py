"""`/start` by a link of ours: leads to a group's settings, or to a paper to read or keep."""

import asyncio
import re

from telegram import Update

from bot.handlers import group_settings, group_view, paper
from bot.handlers import start as beginning
from bot.handlers.context import Context
from bot.messages import replies
from bot.messages.callback_data import paper_ref
from bot.storage import papers, saves

PAYLOAD = re.compile(r"([gso])(\d{1,15})")


async def start(update: Update, context: Context) -> None:
    """Answer `/start`: greet who begins, and show what a link leads to.

    A reader who opens a link does not begin anew.
    """
    payload = context.args[0] if context.args else ""
    is_link = PAYLOAD.fullmatch(payload) is not None
    if context.reader_or_none is None or not is_link:
        await beginning.start(update, context)
    if is_link and context.reader_or_none is not None:
        await _follow(context, payload)


async def _follow(context: Context, payload: str) -> None:
    """Show what a link leads to; a paper that is gone, or not for this reader, is out of date."""
    match = PAYLOAD.fullmatch(payload)
    if match is None:
        return
    kind, number = match[1], int(match[2])
    if kind == group_view.SETTINGS:
        await group_settings.open_(context, number)
        return
    is_there = await asyncio.to_thread(
        _keep if kind == group_view.KEEP else _exists, context, number
    )
    if not is_there:
        await context.send(replies.paper_gone(context.t))
        return
    await paper.show(
        context, paper_ref(number), is_kept=kind == group_view.KEEP
    )


def _exists(context: Context, paper_id: int) -> bool:
    database, reader_id = context.runtime.database, context.reader.id
    return paper_id in papers.by_ids(database, [paper_id], reader_id)


def _keep(context: Context, paper_id: int) -> bool:
    """Save a paper; return False if there is none."""
    if not _exists(context, paper_id):
        return False
    saves.save(
        context.runtime.database,
        context.reader.id,
        paper_id,
        context.runtime.clock(),
    )
    return True
