"""Shows a channel's post to its owner before it goes out, and waits for their word."""

import asyncio
import logging
from datetime import timedelta

from telegram.error import Forbidden

from bot.messages import group_cards, translation
from bot.runtime import Runtime
from bot.storage import approvals, digests, groups, outbox, readers
from bot.storage.groups import NEVER, Group
from bot.storage.outbox import Delivery
from bot.storage.readers import Reader
from bot.transport import sender
from bot.transport.screen import Screen
from bot.transport.sender import Bot

# How long a post waits that never goes out by itself: the next day has its own.
LONGEST_WAIT = timedelta(hours=23)

log = logging.getLogger(__name__)


async def is_awaited(runtime: Runtime, bot: Bot, delivery: Delivery) -> bool:
    """Tell whether a post has to wait for its owner's word; show it to them first."""
    if delivery.reader.is_person or delivery.digest_id is None:
        return False
    database = runtime.database
    group = await asyncio.to_thread(groups.by_id, database, delivery.reader.id)
    if group is None or group.approval is None:
        return False
    match delivery.approval:
        case approvals.GIVEN:
            return False
        case approvals.ASKED if group.approval != NEVER:
            # It has waited long enough.
            return False
        case approvals.ASKED:
            await asyncio.to_thread(outbox.finish, database, delivery)
            return True
    await _ask(runtime, bot, delivery, group)
    return True


async def _ask(
    runtime: Runtime, bot: Bot, delivery: Delivery, group: Group
) -> None:
    """Show a post to the owner; without an owner who can be reached it never goes out."""
    database = runtime.database
    owner = await asyncio.to_thread(readers.find, database, group.owner_id)
    if owner is None:
        log.info("The post of group %s has no owner who started", group.id)
        await asyncio.to_thread(outbox.finish, database, delivery)
        return
    screen = await asyncio.to_thread(_preview, runtime, delivery, group, owner)
    wait = groups.minutes_to_wait(group)
    until = runtime.clock() + (
        LONGEST_WAIT if wait is None else timedelta(minutes=wait)
    )
    # Noted before it is shown: shown twice is better than posted without a word.
    await asyncio.to_thread(approvals.ask, database, delivery, until)
    try:
        await sender.send(bot, owner.chat_id, screen)
    except Forbidden as error:
        log.info("The owner of group %s can't be asked: %s", group.id, error)
        await asyncio.to_thread(approvals.skip, database, delivery.id)


def _preview(
    runtime: Runtime, delivery: Delivery, group: Group, owner: Reader
) -> Screen:
    whole = digests.read(runtime.database, delivery.digest_id or 0)
    if whole is None:
        raise LookupError("the post was deleted in this moment")
    return group_cards.preview(
        translation.of(owner.language),
        whole,
        group.reader,
        group.reader.local_date(runtime.clock()),
        delivery_id=delivery.id,
        minutes=groups.minutes_to_wait(group),
    )
