"""Shows digests in the chat: the next picks sent, and a digest rendered again in its message."""

import asyncio
import contextlib

from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.handlers.context import Context
from bot.messages import digest as digest_screens
from bot.messages import group_cards, groups, replies
from bot.picks import group_selection, selection
from bot.storage import digests, feedback, recommendations
from bot.storage.digests import Digest
from bot.transport import send_errors, sender
from bot.transport.screen import Screen
from bot.transport.send_errors import Outcome

# Seconds that a first reader waits for the first fit.
PATIENCE = 30.0


async def send_next(context: Context, *, message_id: int | None = None) -> None:
    """Send the next picks, or show them in the message with this id."""
    runtime = context.runtime
    is_person = context.reader.is_person
    digest = await asyncio.to_thread(
        selection.choose if is_person else group_selection.choose,
        runtime.database,
        runtime.catalogue,
        context.reader,
        runtime.clock(),
        kind="now",
    )
    if digest.picks:
        await send(context, digest, message_id)
        return
    await asyncio.to_thread(digests.discard, runtime.database, digest.id)
    screen = await asyncio.to_thread(_nothing, context)
    await _send_or_edit(context, screen, message_id)


async def send(
    context: Context, digest: Digest, message_id: int | None = None
) -> None:
    """Send a digest, and store which message shows each pick.

    Picks that certainly did not arrive are free again; after a time-out they may have arrived.
    """
    runtime, chat_id = context.runtime, context.reader.chat_id
    # After a crash some of them are in the chat already.
    parts = [p for p in digest.parts() if p.picks[0].message_id is None]
    for number, part in enumerate(parts, start=1):
        await asyncio.to_thread(
            recommendations.record_sending,
            runtime.database,
            part.picks,
            runtime.clock(),
        )
        screen = _render(context, part)
        replaced = message_id if number == 1 else None
        try:
            sent_id = await _send_or_edit(context, screen, replaced)
        except TelegramError as error:
            unsent = [pick for later in parts[number:] for pick in later.picks]
            if send_errors.of(error) is not Outcome.UNKNOWN:
                unsent += part.picks
            await asyncio.to_thread(
                recommendations.delete_unshown, runtime.database, unsent
            )
            raise
        await asyncio.to_thread(
            recommendations.record_sent,
            runtime.database,
            part.picks,
            chat_id,
            sent_id,
            runtime.clock(),
        )


def _render(context: Context, part: Digest) -> Screen:
    """Render a part of a digest, for a reader or for the members of a group."""
    t, reader, today = context.t, context.reader, context.today
    if reader.is_person:
        return digest_screens.digest(t, part, reader, today)
    return group_cards.digest(t, part, reader, today, {})


async def _send_or_edit(
    context: Context, screen: Screen, message_id: int | None
) -> int:
    """Show a screen in a message, or in a new one; return the id of the message."""
    if message_id is None:
        message = await context.send(screen)
        return message.message_id
    chat_id = context.reader.chat_id
    await sender.edit(context.bot, chat_id, message_id, screen)
    return message_id


def _nothing(context: Context) -> Screen:
    """Say why there is nothing to pick."""
    if not context.reader.is_person:
        return groups.no_more_papers(context.t)
    if not len(context.runtime.catalogue):
        return replies.no_papers(context.t)
    topics = feedback.topics(context.runtime.database, context.reader.id)
    has_muted = any(topic.kind == "muted" for topic in topics)
    return replies.all_seen(context.t, has_muted=has_muted)


async def wait_until_ready(context: Context, seconds: float = PATIENCE) -> None:
    """Wait for the first fit, and show it; without one, words and popularity choose."""
    ready = context.runtime.ready
    if ready.is_set():
        return
    with contextlib.suppress(TelegramError):
        await context.bot.send_chat_action(
            context.reader.chat_id, ChatAction.TYPING
        )
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(ready.wait(), seconds)


async def redraw(context: Context, digest: Digest) -> None:
    """Render a digest again, in the message that shows it."""
    await show(context, digest, render(context, digest))


def render(context: Context, digest: Digest) -> Screen:
    """Render a digest for its reader."""
    return digest_screens.digest(
        context.t, digest, context.reader, context.today
    )


async def show(context: Context, digest: Digest, screen: Screen) -> None:
    """Show a digest in its message as it is now; one that is in no message stays unseen."""
    first = digest.picks[0]
    if first.chat_id is None or first.message_id is None:
        return
    await sender.edit(context.bot, first.chat_id, first.message_id, screen)
