"""Updates as Telegram sends them, and malformed ones."""

from typing import Any

ADA = {"id": 1, "is_bot": False, "first_name": "Ada"}
CHAT = {"id": 1, "type": "private"}
MESSAGE = {"message_id": 3, "date": 1, "chat": CHAT, "from": ADA}


def pressed(number: int) -> dict[str, Any]:
    """Return a press of a button."""
    return by(1, number)


def by(person: int, number: int) -> dict[str, Any]:
    """Return somebody's press of a button."""
    press = {"id": "1", "chat_instance": "1", "data": "x", "message": MESSAGE}
    return {
        "update_id": number,
        "callback_query": {**press, "from": {**ADA, "id": person}},
    }


# Updates that the library can't parse.
ODD: list[dict[str, Any]] = [
    {"message": "words"},
    {"message": {**MESSAGE, "sticker": {"file_id": "x"}}},
    {"message": {**MESSAGE, "date": "yesterday"}},
    {"message": {**MESSAGE, "date": 10**18}},
    {"message": {**MESSAGE, "text": "hi", "entities": [{"type": "bold"}]}},
    {"message": {**MESSAGE, "text": "hi", "entities": [3]}},
    {"message": {**MESSAGE, "from": {"id": 1, "is_bot": False}}},
    {"message": {**MESSAGE, "chat": {"id": 1}}},
    {"message": {**MESSAGE, "photo": {"file_id": "x"}}},
    {"callback_query": {"id": "1"}},
    {"callback_query": []},
    {"poll_answer": {"poll_id": "1"}},
    {"message_reaction": {"chat": CHAT}},
    {"my_chat_member": 3},
]
