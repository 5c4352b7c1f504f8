"""How fast a bot may send: in all, to one chat, to one group; what is too fast has to wait."""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

# In a chat edits share the limit of messages (github.com/tdlib/td/issues/2592 and 3034, by its
# author); an answer to a press has none (github.com/tdlib/telegram-bot-api/issues/648). The limit
# of all chats together is on messages to many people (core.telegram.org/bots/faq).
SENT = frozenset({"sendMessage", "sendPhoto", "sendDocument"})
EDITED = frozenset(
    {"editMessageText", "editMessageCaption", "editMessageReplyMarkup"}
)
COUNTED = SENT | EDITED


@dataclass(frozen=True, slots=True)
class Limits:
    """Telegram's numbers (core.telegram.org/bots/faq); how long a short burst is, it leaves open.

    Time is the clock of the wall, also where the chat's own clock is moved by hand.
    """

    per_second: int = 30
    burst: int = 20  # to one chat, then one a second
    per_minute: int = 20  # to one group
    clock: Callable[[], float] = time.monotonic


class Traffic:
    """What one bot sent of late."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._sent: deque[float] = deque()
        self._groups: dict[str, deque[float]] = defaultdict(deque)
        self._rested: dict[
            str, float
        ] = {}  # when the chat's bucket is full again

    def admit(self, method: str, chat_id: str) -> int:
        """Count a call for a chat; or return the seconds to wait, and count nothing."""
        limits, now = self._limits, self._limits.clock()
        rested = max(self._rested.get(chat_id, now), now)
        group = (
            self._groups[chat_id] if chat_id.startswith(("-", "@")) else None
        )
        wait = max(
            _wait(self._sent, limits.per_second, 1, now)
            if method in SENT
            else 0,
            _wait(group, limits.per_minute, 60, now)
            if group is not None
            else 0,
            rested + 1 - now - limits.burst,
        )
        if wait > 0:
            return math.ceil(wait)
        if method in SENT:
            self._sent.append(now)
        self._rested[chat_id] = rested + 1
        if group is not None:
            group.append(now)
        return 0


def _wait(times: deque[float], most: int, seconds: float, now: float) -> float:
    """Return how long until fewer than `most` times lie within the last `seconds`."""
    while times and times[0] <= now - seconds:
        times.popleft()
    return times[0] + seconds - now if len(times) >= most else 0
