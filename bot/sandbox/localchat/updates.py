"""The queue of updates that wait for a bot."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.sandbox.localchat.messages import Json

Clock = Callable[[], datetime]

OPT_IN_KINDS = frozenset(
    {"chat_member", "message_reaction", "message_reaction_count"}
)
LIFETIME = timedelta(hours=24)
PRESS_LIFETIME = timedelta(seconds=150)
INLINE_LIFETIME = timedelta(seconds=30)
LIFETIMES = {
    "callback_query": PRESS_LIFETIME,
    "inline_query": INLINE_LIFETIME,
}
FIRST_ID = 100_000_001


@dataclass(frozen=True, slots=True)
class Update:
    """One event for the bot, which is dropped when it expires."""

    id: int
    kind: str
    body: Json
    expires: datetime

    def as_json(self) -> Json:
        """Return the update as the Bot API spells it."""
        return {"update_id": self.id, self.kind: self.body}


class Updates:
    """A queue that returns the same updates until the bot confirms them.

    `allowed` are the kinds of updates that the bot asked for; empty means the default ones.
    `polls` counts the calls of `getUpdates`, so that an older poll notices a newer one.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._next_id = FIRST_ID
        self.queue: dict[int, Update] = {}
        self.allowed: tuple[str, ...] = ()
        self.polls = 0

    def add(self, kind: str, body: Json) -> None:
        """Queue an update, unless the bot did not ask for updates of this kind."""
        if not self._is_allowed(kind):
            return

        update = Update(
            id=self._next_id,
            kind=kind,
            body=body,
            expires=self._clock() + LIFETIMES.get(kind, LIFETIME),
        )
        self.queue[update.id] = update
        self._next_id += 1

    def confirm(self, offset: int) -> None:
        """Remove the updates before `offset`; with -n, all but the last n."""
        confirmed_ids = [id_ for id_ in self.queue if id_ < offset]
        if offset < 0:
            confirmed_ids = list(self.queue)[:offset]

        for update_id in confirmed_ids:
            del self.queue[update_id]

    def pending(self) -> list[Update]:
        """Return the updates that wait and have not expired, oldest first."""
        now = self._clock()
        self.queue = {
            update.id: update
            for update in self.queue.values()
            if update.expires > now
        }
        return list(self.queue.values())

    def clear(self) -> None:
        """Remove every update."""
        self.queue.clear()

    def __len__(self) -> int:
        return len(self.queue)

    def _is_allowed(self, kind: str) -> bool:
        if self.allowed:
            return kind in self.allowed
        return kind not in OPT_IN_KINDS
