"""Every method the server knows, by name, and those about the bot itself."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from bot.sandbox.localchat import refusals
from bot.sandbox.localchat.account import Bot, Toast
from bot.sandbox.localchat.api import editing, sending
from bot.sandbox.localchat.api.parameters import Parameters
from bot.sandbox.localchat.api.schemas import Command, Names
from bot.sandbox.localchat.messages import Json
from bot.sandbox.localchat.refusals import Refused
from bot.sandbox.localchat.text.entities import utf16_length
from bot.sandbox.localchat.updates import PRESS_LIFETIME, Webhook

MAX_TOAST = 200
MAX_SECRET = 256
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
    """Answer `setWebhook`: from now on updates are brought there; without an address, no more."""
    url, secret = parameters.text("url"), parameters.text("secret_token")
    if not url:
        return delete_webhook(bot, parameters)
    try:
        parts = urlsplit(url)
    except ValueError:
        raise Refused(refusals.WEBHOOK_URL_INVALID) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Refused(refusals.WEBHOOK_URL_INVALID)
    if len(secret) > MAX_SECRET:
        raise Refused(refusals.SECRET_TOO_LONG)
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise Refused(refusals.SECRET_INVALID)
    _set_allowed(bot, parameters)
    _drop_pending(bot, parameters)
    connections = min(max(parameters.integer("max_connections", 40), 1), 100)
    bot.updates.webhook = Webhook(url, secret, connections)
    return True


def delete_webhook(bot: Bot, parameters: Parameters) -> bool:
    """Answer `deleteWebhook`."""
    _drop_pending(bot, parameters)
    bot.updates.webhook = None
    return True


def get_webhook_info(bot: Bot, _: Parameters) -> Json:
    """Answer `getWebhookInfo`, without the secret."""
    webhook = bot.updates.webhook
    told: Json = webhook.as_json() if webhook else {"url": ""}
    info = {
        "has_custom_certificate": False,
        "pending_update_count": len(bot.updates),
    }
    allowed = (
        {"allowed_updates": bot.updates.allowed} if bot.updates.allowed else {}
    )
    return told | info | allowed


def begin_polling(bot: Bot, parameters: Parameters) -> int:
    """Note what a `getUpdates` confirms and asks for; return its number among them."""
    if bot.updates.webhook is not None:
        raise Refused(refusals.WEBHOOK_IS_SET)
    _set_allowed(bot, parameters)
    bot.updates.confirm(parameters.integer("offset"))
    bot.updates.polls += 1
    return bot.updates.polls


def take_updates(bot: Bot, parameters: Parameters, poll: int) -> list[Json]:
    """Answer `getUpdates` with what waits now, unless a newer poll or a webhook ended this one."""
    if bot.updates.webhook is not None:
        raise Refused(refusals.POLL_ENDED_BY_WEBHOOK)
    if bot.updates.polls != poll:
        raise Refused(refusals.POLLED_ELSEWHERE)
    return bot.updates.waiting(
        min(max(parameters.integer("limit", 100), 1), 100)
    )


def answer_callback_query(bot: Bot, parameters: Parameters) -> bool:
    """Answer `answerCallbackQuery`: the person sees a toast, or only that the waiting is over."""
    text = parameters.text("text")
    if utf16_length(text) > MAX_TOAST:
        raise Refused(refusals.MESSAGE_TOO_LONG)
    press = bot.presses.get(parameters.text("callback_query_id"))
    if press is None or bot.clock() - press.date > PRESS_LIFETIME:
        raise Refused(refusals.QUERY_TOO_OLD)
    toast = Toast(
        press.id, text, parameters.flag("show_alert"), parameters.text("url")
    )
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
    commands = parameters.json("commands", list[Command]) or []
    if len(commands) > MAX_COMMANDS:
        raise Refused(refusals.TOO_MANY_COMMANDS)
    for command in commands:
        if not re.fullmatch(
            r"[a-z0-9_]{1,32}", command.get("command", "").removeprefix("/")
        ):
            raise Refused(refusals.COMMAND_INVALID)
        if not 1 <= len(command.get("description", "")) <= 256:
            raise Refused(refusals.COMMAND_DESCRIPTION_INVALID)
    bot.commands[parameters.text("scope"), parameters.text("language_code")] = (
        commands
    )
    return True


def delete_my_commands(bot: Bot, parameters: Parameters) -> bool:
    """Answer `deleteMyCommands`."""
    bot.commands.pop(
        (parameters.text("scope"), parameters.text("language_code")), None
    )
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
    allowed = parameters.json("allowed_updates", Names)
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
    "deleteMyCommands": delete_my_commands,
    "setMyDescription": set_my_description,
    "setMyShortDescription": set_my_short_description,
}
