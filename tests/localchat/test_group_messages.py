"""What people write and press in groups reaches the bot as Telegram's privacy mode lets it."""

import pytest

from tests.localchat.conftest import Clock
from tests.localchat.group_calls import KEYBOARD, create_group, send, updates


async def test_a_topic_takes_messages_while_it_is_open(call, server, ada, bo):
    forum = create_group(server, ada, bo, is_forum=True)
    forum.add_bot(by=ada)
    topic = forum.create_topic("Papers")

    sent = await call(
        "sendMessage", chat_id=forum.id, text="x", message_thread_id=topic
    )
    forum.close_topic(topic)
    closed = await call.refusal(
        "sendMessage", chat_id=forum.id, text="x", message_thread_id=topic
    )
    forum.reopen_topic(topic)
    await send(call, forum, message_thread_id=topic)
    forum.delete_topic(topic)
    deleted = await call.refusal(
        "sendMessage", chat_id=forum.id, text="x", message_thread_id=topic
    )
    general = await call("sendMessage", chat_id=forum.id, text="x")

    message = sent["result"]
    assert message["chat"]["is_forum"]
    assert message["message_thread_id"] == topic
    assert message["is_topic_message"]
    assert message["reply_to_message"]["forum_topic_created"]
    created = [
        body for _, body in await updates(call) if "forum_topic_created" in body
    ]
    assert [body["message_thread_id"] for body in created] == [topic]
    assert closed == "Bad Request: TOPIC_CLOSED"
    assert deleted == "Bad Request: message thread not found"
    assert "message_thread_id" not in general["result"]


@pytest.mark.parametrize("thread_id", [1, 99])
async def test_there_is_no_topic_where_none_was_created(
    call, lab, ada, server, bo, thread_id
):
    forum = create_group(server, ada, bo, is_forum=True)
    forum.add_bot(by=ada)

    for chat_id in (lab.id, forum.id, ada.id):
        description = await call.refusal(
            "sendMessage",
            chat_id=chat_id,
            text="x",
            message_thread_id=thread_id,
        )
        assert description == "Bad Request: message thread not found"


async def test_privacy_mode_passes_on_what_is_meant_for_the_bot(
    call, lab, ada, bo
):
    sent = await send(call, lab)
    for text in (
        "just talk",
        "/picks",
        "/picks@LOCAL_42_bot now",
        "/picks@OtherBot",
        "see /picks",
    ):
        bo.write_in(lab, text)
    bo.write_in(lab, "a reply", reply_to=sent)
    bo.write_in(lab, "/help@OtherBot", force_delivery=True)

    texts = [body.get("text") for _, body in (await updates(call))[2:]]

    assert texts == [
        "/picks",
        "/picks@LOCAL_42_bot now",
        "a reply",
        "/help@OtherBot",
    ]
    assert len(lab.messages) == 9


async def test_an_admin_among_bots_gets_every_message(call, lab, ada, bo):
    lab.add_bot(by=ada, status="administrator")
    bo.write_in(lab, "just talk")

    _, body = (await updates(call))[-1]

    assert body["text"] == "just talk"
    assert sum("new_chat_members" in str(m.service) for m in lab.messages) == 1


async def test_an_anonymous_admin_and_a_channel_write_as_themselves(
    call, server, lab, ada, bo
):
    channel = create_group(server, ada, bo, kind="channel")
    lab.link(channel)
    ada.write_in(lab, "/picks", anonymous=True)
    ada.write_in(lab, "/picks", sender_chat=channel)
    ada.write_in(channel, "/picks")

    admin, writer, post = [body for _, body in (await updates(call))[2:]]

    assert admin["from"]["id"] == 1087968824
    assert admin["sender_chat"]["id"] == lab.id
    assert writer["from"]["id"] == 136817688
    assert writer["sender_chat"]["id"] == channel.id
    assert post["from"]["id"] == 777000
    assert post["sender_chat"]["id"] == channel.id
    assert post["is_automatic_forward"]
    assert post["chat"]["id"] == lab.id
    assert not any(message.by_bot for message in lab.messages)
    for message_id in (admin["message_id"], writer["message_id"]):
        description = await call.refusal(
            "editMessageText", chat_id=lab.id, message_id=message_id, text="x"
        )
        assert description == "Bad Request: message can't be edited"


async def test_a_post_of_a_channel_reaches_the_bot_as_one(
    call, server, ada, bo
):
    channel = create_group(server, ada, bo, kind="channel")
    channel.add_bot(by=ada, status="administrator")
    ada.write_in(channel, "news")

    kind, body = (await updates(call))[-1]

    assert kind == "channel_post"
    assert body["sender_chat"]["id"] == channel.id


async def test_members_press_one_button_and_each_sees_their_own_answer(
    call, lab, ada, bo
):
    sent = await send(call, lab, reply_markup=KEYBOARD)
    presses = [
        person.press_in(lab, lab.messages[-1], "👍 0") for person in (ada, bo)
    ]
    for press in presses:
        await call("answerCallbackQuery", callback_query_id=press.id, text="+1")
    await call(
        "editMessageReplyMarkup",
        chat_id=lab.id,
        message_id=sent,
        reply_markup={
            "inline_keyboard": [[{"text": "👍 2", "callback_data": "up"}]]
        },
    )

    bodies = [body for _, body in (await updates(call))[2:]]
    assert [body["from"]["id"] for body in bodies] == [ada.id, bo.id]
    assert bodies[0]["message"]["chat"]["id"] == lab.id
    assert [toast.press_id for toast in ada.toasts] == [presses[0].id]
    assert [toast.press_id for toast in bo.toasts] == [presses[1].id]
    assert lab.messages[-1].button("👍 2").data == "up"


async def test_an_old_message_of_a_group_can_be_pressed_but_not_read(
    call, lab, bo, clock: Clock
):
    sent = await send(call, lab, reply_markup=KEYBOARD)
    clock.advance(hours=49)
    bo.press_data_in(lab, sent, "up")

    _, body = (await updates(call))[-1]

    assert body["message"] == {
        "chat": lab.chat.as_json(),
        "message_id": sent,
        "date": 0,
    }


def test_only_members_write_and_press(server, lab):
    cy = server.person("Cy")

    with pytest.raises(PermissionError, match="Cy is not in Lab"):
        cy.write_in(lab, "/picks")
    with pytest.raises(PermissionError, match="Cy is not in Lab"):
        cy.press_data_in(lab, 1, "up")


async def test_the_bot_deletes_its_own_messages_and_as_an_admin_all(
    call, lab, ada, bo
):
    own = await send(call, lab)
    other = bo.write_in(lab, "talk").id
    await call("deleteMessage", chat_id=lab.id, message_id=own)
    forbidden = await call.refusal(
        "deleteMessage", chat_id=lab.id, message_id=other
    )
    lab.add_bot(by=ada, status="administrator")
    await call("deleteMessage", chat_id=lab.id, message_id=other)

    assert forbidden == "Bad Request: message can't be deleted"
    assert {own, other}.isdisjoint(message.id for message in lab.messages)
