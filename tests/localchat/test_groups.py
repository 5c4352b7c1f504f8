"""In groups and channels the bot may do what Telegram lets it do, and is told why not."""

from typing import Any

import pytest

from bot.sandbox.localchat.groups import Group
from bot.sandbox.localchat.people import Person
from tests.bot_api.server import FaultyServer
from tests.localchat.conftest import Caller, Clock

KEYBOARD = {"inline_keyboard": [[{"text": "👍 0", "callback_data": "up"}]]}


@pytest.fixture
def bo(server: FaultyServer) -> Person:
    return server.person("Bo")


def create_group(
    server: FaultyServer, ada: Person, bo: Person, **options: object
) -> Group:
    """Return a group that Ada made, with Bo and without the bot."""
    group = server.group("Lab", **options)  # type: ignore[arg-type] # of `group`
    group.add(ada, "creator")
    group.add(bo)
    return group


@pytest.fixture
def lab(server: FaultyServer, ada: Person, bo: Person) -> Group:
    group = create_group(server, ada, bo)
    group.add_bot(by=ada)
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


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_a_bot_that_was_never_there_does_not_find_the_chat(
    call, server, ada, bo, kind
):
    group = create_group(server, ada, bo, kind=kind)

    description = await call.refusal("sendMessage", chat_id=group.id, text="x")

    assert description == "Bad Request: chat not found"


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_a_bot_that_is_added_is_told_who_did_it_and_where(
    call, server, ada, bo, kind
):
    group = create_group(server, ada, bo, kind=kind)
    group.add_bot(by=ada)

    (first, change), (second, message) = await updates(call)

    assert (first, second) == ("my_chat_member", "message")
    assert change["chat"] == {"id": group.id, "type": kind, "title": "Lab"}
    assert change["from"]["id"] == ada.id
    assert change["old_chat_member"]["status"] == "left"
    assert change["new_chat_member"]["status"] == "member"
    assert message["new_chat_members"][0]["username"] == "local_42_bot"


async def test_a_channel_says_nothing_of_its_new_admin_but_the_rights(
    call, server, ada, bo
):
    channel = create_group(server, ada, bo, kind="channel")
    channel.add_bot(by=ada, status="administrator")

    ((kind, change),) = await updates(call)

    assert kind == "my_chat_member"
    assert change["new_chat_member"]["can_post_messages"]
    assert channel.messages == ()


@pytest.mark.parametrize(
    ("kind", "status", "description"),
    [
        (
            "supergroup",
            "kicked",
            "Forbidden: bot was kicked from the supergroup chat",
        ),
        ("group", "kicked", "Forbidden: bot was kicked from the group chat"),
        (
            "channel",
            "kicked",
            "Forbidden: bot was kicked from the channel chat",
        ),
        (
            "supergroup",
            "left",
            "Forbidden: bot is not a member of the supergroup chat",
        ),
        (
            "channel",
            "left",
            "Forbidden: bot is not a member of the channel chat",
        ),
    ],
)
async def test_a_bot_that_was_removed_is_forbidden_everything(
    call, server, ada, bo, kind, status, description
):
    group = create_group(server, ada, bo, kind=kind)
    group.add_bot(by=ada, status="administrator")
    sent = await send(call, group)
    group.remove_bot(by=ada, status=status)

    refusals = [
        await call.refusal("sendMessage", chat_id=group.id, text="x"),
        await call.refusal("getChat", chat_id=group.id),
        await call.refusal(
            "editMessageText", chat_id=group.id, message_id=sent, text="y"
        ),
    ]

    assert refusals == [description] * 3
    changes = [
        body for kind, body in await updates(call) if kind == "my_chat_member"
    ]
    assert changes[-1]["new_chat_member"]["status"] == status


async def test_a_restricted_bot_may_not_write_until_it_may_again(
    call, lab, ada
):
    lab.restrict_bot(by=ada)
    description = await call.refusal("sendMessage", chat_id=lab.id, text="x")
    lab.restrict_bot(by=ada, can_send_messages=True)
    await send(call, lab)

    assert description == (
        "Bad Request: not enough rights to send text messages to the chat"
    )
    changes = [
        body["new_chat_member"]["can_send_messages"]
        for kind, body in (await updates(call))[2:]
        if kind == "my_chat_member"
    ]
    assert changes == [False, True]


async def test_a_channel_takes_posts_of_admins_with_the_right_alone(
    call, server, ada, bo
):
    channel = create_group(server, ada, bo, kind="channel")
    channel.add_bot(by=ada, status="administrator")
    post = await call("sendMessage", chat_id=channel.id, text="x")
    channel.restrict_bot(by=ada)
    description = await call.refusal(
        "sendMessage", chat_id=channel.id, text="x"
    )

    assert post["result"]["sender_chat"]["id"] == channel.id
    assert "from" not in post["result"]
    assert description == (
        "Bad Request: need administrator rights in the channel chat"
    )


async def test_a_deleted_group_forbids_all_and_the_bot_has_left_it(call, lab):
    lab.delete()

    description = await call.refusal("sendMessage", chat_id=lab.id, text="x")

    assert description == "Forbidden: the group chat was deleted"
    kind, change = (await updates(call))[-1]
    assert kind == "my_chat_member"
    assert change["new_chat_member"]["status"] == "left"


async def test_a_group_that_becomes_a_supergroup_names_it_both_ways(
    call, server, ada, bo
):
    group = create_group(server, ada, bo, kind="group")
    group.add_bot(by=ada)
    supergroup = group.migrate()

    answer = await call("sendMessage", chat_id=group.id, text="x")
    await send(call, supergroup)

    assert answer["error_code"] == 400
    assert answer["description"] == (
        "Bad Request: group chat was upgraded to a supergroup chat"
    )
    assert answer["parameters"] == {"migrate_to_chat_id": supergroup.id}
    assert str(supergroup.id).startswith("-100")
    bodies = [body for kind, body in (await updates(call))[2:]]
    join, old, new = bodies
    assert join["chat"]["id"] == supergroup.id
    assert old["chat"]["id"] == group.id
    assert old["migrate_to_chat_id"] == supergroup.id
    assert new["chat"]["id"] == supergroup.id
    assert new["migrate_from_chat_id"] == group.id
    assert supergroup.members == group.members


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


async def test_the_bot_can_ask_who_is_an_admin(call, server, lab, ada, bo):
    cy = server.person("Cy")
    lab.promote(bo)
    lab.add_bot(by=ada, status="administrator")

    admins = await call("getChatAdministrators", chat_id=lab.id)
    lab.demote(bo)
    members = [
        (await call("getChatMember", chat_id=lab.id, user_id=user_id))["result"]
        for user_id in (ada.id, bo.id, cy.id, 42)
    ]
    private = await call.refusal("getChatAdministrators", chat_id=ada.id)
    nobody = await call.refusal("getChatMember", chat_id=lab.id, user_id=7)

    assert [
        (admin["user"]["id"], admin["status"]) for admin in admins["result"]
    ] == [(ada.id, "creator"), (bo.id, "administrator")]
    assert [member["status"] for member in members] == [
        "creator",
        "member",
        "left",
        "administrator",
    ]
    assert private == (
        "Bad Request: there are no administrators in the private chat"
    )
    assert nobody == "Bad Request: user not found"


async def test_the_bot_leaves_a_group_and_is_no_member_then(call, lab, ada):
    left = await call("leaveChat", chat_id=lab.id)
    description = await call.refusal("sendMessage", chat_id=lab.id, text="x")
    private = await call.refusal("leaveChat", chat_id=ada.id)

    assert left["result"] is True
    assert description == (
        "Forbidden: bot is not a member of the supergroup chat"
    )
    assert private.startswith("Bad Request: chat member status")
    assert lab.messages[-1].service == {
        "left_chat_member": lab.messages[-1].sender.as_json()
    }


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


async def test_a_public_group_is_found_by_its_name(call, server, ada, bo):
    lab = create_group(server, ada, bo, username="lab_papers")
    lab.add_bot(by=ada)

    answer = await call("getChat", chat_id="@lab_papers")
    unknown = await call.refusal("getChat", chat_id="@other")

    assert answer["result"]["id"] == lab.id
    assert unknown == "Bad Request: chat not found"
