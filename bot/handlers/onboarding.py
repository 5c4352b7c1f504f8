"""Six papers to learn from, asked about in one message that ends as the first picks.

Which papers were asked about is in the database, and each button names its question: so any
process can go on.
"""

import asyncio

from bot.handlers import digest_view
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.messages import onboarding as screens
from bot.messages import receipt
from bot.messages.callback_data import AnswerQuestion, AskMe, EndQuestions
from bot.picks import learning, onboarding
from bot.storage import digests, recommendations
from bot.storage.delivery_tables import ASK
from bot.storage.digests import Digest, Pick


async def begin(press: Press[AskMe], context: Context) -> None:
    """Ask the first question, or the one that was asked last."""
    runtime, reader = context.runtime, context.reader
    await press.answer()
    is_slip = await runtime.is_slip(reader.chat_id, ASK)
    if is_slip and not context.attempt.is_repeated:
        return
    await digest_view.wait_until_ready(context)
    now = runtime.clock()
    questions = await asyncio.to_thread(
        onboarding.begin, runtime.database, runtime.catalogue, reader, now
    )
    if questions is None:
        await digest_view.send_next(context)
        return
    pick = onboarding.current(questions)
    await asyncio.to_thread(
        recommendations.record_sending, runtime.database, [pick], now
    )
    await context.send(screens.question(context.t, questions, pick))


async def answer(press: Press[AnswerQuestion], context: Context) -> None:
    """Learn from an answer, and ask the next question or show the picks."""
    runtime = context.runtime
    result = await asyncio.to_thread(
        learning.rate_pick,
        runtime.database,
        runtime.catalogue,
        context.reader,
        pick_id=press.button.pick_id,
        value=press.button.value,
        now=runtime.clock(),
        origin=ASK,
    )
    is_question = result is not None and result.digest.kind == ASK
    if result is None or not is_question or await _is_over(press, context):
        await press.show(None)
        return
    toast = receipt.toast(context.t, result.pick.value, result.digest.receipt)
    await press.answer(toast if result.changed else None)
    following = onboarding.following(result.digest, result.pick)
    if following is None:
        await digest_view.send_next(context, message_id=press.message_id)
    else:
        await _ask(press, context, result.digest, following)


async def end(press: Press[EndQuestions], context: Context) -> None:
    """Show the picks, whichever questions are left."""
    if await _is_over(press, context):
        await press.show(None)
        return
    await press.answer()
    await digest_view.send_next(context, message_id=press.message_id)


async def _ask(
    press: Press[AnswerQuestion],
    context: Context,
    questions: Digest,
    pick: Pick,
) -> None:
    """Show a question in the message that showed the one before."""
    runtime = context.runtime
    if not pick.sent:
        await asyncio.to_thread(
            recommendations.record_sending,
            runtime.database,
            [pick],
            runtime.clock(),
        )
    await press.edit(screens.question(context.t, questions, pick))


async def _is_over(
    press: Press[AnswerQuestion] | Press[EndQuestions], context: Context
) -> bool:
    """Tell whether the message shows picks by now: then its press came twice, or late."""
    digest = await asyncio.to_thread(
        digests.by_message,
        context.runtime.database,
        context.reader.chat_id,
        press.message_id or 0,
    )
    return digest is not None
