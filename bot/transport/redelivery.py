"""Attempts to process an update: how many there were, and when Telegram should send it again."""

from dataclasses import dataclass, field

# Updates that are to come again; the oldest of more may never come.
REMEMBERED = 10_000


@dataclass(slots=True)
class Attempt:
    """One attempt to process an update, counted from 1.

    An error handler sets `retry_after`, in seconds, to let Telegram send the update again. Only
    an update from a webhook can come again. `answered` says that its button press was answered,
    `answered_late` that the processor did so since its handler took long, `failed` that the
    handler failed for good.
    """

    number: int = 1
    can_retry: bool = False
    retry_after: float | None = None
    answered: bool = False
    answered_late: bool = False
    failed: bool = False

    @property
    def is_repeated(self) -> bool:
        """Whether the update came before, and could not be processed then."""
        return self.number > 1

    @property
    def outcome(self) -> str:
        """How it ended, as the metrics count it."""
        if self.retry_after is not None:
            return "again"
        return "failed" if self.failed else "ok"


@dataclass(slots=True)
class Attempts:
    """The attempts that run now, and how many there were of each update to come again."""

    _running: dict[int, Attempt] = field(default_factory=dict)
    _failures: dict[int, int] = field(default_factory=dict)

    def begin(self, update_id: int, *, can_retry: bool = False) -> Attempt:
        """Begin an attempt, counted after those that failed before."""
        number = self._failures.pop(update_id, 0) + 1
        attempt = Attempt(number, can_retry)
        self._running[update_id] = attempt
        return attempt

    def of(self, update_id: int) -> Attempt:
        """Return the running attempt of an update, which is begun if there is none."""
        return self._running.get(update_id) or self.begin(update_id)

    def end(self, update_id: int) -> None:
        """End an attempt; one that is to be retried is counted."""
        attempt = self._running.pop(update_id, None)
        if attempt is None or attempt.retry_after is None:
            return
        while len(self._failures) >= REMEMBERED:
            del self._failures[next(iter(self._failures))]
        self._failures[update_id] = attempt.number
