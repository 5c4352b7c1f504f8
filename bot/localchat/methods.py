"""Every method the server knows, by name, and those about the bot itself."""

import re
from collections.abc import Callable, Mapping

from bot.localchat import editing, refusals, sending
from bot.localchat.bots import Bot, Toast
from bot.localchat.entities import utf16_length
from bot.localchat.messages import Json
from bot.localchat.parameters import Parameters
from bot.localchat.refusals import Refused
from bot.localchat.updates import PRESS_LIFETIME

MAX_TOAST = 200
MAX_COMMANDS = 100
MAX_DOWNLOAD = 20 * 1024 * 1024


def get_me(bot: Bot, _: Parameters) -> Json:
    """Answer `getMe`."""
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return bot.account.as_json() | abilities


def set_webhook(bot: Bot, parameters: Parameters) -> bool:
    """Answer `setWebhook`: remember where updates shall go."""
    _set_allowed(bot, parameters)
    _drop_pending(bot, parameters)
    connections = parameters.integer("max_connections", 40)
    bot.updates.webhook = {
        "url": parameters.text("url"),
        "max_connections": connections,
        "secret_token": parameters.text("secret_token"),
    }
    return True


def delete_webhook(bot: Bot, parameters: Parameters) -> bool:
    """Answer `deleteWebhook`."""
    _drop_pending(bot, parameters)
    bot.updates.webhook = {"url": ""}
    return True


def get_webhook_info(bot: Bot, _: Parameters) -> Json:
    """Answer `getWebhookInfo`, without the secret."""
    told = {name: value for name, value in bot.updates.webhook.items() if name != "secret_token"}
    info = {"has_custom_certificate": False, "pending_update_count": len(bot.updates)}
    allowed = {"allowed_updates": bot.updates.allowed} if bot.updates.allowed else {}
    return told | info | allowed


def take_updates(bot: Bot, parameters: Parameters) -> list[Json]:
    """Answer `getUpdates` with what waits now; the server asks again until something does."""
    return bot.updates.waiting(min(max(parameters.integer("limit", 100), 1), 100))


def begin_polling(bot: Bot, parameters: Parameters) -> None:
    """Take note of what a `getUpdates` confirms and which updates it asks for."""
    _set_allowed(bot, parameters)
    bot.updates.confirm(parameters.integer("offset"))


def answer_callback_query(bot: Bot, parameters: Parameters) -> bool:
    """Answer `answerCallbackQuery`: the person sees a toast, or only that the waiting is over."""
    text = parameters.text("text")
    if utf16_length(text) > MAX_TOAST:
        raise Refused(refusals.MESSAGE_TOO_LONG)
    press = bot.presses.get(parameters.text("callback_query_id"))
    if press is None or bot.clock() - press.date > PRESS_LIFETIME:
        raise Refused(refusals.QUERY_TOO_OLD)
    toast = Toast(press.id, text, parameters.flag("show_alert"), parameters.text("url"))
    bot.chats[press.chat_id].toasts.append(toast)
    return True


def get_file(bot: Bot, parameters: Parameters) -> Json:
    """Answer `getFile`."""
    file = bot.files.get(parameters.text("file_id"))
    if file is None:
        raise Refused(refusals.NO_SUCH_FILE)
    if len(file.content) > MAX_DOWNLOAD:
        raise Refused(refusals.FILE_TOO_BIG)
    return file.as_json()


def set_my_commands(bot: Bot, parameters: Parameters) -> bool:
    """Answer `setMyCommands`."""
    commands = parameters.json_list("commands") or []
    if len(commands) > MAX_COMMANDS:
        raise Refused(refusals.TOO_MANY_COMMANDS)
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", "").removeprefix("/")):
            raise Refused(refusals.COMMAND_INVALID)
        if not 1 <= len(command.get("description", "")) <= 256:
            raise Refused(refusals.COMMAND_DESCRIPTION_INVALID)
    bot.commands[parameters.text("scope"), parameters.text("language_code")] = commands
    return True


def set_my_description(bot: Bot, parameters: Parameters) -> bool:
    """Answer `setMyDescription`."""
    key = ("description", parameters.text("language_code"))
    bot.descriptions[key] = parameters.text("description")
    return True


def set_my_short_description(bot: Bot, parameters: Parameters) -> bool:
    """Answer `setMyShortDescription`."""
    key = ("short_description", parameters.text("language_code"))
    bot.descriptions[key] = parameters.text("short_description")
    return True


def _set_allowed(bot: Bot, parameters: Parameters) -> None:
    allowed = parameters.json_list("allowed_updates")
    if allowed is not None:
        bot.updates.allowed = tuple(allowed)


def _drop_pending(bot: Bot, parameters: Parameters) -> None:
    if parameters.flag("drop_pending_updates"):
        bot.updates.drop()


# getUpdates is not among them: it may wait, so the server itself answers it
METHODS: Mapping[str, Callable[[Bot, Parameters], object]] = {
    "getMe": get_me,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
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
    "getFile": get_file,
    "setMyCommands": set_my_commands,
    "setMyDescription": set_my_description,
    "setMyShortDescription": set_my_short_description,
}
