"""The state of a group, supergroup or channel, and what it lets a bot do."""

from dataclasses import dataclass, field

from bot.sandbox.localchat import refusals
from bot.sandbox.localchat.chat_members import (
    ADMIN_STATUSES,
    PRESENT_STATUSES,
    member_json,
)
from bot.sandbox.localchat.messages import Json, Message, User
from bot.sandbox.localchat.refusals import Refused

# The id of the topic that every forum has; messages in it name no topic.
GENERAL_TOPIC = 1


@dataclass(slots=True)
class Topic:
    """A topic of a forum."""

    name: str
    is_closed: bool = False


@dataclass(slots=True, kw_only=True)
class GroupChat:
    """A chat of many; `kind` is group, supergroup or channel.

    `members` are the statuses of all who are or were in it, the bot among them, and
    `users` are who they are. `can_bot_send` says whether the bot has the right to write.
    """

    id: int
    title: str
    kind: str
    username: str | None = None
    is_forum: bool = False
    members: dict[int, str] = field(default_factory=dict)
    users: dict[int, User] = field(default_factory=dict)
    can_bot_send: bool = True
    messages: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    actions: list[str] = field(default_factory=list)
    linked_group: "GroupChat | None" = None
    migrated_to: int | None = None
    is_deleted: bool = False

    @property
    def is_channel(self) -> bool:
        """Whether only admins write in it, in its own name."""
        return self.kind == "channel"

    def has_member(self, user_id: int) -> bool:
        """Return whether a person or a bot is in it now."""
        return self.members.get(user_id) in PRESENT_STATUSES

    def has_admin(self, user_id: int) -> bool:
        """Return whether a person or a bot is an admin of it."""
        return self.members.get(user_id) in ADMIN_STATUSES

    def as_json(self) -> Json:
        """Return the Bot API's `Chat`."""
        body: Json = {"id": self.id, "type": self.kind, "title": self.title}
        if self.username:
            body["username"] = self.username
        if self.is_forum:
            body["is_forum"] = True
        return body

    def state(self) -> Json:
        """Return what is stored beside the messages."""
        return {
            "title": self.title,
            "kind": self.kind,
            "username": self.username,
            "is_forum": self.is_forum,
            "members": {str(id_): name for id_, name in self.members.items()},
            "can_bot_send": self.can_bot_send,
            "topics": {
                str(thread_id): [topic.name, topic.is_closed]
                for thread_id, topic in self.topics.items()
            },
            "migrated_to": self.migrated_to,
            "is_deleted": self.is_deleted,
        }

    def restore_state(self, state: Json) -> None:
        """Take over a stored state; `users` are not part of it."""
        self.title = state["title"]
        self.username = state["username"]
        self.is_forum = state["is_forum"]
        self.members = {
            int(id_): status for id_, status in state["members"].items()
        }
        self.can_bot_send = state["can_bot_send"]
        self.topics = {
            int(thread_id): Topic(name, is_closed)
            for thread_id, (name, is_closed) in state["topics"].items()
        }
        self.migrated_to = state["migrated_to"]
        self.is_deleted = state["is_deleted"]

    def member_json(self, user: User) -> Json:
        """Return the Bot API's `ChatMember`; whoever never came has left."""
        status = self.members.get(user.id, "left")
        can_send = self.can_bot_send if user.is_bot else True
        return member_json(user, status, self.kind, can_send=can_send)

    def check_access(self, bot_id: int) -> None:
        """Raise `Refused` if the bot can't reach the chat."""
        if self.is_deleted:
            raise Refused(refusals.GROUP_DELETED)
        if self.migrated_to is not None:
            raise Refused(refusals.migrated(self.migrated_to))

        status = self.members.get(bot_id)
        if status is None:
            raise Refused(refusals.CHAT_NOT_FOUND)
        if status == "kicked":
            raise Refused(refusals.KICKED, kind=self.kind)
        if status == "left":
            raise Refused(refusals.NOT_A_MEMBER, kind=self.kind)

    def check_posting(self, bot_id: int, thread_id: int | None) -> None:
        """Raise `Refused` if the bot may not write here, or not in this topic."""
        if self.is_channel and not (
            self.has_admin(bot_id) and self.can_bot_send
        ):
            raise Refused(refusals.NEEDS_ADMINISTRATOR)
        if self.members[bot_id] == "restricted" and not self.can_bot_send:
            raise Refused(refusals.NO_RIGHT_TO_SEND)

        if thread_id == GENERAL_TOPIC or (
            thread_id and thread_id not in self.topics
        ):
            raise Refused(refusals.THREAD_NOT_FOUND)
        topic = self.topics.get(thread_id or GENERAL_TOPIC)
        if topic is not None and topic.is_closed:
            raise Refused(refusals.TOPIC_CLOSED)
