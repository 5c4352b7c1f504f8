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


def kept(server: ChatServer, path: Path) -> ChatStore:
    """Open the file and store everything that happens from now on."""
    bot, stored = server.bots[TOKEN], ChatStore(path)
    stored.restore(bot)
    bot.notifier.on_notify = Feed(bot, stored).update
    return stored


def restarted(path: Path, clock: Clock) -> Person:
    """Return Ada as another server finds her."""
    with ChatServer(TOKEN, clock=clock) as server:
        ada = server.person("Ada")
        stored = ChatStore(path)
        stored.restore(server.bots[TOKEN])
        stored.close()
        return ada


async def test_every_kind_of_message_comes_back_as_it_was(
    server: ChatServer, call: Caller, clock: Clock, path: Path
) -> None:
    ada = server.person("Ada")
    stored = kept(server, path)
    written = ada.write("/start https://arxiv.org", reply_to=None)
    keyboard = {"inline_keyboard": [[{"text": "👍", "callback_data": "r"}]]}
    await call(
        "sendMessage", chat_id=ada.id, text="<b>bold</b>", parse_mode="HTML"
    )
    await call("sendMessage", chat_id=ada.id, text="x", reply_markup=keyboard)
    await call(
        "editMessageText", chat_id=ada.id, message_id=written.id + 2, text="y"
    )
    ada.send_document("likes.bib", b"@article{}")
    ada.forward(ada.messages[1])
    ada.react(ada.messages[1], "👍")
    before = ada.messages
    stored.close()

    assert restarted(path, clock).messages == before


async def test_a_deleted_message_is_gone_and_its_number_is_not_used_again(
    server: ChatServer, call: Caller, clock: Clock, path: Path
) -> None:
    ada = server.person("Ada")
    stored = kept(server, path)
    ada.write("a secret word")
    sent = await call("sendMessage", chat_id=ada.id, text="another secret word")
    number = sent["result"]["message_id"]
    await call("deleteMessage", chat_id=ada.id, message_id=number)
    stored.close()

    back = restarted(path, clock)

    assert [message.text for message in back.messages] == ["a secret word"]
    assert back.write("next").id > number
    assert b"another secret word" not in path.read_bytes()  # noqa: ASYNC240 - nobody waits


def test_a_block_outlives_a_restart(
    server: ChatServer, clock: Clock, path: Path
) -> None:
    ada = server.person("Ada")
    stored = kept(server, path)
    ada.start()
    ada.block()
    stored.close()

    with pytest.raises(PermissionError, match="Ada has blocked the bot"):
        restarted(path, clock).write("hello")


def test_a_second_process_is_refused_and_nobody_else_may_read_the_file(
    path: Path,
) -> None:
    stored = ChatStore(path)

    with pytest.raises(sqlite3.OperationalError, match="locked"):
        ChatStore(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    stored.close()


def test_facts_are_remembered(path: Path) -> None:
    stored = ChatStore(path)
    stored.set_fact("offset", 3.5)
    stored.set_fact("offset", 4.5)
    stored.close()
    again = ChatStore(path)

    assert again.fact("offset") == 4.5
    assert again.fact("nothing") is None
    again.close()
