"""Requests of a bot and of the page that are right, to be spoiled by a test."""

from typing import Any

BUTTON = {"text": "👍", "callback_data": "r1:1:+", "style": "danger"}
LINK = {"text": "arXiv", "url": "https://arxiv.org"}
COPY = {"text": "copy", "copy_text": {"text": "@misc"}}
KEYBOARD = {"inline_keyboard": [[BUTTON, LINK], [COPY]]}
ENTITY = {
    "type": "text_link",
    "offset": 0,
    "length": 2,
    "url": "https://arxiv.org",
}
TEXT = {"chat_id": 1001, "text": "hi there", "reply_markup": KEYBOARD}
HTML = {
    **TEXT,
    "text": '<a href="https://arxiv.org">hi</a>',
    "parse_mode": "HTML",
}
MARKED = {
    **TEXT,
    "entities": [ENTITY],
    "link_preview_options": {"is_disabled": True},
}
REPLY = {
    **TEXT,
    "reply_parameters": {"message_id": 1, "allow_sending_without_reply": True},
}
LAB = -1_000_000_003_001
ARTICLE = {
    "type": "article",
    "id": "1",
    "title": "A paper",
    "description": "by Ada",
    "thumbnail_url": "https://arxiv.org/1.png",
    "input_message_content": {"message_text": "hi", "entities": [ENTITY]},
    "reply_markup": KEYBOARD,
}
INLINE = {
    "inline_query_id": "7300000000000000001",
    "results": [ARTICLE],
    "next_offset": "10",
    "button": {"text": "Start", "start_parameter": "inline"},
}
COMMANDS = [{"command": "picks", "description": "Today's papers"}]
THUMB = [{"type": "emoji", "emoji": "👍"}]
MAX_ATTEMPTS: list[tuple[str, dict[str, Any]]] = [
    *(("sendMessage", body) for body in (TEXT, HTML, MARKED, REPLY)),
    ("sendMessage", {**TEXT, "chat_id": LAB, "message_thread_id": 0}),
    ("getChatMember", {"chat_id": LAB, "user_id": 1001}),
    ("getChatAdministrators", {"chat_id": LAB}),
    ("answerInlineQuery", INLINE),
    ("editMessageText", {**TEXT, "inline_message_id": "inline-1"}),
    ("editMessageText", {**TEXT, "message_id": 2}),
    ("editMessageReplyMarkup", {**TEXT, "message_id": 2}),
    ("deleteMessage", {"chat_id": 1001, "message_id": 900}),
    (
        "setMessageReaction",
        {"chat_id": 1001, "message_id": 1, "reaction": THUMB},
    ),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "noted"}),
    ("setMyCommands", {"commands": COMMANDS, "language_code": "en"}),
    (
        "setWebhook",
        {"url": "", "allowed_updates": ["message"], "secret_token": "s"},
    ),
    ("getUpdates", {"timeout": 0, "offset": 1, "allowed_updates": ["message"]}),
    ("sendDocument", {"chat_id": 1001, "document": "file-1", "caption": "c"}),
    *(
        (method, {"chat_id": 1001})
        for method in ("getMe", "getFile", "sendPhoto")
    ),
]
ACTIONS: list[dict[str, Any]] = [
    {"person": 1001, "action": "write", "text": "hi", "reply_to": 1},
    {"person": 1001, "action": "edit", "message": 1, "text": "hello"},
    {"person": 1001, "action": "press", "message": 2, "data": "r1:1:+"},
    {"person": 1001, "action": "react", "message": 2, "emoji": "👍"},
    {"person": 1001, "action": "forward", "from": 1001, "message": 2},
    {"person": 1001, "action": "forward", "from": LAB, "message": 2},
    {"person": 1001, "action": "start", "payload": "p1"},
    {"person": 1001, "action": "write_in", "chat": LAB, "text": "/picks"},
    {
        "person": 1001,
        "action": "press_in",
        "chat": LAB,
        "message": 2,
        "data": "up",
    },
    {
        "person": 1001,
        "action": "choose",
        "answer": "7300000000000000001",
        "result": "1",
        "chat": LAB,
    },
    {"person": 1001, "action": "add_bot", "chat": LAB},
    {"person": 1001, "action": "remove_bot", "chat": LAB},
    {"person": 1001, "action": "block"},
]
