"""Sets the bot's profile in Telegram: the menu of commands, and the texts that describe it."""

import logging
from collections.abc import Awaitable, Iterable, Iterator

from telegram import (
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError

from bot.messages import groups, replies, translation
from bot.transport.sender import Bot

log = logging.getLogger(__name__)


async def introduce(bot: Bot, admins: Iterable[int]) -> None:
    """Set the menus and the texts of the profile.

    The bot works without them, so an error of Telegram is only logged.
    """
    for request in _requests(bot, sorted(admins)):
        try:
            await request
        except TelegramError as error:
            log.warning(
                "Something of the bot's profile stays as it was: %s", error
            )


def _requests(bot: Bot, admins: Iterable[int]) -> Iterator[Awaitable[bool]]:
    t = translation.of("en")
    commands = [BotCommand(*command) for command in replies.commands(t)]
    admin_commands = [
        BotCommand(*command) for command in replies.admin_commands(t)
    ]

    # Without this a channel would show commands that nothing answers there.
    yield bot.delete_my_commands()
    group_admin_commands = [BotCommand(*pair) for pair in groups.commands(t)]
    group_commands = [
        command
        for command in group_admin_commands
        if command.command not in groups.ADMIN_COMMANDS
    ]
    yield bot.set_my_commands(
        group_commands, scope=BotCommandScopeAllGroupChats()
    )
    yield bot.set_my_commands(
        group_admin_commands, scope=BotCommandScopeAllChatAdministrators()
    )
    yield bot.set_my_commands(commands, scope=BotCommandScopeAllPrivateChats())

    # Telegram refuses this for an admin who has never written to the bot.
    for admin in admins:
        yield bot.set_my_commands(
            [*commands, *admin_commands], scope=BotCommandScopeChat(admin)
        )

    yield bot.set_my_description(replies.description(t))
    yield bot.set_my_short_description(replies.short_description(t))
