"""Groups and channels: who is in them, what becomes of them, and how the bot is told."""

from typing import Protocol

from bot.sandbox.localchat import group_events
from bot.sandbox.localchat.account import BotAccount
from bot.sandbox.localchat.group_chat import GroupChat, Topic
from bot.sandbox.localchat.messages import ANONYMOUS_ADMIN, Json, Message, User

# A colour that Telegram gives to new topics.
TOPIC_COLOR = 7322096


class HasUser(Protocol):
    """A person, as far as a group needs one."""

    @property
    def user(self) -> User:
        """Who it is."""


class Group:
    """A group, supergroup or channel as its owner uses it, from any thread.

    What happens in it while the bot is there reaches the bot as updates.
    """

    def __init__(self, bot: BotAccount, chat: GroupChat) -> None:
        self._bot = bot
        self.chat = chat

    @property
    def id(self) -> int:
        """The chat's id, which is negative."""
        return self.chat.id

    @property
    def title(self) -> str:
        """The name of the group."""
        return self.chat.title

    @property
    def members(self) -> dict[int, str]:
        """The status of each who is or was in it, the bot included."""
        with self._bot.lock:
            return dict(self.chat.members)

    @property
    def messages(self) -> tuple[Message, ...]:
        """The current messages, oldest first."""
        with self._bot.lock:
            return tuple(self.chat.messages.values())

    def add(self, person: HasUser, status: str = "member") -> None:
        """Add a person, or give them another status."""
        user = person.user
        with self._bot.lock:
            is_new = not self.chat.has_member(user.id)
            self.chat.users[user.id] = user
            self.chat.members[user.id] = status
            if is_new and self.chat.has_member(self._bot.user.id):
                self._say(user, {"new_chat_members": [user.as_json()]})
        self._bot.notifier.notify()

    def remove(self, person: HasUser, status: str = "left") -> None:
        """Let a person leave, or with the status `kicked` ban them."""
        user = person.user
        with self._bot.lock:
            self.chat.members[user.id] = status
            if self.chat.has_member(self._bot.user.id):
                self._say(user, {"left_chat_member": user.as_json()})
        self._bot.notifier.notify()

    def promote(self, person: HasUser) -> None:
        """Make a member an admin."""
        self.add(person, "administrator")

    def demote(self, person: HasUser) -> None:
        """Make an admin an ordinary member."""
        self.add(person, "member")

    def add_bot(self, by: HasUser, status: str = "member") -> None:
        """Add the bot, or make it an admin or an ordinary member of those it is in."""
        with self._bot.lock:
            is_new = not self.chat.has_member(self._bot.user.id)
            group_events.change_bot(self._bot, self.chat, by.user, status)
            if is_new and not self.chat.is_channel:
                bot = self._bot.user.as_json()
                self._say(by.user, {"new_chat_members": [bot]})
        self._bot.notifier.notify()

    def remove_bot(self, by: HasUser, status: str = "kicked") -> None:
        """Remove the bot."""
        with self._bot.lock:
            group_events.remove_bot(self._bot, self.chat, by.user, status)
        self._bot.notifier.notify()

    def restrict_bot(
        self, by: HasUser, *, can_send_messages: bool = False
    ) -> None:
        """Take from the bot the right to write, or give it back.

        In a channel it stays an admin, with or without the right to post.
        """
        status = "administrator" if self.chat.is_channel else "restricted"
        with self._bot.lock:
            group_events.change_bot(
                self._bot,
                self.chat,
                by.user,
                status,
                can_send=can_send_messages,
            )
        self._bot.notifier.notify()

    def link(self, channel: "Group") -> None:
        """Let every post of a channel come to this group, too."""
        channel.chat.linked_group = self.chat

    def migrate(self) -> "Group":
        """Turn a group into a supergroup, and return that; the old one is closed."""
        with self._bot.lock:
            supergroup = group_events.migrate(
                self._bot,
                self.chat,
                self._owner(),
            )
        self._bot.notifier.notify()
        return Group(self._bot, supergroup)

    def delete(self) -> None:
        """Delete the group for all; the bot is told that it is no longer a member."""
        with self._bot.lock:
            if self.chat.has_member(self._bot.user.id):
                group_events.change_bot(
                    self._bot, self.chat, self._owner(), "left"
                )
            self.chat.is_deleted = True
        self._bot.notifier.notify()

    def create_topic(self, name: str) -> int:
        """Create a topic, and return its `message_thread_id`."""
        with self._bot.lock:
            service: Json = {
                "forum_topic_created": {
                    "name": name,
                    "icon_color": TOPIC_COLOR,
                }
            }
            message = self._say(self._owner(), service)
            self.chat.topics[message.id] = Topic(name)
        self._bot.notifier.notify()
        return message.id

    def close_topic(self, thread_id: int) -> None:
        """Let only admins write in a topic; the bot is none that may."""
        self._set_closed(thread_id, {"forum_topic_closed": {}})

    def reopen_topic(self, thread_id: int) -> None:
        """Let everybody write in a topic again."""
        self._set_closed(thread_id, {"forum_topic_reopened": {}})

    def delete_topic(self, thread_id: int) -> None:
        """Delete a topic with all its messages; the bot is not told."""
        with self._bot.lock:
            del self.chat.topics[thread_id]
            for message in self.messages:
                if message.thread_id == thread_id:
                    del self.chat.messages[message.id]
        self._bot.notifier.notify()

    def _set_closed(self, thread_id: int, service: Json) -> None:
        with self._bot.lock:
            is_closed = "forum_topic_closed" in service
            self.chat.topics[thread_id].is_closed = is_closed
            self._say(self._owner(), service, thread_id)
        self._bot.notifier.notify()

    def _owner(self) -> User:
        """Return who made the group, or else any member."""
        for user_id, status in self.chat.members.items():
            if status == "creator":
                return self.chat.users[user_id]
        return next(iter(self.chat.users.values()), ANONYMOUS_ADMIN)

    def _say(
        self, sender: User, service: Json, thread_id: int | None = None
    ) -> Message:
        """Add a message that Telegram writes when `sender` has done something."""
        return group_events.add_service_message(
            self._bot,
            self.chat,
            sender,
            service,
            thread_id=thread_id,
        )
