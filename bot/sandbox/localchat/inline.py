"""Inline mode: what a person asks the bot from any chat, and what the bot answers."""

from dataclasses import dataclass
from datetime import datetime

from bot.sandbox.localchat.messages import Json, Message, User
from bot.sandbox.localchat.text.entities import Entity


@dataclass(frozen=True, slots=True)
class InlineQuery:
    """The words that a person wrote after the bot's name."""

    id: str
    person: User
    text: str
    offset: str
    chat_type: str
    date: datetime

    def as_json(self) -> Json:
        """Return the Bot API's `InlineQuery`."""
        return {
            "id": self.id,
            "from": self.person.as_json(),
            "query": self.text,
            "offset": self.offset,
            "chat_type": self.chat_type,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineResult:
    """An article that the bot offers, and the message that is sent if it is chosen."""

    id: str
    title: str
    description: str = ""
    thumbnail_url: str = ""
    text: str
    entities: tuple[Entity, ...] = ()
    markup: Json | None = None
    link_preview: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineAnswer:
    """The results for a query; `button` leads to the private chat and stands above them."""

    query: InlineQuery
    results: tuple[InlineResult, ...]
    next_offset: str = ""
    cache_time: int = 300
    is_personal: bool = False
    button: Json | None = None

    def result(self, result_id: str) -> InlineResult:
        """Return the result with this id, or raise LookupError with the ids there are."""
        for result in self.results:
            if result.id == result_id:
                return result
        ids = [result.id for result in self.results]
        raise LookupError(f"no result {result_id!r} among {ids}")


@dataclass(frozen=True, slots=True)
class InlinePlace:
    """Where a message stands that was sent via the bot: the messages around it, and its id."""

    messages: dict[int, Message]
    message_id: int

    @property
    def message(self) -> Message | None:
        """The current state of the message, or None once it is deleted."""
        return self.messages.get(self.message_id)
