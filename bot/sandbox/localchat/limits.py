"""Limits how fast a bot may send: in all, to one chat and to one group."""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

# The limit of all chats together is on messages to many people
# (core.telegram.org/bots/faq).
SEND_METHODS = frozenset({"sendMessage", "sendPhoto", "sendDocument"})
EDIT_METHODS = frozenset(
    {"editMessageText", "editMessageCaption", "editMessageReplyMarkup"}
)
# In a chat edits share the limit of messages (github.com/tdlib/td/issues/2592 and
# 3034, by its author); an answer to a press has none
# (github.com/tdlib/telegram-bot-api/issues/648).
LIMITED_METHODS = SEND_METHODS | EDIT_METHODS


@dataclass(frozen=True, slots=True)
class Limits:
    """Telegram's numbers (core.telegram.org/bots/faq), which leave the burst open.

    `clock` measures real time, also where the chat's own clock is moved by hand.
    """

    # Messages to all chats together.
    per_second: int = 30
    # Messages to one chat at once; then one a second.
    burst: int = 20
    # Messages to one group.
    per_minute: int = 20
    clock: Callable[[], float] = time.monotonic


class Traffic:
    """Counts the recent calls of one bot against its limits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._send_times: deque[float] = deque()
        self._group_times: dict[str, deque[float]] = defaultdict(deque)
        # When the burst of a chat is available again in full.
        self._refill_times: dict[str, float] = {}

    def admit(self, method: str, chat_id: str) -> int:
        """Count a call and return 0, or return the whole seconds to wait and count nothing."""
        now = self._limits.clock()
        is_send = method in SEND_METHODS
        is_group = chat_id.startswith(("-", "@"))
        refill_time = max(self._refill_times.get(chat_id, now), now)

        waits = [refill_time + 1 - now - self._limits.burst]
        if is_send:
            per_second = self._limits.per_second
            waits.append(_wait(self._send_times, per_second, 1, now))
        if is_group:
            group_times = self._group_times[chat_id]
            per_minute = self._limits.per_minute
            waits.append(_wait(group_times, per_minute, 60, now))
        if max(waits) > 0:
            return math.ceil(max(waits))

        if is_send:
            self._send_times.append(now)
        if is_group:
            self._group_times[chat_id].append(now)
        self._refill_times[chat_id] = refill_time + 1
        return 0


def _wait(times: deque[float], limit: int, seconds: float, now: float) -> float:
    """Return how long until fewer than `limit` times lie within the last `seconds`."""
    while times and times[0] <= now - seconds:
        times.popleft()

    if len(times) < limit:
        return 0
    return times[0] + seconds - now
