"""`/privacy` and `/forget`: what is kept of a reader, counted and deleted."""

import asyncio

from telegram import Update

from bot.handlers import profile
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.messages import privacy as screens
from bot.messages.callback_data import Forget
from bot.storage import erasure


async def privacy(_update: Update, context: Context) -> None:
    """Answer `/privacy`: say what is kept of this reader."""
    counts = await asyncio.to_thread(
        erasure.count_data, context.runtime.database, context.reader.id
    )
    await context.send(screens.privacy(context.t, counts))


async def forget(_update: Update, context: Context) -> None:
    """Answer `/forget`: ask whether everything is to be deleted."""
    reader_id = context.reader.id
    counts = await asyncio.to_thread(
        erasure.count_data, context.runtime.database, reader_id
    )
    screen = screens.question(
        context.t,
        counts,
        reader_id,
        needs_invitation=_was_invited(context),
    )
    await context.send(screen)


async def press(press: Press[Forget], context: Context) -> None:
    """Delete everything of a reader, if the button is about the one who presses it."""
    if press.button.reader_id != context.reader.id:
        await press.answer(screens.old_question(context.t))
        return
    await asyncio.to_thread(
        erasure.delete_reader, context.runtime.database, context.reader.id
    )
    context.runtime.forget(context.reader.id, context.reader.chat_id)
    await profile.hide_menu(context.bot, context.reader.chat_id)
    await press.answer(screens.deleted(context.t))
    needs_invitation = _was_invited(context)
    await press.edit(
        screens.goodbye(context.t, needs_invitation=needs_invitation)
    )


def _was_invited(context: Context) -> bool:
    """Tell whether this reader needed an invitation, and would need one again."""
    return not context.runtime.admits(context.reader.chat_id)
