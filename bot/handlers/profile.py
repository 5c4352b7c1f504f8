"""What Telegram shows of the bot before it is asked: its commands, and what it is for."""

import logging
from collections.abc import Awaitable, Iterable, Iterator

from telegram import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError

from bot.messages import replies, translation
from bot.transport.sender import Bot

log = logging.getLogger(__name__)


async def introduce(bot: Bot, admins: Iterable[int]) -> None:
    """Set the menus and the profile's texts: good to have, never a reason not to run."""
    for call in _calls(bot, sorted(admins)):
        try:
            await call
        except TelegramError as error:
            log.warning(
                "Something of the bot's profile stays as it was: %s", error
            )


def _calls(bot: Bot, admins: Iterable[int]) -> Iterator[Awaitable[bool]]:
    t = translation.of("en")
    menu = [BotCommand(name, does) for name, does in replies.commands(t)]
    # A group would show commands that nothing answers there.
    yield bot.delete_my_commands()
    yield bot.set_my_commands(menu, scope=BotCommandScopeAllPrivateChats())
    more = [BotCommand(name, does) for name, does in replies.admin_commands(t)]
    for admin in admins:  # refused for those who have never written
        yield bot.set_my_commands(
            [*menu, *more], scope=BotCommandScopeChat(admin)
        )
    yield bot.set_my_description(replies.description(t))
    yield bot.set_my_short_description(replies.short_description(t))
