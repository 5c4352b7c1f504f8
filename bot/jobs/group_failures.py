"""What a failed post means in a group: it is paused, and its owner is told what to change."""

import asyncio
import logging

from telegram.error import TelegramError

from bot.messages import group_settings as screens
from bot.messages import translation
from bot.runtime import Runtime
from bot.storage import groups, readers
from bot.storage.groups import Group
from bot.transport import sender
from bot.transport.screen import Screen
from bot.transport.send_errors import Outcome
from bot.transport.sender import Bot

# Why nothing can be posted, by how the call failed.
REASONS = {Outcome.NO_RIGHTS: "rights", Outcome.TOPIC_CLOSED: "closed"}

log = logging.getLogger(__name__)


async def pause(
    runtime: Runtime, bot: Bot, group_id: int, outcome: Outcome
) -> None:
    """Post nothing more, and tell the owner once what an admin has to change."""
    group = await asyncio.to_thread(groups.by_id, runtime.database, group_id)
    if group is None:
        return
    reason = "channel" if group.is_channel else REASONS[outcome]
    is_new = await asyncio.to_thread(
        groups.pause, runtime.database, group_id, reason
    )
    if is_new:
        await _tell(runtime, bot, group, paused_for=reason)


async def move_to_general(runtime: Runtime, bot: Bot, group_id: int) -> None:
    """Post in General where the forum topic was deleted, and tell the owner."""
    group = await asyncio.to_thread(groups.by_id, runtime.database, group_id)
    if group is None:
        return
    await asyncio.to_thread(
        readers.change, runtime.database, group_id, thread_id=None
    )
    await _tell(runtime, bot, group, paused_for="")


async def leave(runtime: Runtime, group_id: int) -> None:
    """Note that the bot is in a group no more."""
    await asyncio.to_thread(
        groups.leave, runtime.database, group_id, runtime.clock()
    )


async def _tell(
    runtime: Runtime, bot: Bot, group: Group, *, paused_for: str
) -> None:
    """Write to the owner in private; nobody is told who never started the bot."""
    owner = await asyncio.to_thread(
        readers.find, runtime.database, group.owner_id
    )
    if owner is None or not owner.active:
        return
    screen = _note(group, owner.language, paused_for)
    try:
        await sender.send(bot, owner.chat_id, screen)
    except TelegramError as error:
        log.info("The owner of group %s was not told: %s", group.id, error)


def _note(group: Group, language: str, paused_for: str) -> Screen:
    t = translation.of(language)
    if paused_for:
        return screens.paused(t, group, paused_for)
    return screens.topic_gone(t, group)
