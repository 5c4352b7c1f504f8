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

ARTICLE = {
    "type": "article",
    "id": "1",
    "title": "A paper",
    "input_message_content": {"message_text": "A paper"},
    "reply_markup": {
        "inline_keyboard": [[{"text": "👍 0", "callback_data": "up"}]]
    },
}
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


async def test_a_group_comes_back_with_its_members_topics_and_messages(
    server: ChatServer, call: Caller, clock: Clock, path: Path
) -> None:
    ada = server.person("Ada")
    lab = server.group("Lab", is_forum=True)
    lab.add(ada, "creator")
    store = open_store(server, path)
    lab.add_bot(by=ada)
    topic = lab.create_topic("Papers")
    lab.close_topic(topic)
    ada.write_in(lab, "/picks", anonymous=True)
    query_id = ada.inline_query("papers")
    await call("answerInlineQuery", inline_query_id=query_id, results=[ARTICLE])
    answer = await ada.answer_to_query(query_id)
    sent = ada.choose(answer, "1", lab)
    lab.restrict_bot(by=ada)
    store.close()

    with ChatServer(TOKEN, clock=clock) as next_server:
        restored_ada = next_server.person("Ada")
        restored_lab = next_server.group("Lab", is_forum=True)
        restored_lab.add(restored_ada, "creator")
        next_store = ChatStore(path)
        next_store.restore(next_server.bots[TOKEN])
        next_store.close()

    assert restored_lab.id == lab.id
    assert restored_lab.messages == lab.messages
    assert restored_lab.chat.state() == lab.chat.state()
    assert restored_lab.members[42] == "restricted"
    assert restored_lab.chat.topics[topic].is_closed
    press = restored_ada.press_in(restored_lab, sent, "👍 0")
    assert press.message_id == sent.id


async def test_a_group_that_the_next_run_does_not_create_comes_back_too(
    server: ChatServer, clock: Clock, path: Path
) -> None:
    ada = server.person("Ada")
    group = server.group("Lab", kind="group")
    group.add(ada, "creator")
    store = open_store(server, path)
    group.add_bot(by=ada)
    supergroup = group.migrate()
    store.close()

    next_server = ChatServer(TOKEN, clock=clock)
    next_ada = next_server.person("Ada")
    next_store = ChatStore(path)
    next_store.restore(next_server.bots[TOKEN])
    next_store.close()

    groups = next_server.bots[TOKEN].groups
    assert groups[group.id].migrated_to == supergroup.id
    assert groups[supergroup.id].users[next_ada.id] == next_ada.user
    assert next_server.group("Other").id not in {group.id, supergroup.id}


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
