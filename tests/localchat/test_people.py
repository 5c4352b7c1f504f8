"""People in the local chat can do what people on Telegram can do, and no more."""

import pytest

from bot.sandbox.localchat.messages import Button


async def test_what_a_person_writes_carries_the_entities_a_client_would_mark(
    call, ada
):
    ada.write("/topics add arxiv.org")

    message = (await call("getUpdates", offset=-1))["result"][0]["message"]

    assert message["from"] == {
        "id": ada.id,
        "is_bot": False,
        "first_name": "Ada",
        "language_code": "en",
    }
    assert message["entities"] == [
        {"type": "bot_command", "offset": 0, "length": 7},
        {"type": "url", "offset": 12, "length": 9},
    ]


def test_a_deep_link_takes_only_what_telegram_allows(ada):
    with pytest.raises(ValueError, match="not a deep link payload"):
        ada.start("no spaces")
    with pytest.raises(ValueError, match="not a deep link payload"):
        ada.start("x" * 65)


async def test_only_buttons_that_are_there_and_send_something_can_be_pressed(
    call, ada
):
    link = {"text": "page", "url": "https://arxiv.org"}
    await call(
        "sendMessage",
        chat_id=ada.id,
        text="x",
        reply_markup={"inline_keyboard": [[link]]},
    )
    message = ada.messages[-1]

    assert message.keyboard == ((Button("page", url="https://arxiv.org"),),)
    with pytest.raises(LookupError, match=r"no button 'like' among \['page'\]"):
        ada.press(message, "like")
    with pytest.raises(LookupError, match="sends nothing to the bot"):
        ada.press(message, "page")


async def test_the_button_of_an_old_copy_can_still_be_pressed(call, ada):
    button = {"text": "like", "callback_data": "old"}
    markup = {"inline_keyboard": [[button]]}
    sent = await call(
        "sendMessage", chat_id=ada.id, text="x", reply_markup=markup
    )
    old_copy = ada.messages[-1]
    target = {"chat_id": ada.id, "message_id": sent["result"]["message_id"]}
    await call("editMessageReplyMarkup", **target)

    ada.press(old_copy, "like")

    press = (await call("getUpdates", offset=-1))["result"][0]["callback_query"]
    assert press["data"] == "old"
    assert "reply_markup" not in press["message"]


async def test_a_person_who_blocked_the_bot_does_nothing_else(ada):
    ada.block()

    with pytest.raises(PermissionError, match="Ada has blocked the bot"):
        ada.write("hello")


async def test_a_person_edits_only_what_she_wrote(call, ada):
    await call("sendMessage", chat_id=ada.id, text="x")

    with pytest.raises(ValueError, match="only the bot edits its messages"):
        ada.edit(ada.messages[-1], "y")


async def test_the_same_reaction_twice_is_one_update(call, ada):
    await call("getUpdates", allowed_updates=["message_reaction"])

    ada.react(ada.messages[0], "👍")
    ada.react(ada.messages[0], "👍")

    updates = (await call("getUpdates"))["result"]
    # One is /start.
    assert len(updates) == 2


async def test_waiting_in_vain_ends_and_says_what_was_seen(call, ada, server):
    await call("sendMessage", chat_id=ada.id, text="something else")

    with pytest.raises(
        TimeoutError, match=r"Ada waited 0.01 s and sees .*something else"
    ):
        await ada.wait_for(
            lambda message: message.text == "picks", seconds=0.01
        )
    with pytest.raises(TimeoutError, match="no such call"):
        await server.wait_for_call(
            lambda record: record.method == "getMe", seconds=0.01
        )
