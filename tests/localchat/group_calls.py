"""Groups of a test, and what the bot sends to them and gets from them."""

from typing import Any

from bot.sandbox.localchat.groups import Group
from bot.sandbox.localchat.people import Person
from bot.sandbox.localchat.server import ChatServer
from tests.localchat.conftest import Caller

KEYBOARD = {"inline_keyboard": [[{"text": "👍 0", "callback_data": "up"}]]}


def create_group(
    server: ChatServer, ada: Person, bo: Person, **options: object
) -> Group:
    """Return a group that Ada made, with Bo and without the bot."""
    group = server.group("Lab", **options)  # type: ignore[arg-type] # of `group`
    group.add(ada, "creator")
    group.add(bo)
    return group


async def updates(call: Caller) -> list[tuple[str, Any]]:
    """Return the kind and the body of each update that waits, but for Ada's start."""
    answer = await call("getUpdates")
    return [
        (kind, body)
        for update in answer["result"]
        for kind, body in update.items()
        if kind != "update_id" and body.get("text") != "/start"
    ]


async def send(call: Caller, group: Group, **options: object) -> int:
    answer = await call("sendMessage", chat_id=group.id, text="x", **options)
    assert answer["ok"], answer
    return int(answer["result"]["message_id"])
