"""What stands in a chat: messages, their keyboards and files, and how the Bot API spells them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.sandbox.localchat.text.entities import Entity

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class User:
    """A person or a bot, as the other side of the chat sees it."""

    id: int
    first_name: str
    is_bot: bool = False
    username: str | None = None
    language_code: str | None = None

    def as_json(self) -> Json:
        """Return the Bot API's `User`."""
        body: Json = {
            "id": self.id,
            "is_bot": self.is_bot,
            "first_name": self.first_name,
        }
        optional = {
            "username": self.username,
            "language_code": self.language_code,
        }
        return body | _without_empty(optional)

    def as_chat(self) -> Json:
        """Return the Bot API's `Chat` for the private chat with this person."""
        return {"id": self.id, "type": "private", "first_name": self.first_name}


# The accounts under whose names Telegram shows what a chat itself wrote: an admin who stays
# anonymous, a channel that writes in a group, and a channel's post in its linked group.
ANONYMOUS_ADMIN = User(
    id=1087968824,
    first_name="Group",
    is_bot=True,
    username="GroupAnonymousBot",
)
CHANNEL_SENDER = User(
    id=136817688,
    first_name="Channel",
    is_bot=True,
    username="Channel_Bot",
)
TELEGRAM = User(id=777000, first_name="Telegram")


@dataclass(frozen=True, slots=True)
class File:
    """A file in a chat; `size` is the width and height of a photo, None for a document."""

    id: str
    name: str
    mime_type: str
    content: bytes = field(repr=False)
    size: tuple[int, int] | None = None

    @property
    def path(self) -> str:
        """The download path below `/file/bot<token>/`."""
        folder = "documents" if self.size is None else "photos"
        return f"{folder}/{self.id}"

    def as_json(self) -> Json:
        """Return the Bot API's `File`."""
        return {**self._identity(), "file_path": self.path}

    def as_media(self) -> Json:
        """Return the `document` or `photo` field of the Bot API's `Message`."""
        if self.size is None:
            document = {
                **self._identity(),
                "file_name": self.name,
                "mime_type": self.mime_type,
            }
            return {"document": document}

        width, height = self.size
        photo = {**self._identity(), "width": width, "height": height}
        return {"photo": [photo]}

    def _identity(self) -> Json:
        return {
            "file_id": self.id,
            "file_unique_id": f"unique-{self.id}",
            "file_size": len(self.content),
        }


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; either `data`, `url` or `copy_text` says what it does."""

    text: str
    data: str | None = None
    url: str | None = None
    copy_text: str | None = None
    style: str | None = None

    @classmethod
    def from_json(cls, body: Json) -> "Button":
        """Return the Bot API's `InlineKeyboardButton` as a button."""
        return cls(
            text=body["text"],
            data=body.get("callback_data"),
            url=body.get("url"),
            copy_text=body.get("copy_text", {}).get("text"),
            style=body.get("style"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The current state of a message; `text` is the caption if there is a file.

    `service` are the fields of a message that Telegram itself writes, such as that somebody
    came. `inline_id` names a message that a person sent via the bot, for its buttons and
    edits. The local chat's database stores the fields by these names.
    """

    id: int
    sender: User
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
    thread_id: int | None = None
    sender_chat: Json | None = None
    is_automatic_forward: bool = False
    service: Json | None = None
    via_bot: User | None = None
    inline_id: str = ""

    @property
    def by_bot(self) -> bool:
        """Whether the bot sent it."""
        stand_ins = (ANONYMOUS_ADMIN, CHANNEL_SENDER)
        return self.sender.is_bot and self.sender not in stand_ins

    @property
    def keyboard(self) -> tuple[tuple[Button, ...], ...]:
        """The rows of inline buttons under the message."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return tuple(
            tuple(Button.from_json(button) for button in row) for row in rows
        )

    def button(self, text: str) -> Button:
        """Return the button labelled `text`, or raise LookupError with the labels there are."""
        buttons = [button for row in self.keyboard for button in row]
        for button in buttons:
            if button.text == text:
                return button

        labels = [button.text for button in buttons]
        raise LookupError(f"no button {text!r} among {labels}")

    def as_json(
        self, chat: Json, replied_message: "Message | None" = None
    ) -> Json:
        """Return the Bot API's `Message` in `chat`, as a reply to `replied_message`."""
        is_caption = self.file is not None
        text_field = "caption" if is_caption else "text"
        entities_field = "caption_entities" if is_caption else "entities"

        body: Json = {
            "message_id": self.id,
            "chat": chat,
            "date": int(self.date.timestamp()),
        }
        # A channel does not tell which of its admins wrote a post.
        if chat.get("type") != "channel":
            body["from"] = self.sender.as_json()
        if self.file is not None:
            body |= self.file.as_media()

        optional: Json = {
            "sender_chat": self.sender_chat,
            "message_thread_id": self.thread_id,
            "is_topic_message": self.thread_id is not None,
            "is_automatic_forward": self.is_automatic_forward,
            "via_bot": self.via_bot and self.via_bot.as_json(),
            text_field: self.text,
            entities_field: [entity.as_json() for entity in self.entities],
            "reply_markup": self.markup if self.keyboard else None,
            "forward_origin": self.forward_origin,
            "link_preview_options": self.link_preview,
            "edit_date": self.edited_at and int(self.edited_at.timestamp()),
            "reply_to_message": replied_message
            and replied_message.as_json(chat),
        }
        return body | _without_empty(optional) | (self.service or {})


def _without_empty(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value}
