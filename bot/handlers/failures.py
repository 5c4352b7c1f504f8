"""What happens where a handler fails: the update comes again, or its reader is told what to do."""

import contextlib
import logging
import uuid

from telegram import Chat, Update
from telegram.error import RetryAfter, TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.errors import Failure
from bot.handlers.context import Context
from bot.messages import replies
from bot.transport import send_errors
from bot.transport.send_errors import Outcome

# Seconds after which what is away for now may be back.
RETRY = 5.0
# Attempts of an update whose answers may have arrived: each attempt is one answer more.
MOST_DOUBTFUL = 5
# Why nothing can be written in a group: the next post finds out, and its owner is told then.
SHUT = {
    Outcome.UNREACHABLE,
    Outcome.NO_RIGHTS,
    Outcome.TOPIC_CLOSED,
    Outcome.TOPIC_GONE,
    Outcome.MOVED,
}

log = logging.getLogger(__name__)


async def handle_error(update: object, context: Context) -> None:
    """Let Telegram send an update again if that may help; else log it, and tell the reader."""
    if _is_in_group(update) and _is_shut(context.error):
        log.info("Nothing can be written in a group: %s", context.error)
        raise ApplicationHandlerStop
    attempt = context.attempt
    if attempt.can_retry:
        attempt.retry_after = seconds_to_wait(context.error, attempt.number)
    if attempt.retry_after is None:
        await _give_up(update, context)
    else:
        log.warning(
            "An update is to come again in %d s: %s",
            attempt.retry_after,
            context.error,
        )
        if not attempt.is_repeated and isinstance(context.error, Failure):
            await _answer(context, replies.saved_later(context.t))
    # No other handler may take the update for one of its own.
    raise ApplicationHandlerStop


def _is_in_group(update: object) -> bool:
    """Tell whether an update happened in a group or a channel."""
    if not isinstance(update, Update) or update.effective_chat is None:
        return False
    return update.effective_chat.type != Chat.PRIVATE


def _is_shut(error: Exception | None) -> bool:
    """Tell whether a call was refused because the bot may not write in a group any more."""
    return isinstance(error, TelegramError) and send_errors.of(error) in SHUT


def seconds_to_wait(error: Exception | None, number: int) -> float | None:
    """Return after how long an update that failed `number` times may succeed; None for never.

    While Telegram gives no clear answer, the wait doubles, and after some attempts it ends: each
    of them may have sent its answer.
    """
    match error:
        case Failure():
            return RETRY if error.passing else None
        case RetryAfter():
            return send_errors.pause(error).total_seconds()
        case TelegramError():
            outcome = send_errors.of(error)
            if outcome is Outcome.NEVER_LEFT:
                return RETRY
            if outcome is Outcome.UNKNOWN and number < MOST_DOUBTFUL:
                return float(RETRY * 2 ** (number - 1))
    return None


async def _give_up(update: object, context: Context) -> None:
    """Log what went wrong under a number, and tell the reader what to do, without a trace."""
    number = uuid.uuid4().hex[:8]
    context.attempt.failed = True
    error = context.error
    if isinstance(error, Failure):
        log.error("Error %s while answering an update: %s", number, error)
    else:
        log.error("Error %s while answering an update", number, exc_info=error)
    is_passing = isinstance(error, Failure) and error.passing
    text = replies.not_saved if is_passing else replies.failed
    await _answer(context, text(context.t))
    if isinstance(update, Update) and update.message is not None:
        with contextlib.suppress(TelegramError):
            await update.message.reply_text(replies.failed(context.t))


async def _answer(context: Context, text: str) -> None:
    """Answer a press, whatever else is wrong."""
    with contextlib.suppress(TelegramError):
        await context.answer(text)
