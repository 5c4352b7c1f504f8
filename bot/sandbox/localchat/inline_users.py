"""People who use the bot inline: they ask it from any chat, and send one of its results."""

from typing import TYPE_CHECKING

from bot.sandbox.localchat.account import BotAccount
from bot.sandbox.localchat.groups import Group
from bot.sandbox.localchat.inline import (
    InlineAnswer,
    InlinePlace,
    InlineQuery,
    InlineResult,
)
from bot.sandbox.localchat.messages import Message, User

if TYPE_CHECKING:
    from bot.sandbox.localchat.people import Person

# UTF-16 units of a query; Telegram cuts a longer one.
MAX_QUERY = 256
FIRST_QUERY_ID = 7_300_000_000_000_000_000


class InlineUser:
    """One person's use of inline mode; every method may be called from any thread."""

    user: User
    _bot: BotAccount

    def inline_query(
        self, text: str, offset: str = "", chat_type: str = "group"
    ) -> str:
        """Write words after the bot's name, and return the id of the query.

        A further `offset` asks for the next results. `chat_type` says where the person
        writes: `sender` is the private chat with the bot, `private` one with somebody else.
        """
        with self._bot.lock:
            query = InlineQuery(
                id=str(FIRST_QUERY_ID + next(self._bot.query_ids)),
                person=self.user,
                text=text[:MAX_QUERY],
                offset=offset,
                chat_type=chat_type,
                date=self._bot.clock(),
            )
            self._bot.inline_queries[query.id] = query
            self._bot.updates.add("inline_query", query.as_json())
        self._bot.notifier.notify()
        return query.id

    async def answer_to_query(
        self, query_id: str, seconds: float = 5
    ) -> InlineAnswer:
        """Wait for the bot's answer to a query, and return it."""
        answer = await self._bot.notifier.wait_until(
            lambda: self._bot.inline_answers.get(query_id), seconds
        )
        if answer is None:
            raise TimeoutError(f"no answer to the query within {seconds} s")
        return answer

    def choose(
        self,
        answer: InlineAnswer,
        result_id: str,
        chat: "Group | Person",
        *,
        thread_id: int | None = None,
    ) -> Message:
        """Send a result: to a group, to another person, or to one's own chat with the bot.

        The message has an `inline_id` if it has buttons, as on Telegram.
        """
        result = answer.result(result_id)
        with self._bot.lock:
            message = self._create_message(result, thread_id)
            self._send_result(message, chat)
            if self._bot.inline_feedback:
                self._add_feedback(answer.query, result, message)
        self._bot.notifier.notify()
        return message

    def messages_with(self, other: "Person") -> tuple[Message, ...]:
        """Return what stands in the chat with another person, oldest first."""
        with self._bot.lock:
            return tuple(self._chat_with(other).values())

    def _create_message(
        self, result: InlineResult, thread_id: int | None
    ) -> Message:
        number = next(self._bot.message_ids)
        return Message(
            id=number,
            sender=self.user,
            via_bot=self._bot.user,
            inline_id=f"inline-{number}" if result.markup else "",
            date=self._bot.clock(),
            text=result.text,
            entities=result.entities,
            markup=result.markup,
            link_preview=result.link_preview,
            thread_id=thread_id,
        )

    def _send_result(self, message: Message, chat: "Group | Person") -> None:
        if isinstance(chat, Group):
            self._bot.add_message(chat.chat, message)
        elif chat.id == self.user.id:
            own_chat = self._bot.chats[self.user.id]
            self._bot.keep_message(own_chat, message)
            body = self._bot.message_json(own_chat, message)
            self._bot.updates.add("message", body)
        else:
            messages = self._chat_with(chat)
            messages[message.id] = message
            if message.inline_id:
                place = InlinePlace(messages, message.id)
                self._bot.inline_places[message.inline_id] = place

    def _chat_with(self, other: "Person") -> dict[int, Message]:
        people = frozenset({self.user.id, other.id})
        return self._bot.people_chats.setdefault(people, {})

    def _add_feedback(
        self, query: InlineQuery, result: InlineResult, message: Message
    ) -> None:
        body = {
            "result_id": result.id,
            "from": self.user.as_json(),
            "query": query.text,
        }
        if message.inline_id:
            body["inline_message_id"] = message.inline_id
        self._bot.updates.add("chosen_inline_result", body)
