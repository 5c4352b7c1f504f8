"""The updates that wait for a bot, and where it wants them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.sandbox.localchat.messages import Json

Clock = Callable[[], datetime]

OFF_UNLESS_ASKED_FOR = frozenset(
    {"chat_member", "message_reaction", "message_reaction_count"}
)
LIFETIME = timedelta(hours=24)
PRESS_LIFETIME = timedelta(seconds=150)


@dataclass(frozen=True, slots=True)
class Update:
    """One thing that happened, and when it stops to matter."""

    id: int
    kind: str
    body: Json
    expires: datetime

    @property
    def line(self) -> str:
        """What reaches a webhook in order: presses of one person, or all else of one chat."""
        if self.kind == "callback_query":
            return f"person {self.body['from']['id']}"
        return f"chat {self.body['chat']['id']}"

    def as_json(self) -> Json:
        """Return the update as the Bot API spells it."""
        return {"update_id": self.id, self.kind: self.body}


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where updates shall go, and what last went wrong there."""

    url: str
    secret: str
    max_connections: int
    last_error: str = ""
    failed_at: datetime | None = None

    def as_json(self) -> Json:
        """Return what the Bot API tells of it, without the secret."""
        known: Json = {"url": self.url, "max_connections": self.max_connections}
        if self.failed_at is not None:
            known["last_error_date"] = int(self.failed_at.timestamp())
            known["last_error_message"] = self.last_error
        return known


class Updates:
    """A queue that hands out the same updates until they are confirmed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: list[Update] = []
        self._next_id = 100_000_001
        self.allowed: tuple[str, ...] = ()
        self.webhook: Webhook | None = None
        self.polls = 0  # so that an older poll sees that there is a newer one

    def put(self, kind: str, body: Json) -> None:
        """Queue an update, unless the bot did not ask for its kind."""
        wanted = (
            kind in self.allowed
            if self.allowed
            else kind not in OFF_UNLESS_ASKED_FOR
        )
        if not wanted:
            return
        lifetime = PRESS_LIFETIME if kind == "callback_query" else LIFETIME
        self._waiting.append(
            Update(self._next_id, kind, body, self._clock() + lifetime)
        )
        self._next_id += 1

    def confirm(self, offset: int) -> None:
        """Forget everything before `offset`; a negative one keeps only so many of the last."""
        if offset < 0:
            self._waiting = self._waiting[offset:]
        else:
            self._waiting = [
                update for update in self._waiting if update.id >= offset
            ]

    def waiting(self, limit: int) -> list[Json]:
        """Return the oldest updates that still matter."""
        self._forget_expired()
        return [update.as_json() for update in self._waiting[:limit]]

    def heads(self) -> list[Update]:
        """Return the oldest update of each line that still matters, oldest first."""
        self._forget_expired()
        first: dict[str, Update] = {}
        for update in self._waiting:
            first.setdefault(update.line, update)
        return list(first.values())

    def done(self, update: Update) -> None:
        """Forget an update that arrived."""
        if update in self._waiting:
            self._waiting.remove(update)

    def drop(self) -> None:
        """Forget everything that waits."""
        self._waiting.clear()

    def __len__(self) -> int:
        return len(self._waiting)

    def _forget_expired(self) -> None:
        now = self._clock()
        self._waiting = [
            update for update in self._waiting if update.expires > now
        ]
