"""What a reader can know of what is kept of them: told, taken along, and its end."""

import asyncio

from telegram import Update

from bot import posting, schedule
from bot.handlers.context import Context, chat, data, person
from bot.handlers.gate import admits
from bot.messages import buttons
from bot.messages import leaving as screens
from bot.storage import leaving
from bot.storage.takeout import gather
from bot.takeout import written


async def privacy(update: Update, context: Context) -> None:
    """Say what is kept of this reader."""
    held = await asyncio.to_thread(
        leaving.held, context.world.database, context.reader.id
    )
    await posting.send(
        context.bot, chat(update).id, screens.privacy(context.t, held)
    )


async def takeout(update: Update, context: Context) -> None:
    """Send all that is kept of this reader as one file."""
    world, reader = context.world, context.reader
    taken = await asyncio.to_thread(
        gather, world.database, reader.id, world.clock()
    )
    content = await asyncio.to_thread(written, taken)
    day = schedule.local_date(world.clock(), reader.zone)
    await posting.send_file(
        context.bot, chat(update).id, f"paperpicks-{day}.json", content
    )


async def forget(update: Update, context: Context) -> None:
    """Ask whether everything is to be deleted."""
    reader_id, invited = (
        context.reader.id,
        not admits(context, person(update).id),
    )
    held = await asyncio.to_thread(
        leaving.held, context.world.database, reader_id
    )
    screen = screens.question(context.t, held, reader_id, invited=invited)
    await posting.send(context.bot, chat(update).id, screen)


async def press(update: Update, context: Context) -> None:
    """Delete everything, where the button is about who presses it."""
    query, pressed = (
        update.callback_query,
        buttons.FORGET.fullmatch(data(update)),
    )
    if query is None or pressed is None:
        return
    if int(pressed[1]) != context.reader.id:
        await posting.answer(query, screens.old_question(context.t))
        return
    await asyncio.to_thread(
        leaving.forget, context.world.database, context.reader.id
    )
    await posting.answer(query, screens.deleted(context.t))
    if query.message is not None:
        screen = screens.gone(
            context.t, invited=not admits(context, person(update).id)
        )
        await posting.edit(
            context.bot, chat(update).id, query.message.message_id, screen
        )
