"""What stands in the local chat is there again after a restart, for one process at a time."""

import sqlite3
import stat
from pathlib import Path

import pytest

from bot.sandbox.localchat.page.feed import Feed
from bot.sandbox.localchat.page.store import ChatStore
from bot.sandbox.localchat.people import Person
from bot.sandbox.localchat.server import ChatServer
from tests.localchat.conftest import TOKEN, Caller, Clock

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (7).to_bytes(4) + (5).to_bytes(4)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "local.db"


def open_store(server: ChatServer, path: Path) -> ChatStore:
    """Open the file and store every change from now on."""
    bot = server.bots[TOKEN]
    store = ChatStore(path)
    store.restore(bot)
    bot.notifier.on_notify = Feed(bot, store).update
    return store


def restart(path: Path, clock: Clock) -> Person:
    """Return Ada on another server with the same file."""
    with ChatServer(TOKEN, clock=clock) as server:
        ada = server.person("Ada")
        store = ChatStore(path)
        store.restore(server.bots[TOKEN])
        store.close()
        return ada


async def test_every_kind_of_message_comes_back_as_it_was(
    server: ChatServer, call: Caller, clock: Clock, path: Path
) -> None:
    ada = server.person("Ada")
    store = open_store(server, path)
    message = ada.write("/start https://arxiv.org", reply_to=None)
    keyboard = {"inline_keyboard": [[{"text": "👍", "callback_data": "r"}]]}
    await call(
        "sendMessage", chat_id=ada.id, text="<b>bold</b>", parse_mode="HTML"
    )
    await call("sendMessage", chat_id=ada.id, text="x", reply_markup=keyboard)
    await call(
        "editMessageText", chat_id=ada.id, message_id=message.id + 2, text="y"
    )
    ada.send_document("likes.bib", b"@article{}")
    ada.forward(ada.messages[1])
    ada.react(ada.messages[1], "👍")
    messages = ada.messages
    store.close()

    assert restart(path, clock).messages == messages


async def test_a_deleted_message_is_gone_and_its_number_is_not_used_again(
    server: ChatServer, call: Caller, clock: Clock, path: Path
) -> None:
    ada = server.person("Ada")
    store = open_store(server, path)
    ada.write("a secret word")
    sent = await call("sendMessage", chat_id=ada.id, text="another secret word")
    number = sent["result"]["message_id"]
    await call("deleteMessage", chat_id=ada.id, message_id=number)
    store.close()

    restored = restart(path, clock)

    assert [message.text for message in restored.messages] == ["a secret word"]
    assert restored.write("next").id > number
    assert b"another secret word" not in path.read_bytes()  # noqa: ASYNC240 - nobody waits


def test_a_block_outlives_a_restart(
    server: ChatServer, clock: Clock, path: Path
) -> None:
    ada = server.person("Ada")
    store = open_store(server, path)
    ada.start()
    ada.block()
    store.close()

    with pytest.raises(PermissionError, match="Ada has blocked the bot"):
        restart(path, clock).write("hello")


def test_a_second_process_is_refused_and_nobody_else_may_read_the_file(
    path: Path,
) -> None:
    store = ChatStore(path)

    with pytest.raises(sqlite3.OperationalError, match="locked"):
        ChatStore(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    store.close()


def test_facts_are_kept(path: Path) -> None:
    store = ChatStore(path)
    store.set_fact("offset", 3.5)
    store.set_fact("offset", 4.5)
    store.close()
    reopened = ChatStore(path)

    assert reopened.fact("offset") == 4.5
    assert reopened.fact("nothing") is None
    reopened.close()
