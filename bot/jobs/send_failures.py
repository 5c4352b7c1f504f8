"""What is done about a message that failed: tried again, sent plain, or given up."""

import asyncio
import logging
import re
from dataclasses import dataclass
from datetime import timedelta

from telegram.error import ChatMigrated, InvalidToken, RetryAfter, TelegramError

from bot.errors import Failure
from bot.runtime import Runtime
from bot.storage import outbox, readers
from bot.storage.outbox import MAX_ATTEMPTS, Delivery, Outgoing
from bot.transport import send_errors, sender
from bot.transport.screen import Screen
from bot.transport.send_errors import Outcome
from bot.transport.sender import Bot
from bot.transport.text import clip

# After which an uncertain message is sent once more.
AGAIN = timedelta(seconds=60)
BACK_OFF, LONGEST = timedelta(seconds=5), timedelta(minutes=10)

log = logging.getLogger(__name__)


class Rejected(Failure):
    """Telegram does not know our token any more: nothing can be sent."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was made: for which delivery, which of its messages, and what that shows."""

    delivery: Delivery
    message: Outgoing
    shown: Screen


async def meet(
    runtime: Runtime, bot: Bot, call: Call, error: TelegramError
) -> Delivery | None:
    """Do what an error asks for; return the delivery where its next message may follow.

    Raises Rejected where no call can succeed.
    """
    delivery, message = call.delivery, call.message
    outcome, now = send_errors.of(error), runtime.clock()
    log.warning(
        "A message to reader %s failed (%s): %s",
        delivery.reader.id,
        outcome.name,
        error,
    )
    match outcome:
        case Outcome.NEVER_LEFT:
            wait = min(BACK_OFF * 2**delivery.failures, LONGEST)
            await _put_back(runtime, call, wait, failures=delivery.failures + 1)
        case Outcome.TOO_FAST if isinstance(error, RetryAfter):
            await _put_back(runtime, call, send_errors.pause(error))
        case Outcome.UNKNOWN:
            doubted = (runtime.database, delivery, message, now + AGAIN)
            await asyncio.to_thread(outbox.mark_uncertain, *doubted)
            return delivery if message.attempts + 1 >= MAX_ATTEMPTS else None
        case Outcome.UNREACHABLE:
            await asyncio.to_thread(
                outbox.cancel, runtime.database, delivery, message
            )
            await asyncio.to_thread(
                outbox.deactivate_reader, runtime.database, delivery.reader.id
            )
        case Outcome.MOVED if isinstance(error, ChatMigrated):
            moved = (runtime.database, delivery.reader.id, error.new_chat_id)
            await asyncio.to_thread(readers.move, *moved)
            await _put_back(runtime, call, timedelta())
        case Outcome.UNFIT:
            return await _send_plain(runtime, bot, call, str(error))
        case Outcome.NO_SUCH_METHOD:
            return await _ask_who_we_are(runtime, bot, call)
    return None


async def _put_back(
    runtime: Runtime, call: Call, wait: timedelta, *, failures: int = 0
) -> None:
    until = runtime.clock() + wait
    back = (runtime.database, call.delivery, call.message, until)
    await asyncio.to_thread(outbox.postpone, *back, failures=failures)


async def _send_plain(
    runtime: Runtime, bot: Bot, call: Call, why: str
) -> Delivery:
    """Send a message that Telegram can't read as plain text: our mistake is not a lost morning."""
    text = clip(call.shown.text, 500)
    log.error(
        "Telegram can't read a message of ours; it is sent as plain text: %s",
        text,
    )
    buttons = not re.search("button|markup", why, re.IGNORECASE)
    its = (runtime.database, call.delivery, call.message)
    try:
        chat_id = call.delivery.reader.chat_id
        put = await sender.send_plain(
            bot,
            chat_id,
            call.shown,
            buttons=buttons,
            silent=call.delivery.is_silent,
        )
    except TelegramError as error:
        log.error("It failed as plain text too: %s", error)  # noqa: TRY400 - told in a line
        if send_errors.of(error) is Outcome.UNKNOWN:
            await asyncio.to_thread(
                outbox.mark_uncertain, *its, runtime.clock() + AGAIN
            )
        else:
            await asyncio.to_thread(outbox.cancel, *its)
    else:
        await asyncio.to_thread(
            outbox.record_sent, *its, put.message_id, runtime.clock()
        )
    return call.delivery


async def _ask_who_we_are(runtime: Runtime, bot: Bot, call: Call) -> Delivery:
    """Tell a method that is missing there from a token that is not ours any more."""
    try:
        await bot.get_me()
    except InvalidToken:
        await _put_back(runtime, call, LONGEST)
        raise Rejected(
            "Telegram does not accept the token any more, so nothing is sent. "
            "Ask @BotFather for a new one, and start again."
        ) from None
    log.error("This Bot API server has no such method; the message is given up")
    await asyncio.to_thread(
        outbox.cancel, runtime.database, call.delivery, call.message
    )
    return call.delivery
