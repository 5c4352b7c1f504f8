"""One bot account: the chats it is in, its files, and the updates that wait for it."""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from bot.sandbox.localchat import refusals, sanitize
from bot.sandbox.localchat.api.parameters import Parameters
from bot.sandbox.localchat.limits import Limits, Traffic
from bot.sandbox.localchat.messages import Account, File, Json, Message, as_json
from bot.sandbox.localchat.notifier import Changes
from bot.sandbox.localchat.refusals import Refused
from bot.sandbox.localchat.updates import Clock, Updates

# What the scope of commands for all private chats says of itself.
PRIVATE = "all_private_chats"


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
    """What a person saw after a tap: the bot's answer to `press_id`."""

    press_id: str
    text: str
    alert: bool
    url: str = ""


@dataclass(slots=True)
class Chat:
    """The private chat of a bot and a person; the bot may write once the person has."""

    person: Account
    messages: dict[int, Message] = field(default_factory=dict)
    toasts: list[Toast] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    is_open: bool = False
    is_blocked: bool = False
    is_deactivated: bool = False


class Bot:
    """What the server knows about one token; hold `lock` while reading or changing it."""

    def __init__(
        self,
        token: str,
        clock: Clock,
        changes: Changes,
        limits: Limits | None = None,
    ) -> None:
        number = token.partition(":")[0]
        self.account = Account(
            int(number),
            "PaperPicks",
            is_bot=True,
            username=f"local_{number}_bot",
        )
        self.clock = clock
        self.lock = threading.RLock()
        self.changes = changes
        self.updates = Updates(clock)
        self.traffic = Traffic(limits) if limits else None
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.files: dict[str, File] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.descriptions: dict[tuple[str, str], str] = {}
        self.message_ids = count(1)
        self.press_ids = count(1)

    @property
    def menu(self) -> list[Json]:
        """Return the commands that a private chat shows: its kind's own, or else everybody's."""
        kinds = {
            scope: menu
            for (scope, language), menu in self.commands.items()
            if not language
        }
        private = (menu for scope, menu in kinds.items() if PRIVATE in scope)
        return next(private, kinds.get("", []))

    def chat(self, parameters: Parameters) -> Chat:
        """Return the chat that `chat_id` names, or raise `Refused`."""
        if not parameters.text("chat_id"):
            raise Refused(refusals.CHAT_ID_EMPTY)
        chat = self.chats.get(parameters.integer("chat_id"))
        if chat is None or not chat.is_open:
            raise Refused(refusals.CHAT_NOT_FOUND)
        if chat.is_deactivated:
            raise Refused(refusals.DEACTIVATED)
        if chat.is_blocked:
            raise Refused(refusals.BLOCKED)
        return chat

    def store(self, name: str, mime_type: str, content: bytes) -> File:
        """Keep a document that somebody sent."""
        kind = sanitize.mime_type(mime_type)
        file = File(
            f"file-{len(self.files) + 1}",
            sanitize.file_name(name),
            kind,
            content,
        )
        self.files[file.id] = file
        return file

    def spelled(self, chat: Chat, message: Message) -> Json:
        """Return `message` as the Bot API spells it."""
        replied = chat.messages.get(message.reply_to or 0)
        return as_json(message, chat.person.as_chat(), replied)
