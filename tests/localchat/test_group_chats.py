"""The bot reaches the groups it is in, and is told of each change there."""

import pytest

from tests.localchat.group_calls import create_group, send, updates


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


async def test_the_bot_can_ask_who_is_an_admin(call, server, lab, ada, bo):
    cy = server.person("Cy")
    lab.add(server.person("Di"))
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


async def test_a_public_group_is_found_by_its_name(call, server, ada, bo):
    lab = create_group(server, ada, bo, username="lab_papers")
    lab.add_bot(by=ada)

    answer = await call("getChat", chat_id="@lab_papers")
    unknown = await call.refusal("getChat", chat_id="@other")

    assert answer["result"]["id"] == lab.id
    assert unknown == "Bad Request: chat not found"
