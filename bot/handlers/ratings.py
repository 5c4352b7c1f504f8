"""Taps and reactions: stored, learned from, and shown in the message they were made on."""

import asyncio
from dataclasses import replace

from telegram import ReactionTypeEmoji, Update

from bot.handlers.context import Context, chat, data
from bot.messages import callback_data, replies, topics
from bot.messages import digest as rendering
from bot.picks import learning
from bot.picks.learning import Lesson
from bot.schedule import due
from bot.storage import digests, feedback
from bot.storage.delivery_tables import ASK
from bot.storage.digests import Digest
from bot.transport import sender
from bot.transport.screen import Screen

VALUES = {"👍": 1, "👎": -1}


async def rate(update: Update, context: Context) -> None:
    """Take a tap: the blink at once, then the message as it stands now."""
    query, said = update.callback_query, callback_data.read_rate(data(update))
    if query is None or said is None:
        return
    lesson = await _learn(context, said.id, said.value, "pick")
    if (
        lesson is None or lesson.digest.kind == ASK
    ):  # no message shows a question as a pick
        await sender.answer(query, replies.stale(context.t))
        return
    receipt = lesson.digest.receipt if lesson.changed else None
    await sender.answer(
        query, rendering.toast(context.t, lesson.pick.value, receipt)
    )
    shown, pressed = lesson.digest.part(lesson.pick.id), query.message
    if data(update).startswith("w") and pressed is not None:
        await sender.close(
            context.bot, chat(update).id, pressed.message_id
        )  # "which one?"
    elif shown.picks[0].message_id is None and pressed is not None:
        # Sent by a process that died before it could note where.
        where = (pressed.chat.id, pressed.message_id)
        now = context.world.clock()
        await asyncio.to_thread(
            digests.sent, context.world.database, shown.picks, *where, now
        )
        picks = (
            replace(p, chat_id=where[0], message_id=where[1])
            for p in shown.picks
        )
        shown = replace(shown, picks=tuple(picks))
    await show(context, shown)
    await _ask(update, context, lesson)


async def react(update: Update, context: Context) -> None:
    """Take a 👍 or 👎 put on a message; on several papers it has to be said which one is meant."""
    reaction = update.message_reaction
    if reaction is None:
        return
    before, after = (
        {
            VALUES[e.emoji]
            for e in emojis
            if isinstance(e, ReactionTypeEmoji) and e.emoji in VALUES
        }
        for emojis in (reaction.old_reaction, reaction.new_reaction)
    )
    # Another emoji in the place of a thumb is applause, and takes nothing back.
    if before == after or (not after and reaction.new_reaction):
        return
    shown = await asyncio.to_thread(
        digests.by_message,
        context.world.database,
        reaction.chat.id,
        reaction.message_id,
    )
    if shown is None or shown.reader_id != context.reader.id:
        return
    value = next(iter(after), 0)
    if len(shown.picks) == 1:
        lesson = await _learn(context, shown.picks[0].id, value, "reaction")
        if lesson is not None and lesson.changed:
            await show(context, lesson.digest.part(lesson.pick.id))
            await _ask(update, context, lesson)
    elif value and context.world.asks(shown.id):
        screen = rendering.which_one(context.t, shown, value)
        await sender.send(
            context.bot, reaction.chat.id, screen, reply_to=reaction.message_id
        )


async def close(update: Update, context: Context) -> None:
    """Take a helper message away."""
    query = update.callback_query
    await sender.answer(query)
    if query is not None and query.message is not None:
        await sender.close(
            context.bot, chat(update).id, query.message.message_id
        )


async def stale(update: Update, context: Context) -> None:
    """Answer a button that this bot never made, or no longer knows."""
    await sender.answer(update.callback_query, replies.stale(context.t))


async def _ask(update: Update, context: Context, lesson: Lesson) -> None:
    """Ask about a topic on the very tap that leaves little of it; no later one asks again."""
    doubted = lesson.digest.receipt.get("doubted")
    if not lesson.changed or not doubted:
        return
    mine = await asyncio.to_thread(
        feedback.topics, context.world.database, context.reader.id
    )
    for number, text, kind in mine:
        if (text, kind) == (doubted, "wanted"):
            screen = topics.doubted(context.t, number, text)
            await sender.send(context.bot, chat(update).id, screen)


async def _learn(
    context: Context, pick_id: int, value: int, origin: str
) -> Lesson | None:
    world = context.world
    return await asyncio.to_thread(
        learning.rate,
        world.database,
        world.papers,
        context.reader,
        pick_id=pick_id,
        value=value,
        now=world.clock(),
        origin=origin,
    )


async def show(context: Context, shown: Digest) -> None:
    """Render a digest again, in the message that shows it."""
    first = shown.picks[0]
    if first.chat_id is None or first.message_id is None:
        return
    today = due.local_date(context.world.clock(), context.reader.zone)
    screen: Screen = rendering.digest(context.t, shown, context.reader, today)
    await sender.edit(context.bot, first.chat_id, first.message_id, screen)
