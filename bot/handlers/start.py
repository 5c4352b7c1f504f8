"""The first contact: a greeting, interests to tap, and the invitations that open the door."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import time

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot.handlers import settings, topics
from bot.handlers.context import Context, chat, data, person
from bot.handlers.gate import admits
from bot.handlers.picks import wait_until_ready
from bot.messages import callback_data, replies
from bot.messages import start as screens
from bot.messages.start import Chips, Chosen
from bot.messages.topics import too_many
from bot.picks import selection, topic_offers
from bot.schedule import due
from bot.storage import feedback, invites, readers
from bot.storage.feedback import MOST_TOPICS
from bot.storage.readers import Reader
from bot.transport import sender
from bot.transport.screen import Screen

FIRST_HOUR = time(9)
# Seconds: the chips come from the first fit.
CHIPS_PATIENCE = 15.0
INVITED = "inv_"
DIALOGUE = "start"


async def start(update: Update, context: Context) -> None:
    """Welcome a new reader, or one who comes back."""
    if context.reader_or_none is None and not await _may_enter(update, context):
        raise ApplicationHandlerStop
    before = context.reader_or_none
    reader = await asyncio.to_thread(_welcome, update, context)
    if reader is None:
        await sender.send(context.bot, chat(update).id, replies.full(context.t))
        return
    context.reader_or_none = reader
    context.reader_or_none = await settings.save(
        context, active=True, paused_until=None, dialogue=DIALOGUE
    )
    await wait_until_ready(context, CHIPS_PATIENCE)
    was_off = before is not None and not (
        before.active and before.paused_until is None
    )
    notes = [screens.on_again(context.t)] if was_off else []
    screen = await greeting(context, context.reader_or_none, notes=notes)
    await sender.send(context.bot, reader.chat_id, screen)


async def chip(update: Update, context: Context) -> None:
    """Want an interest, or not, as its chip says."""
    pressed = callback_data.CHIP.fullmatch(data(update))
    if pressed is None:
        return
    if pressed[1] == "=":
        await asyncio.to_thread(topics.respell, context, pressed[2])
        await context.answer()
        await _redraw(update, context)
        return
    database, reader, topic = (
        context.runtime.database,
        context.reader,
        pressed[2],
    )
    mine = await asyncio.to_thread(feedback.topics, database, reader.id)
    if pressed[1] == "+" and len(mine) >= MOST_TOPICS:
        await context.answer(too_many(context.t, MOST_TOPICS))
        return
    if pressed[1] == "+":
        now = context.runtime.clock()
        await asyncio.to_thread(
            feedback.set_topics, database, reader.id, [topic], "wanted", now
        )
    else:
        # The number of one of this reader's own topics.
        dropped = [text for number, text, _ in mine if str(number) == topic]
        await asyncio.to_thread(
            feedback.remove_topics, database, reader.id, dropped
        )
    await context.answer()
    await _redraw(update, context)


async def more_chips(update: Update, context: Context) -> None:
    """Turn to another screen of interests."""
    pressed = callback_data.CHIPS.fullmatch(data(update))
    await context.answer()
    if pressed is not None:
        # A button of an older message names no screen.
        await _redraw(update, context, screen=int(pressed[1] or 1))


async def greeting(
    context: Context,
    reader: Reader,
    *,
    screen: int = 0,
    notes: Sequence[str] = (),
    meant: Mapping[int, str] | None = None,
) -> Screen:
    """Return the first screen as it stands for this reader; `notes` say what words just did.

    `meant` is what misspelt topics may be meant to be, by their numbers.
    """
    chips, chosen = await asyncio.to_thread(_interests, context, reader, screen)
    return screens.greeting(
        context.t, reader, chips, chosen, notes=notes, meant=meant or {}
    )


def _interests(
    context: Context, reader: Reader, screen: int
) -> tuple[Chips, list[Chosen]]:
    """Return a screen of interests to choose from, and what the reader chose already."""
    database, catalogue = context.runtime.database, context.runtime.catalogue
    today = due.local_date(context.runtime.clock(), reader.zone)
    ratings = feedback.of_reader(database, reader.id, reader.zone, today)
    taste = selection.learn(database, catalogue, ratings)
    pages = topic_offers.screens(catalogue, ratings, taste)
    screen = min(screen, len(pages) - 1)
    chosen = [
        Chosen(number, text, topic_offers.a_week(catalogue, text))
        for number, text, kind in feedback.topics(database, reader.id)
        if kind == "wanted"
    ]
    return Chips(pages[screen], screen, screen + 1 < len(pages)), chosen


async def _redraw(update: Update, context: Context, screen: int = 0) -> None:
    query = update.callback_query
    if query is not None and query.message is not None:
        first = await greeting(context, context.reader, screen=screen)
        await sender.edit(
            context.bot, chat(update).id, query.message.message_id, first
        )


async def _may_enter(update: Update, context: Context) -> bool:
    """Let in whom access admits, or who brings an unused invitation; tell others kindly."""
    user, here = person(update), chat(update)
    if admits(context, user.id):
        return True
    payload = context.args[0] if context.args else ""
    screen = replies.by_invitation(context.t)
    if context.runtime.access == "invite" and payload.startswith(INVITED):
        code, now = payload.removeprefix(INVITED), context.runtime.clock()
        if await asyncio.to_thread(
            invites.use, context.runtime.database, code, here.id, now
        ):
            return True
        screen = replies.used_invitation(context.t)
    await sender.send(context.bot, here.id, screen)
    return False


def _welcome(update: Update, context: Context) -> Reader | None:
    runtime, user = context.runtime, person(update)
    values = {
        "name": user.first_name[:128],
        "language": user.language_code or "en",
        "at": FIRST_HOUR,
        "picks": runtime.picks_per_day,
        "created_at": runtime.clock(),
    }
    return readers.find_or_create(
        runtime.database, chat(update).id, values, most=runtime.max_readers
    )
