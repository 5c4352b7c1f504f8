"""Messages are sent, edited and deleted with Telegram's shapes and refused in its words."""

import pytest

from bot.sandbox.localchat.messages import Json

TOKEN = "42:local-chat-token"
PNG = (
    bytes.fromhex("89504e470d0a1a0a0000000d49484452000000020000000308060000")
    + b"rest"
)


def keyboard(*buttons: Json) -> Json:
    return {"inline_keyboard": [list(buttons)]}


async def test_a_message_is_told_with_all_that_came_with_it(call, ada, clock):
    greeting = ada.messages[0]
    button = {"text": "👍", "callback_data": "r1:7:+", "style": "success"}
    copy = {"text": "id", "copy_text": {"text": "2401.00001"}}

    answer = await call(
        "sendMessage",
        chat_id=ada.id,
        text="arxiv.org",
        disable_notification=True,
        reply_markup=keyboard(button, copy),
        link_preview_options={"is_disabled": True},
        reply_parameters={"message_id": greeting.id},
    )

    result = answer["result"]
    assert result["chat"] == {
        "id": ada.id,
        "type": "private",
        "first_name": "Ada",
    }
    assert result["date"] == int(clock.now.timestamp())
    assert result["reply_markup"] == keyboard(button, copy)
    assert result["link_preview_options"] == {"is_disabled": True}
    assert result["reply_to_message"]["message_id"] == greeting.id
    message = ada.messages[-1]
    assert message.silent
    assert message.button("👍").style == "success"
    assert message.button("id").copy_text == "2401.00001"


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n"}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "🎉" * 2049}, "message is too long"),
        ({"chat_id": 5}, "chat not found"),
        ({"chat_id": "@ada"}, "chat not found"),
        ({"chat_id": None}, "chat_id is empty"),
        (
            {"parse_mode": "HTML", "text": "<p>"},
            "can't parse entities: Unsupported start tag",
        ),
        ({"parse_mode": "Fancy"}, "unsupported parse_mode"),
        (
            {"reply_markup": "{"},
            "can't parse reply keyboard markup JSON object",
        ),
        (
            {"reply_markup": "[]"},
            "can't parse reply keyboard markup JSON object",
        ),
        (
            {"reply_parameters": {"message_id": 999}},
            "message to be replied not found",
        ),
        (
            {"reply_markup": keyboard({"text": "x", "callback_data": ""})},
            "BUTTON_DATA_INVALID",
        ),
        (
            {
                "reply_markup": keyboard(
                    {"text": "x", "callback_data": "é" * 32 + "y"}
                )
            },
            "BUTTON_DATA_INVALID",
        ),
        (
            {
                "reply_markup": keyboard(
                    {"text": "x", "copy_text": {"text": "y" * 257}}
                )
            },
            "BUTTON_COPY_TEXT_INVALID",
        ),
        (
            {
                "reply_markup": keyboard(
                    {"text": "x", "url": "http://localhost/"}
                )
            },
            "inline keyboard button URL 'http://localhost/' is invalid: Wrong HTTP URL",
        ),
        (
            {"reply_markup": keyboard({"text": "x"})},
            "can't parse inline keyboard button: Text buttons are unallowed",
        ),
        (
            {"reply_markup": keyboard({"text": "", "callback_data": "x"})},
            "inline keyboard button text must be non-empty",
        ),
        (
            {
                "reply_markup": keyboard(
                    *[{"text": "x", "callback_data": "x"}] * 101
                )
            },
            "reply markup is too long",
        ),
    ],
)
async def test_a_message_is_refused_as_telegram_refuses_it(
    call, ada, parameters, reason
):
    description = await call.refusal(
        "sendMessage", **({"chat_id": ada.id, "text": "x"} | parameters)
    )

    assert description.startswith(f"Bad Request: {reason}")
    assert len(ada.messages) == 1


async def test_the_limits_themselves_are_allowed(call, ada):
    html = f"<b>{'&amp;' * 4096}</b>"
    button = {"text": "x", "callback_data": "é" * 32}

    answer = await call(
        "sendMessage",
        chat_id=ada.id,
        text=html,
        parse_mode="HTML",
        reply_markup=keyboard(*[button] * 100),
    )

    assert answer["ok"]
    assert answer["result"]["text"] == "&" * 4096


async def test_nobody_can_be_written_to_before_they_wrote(call, server):
    bo = server.person("Bo")

    description = await call.refusal("sendMessage", chat_id=bo.id, text="x")

    assert description == "Bad Request: chat not found"


async def test_edits_change_the_message_and_its_keyboard(call, ada):
    markup = keyboard({"text": "x", "callback_data": "x"})
    answer = await call(
        "sendMessage", chat_id=ada.id, text="old", reply_markup=markup
    )
    message_id = answer["result"]["message_id"]
    target = {"chat_id": ada.id, "message_id": message_id}

    text = await call(
        "editMessageText", **target, text="new", reply_markup=markup
    )
    bare = await call("editMessageReplyMarkup", **target)

    assert text["result"]["text"] == "new"
    assert "edit_date" in text["result"]
    assert "reply_markup" not in bare["result"]
    assert ada.messages[-1].text == "new"
    assert ada.messages[-1].edits == 2


async def test_an_edit_that_changes_nothing_or_nothing_there_is_refused(
    call, ada
):
    answer = await call("sendMessage", chat_id=ada.id, text="old")
    message_id = answer["result"]["message_id"]
    target = {"chat_id": ada.id, "message_id": message_id}

    assert await call.refusal("editMessageText", **target, text="old") == (
        "Bad Request: message is not modified: specified new message content and reply markup "
        "are exactly the same as a current content and reply markup of the message"
    )
    assert "is not modified" in await call.refusal(
        "editMessageReplyMarkup", **target
    )
    target["message_id"] = 999
    assert "to edit not found" in await call.refusal(
        "editMessageText", **target, text="x"
    )
    target["message_id"] = ada.messages[0].id
    assert "can't be edited" in await call.refusal(
        "editMessageText", **target, text="x"
    )
    target["message_id"] = message_id
    assert "MESSAGE_TOO_LONG" in await call.refusal(
        "editMessageText", **target, text="x" * 4097
    )
    assert "no caption in the message" in await call.refusal(
        "editMessageCaption", **target
    )


async def test_a_deleted_message_is_gone_and_old_ones_stay(call, ada, clock):
    answer = await call("sendMessage", chat_id=ada.id, text="old")
    message_id = answer["result"]["message_id"]
    target = {"chat_id": ada.id, "message_id": message_id}
    start = {"chat_id": ada.id, "message_id": ada.messages[0].id}

    deletion = await call("deleteMessage", **target)
    second_deletion = await call.refusal("deleteMessage", **target)
    clock.advance(hours=49)
    late_deletion = await call.refusal("deleteMessage", **start)

    assert deletion["result"] is True
    assert second_deletion == "Bad Request: message to delete not found"
    assert late_deletion == "Bad Request: message can't be deleted for everyone"
    assert len(ada.messages) == 1


async def test_a_file_is_sent_downloaded_and_sent_again_by_its_id(
    call, ada, server
):
    content = bytes(range(256)) * 3
    url = f"{server.base_url}{TOKEN}/sendDocument"
    form = {
        "chat_id": str(ada.id),
        "caption": "<b>list</b>",
        "parse_mode": "HTML",
    }
    response = await call.client.post(
        url, data=form, files={"document": ("séance.bib", content)}
    )
    message = response.json()["result"]
    document = message["document"]

    file = (await call("getFile", file_id=document["file_id"]))["result"]
    download = await call.client.get(
        f"{server.base_file_url}{TOKEN}/{file['file_path']}"
    )
    second_answer = await call(
        "sendDocument", chat_id=ada.id, document=document["file_id"]
    )

    assert document["file_name"] == "séance.bib"
    assert message["caption_entities"][0]["type"] == "bold"
    assert download.content == content
    assert second_answer["result"]["document"] == document
    assert ada.messages[-2].file.content == content


async def test_a_photo_has_its_size_and_its_caption_can_be_edited(
    call, ada, server
):
    url = f"{server.base_url}{TOKEN}/sendPhoto"
    response = await call.client.post(
        url, data={"chat_id": ada.id}, files={"photo": ("p.png", PNG)}
    )
    message = response.json()["result"]
    target = {"chat_id": ada.id, "message_id": message["message_id"]}

    caption_answer = await call("editMessageCaption", **target, caption="bars")
    text_refusal = await call.refusal("editMessageText", **target, text="x")

    photo = message["photo"][-1]
    assert photo["width"] == 2
    assert photo["height"] == 3
    assert caption_answer["result"]["caption"] == "bars"
    assert (
        text_refusal == "Bad Request: there is no text in the message to edit"
    )


async def test_files_are_refused_as_telegram_refuses_them(call, ada, server):
    url = f"{server.base_url}{TOKEN}/sendPhoto"
    text = await call.client.post(
        url, data={"chat_id": ada.id}, files={"photo": ("p.png", b"x")}
    )
    empty = await call.client.post(
        url, data={"chat_id": ada.id}, files={"photo": ("p.png", b"")}
    )

    assert text.json()["description"] == "Bad Request: IMAGE_PROCESS_FAILED"
    assert empty.json()["description"] == "Bad Request: file must be non-empty"
    missing = await call.refusal("sendDocument", chat_id=ada.id)
    assert missing == "Bad Request: there is no document in the request"
    unknown = await call.refusal(
        "sendDocument", chat_id=ada.id, document="file-99"
    )
    assert unknown == "Bad Request: wrong file identifier/HTTP URL specified"
    unknown_file = await call.refusal("getFile", file_id="file-99")
    assert (
        unknown_file
        == "Bad Request: wrong file_id or the file is temporarily unavailable"
    )


async def test_a_caption_has_at_most_1024_units(call, ada):
    document = ada.send_document("a.txt", b"x").file.id

    description = await call.refusal(
        "sendDocument", chat_id=ada.id, document=document, caption="🎉" * 513
    )

    assert description == "Bad Request: message caption is too long"


async def test_entities_may_come_ready_made(call, ada):
    bold = {"type": "bold", "offset": 0, "length": 2}

    answer = await call(
        "sendMessage", chat_id=ada.id, text="🎉 <b>", entities=[bold]
    )

    assert answer["result"]["text"] == "🎉 <b>"
    assert answer["result"]["entities"] == [bold]


async def test_a_reply_to_nothing_is_sent_when_the_bot_allows_it(call, ada):
    reply = {"message_id": 999, "allow_sending_without_reply": True}

    answer = await call(
        "sendMessage", chat_id=ada.id, text="x", reply_parameters=reply
    )

    assert answer["ok"]
    assert "reply_to_message" not in answer["result"]
