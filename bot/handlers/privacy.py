"""What a reader can know of what is kept of them: told, taken along, and its end."""

import asyncio

from telegram import Update

from bot.handlers.context import Context, chat, data, person
from bot.handlers.gate import admits
from bot.messages import callback_data
from bot.messages import privacy as screens
from bot.schedule import due
from bot.storage import erasure
from bot.storage.takeout.document import to_json
from bot.storage.takeout.export import export_reader
from bot.transport import sender


async def privacy(update: Update, context: Context) -> None:
    """Say what is kept of this reader."""
    held = await asyncio.to_thread(
        erasure.count_data, context.runtime.database, context.reader.id
    )
    await sender.send(
        context.bot, chat(update).id, screens.privacy(context.t, held)
    )


async def takeout(update: Update, context: Context) -> None:
    """Send all that is kept of this reader as one file."""
    runtime, reader = context.runtime, context.reader
    taken = await asyncio.to_thread(
        export_reader, runtime.database, reader.id, runtime.clock()
    )
    content = await asyncio.to_thread(to_json, taken)
    day = due.local_date(runtime.clock(), reader.zone)
    await sender.send_file(
        context.bot, chat(update).id, f"paperpicks-{day}.json", content
    )


async def forget(update: Update, context: Context) -> None:
    """Ask whether everything is to be deleted."""
    reader_id, invited = (
        context.reader.id,
        not admits(context, person(update).id),
    )
    held = await asyncio.to_thread(
        erasure.count_data, context.runtime.database, reader_id
    )
    screen = screens.question(context.t, held, reader_id, invited=invited)
    await sender.send(context.bot, chat(update).id, screen)


async def press(update: Update, context: Context) -> None:
    """Delete everything, where the button is about who presses it."""
    query, pressed = (
        update.callback_query,
        callback_data.FORGET.fullmatch(data(update)),
    )
    if query is None or pressed is None:
        return
    if int(pressed[1]) != context.reader.id:
        await context.answer(screens.old_question(context.t))
        return
    await asyncio.to_thread(
        erasure.delete_reader, context.runtime.database, context.reader.id
    )
    await context.answer(screens.deleted(context.t))
    if query.message is not None:
        screen = screens.gone(
            context.t, invited=not admits(context, person(update).id)
        )
        await sender.edit(
            context.bot, chat(update).id, query.message.message_id, screen
        )
