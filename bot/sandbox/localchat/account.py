"""One bot account: its chats, its files, and the updates that wait for it."""

import json
import threading
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from bot.sandbox.localchat import privacy, refusals, sanitize
from bot.sandbox.localchat.group_chat import GroupChat
from bot.sandbox.localchat.inline import InlineAnswer, InlinePlace, InlineQuery
from bot.sandbox.localchat.limits import Limits, Traffic
from bot.sandbox.localchat.messages import File, Json, Message, User
from bot.sandbox.localchat.notifier import Notifier
from bot.sandbox.localchat.refusals import Refused
from bot.sandbox.localchat.updates import Clock, Updates

# Ids of groups are small and negative; those of supergroups and channels begin with -100.
FIRST_GROUP_ID = -2001
FIRST_SUPERGROUP_ID = -1_000_000_003_001

# The scopes of commands in each kind of chat, the narrower first, in the Bot API's words.
MENU_SCOPES = {
    "private": ("all_private_chats",),
    "group": ("all_group_chats",),
    "admins": ("all_chat_administrators", "all_group_chats"),
}


@dataclass(frozen=True, slots=True)
class Press:
    """A person's tap on a button; without a chat, one under a message sent via the bot."""

    id: str
    person_id: int
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

    def as_json(self) -> Json:
        """Return the Bot API's `Chat`."""
        return self.person.as_chat()

    def state(self) -> object:
        """Return what is stored beside the messages."""
        return [self.is_open, self.is_blocked]

    def restore_state(self, state: Any) -> None:  # noqa: ANN401 - whatever JSON holds
        """Take over a stored state."""
        self.is_open, self.is_blocked = state

    def check_access(self, _bot_id: int) -> None:
        """Raise `Refused` if the bot can't reach the person."""
        if not self.is_open:
            raise Refused(refusals.CHAT_NOT_FOUND)
        if self.is_deactivated:
            raise Refused(refusals.DEACTIVATED)
        if self.is_blocked:
            raise Refused(refusals.BLOCKED)

    def check_posting(self, _bot_id: int, thread_id: int | None) -> None:
        """Raise `Refused` for a topic: a private chat has none."""
        if thread_id:
            raise Refused(refusals.THREAD_NOT_FOUND)


class BotAccount:
    """The state behind one token; hold `lock` to read or change it.

    `chats` are the private ones by person, `groups` all others. `people_chats` are those
    between two people, which the bot does not see. `inline_feedback` says whether the bot is
    told which of its inline results people choose.
    """

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
        self.groups: dict[int, GroupChat] = {}
        self.people_chats: dict[frozenset[int], dict[int, Message]] = {}
        self.presses: dict[str, Press] = {}
        self.inline_feedback = True
        self.inline_queries: dict[str, InlineQuery] = {}
        self.inline_answers: dict[str, InlineAnswer] = {}
        self.inline_places: dict[str, InlinePlace] = {}
        self.files: dict[str, File] = {}
        # By scope and language code.
        self.commands: dict[tuple[str, str], list[Json]] = {}
        # By kind of description and language code.
        self.descriptions: dict[tuple[str, str], str] = {}
        self.group_ids = count(FIRST_GROUP_ID, -1)
        self.supergroup_ids = count(FIRST_SUPERGROUP_ID, -1)
        self.message_ids = count(1)
        self.press_ids = count(1)
        self.query_ids = count(1)

    def menu(self, kind: str) -> list[Json]:
        """Return the commands for a kind of chat, or else those for every chat."""
        menus = {
            scope: commands
            for (scope, language), commands in self.commands.items()
            if not language
        }
        for name in MENU_SCOPES[kind]:
            for scope, commands in menus.items():
                if name in scope:
                    return commands
        return menus.get("", [])

    def own_menus(self) -> dict[int, list[Json]]:
        """Return the commands that are set for one chat alone, by the number of the chat."""
        menus = {}
        for (scope, language), commands in self.commands.items():
            chat_id = json.loads(scope or "{}").get("chat_id")
            if chat_id is not None and not language:
                menus[int(chat_id)] = commands
        return menus

    def find_chat(self, chat_id: int) -> Chat | GroupChat:
        """Return a chat of the bot, or raise `Refused` if it can't reach it."""
        chat = self.groups.get(chat_id) or self.chats.get(chat_id)
        if chat is None:
            raise Refused(refusals.CHAT_NOT_FOUND)
        chat.check_access(self.user.id)
        return chat

    def find_public_group(self, username: str) -> GroupChat:
        """Return the group or channel with this username, or raise `Refused`."""
        for group in self.groups.values():
            if group.username == username:
                group.check_access(self.user.id)
                return group
        raise Refused(refusals.CHAT_NOT_FOUND)

    def create_group(self, title: str, kind: str) -> GroupChat:
        """Return a new group, supergroup or channel, with an id of its own."""
        ids = self.group_ids if kind == "group" else self.supergroup_ids
        group_id = next(number for number in ids if number not in self.groups)
        group = GroupChat(id=group_id, title=title, kind=kind)
        self.groups[group.id] = group
        return group

    def find_user(self, user_id: int) -> User:
        """Return a person or the bot itself, or raise `Refused`."""
        if user_id == self.user.id:
            return self.user
        if user_id not in self.chats:
            raise Refused(refusals.USER_NOT_FOUND)
        return self.chats[user_id].person

    def keep_message(self, chat: Chat | GroupChat, message: Message) -> None:
        """Store a message in a chat, and where it stands if it was sent via the bot."""
        chat.messages[message.id] = message
        if message.inline_id:
            place = InlinePlace(chat.messages, message.id)
            self.inline_places[message.inline_id] = place

    def add_message(self, group: GroupChat, message: Message) -> None:
        """Store a message of a group's member, and pass it on to the bot if it may see it."""
        self.keep_message(group, message)
        if privacy.reaches_bot(group, message, self.user):
            self.add_message_update(group, message)

    def add_message_update(self, group: GroupChat, message: Message) -> None:
        """Queue a message of a group for the bot."""
        kind = "channel_post" if group.is_channel else "message"
        self.updates.add(kind, self.message_json(group, message))

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

    def message_json(self, chat: Chat | GroupChat, message: Message) -> Json:
        """Return the Bot API's `Message`, together with the message it replies to.

        A message of a topic replies at least to the one that created the topic.
        """
        replied_id = message.reply_to or message.thread_id or 0
        replied_message = chat.messages.get(replied_id)
        return message.as_json(chat.as_json(), replied_message)
