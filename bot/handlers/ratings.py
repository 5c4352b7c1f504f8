"""Taps and reactions that rate picks: stored, learned from, and shown in their message."""

import asyncio
from dataclasses import replace

from telegram import ReactionTypeEmoji, Update

from bot.handlers.context import Context, chat, data
from bot.messages import callback_data, receipt, replies, topics
from bot.messages import digest as digest_screens
from bot.picks import learning
from bot.picks.learning import RatingResult
from bot.storage import digests, feedback, recommendations
from bot.storage.delivery_tables import ASK
from bot.storage.digests import Digest
from bot.transport import sender

VALUES = {"👍": 1, "👎": -1}


async def rate(update: Update, context: Context) -> None:
    """Rate a pick by its button: answer the press, then show what changed in the message."""
    query, pressed = (
        update.callback_query,
        callback_data.read_rate(data(update)),
    )
    if query is None or pressed is None:
        return
    result = await _learn(context, pressed.id, pressed.value, "pick")
    if result is None or result.digest.kind == ASK:
        # No message shows a question as a pick.
        await context.answer(replies.stale(context.t))
        return
    last = result.digest.receipt if result.changed else None
    await context.answer(receipt.toast(context.t, result.pick.value, last))
    shown, message = result.digest.part(result.pick.id), query.message
    if data(update).startswith("w") and message is not None:
        # The message only asked which paper a reaction meant.
        await sender.close(context.bot, chat(update).id, message.message_id)
    elif shown.picks[0].message_id is None and message is not None:
        shown = await _note_message(
            context, shown, message.chat.id, message.message_id
        )
    await show(context, shown)
    await _ask_about_topic(update, context, result)


async def react(update: Update, context: Context) -> None:
    """Rate by a 👍 or 👎 on a message; if it shows several papers, ask which one is meant."""
    reaction = update.message_reaction
    if reaction is None:
        return
    before = _thumbs(reaction.old_reaction)
    after = _thumbs(reaction.new_reaction)
    # Another emoji in the place of a thumb is applause, and takes nothing back.
    if before == after or (not after and reaction.new_reaction):
        return
    shown = await asyncio.to_thread(
        digests.by_message,
        context.runtime.database,
        reaction.chat.id,
        reaction.message_id,
    )
    if shown is None or shown.reader_id != context.reader.id:
        return
    value = next(iter(after), 0)
    if len(shown.picks) == 1:
        result = await _learn(context, shown.picks[0].id, value, "reaction")
        if result is not None and result.changed:
            await show(context, result.digest.part(result.pick.id))
            await _ask_about_topic(update, context, result)
    elif value and context.runtime.may_ask_which(shown.id):
        screen = digest_screens.which_one(context.t, shown, value)
        await sender.send(
            context.bot,
            reaction.chat.id,
            screen,
            reply_to=reaction.message_id,
        )


async def close(update: Update, context: Context) -> None:
    """Delete the message of a Close button."""
    query = update.callback_query
    await context.answer()
    if query is not None and query.message is not None:
        await sender.close(
            context.bot, chat(update).id, query.message.message_id
        )


async def stale(_update: Update, context: Context) -> None:
    """Answer a button that this bot never made, or no longer knows."""
    await context.answer(replies.stale(context.t))


async def show(context: Context, shown: Digest) -> None:
    """Render a digest again, in the message that shows it."""
    first = shown.picks[0]
    if first.chat_id is None or first.message_id is None:
        return
    screen = digest_screens.digest(
        context.t, shown, context.reader, context.today
    )
    await sender.edit(context.bot, first.chat_id, first.message_id, screen)


def _thumbs(emojis: tuple[object, ...]) -> set[int]:
    """Return the ratings among the emojis of a reaction."""
    return {
        VALUES[emoji.emoji]
        for emoji in emojis
        if isinstance(emoji, ReactionTypeEmoji) and emoji.emoji in VALUES
    }


async def _learn(
    context: Context, pick_id: int, value: int, origin: str
) -> RatingResult | None:
    runtime = context.runtime
    return await asyncio.to_thread(
        learning.rate_pick,
        runtime.database,
        runtime.catalogue,
        context.reader,
        pick_id=pick_id,
        value=value,
        now=runtime.clock(),
        origin=origin,
    )


async def _note_message(
    context: Context, shown: Digest, chat_id: int, message_id: int
) -> Digest:
    """Store which message shows picks: the process that sent it died before it could."""
    runtime = context.runtime
    await asyncio.to_thread(
        recommendations.record_sent,
        runtime.database,
        shown.picks,
        chat_id,
        message_id,
        runtime.clock(),
    )
    picks = [
        replace(pick, chat_id=chat_id, message_id=message_id)
        for pick in shown.picks
    ]
    return replace(shown, picks=tuple(picks))


async def _ask_about_topic(
    update: Update, context: Context, result: RatingResult
) -> None:
    """Ask about a typed topic on the very tap that leaves little of it; no later tap asks again."""
    doubted = result.digest.receipt.doubted
    if not result.changed or not doubted:
        return
    own_topics = await asyncio.to_thread(
        feedback.topics, context.runtime.database, context.reader.id
    )
    for topic in own_topics:
        if topic.text == doubted and topic.kind == "wanted":
            screen = topics.doubted(context.t, topic.id, topic.text)
            await sender.send(context.bot, chat(update).id, screen)
