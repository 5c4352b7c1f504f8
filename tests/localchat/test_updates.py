"""What people do waits for the bot as updates, as long and as selectively as on Telegram."""

import asyncio
import json

from bot.sandbox.localchat.messages import Json

TOKEN = "42:local-chat-token"


def keyboard(*buttons: Json) -> Json:
    return {"inline_keyboard": [list(buttons)]}


async def test_a_block_refuses_until_the_person_comes_back(call, ada):
    ada.block()
    description = await call.refusal("sendMessage", chat_id=ada.id, text="x")
    ada.unblock()
    answer = await call("sendMessage", chat_id=ada.id, text="x")

    assert description == "Forbidden: bot was blocked by the user"
    assert answer["ok"]
    changes = (await call("getUpdates"))["result"][1:]
    statuses = [
        change["my_chat_member"]["new_chat_member"]["status"]
        for change in changes
    ]
    assert statuses == ["kicked", "member"]


async def test_an_answer_to_a_press_becomes_a_toast_unless_it_is_too_long_or_late(
    call, ada, clock
):
    press = ada.press_data(1, "x")

    too_long = await call.refusal(
        "answerCallbackQuery", callback_query_id=press.id, text="x" * 201
    )
    await call(
        "answerCallbackQuery",
        callback_query_id=press.id,
        text="Noted",
        show_alert=True,
    )
    clock.advance(minutes=20)
    too_late = await call.refusal(
        "answerCallbackQuery", callback_query_id=press.id
    )
    unknown = await call.refusal("answerCallbackQuery", callback_query_id="7")

    assert too_long == "Bad Request: MESSAGE_TOO_LONG"
    assert [(toast.text, toast.alert) for toast in ada.toasts] == [
        ("Noted", True)
    ]
    expired = (
        "query is too old and response timeout expired or query ID is invalid"
    )
    assert too_late == unknown == f"Bad Request: {expired}"


async def test_updates_wait_until_they_are_confirmed(call, ada):
    ada.write("one")
    ada.write("two")

    first = (await call("getUpdates", limit=2))["result"]
    again = (await call("getUpdates"))["result"]
    offset = first[-1]["update_id"] + 1
    remaining = (await call("getUpdates", offset=offset))["result"]
    last = (await call("getUpdates", offset=-1))["result"]

    assert [update["message"]["text"] for update in first] == ["/start", "one"]
    assert first == again[:2]
    assert [update["message"]["text"] for update in remaining] == ["two"]
    assert last == remaining


async def test_a_long_poll_ends_as_soon_as_something_happens(call, ada, server):
    confirmed = (await call("getUpdates"))["result"][-1]["update_id"] + 1
    no_updates = await call("getUpdates", offset=confirmed, timeout=0)
    url = f"{server.base_url}{TOKEN}/getUpdates"
    body = {"offset": confirmed, "timeout": 50}

    async with asyncio.TaskGroup() as tasks:
        poll = tasks.create_task(call.client.post(url, json=body, timeout=60))
        await server.wait_for_call(
            lambda record: record.parameters.get("timeout") == "50"
        )
        message = ada.write("now")

    assert no_updates["result"] == []
    update = poll.result().json()["result"][0]
    assert update["message"]["message_id"] == message.id


async def test_a_server_that_stops_ends_its_long_polls(call, ada, server):
    url = f"{server.base_url}{TOKEN}/getUpdates"
    body = {"offset": 2**40, "timeout": 50}

    async with asyncio.TaskGroup() as tasks:
        poll = tasks.create_task(call.client.post(url, json=body, timeout=60))
        await server.wait_for_call(lambda record: record.method == "getUpdates")
        await asyncio.to_thread(server.stop)

    assert poll.result().json() == {"ok": True, "result": []}


async def test_presses_and_messages_that_nobody_fetched_expire(
    call, ada, clock
):
    ada.press_data(1, "x")

    clock.advance(seconds=151)
    after_press = (await call("getUpdates"))["result"]
    clock.advance(hours=24)
    after_a_day = (await call("getUpdates"))["result"]

    assert [set(update) - {"update_id"} for update in after_press] == [
        {"message"}
    ]
    assert after_a_day == []


async def test_a_reaction_is_told_only_to_a_bot_that_asked_for_it(call, ada):
    greeting = ada.messages[0]
    ada.react(greeting, "👍")
    await call("getUpdates", allowed_updates=json.dumps(["message_reaction"]))
    ada.react(greeting, "👎")
    ada.react(greeting, None)
    ada.write("not asked for")

    updates = (await call("getUpdates"))["result"]

    reactions = [
        update["message_reaction"]
        for update in updates
        if "message_reaction" in update
    ]
    # Among them is /start, which came before the call.
    assert len(updates) == 3
    first, second = reactions
    assert first["message_id"] == greeting.id
    assert first["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert second["message_id"] == greeting.id
    assert second["old_reaction"] == [{"type": "emoji", "emoji": "👎"}]
    assert second["new_reaction"] == []


async def test_a_press_on_an_old_or_deleted_message_carries_no_content(
    call, ada, clock
):
    button = keyboard({"text": "x", "callback_data": "x"})
    await call("sendMessage", chat_id=ada.id, text="old", reply_markup=button)
    message = ada.messages[-1]
    clock.advance(hours=49)

    ada.press(message, "x")
    ada.press_data(999, "forged")
    presses = [
        update["callback_query"]
        for update in (await call("getUpdates"))["result"]
    ]

    assert [press["message"]["date"] for press in presses] == [0, 0]
    assert "text" not in presses[0]["message"]
    assert [press["data"] for press in presses] == ["x", "forged"]


async def test_a_webhook_is_remembered_without_telling_its_secret(call, ada):
    url = "http://127.0.0.1:1/hook"
    await call(
        "setWebhook", url=url, secret_token="s", allowed_updates=["message"]
    )
    info = (await call("getWebhookInfo"))["result"]
    await call("deleteWebhook", drop_pending_updates=True)
    info_afterwards = (await call("getWebhookInfo"))["result"]

    assert info["url"] == url
    assert info["allowed_updates"] == ["message"]
    assert info["pending_update_count"] == 1
    assert "secret_token" not in info
    assert info_afterwards["url"] == ""
    assert info_afterwards["pending_update_count"] == 0
