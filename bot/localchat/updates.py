"""The updates that wait for a bot, and where it wants them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.localchat.messages import Json

Clock = Callable[[], datetime]

OFF_UNLESS_ASKED_FOR = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
LIFETIME = timedelta(hours=24)
PRESS_LIFETIME = timedelta(seconds=150)


@dataclass(frozen=True, slots=True)
class Update:
    """One thing that happened, and when it stops to matter."""

    id: int
    kind: str
    body: Json
    expires: datetime

    def as_json(self) -> Json:
        """Return the update as the Bot API spells it."""
        return {"update_id": self.id, self.kind: self.body}


class Updates:
    """A queue that hands out the same updates until they are confirmed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: list[Update] = []
        self._next_id = 100_000_001
        self.allowed: tuple[str, ...] = ()
        self.webhook: Json = {"url": ""}

    def put(self, kind: str, body: Json) -> None:
        """Queue an update, unless the bot did not ask for its kind."""
        wanted = kind in self.allowed if self.allowed else kind not in OFF_UNLESS_ASKED_FOR
        if not wanted:
            return
        lifetime = PRESS_LIFETIME if kind == "callback_query" else LIFETIME
        self._waiting.append(Update(self._next_id, kind, body, self._clock() + lifetime))
        self._next_id += 1

    def confirm(self, offset: int) -> None:
        """Forget everything before `offset`; a negative one keeps only so many of the last."""
        if offset < 0:
            self._waiting = self._waiting[offset:]
        else:
            self._waiting = [update for update in self._waiting if update.id >= offset]

    def waiting(self, limit: int) -> list[Json]:
        """Return the oldest updates that still matter."""
        now = self._clock()
        self._waiting = [update for update in self._waiting if update.expires > now]
        return [update.as_json() for update in self._waiting[:limit]]

    def drop(self) -> None:
        """Forget everything that waits."""
        self._waiting.clear()

    def __len__(self) -> int:
        return len(self._waiting)
