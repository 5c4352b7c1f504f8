"""Sets the bot's profile in Telegram: the menus of commands, and the texts that describe it."""

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
from bot.messages.translation import Translation
from bot.transport.sender import Bot

# A command and its description.
Command = tuple[str, str]

log = logging.getLogger(__name__)


async def introduce(bot: Bot, admins: Iterable[int]) -> None:
    """Set the menus and the texts of the profile, in English.

    The bot works without them, so an error of Telegram is only logged.
    """
    # Without this a channel would show commands that nothing answers there.
    await _try([bot.delete_my_commands()])
    await _try(_requests(bot, translation.of(translation.ENGLISH), None))
    # Telegram refuses this for an admin who has never written to the bot.
    await _try(
        show_menu(bot, admin, translation.ENGLISH, is_admin=True)
        for admin in sorted(admins)
    )


async def translate(bot: Bot) -> None:
    """Set the same in every other language, for those whose Telegram speaks it."""
    for code in translation.codes():
        if code != translation.ENGLISH:
            # Telegram takes the two letters of a language alone.
            letters = code.partition("-")[0]
            await _try(_requests(bot, translation.of(code), letters))


async def show_menu(
    bot: Bot, chat_id: int, language: str, *, is_admin: bool
) -> bool:
    """Show somebody the menu in the language of their choice, whatever their Telegram speaks."""
    t = translation.of(language)
    commands = replies.commands(t)
    if is_admin:
        commands += replies.admin_commands(t)
    return await bot.set_my_commands(
        _menu(commands), scope=BotCommandScopeChat(chat_id)
    )


async def hide_menu(bot: Bot, chat_id: int) -> None:
    """Take somebody's own menu away, so that they see the one of their Telegram's language."""
    scope = BotCommandScopeChat(chat_id)
    await _try([bot.delete_my_commands(scope=scope)])


async def _try(requests: Iterable[Awaitable[bool]]) -> None:
    for request in requests:
        try:
            await request
        except TelegramError as error:
            log.warning(
                "Something of the bot's profile stays as it was: %s", error
            )


def _requests(
    bot: Bot, t: Translation, language: str | None
) -> Iterator[Awaitable[bool]]:
    of_admins = groups.commands(t)
    of_members = [
        command
        for command in of_admins
        if command[0] not in groups.ADMIN_COMMANDS
    ]
    menus = [
        (of_members, BotCommandScopeAllGroupChats()),
        (of_admins, BotCommandScopeAllChatAdministrators()),
        (replies.commands(t), BotCommandScopeAllPrivateChats()),
    ]
    for commands, scope in menus:
        yield bot.set_my_commands(
            _menu(commands), scope=scope, language_code=language
        )
    yield bot.set_my_description(replies.description(t), language)
    yield bot.set_my_short_description(replies.short_description(t), language)


def _menu(commands: Iterable[Command]) -> list[BotCommand]:
    return [BotCommand(*command) for command in commands]
