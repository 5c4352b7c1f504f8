"""Handles a message that could not be sent: tried again, sent plain, or given up."""

import asyncio
import logging
import re
from dataclasses import dataclass
from datetime import timedelta

from telegram.error import ChatMigrated, InvalidToken, RetryAfter, TelegramError

from bot.errors import Failure
from bot.jobs import group_failures
from bot.runtime import Runtime
from bot.storage import groups, outbox, readers
from bot.storage.outbox import MAX_ATTEMPTS, Delivery, Outgoing
from bot.storage.readers import Reader
from bot.transport import send_errors, sender
from bot.transport.screen import Screen
from bot.transport.send_errors import Outcome
from bot.transport.sender import Bot
from bot.transport.text import clip

# After this time, a message that may have arrived is sent once more.
RETRY_UNCERTAIN = timedelta(seconds=60)
# The wait after a call that never left, which doubles each time: at first, and at most.
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
# Letters of an unreadable message that are logged.
LOGGED = 500

log = logging.getLogger(__name__)


class Rejected(Failure):
    """Telegram does not know our token any more: nothing can be sent."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was made: a message of a delivery, and the screen that it shows."""

    delivery: Delivery
    message: Outgoing
    screen: Screen


async def handle(
    runtime: Runtime, bot: Bot, call: Call, error: TelegramError
) -> Delivery | None:
    """Do what an error calls for; return the delivery if its next message may follow.

    Raises Rejected if no call can succeed.
    """
    delivery, message = call.delivery, call.message
    outcome = send_errors.of(error)
    log.warning(
        "A message to reader %s failed (%s): %s",
        delivery.reader.id,
        outcome.name,
        error,
    )
    match outcome:
        case Outcome.NEVER_LEFT:
            wait = min(FIRST_WAIT * 2**delivery.failures, LONGEST_WAIT)
            failures = delivery.failures + 1
            await _put_back(runtime, call, wait, failures=failures)
        case Outcome.TOO_FAST if isinstance(error, RetryAfter):
            await _put_back(runtime, call, send_errors.pause(error))
        case Outcome.UNKNOWN:
            await _doubt(runtime, call)
            return delivery if message.attempts + 1 >= MAX_ATTEMPTS else None
        case Outcome.UNREACHABLE:
            await _cancel(runtime, call)
            await _deactivate(runtime, delivery.reader)
        case Outcome.NO_RIGHTS | Outcome.TOPIC_CLOSED:
            await _cancel(runtime, call)
            reader_id = delivery.reader.id
            await group_failures.pause(runtime, bot, reader_id, outcome)
        case Outcome.TOPIC_GONE:
            await _put_back(runtime, call, timedelta())
            await group_failures.move_to_general(
                runtime, bot, delivery.reader.id
            )
        case Outcome.MOVED if isinstance(error, ChatMigrated):
            await _move(runtime, delivery.reader, error.new_chat_id)
            await _put_back(runtime, call, timedelta())
        case Outcome.UNFIT:
            return await _send_plain(runtime, bot, call, str(error))
        case Outcome.NO_SUCH_METHOD:
            return await _check_token(runtime, bot, call)
    return None


async def _deactivate(runtime: Runtime, reader: Reader) -> None:
    """Send nothing more to a reader, or to a group that the bot is not in any more."""
    if reader.is_person:
        await asyncio.to_thread(
            outbox.deactivate_reader, runtime.database, reader.id
        )
    else:
        await group_failures.leave(runtime, reader.id)


async def _move(runtime: Runtime, reader: Reader, chat_id: int) -> None:
    """Follow a reader, or a group, to another chat."""
    if reader.is_person:
        await asyncio.to_thread(
            readers.move, runtime.database, reader.id, chat_id
        )
    else:
        await asyncio.to_thread(
            groups.migrate, runtime.database, reader.chat_id, chat_id
        )


async def _put_back(
    runtime: Runtime, call: Call, wait: timedelta, *, failures: int = 0
) -> None:
    """Let a message wait before it is sent again."""
    await asyncio.to_thread(
        outbox.postpone,
        runtime.database,
        call.delivery,
        call.message,
        runtime.clock() + wait,
        failures=failures,
    )


async def _doubt(runtime: Runtime, call: Call) -> None:
    """Note that a message may have arrived; it is sent once more."""
    await asyncio.to_thread(
        outbox.mark_uncertain,
        runtime.database,
        call.delivery,
        call.message,
        runtime.clock() + RETRY_UNCERTAIN,
    )


async def _cancel(runtime: Runtime, call: Call) -> None:
    await asyncio.to_thread(
        outbox.cancel, runtime.database, call.delivery, call.message
    )


async def _send_plain(
    runtime: Runtime, bot: Bot, call: Call, cause: str
) -> Delivery:
    """Send a message that Telegram can't read as plain text: our mistake costs no morning."""
    text = clip(call.screen.text, LOGGED)
    log.error(
        "Telegram can't read a message of ours; it is sent as plain text: %s",
        text,
    )
    is_about_buttons = re.search("button|markup", cause, re.IGNORECASE)
    try:
        sent = await sender.send_plain(
            bot,
            call.delivery.reader.chat_id,
            call.screen,
            buttons=not is_about_buttons,
            silent=call.delivery.is_silent,
            thread_id=call.delivery.reader.thread_id,
        )
    except TelegramError as error:
        log.error("It failed as plain text too: %s", error)  # noqa: TRY400 - told in a line
        if send_errors.of(error) is Outcome.UNKNOWN:
            await _doubt(runtime, call)
        else:
            await _cancel(runtime, call)
    else:
        await asyncio.to_thread(
            outbox.record_sent,
            runtime.database,
            call.delivery,
            call.message,
            sent.message_id,
            runtime.clock(),
        )
    return call.delivery


async def _check_token(runtime: Runtime, bot: Bot, call: Call) -> Delivery:
    """Tell a server without the method from one that does not know our token any more."""
    try:
        await bot.get_me()
    except InvalidToken:
        await _put_back(runtime, call, LONGEST_WAIT)
        raise Rejected(
            "Telegram does not accept the token any more, so nothing is sent. "
            "Ask @BotFather for a new one, and start again."
        ) from None
    log.error("This Bot API server has no such method; the message is given up")
    await _cancel(runtime, call)
    return call.delivery
