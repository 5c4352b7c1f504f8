"""What stands in a chat: messages, their keyboards and files, and how the Bot API spells them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.sandbox.localchat.text.entities import Entity

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Account:
    """A person or a bot, as the other one sees it."""

    id: int
    first_name: str
    is_bot: bool = False
    username: str | None = None
    language_code: str | None = None

    def as_json(self) -> Json:
        """Return the account as a `User`."""
        body = {
            "id": self.id,
            "is_bot": self.is_bot,
            "first_name": self.first_name,
        }
        extra = {"username": self.username, "language_code": self.language_code}
        return body | {name: value for name, value in extra.items() if value}

    def as_chat(self) -> Json:
        """Return the private chat with this person as a `Chat`."""
        return {"id": self.id, "type": "private", "first_name": self.first_name}


@dataclass(frozen=True, slots=True)
class File:
    """A file that was sent; `size` is the width and height of a photo, None for a document."""

    id: str
    name: str
    mime_type: str
    content: bytes = field(repr=False)
    size: tuple[int, int] | None = None

    @property
    def path(self) -> str:
        """Where it is downloaded from, below `/file/bot<token>/`."""
        folder = "documents" if self.size is None else "photos"
        return f"{folder}/{self.id}"

    def as_json(self) -> Json:
        """Return the file as a `File`."""
        return {**self._identity(), "file_path": self.path}

    def as_media(self) -> Json:
        """Return the part of a message that holds the file."""
        if self.size is None:
            named = {"file_name": self.name, "mime_type": self.mime_type}
            return {"document": {**self._identity(), **named}}
        width, height = self.size
        return {
            "photo": [{**self._identity(), "width": width, "height": height}]
        }

    def _identity(self) -> Json:
        unique = f"unique-{self.id}"
        return {
            "file_id": self.id,
            "file_unique_id": unique,
            "file_size": len(self.content),
        }


@dataclass(frozen=True, slots=True)
class Button:
    """One button under a message: exactly one of data, url and copy_text says what it does."""

    text: str
    data: str | None = None
    url: str | None = None
    copy_text: str | None = None
    style: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it stands in the chat now; `text` is the caption where there is a file."""

    id: int
    sender: Account
    date: datetime
    text: str = ""
    entities: tuple[Entity, ...] = ()
    markup: Json | None = None
    file: File | None = None
    reply_to: int | None = None
    forward_origin: Json | None = None
    link_preview: Json | None = None
    silent: bool = False
    edits: int = 0
    edited_at: datetime | None = None
    reaction: str | None = None
    bot_reaction: str | None = None

    @property
    def by_bot(self) -> bool:
        """Whether the bot wrote it, and not the person."""
        return self.sender.is_bot

    @property
    def keyboard(self) -> tuple[tuple[Button, ...], ...]:
        """The rows of inline buttons under the message."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return tuple(tuple(_button(button) for button in row) for row in rows)

    def button(self, text: str) -> Button:
        """Return the button that reads `text`, or raise LookupError with what there is instead."""
        buttons = [button for row in self.keyboard for button in row]
        for button in buttons:
            if button.text == text:
                return button
        raise LookupError(
            f"no button {text!r} among {[button.text for button in buttons]}"
        )


def _button(body: Json) -> Button:
    return Button(
        text=body["text"],
        data=body.get("callback_data"),
        url=body.get("url"),
        copy_text=body.get("copy_text", {}).get("text"),
        style=body.get("style"),
    )


def as_json(
    message: Message, chat: Json, replied: Message | None = None
) -> Json:
    """Return `message` as the Bot API spells it."""
    entities = [entity.as_json() for entity in message.entities]
    written, marked = (
        ("caption", "caption_entities")
        if message.file
        else ("text", "entities")
    )
    inline = message.markup if message.keyboard else None
    optional: Json = {
        written: message.text,
        marked: entities,
        "reply_markup": inline,
        "forward_origin": message.forward_origin,
        "link_preview_options": message.link_preview,
        "edit_date": message.edited_at and int(message.edited_at.timestamp()),
        "reply_to_message": replied and as_json(replied, chat),
    }
    return {
        "message_id": message.id,
        "from": message.sender.as_json(),
        "chat": chat,
        "date": int(message.date.timestamp()),
        **(message.file.as_media() if message.file else {}),
        **{name: value for name, value in optional.items() if value},
    }
