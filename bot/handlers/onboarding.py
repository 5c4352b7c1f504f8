"""Six papers to learn from, asked about in one message that ends as the first picks.

What was asked is in the database, and each button names its question: any process can go on.
"""

import asyncio

from telegram import Update

from bot.handlers import picks
from bot.handlers.context import Context, chat, data
from bot.messages import callback_data, receipt, replies
from bot.messages import onboarding as screens
from bot.picks import learning, onboarding
from bot.storage import digests, recommendations
from bot.storage.delivery_tables import ASK
from bot.storage.digests import Digest, Pick
from bot.transport import sender


async def begin(update: Update, context: Context) -> None:
    """Ask the first question, or the one that was asked last."""
    runtime, reader = context.runtime, context.reader
    await context.answer()
    if runtime.is_slip(reader.id, ASK) and not context.attempt.is_repeated:
        return
    await picks.wait_until_ready(context, picks.PATIENCE)
    now = runtime.clock()
    asked = await asyncio.to_thread(
        onboarding.begin, runtime.database, runtime.catalogue, reader, now
    )
    if asked is None:
        await picks.send_next(update, context)
        return
    pick = onboarding.current(asked)
    await asyncio.to_thread(
        recommendations.record_sending, runtime.database, [pick], now
    )
    await sender.send(
        context.bot, chat(update).id, screens.question(context.t, asked, pick)
    )


async def answer(update: Update, context: Context) -> None:
    """Take an answer, and ask the next question or show the picks."""
    query, said = (
        update.callback_query,
        callback_data.read_rate(data(update), callback_data.ASK),
    )
    if query is None or said is None:
        return
    lesson = await asyncio.to_thread(
        learning.rate_pick,
        context.runtime.database,
        context.runtime.catalogue,
        context.reader,
        pick_id=said.id,
        value=said.value,
        now=context.runtime.clock(),
        origin=ASK,
    )
    if (
        lesson is None
        or lesson.digest.kind != ASK
        or await _is_over(update, context)
    ):
        await context.answer(replies.stale(context.t))
        return
    toast = receipt.toast(context.t, lesson.pick.value, lesson.digest.receipt)
    await context.answer(toast if lesson.changed else None)
    following = onboarding.following(lesson.digest, lesson.pick)
    if following is None:
        await _end(update, context)
    elif query.message is not None:
        await _ask(update, context, lesson.digest, following)


async def enough(update: Update, context: Context) -> None:
    """Show the picks, whatever was not asked yet."""
    over = await _is_over(update, context)
    await context.answer(replies.stale(context.t) if over else None)
    if not over:
        await _end(update, context)


async def _ask(
    update: Update, context: Context, asked: Digest, pick: Pick
) -> None:
    """Show a question in the message that showed the one before."""
    now = context.runtime.clock()
    if not pick.sent:
        await asyncio.to_thread(
            recommendations.record_sending,
            context.runtime.database,
            [pick],
            now,
        )
    screen = screens.question(context.t, asked, pick)
    await sender.edit(
        context.bot, chat(update).id, _message(update) or 0, screen
    )


async def _end(update: Update, context: Context) -> None:
    await picks.send_next(update, context, message_id=_message(update))


async def _is_over(update: Update, context: Context) -> bool:
    """Tell whether a message that asked shows picks by now: then its press came twice, or late."""
    where = (chat(update).id, _message(update) or 0)
    return (
        await asyncio.to_thread(
            digests.by_message, context.runtime.database, *where
        )
        is not None
    )


def _message(update: Update) -> int | None:
    query = update.callback_query
    return query.message.message_id if query and query.message else None
