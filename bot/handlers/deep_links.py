"""Links that open the private chat: at a group's settings, or at a paper to read or keep."""

import asyncio
import re

from bot.handlers import group_settings, group_view, paper
from bot.handlers.context import Context
from bot.messages import replies
from bot.messages.callback_data import paper_ref
from bot.storage import papers, saves

PAYLOAD = re.compile(r"([gso])(\d{1,15})")


def is_link(payload: str) -> bool:
    """Tell whether the payload of a /start is that of a link of ours."""
    return PAYLOAD.fullmatch(payload) is not None


async def follow(context: Context, payload: str) -> None:
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
