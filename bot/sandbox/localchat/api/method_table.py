"""The table of methods, and the methods about the bot itself."""

import re
from collections.abc import Callable, Mapping

from bot.sandbox.localchat import refusals
from bot.sandbox.localchat.account import BotAccount, Toast
from bot.sandbox.localchat.api import (
    editing,
    group_methods,
    inline_queries,
    sending,
)
from bot.sandbox.localchat.api.parameters import Parameters
from bot.sandbox.localchat.api.schemas import CommandSchema, Names
from bot.sandbox.localchat.messages import Json
from bot.sandbox.localchat.refusals import Refused
from bot.sandbox.localchat.text.entities import utf16_length
from bot.sandbox.localchat.updates import PRESS_LIFETIME

# UTF-16 units of an answer to a press.
MAX_TOAST = 200
MAX_COMMANDS = 100
# Bytes of a file that a bot may download.
MAX_DOWNLOAD = 20 * 1024 * 1024
# Characters of a command's description.
MAX_DESCRIPTION = 256
COMMAND_NAME = re.compile(r"/?[a-z0-9_]{1,32}")

Method = Callable[[BotAccount, Parameters], object]


def get_me(bot: BotAccount, _: Parameters) -> Json:
    """Answer `getMe`."""
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return bot.user.as_json() | abilities


def delete_webhook(bot: BotAccount, parameters: Parameters) -> bool:
    """Answer `deleteWebhook`; there is none, but it may drop pending updates."""
    drop_pending_updates(bot, parameters)
    return True


def answer_callback_query(bot: BotAccount, parameters: Parameters) -> bool:
    """Answer `answerCallbackQuery`: the person sees a toast, or no longer waits."""
    text = parameters.text("text")
    if utf16_length(text) > MAX_TOAST:
        raise Refused(refusals.MESSAGE_TOO_LONG)

    press = bot.presses.get(parameters.text("callback_query_id"))
    if press is None or bot.clock() - press.date > PRESS_LIFETIME:
        raise Refused(refusals.QUERY_TOO_OLD)

    toast = Toast(
        press_id=press.id,
        text=text,
        alert=parameters.flag("show_alert"),
        url=parameters.text("url"),
    )
    bot.chats[press.person_id].toasts.append(toast)
    return True


def get_file(bot: BotAccount, parameters: Parameters) -> Json:
    """Answer `getFile`."""
    file = bot.files.get(parameters.text("file_id"))
    if file is None:
        raise Refused(refusals.NO_SUCH_FILE)
    if len(file.content) > MAX_DOWNLOAD:
        raise Refused(refusals.FILE_TOO_BIG)
    return file.as_json()


def set_my_commands(bot: BotAccount, parameters: Parameters) -> bool:
    """Answer `setMyCommands`."""
    commands = parameters.json("commands", list[CommandSchema]) or []
    if len(commands) > MAX_COMMANDS:
        raise Refused(refusals.TOO_MANY_COMMANDS)
    for command in commands:
        _check_command(command)

    bot.commands[_commands_key(parameters)] = commands
    return True


def get_my_commands(bot: BotAccount, parameters: Parameters) -> list[Json]:
    """Answer `getMyCommands`."""
    return bot.commands.get(_commands_key(parameters), [])


def delete_my_commands(bot: BotAccount, parameters: Parameters) -> bool:
    """Answer `deleteMyCommands`."""
    bot.commands.pop(_commands_key(parameters), None)
    return True


def set_my_description(bot: BotAccount, parameters: Parameters) -> bool:
    """Answer `setMyDescription`."""
    return _set_description(bot, parameters, "description")


def set_my_short_description(bot: BotAccount, parameters: Parameters) -> bool:
    """Answer `setMyShortDescription`."""
    return _set_description(bot, parameters, "short_description")


def set_allowed_updates(bot: BotAccount, parameters: Parameters) -> None:
    """Store the kinds of updates that the bot asks for, if it names any."""
    allowed = parameters.json("allowed_updates", Names)
    if allowed is not None:
        bot.updates.allowed = tuple(allowed)


def drop_pending_updates(bot: BotAccount, parameters: Parameters) -> None:
    """Remove every waiting update, if the call asks for it."""
    if parameters.flag("drop_pending_updates"):
        bot.updates.clear()


def _check_command(command: Json) -> None:
    if not COMMAND_NAME.fullmatch(command.get("command", "")):
        raise Refused(refusals.COMMAND_INVALID)
    if not 1 <= len(command.get("description", "")) <= MAX_DESCRIPTION:
        raise Refused(refusals.COMMAND_DESCRIPTION_INVALID)


def _commands_key(parameters: Parameters) -> tuple[str, str]:
    return parameters.text("scope"), parameters.text("language_code")


def _set_description(
    bot: BotAccount, parameters: Parameters, kind: str
) -> bool:
    language = parameters.text("language_code")
    bot.descriptions[kind, language] = parameters.text(kind)
    return True


# `getUpdates` is missing: it may wait, so `endpoints` answers it.
METHODS: Mapping[str, Method] = {
    "getMe": get_me,
    "deleteWebhook": delete_webhook,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": editing.edit_message_text,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "editMessageCaption": editing.edit_message_caption,
    "deleteMessage": editing.delete_message,
    "setMessageReaction": editing.set_message_reaction,
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": inline_queries.answer_inline_query,
    "getFile": get_file,
    "getChat": group_methods.get_chat,
    "getChatMember": group_methods.get_chat_member,
    "getChatAdministrators": group_methods.get_chat_administrators,
    "leaveChat": group_methods.leave_chat,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyDescription": set_my_description,
    "setMyShortDescription": set_my_short_description,
}
