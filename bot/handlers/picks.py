"""The next picks, now."""

import asyncio
import contextlib

from telegram import Update
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.handlers.context import Context, chat
from bot.jobs import delivery
from bot.messages import replies
from bot.picks import selection
from bot.storage import digests, feedback
from bot.transport import redelivery, sender

# Seconds that a first reader waits for the first fit.
PATIENCE = 30.0


async def picks(update: Update, context: Context) -> None:
    """Choose, record and send this reader's next picks."""
    world, reader = context.world, context.reader
    await sender.answer(update.callback_query)
    slipped = update.callback_query is not None and world.repeats(reader.id)
    if slipped and not redelivery.was_here():
        return  # a finger that slipped, or a press that Telegram sent twice
    await patiently(context, PATIENCE)
    await send(update, context)


async def send(
    update: Update, context: Context, *, instead: int | None = None
) -> None:
    """Send the next picks, or show them in the message whose number is `instead`."""
    world, reader, here = context.world, context.reader, chat(update).id
    chosen = await asyncio.to_thread(
        selection.choose,
        world.database,
        world.papers,
        reader,
        world.clock(),
        kind="now",
    )
    if chosen.picks:
        await delivery.send(world, context.bot, reader, chosen, instead=instead)
        return
    await asyncio.to_thread(digests.discard, world.database, chosen.id)
    if not len(world.papers):
        screen = replies.no_papers(context.t)
    else:
        mine = await asyncio.to_thread(
            feedback.topics, world.database, reader.id
        )
        screen = replies.all_seen(
            context.t, muted=any(kind == "muted" for *_, kind in mine)
        )
    if instead is None:
        await sender.send(context.bot, here, screen)
    else:
        await sender.edit(context.bot, here, instead, screen)


async def patiently(context: Context, seconds: float) -> None:
    """Wait for the first fit, and show it; without one, words and popularity choose."""
    ready = context.world.ready
    if ready.is_set():
        return
    with contextlib.suppress(TelegramError):
        await context.bot.send_chat_action(
            context.reader.chat_id, ChatAction.TYPING
        )
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(ready.wait(), seconds)
