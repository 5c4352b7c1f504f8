"""One bot account: its chats, its files, and the updates that wait for it."""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from bot.sandbox.localchat import refusals, sanitize
from bot.sandbox.localchat.limits import Limits, Traffic
from bot.sandbox.localchat.messages import File, Json, Message, User
from bot.sandbox.localchat.notifier import Notifier
from bot.sandbox.localchat.refusals import Refused
from bot.sandbox.localchat.updates import Clock, Updates

# The scope of commands that all private chats show, in the Bot API's word.
PRIVATE_CHATS = "all_private_chats"


@dataclass(frozen=True, slots=True)
class Press:
    """A person's tap on a button."""

    id: str
    chat_id: int
    message_id: int
    data: str
    date: datetime


@dataclass(frozen=True, slots=True)
class Toast:
    """The bot's answer to the press `press_id`, as the person saw it."""

    press_id: str
    text: str
    alert: bool
    url: str = ""


@dataclass(slots=True)
class Chat:
    """The private chat of a bot and a person; it opens when the person first writes."""

    person: User
    messages: dict[int, Message] = field(default_factory=dict)
    toasts: list[Toast] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    is_open: bool = False
    is_blocked: bool = False
    is_deactivated: bool = False


class BotAccount:
    """The state behind one token; hold `lock` to read or change it."""

    def __init__(
        self,
        token: str,
        clock: Clock,
        notifier: Notifier,
        limits: Limits | None = None,
    ) -> None:
        number = token.partition(":")[0]
        self.user = User(
            id=int(number),
            first_name="PaperPicks",
            is_bot=True,
            username=f"local_{number}_bot",
        )
        self.clock = clock
        self.lock = threading.RLock()
        self.notifier = notifier
        self.updates = Updates(clock)
        self.traffic = Traffic(limits) if limits else None
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.files: dict[str, File] = {}
        # By scope and language code.
        self.commands: dict[tuple[str, str], list[Json]] = {}
        # By kind of description and language code.
        self.descriptions: dict[tuple[str, str], str] = {}
        self.message_ids = count(1)
        self.press_ids = count(1)

    @property
    def menu(self) -> list[Json]:
        """The commands for private chats, or else those for every chat."""
        menus = {
            scope: commands
            for (scope, language), commands in self.commands.items()
            if not language
        }
        for scope, commands in menus.items():
            if PRIVATE_CHATS in scope:
                return commands
        return menus.get("", [])

    def writable_chat(self, chat_id: int) -> Chat:
        """Return a chat that the bot may write to, or raise `Refused`."""
        chat = self.chats.get(chat_id)
        if chat is None or not chat.is_open:
            raise Refused(refusals.CHAT_NOT_FOUND)
        if chat.is_deactivated:
            raise Refused(refusals.DEACTIVATED)
        if chat.is_blocked:
            raise Refused(refusals.BLOCKED)
        return chat

    def add_document(self, name: str, mime_type: str, content: bytes) -> File:
        """Store the content of a document and return it as a file."""
        file = File(
            id=f"file-{len(self.files) + 1}",
            name=sanitize.file_name(name),
            mime_type=sanitize.mime_type(mime_type),
            content=content,
        )
        self.files[file.id] = file
        return file

    def message_json(self, chat: Chat, message: Message) -> Json:
        """Return the Bot API's `Message`, together with the message it replies to."""
        replied_message = chat.messages.get(message.reply_to or 0)
        return message.as_json(chat.person.as_chat(), replied_message)
