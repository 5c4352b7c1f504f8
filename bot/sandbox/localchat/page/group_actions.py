"""What a person does on the page in groups, and with results of inline mode."""

from collections.abc import Callable, Mapping

from bot.sandbox.localchat import sanitize
from bot.sandbox.localchat.groups import Group
from bot.sandbox.localchat.messages import Json
from bot.sandbox.localchat.page.fields import (
    ActionError,
    find_group,
    parse_id,
    read_button_data,
    read_text,
)
from bot.sandbox.localchat.page.splitting import split_text
from bot.sandbox.localchat.people import Person
from bot.sandbox.localchat.server import ChatServer
from bot.sandbox.localchat.text.formatting import is_blank

ADMINS_ONLY = "Only admins can do that here."
RESULTS_GONE = "These results are too old. Write a word more."


def _write(server: ChatServer, actor: Person, fields: Json) -> Json:
    group = find_group(server, fields.get("chat"))
    if group.chat.is_channel:
        _check_admin(group, actor)
    text = read_text(fields, "text")
    if is_blank(text):
        raise ActionError("There is nothing to send.")

    reply_to = sanitize.whole_number(fields.get("reply_to"))
    for part in split_text(text):
        actor.write_in(group, part, reply_to=reply_to)
        # Only the first part is a reply.
        reply_to = None
    return {}


def _press(server: ChatServer, actor: Person, fields: Json) -> Json:
    group = find_group(server, fields.get("chat"))
    message_id = parse_id(fields.get("message"))
    press = actor.press_data_in(group, message_id, read_button_data(fields))
    return {"press": press.id}


def _add_bot(server: ChatServer, actor: Person, fields: Json) -> Json:
    """Add the bot to a group, or to a channel as one of its admins."""
    group = find_group(server, fields.get("chat"))
    _check_admin(group, actor)
    status = "administrator" if group.chat.is_channel else "member"
    group.add_bot(by=actor, status=status)
    return {}


def _remove_bot(server: ChatServer, actor: Person, fields: Json) -> Json:
    group = find_group(server, fields.get("chat"))
    _check_admin(group, actor)
    group.remove_bot(by=actor)
    return {}


def _choose(server: ChatServer, actor: Person, fields: Json) -> Json:
    """Send a result of inline mode to a group, or to one's own chat with the bot."""
    bot = next(iter(server.bots.values()))
    answer = bot.inline_answers.get(read_text(fields, "answer"))
    chat_id = parse_id(fields.get("chat"))
    if answer is None:
        raise ActionError(RESULTS_GONE)

    chat = find_group(server, chat_id) if chat_id < 0 else actor
    if isinstance(chat, Group) and chat.chat.is_channel:
        _check_admin(chat, actor)
    try:
        actor.choose(answer, read_text(fields, "result"), chat)
    except LookupError:
        raise ActionError(RESULTS_GONE) from None
    return {}


def _check_admin(group: Group, actor: Person) -> None:
    if not group.chat.has_admin(actor.id):
        raise ActionError(ADMINS_ONLY)


GROUP_ACTIONS: Mapping[str, Callable[[ChatServer, Person, Json], Json]] = {
    "write_in": _write,
    "press_in": _press,
    "add_bot": _add_bot,
    "remove_bot": _remove_bot,
    "choose": _choose,
}
