"""Limits calls to Telegram: people's calls go at once, bulk goes smoothly, and edits collapse."""

import asyncio
import contextlib
import logging
import math
import time
from collections import deque
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Hashable,
)
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.transport.buckets import Bucket, Budget, Steady, Window
from bot.transport.send_errors import pause

# Messages to one chat, or edits of one message, at once; then one a second.
BURST = 5
# Messages to one group in a minute.
GROUP_MESSAGES_PER_MINUTE = 20
# Messages in any second, all together: of Telegram's 30, as some arrive closer than they left.
MOST_PER_SECOND = 28
# The rate in bulk at which that limit holds; a higher rate raises the limit too.
USUAL_RATE = 25
# Seconds that bulk lets edits go first: nobody says whether Telegram counts them with the 30.
YIELD = 0.5
# The share of the usual gap between two calls while bulk is behind, so that it never bursts.
CATCH_UP = 0.8
# Seconds within which the refusal of a second chat means that bulk is too fast.
SUSPICION = 10.0
# Seconds that a person's call waits out a refusal, and how many times it is made.
PATIENCE = 20.0
TRIES = 3
# Chats and messages that are remembered before those at rest are dropped.
REMEMBERED = 10_000
EDIT_OF_BUTTONS = "editMessageReplyMarkup"

log = logging.getLogger(__name__)
T = TypeVar("T")
Result = bool | dict[str, Any] | list[dict[str, Any]]
Request = Callable[[], Awaitable[Result]]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in bulk whose time has come: a call goes at once with it as `rate_limit_args`."""


@dataclass(slots=True)
class Edits:
    """The edits of one message: one may run, and of those that wait only the newest counts."""

    bucket: Bucket = field(default_factory=lambda: Bucket(BURST, 1))
    running: bool = False
    waiting: list[tuple[Request, bool]] = field(default_factory=list)

    def add(self, request: Request, *, is_whole: bool) -> None:
        """Let an edit wait; a whole edit replaces all others, one of the buttons its own kind."""
        if is_whole:
            self.waiting.clear()
        elif self.waiting and not self.waiting[-1][1]:
            self.waiting.pop()
        self.waiting.append((request, is_whole))


class RateLimiter(BaseRateLimiter[Slot]):
    """Two lanes to Telegram: answers never wait for a broadcast, and a broadcast never floods.

    A person's call is made again if Telegram refuses it. Bulk takes a `slot` for each message.
    """

    def __init__(
        self,
        send_rate: float,
        *,
        budget: Budget | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._budget = budget or Steady(send_rate, clock)
        self._most_per_second = max(
            MOST_PER_SECOND, round(send_rate * MOST_PER_SECOND / USUAL_RATE)
        )
        self._chats: dict[Hashable, Bucket] = {}
        self._groups: dict[Hashable, Window] = {}
        self._edits: dict[Hashable, Edits] = {}
        # The times until which chats are left alone, and bulk as a whole.
        self._rests: dict[Hashable, float] = {}
        self._bulk_rests = 0.0
        self._bulk_queue = asyncio.Lock()
        self._last_in_bulk = -math.inf
        self._gap = CATCH_UP / send_rate
        self._refusal: tuple[Hashable, float] | None = None
        # When the last messages and edits went.
        self._sent: deque[float] = deque(maxlen=self._most_per_second)
        self._edited: deque[float] = deque(maxlen=self._most_per_second)
        self._tasks: set[asyncio.Task[None]] = set()
        self._ending = asyncio.Event()

    def hurry(self) -> None:
        """Let nobody wait any more, so that the process can end; bulk goes another time."""
        self._ending.set()

    async def initialize(self) -> None:
        """Open nothing."""

    async def shutdown(self) -> None:
        """Make the edits that still wait."""
        self.hurry()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def process_request(  # noqa: PLR0917 - the library's signature
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,  # noqa: ANN401 - as the library hands them through
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Slot | None,
    ) -> Result:
        """Make a call when its turn comes; what neither sends, edits nor answers goes at once."""

        async def request() -> Result:
            return await callback(*args, **kwargs)

        chat = data.get("chat_id")
        if rate_limit_args is not None:
            return await request()
        if endpoint.startswith("answer"):
            return await self._request_patiently(request, None)
        if endpoint.startswith("editMessage"):
            message = (
                chat,
                data.get("message_id"),
                data.get("inline_message_id"),
            )
            is_whole = endpoint != EDIT_OF_BUTTONS
            return await self._edit(request, message, is_whole=is_whole)
        if not _is_sending(endpoint):
            return await request()
        await self._wait_for_chat(chat)
        return await self._request_patiently(request, chat)

    @contextlib.asynccontextmanager
    async def slot(self, chat: Hashable) -> AsyncIterator[Slot]:
        """Wait for the next place in bulk; inside the block, make one call that shows it.

        Raises RetryAfter at once while this chat, or bulk as a whole, is to rest.
        """
        await self._wait_for_chat(chat)
        self._check_rest(chat)
        due = self._clock() + await self._budget.reserve()
        # One after another, in the order of their places.
        async with self._bulk_queue:
            while not self._ending.is_set():
                wait = self._bulk_wait(due)
                if wait <= 0:
                    break
                await self._pause(wait)
            self._check_rest(chat)
            self._last_in_bulk = self._clock()
            self._sent.append(self._last_in_bulk)
        try:
            yield Slot()
        except RetryAfter as error:
            self._rest(chat, pause(error).total_seconds())
            raise

    async def _wait_for_chat(self, chat: Hashable) -> None:
        """Wait until one more message to a chat is no flood."""
        now = self._clock()
        _drop_at_rest(self._chats, lambda bucket: bucket.full_at < now)
        wait = self._chats.setdefault(chat, Bucket(BURST, 1)).take(now)
        window = self._window(chat)
        if window is not None:
            wait += window.take(now + wait)
        if wait:
            await self._pause(wait)

    def _window(self, chat: Hashable) -> Window | None:
        """Return the last messages and edits of a group; None for the chat of one person."""
        if not str(chat).startswith(("-", "@")):
            return None
        now = self._clock()
        _drop_at_rest(
            self._groups,
            lambda window: window.places[-1] + window.seconds < now,
        )
        return self._groups.setdefault(
            chat, Window(GROUP_MESSAGES_PER_MINUTE, 60)
        )

    def _check_rest(self, chat: Hashable) -> None:
        seconds = max(self._rests.get(chat, 0), self._bulk_rests)
        seconds -= self._clock()
        if self._ending.is_set():
            seconds = max(seconds, 1)
        if seconds > 0:
            raise RetryAfter(timedelta(seconds=seconds))

    def _bulk_wait(self, due: float) -> float:
        """Return how long bulk waits for its place, and lets people's calls go first."""
        now = self._clock()
        for times in (self._sent, self._edited):
            while times and times[0] <= now - 1:
                times.popleft()
        yields = now < due + YIELD
        recent = sorted([*self._sent, *(self._edited if yields else ())])
        is_full = len(recent) >= self._most_per_second
        until_free = recent[0] + 1 - now if is_full else 0
        return max(due - now, until_free, self._last_in_bulk + self._gap - now)

    async def _edit(
        self,
        request: Request,
        message: tuple[Hashable, ...],
        *,
        is_whole: bool,
    ) -> Result:
        """Make an edit now; or report success and make it later, unless a newer one comes.

        So nobody waits here: whoever taps on and on has each tap answered at once.
        """
        now = self._clock()
        _drop_at_rest(
            self._edits, lambda e: not e.running and e.bucket.full_at < now
        )
        edits = self._edits.setdefault(message, Edits())
        # Nobody knows the chat of an inline message, so each is one of its own.
        chat = message[0] or message[-1]
        if edits.running:
            edits.add(request, is_whole=is_whole)
            return True
        edits.running = True
        try:
            if self._edit_wait(edits, chat) == 0:
                return await self._make_edit(request, edits, chat)
            edits.add(request, is_whole=is_whole)
        except RetryAfter:
            edits.add(request, is_whole=is_whole)
        finally:
            edits.running = False
            if edits.waiting:
                self._edit_later(edits, chat)
        return True

    def _edit_wait(self, edits: Edits, chat: Hashable) -> float:
        """Return how long an edit of a message waits: for its turn, its chat, and its group."""
        now = self._clock()
        waits = [edits.bucket.wait(now), self._rests.get(chat, 0) - now]
        window = self._window(chat)
        if window is not None:
            waits.append(window.wait(now))
        return max(0.0, *waits)

    async def _make_edit(
        self, request: Request, edits: Edits, chat: Hashable
    ) -> Result:
        now = self._clock()
        edits.bucket.take(now)
        window = self._window(chat)
        if window is not None:
            window.take(now)
        self._edited.append(now)
        try:
            return await request()
        except RetryAfter as error:
            self._rest(chat, pause(error).total_seconds())
            raise

    def _edit_later(self, edits: Edits, chat: Hashable) -> None:
        edits.running = True
        self._keep(self._make_waiting_edits(edits, chat))

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        """Let work run beside, until its end or that of the process."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _make_waiting_edits(self, edits: Edits, chat: Hashable) -> None:
        """Make the edits that wait for a message, as soon as it may be edited."""
        refusals = 0
        try:
            while edits.waiting:
                wait = self._edit_wait(edits, chat)
                if wait > 0:
                    await self._pause(wait)
                request, is_whole = edits.waiting.pop(0)
                try:
                    await self._make_edit(request, edits, chat)
                except RetryAfter as error:
                    refusals += 1
                    is_newest = not edits.waiting and not self._ending.is_set()
                    if refusals < TRIES and is_newest:
                        edits.add(request, is_whole=is_whole)
                    log.info("A message stays as it is for now: %s", error)
                except TelegramError as error:
                    log.info("A message stays as it is: %s", error)
        finally:
            edits.running = False

    async def _request_patiently(
        self, request: Request, chat: Hashable
    ) -> Result:
        """Make a person's call, again if Telegram asks for a moment; answers wait for no chat."""
        for attempt in range(1, TRIES + 1):
            await self._wait_out_rest(chat)
            if chat is not None:
                self._sent.append(self._clock())
                self._budget.note()
            try:
                return await request()
            except RetryAfter as error:
                seconds = pause(error).total_seconds()
                self._rest(chat, seconds)
                is_last = attempt == TRIES or self._ending.is_set()
                if is_last or seconds > PATIENCE:
                    raise
                if chat is None:
                    await self._pause(seconds)
        raise AssertionError("the last attempt returns or raises")

    async def _wait_out_rest(self, chat: Hashable) -> None:
        """Wait until a chat may be written to; raise RetryAfter if nobody waits that long."""
        if chat is None:
            return
        rest = self._rests.get(chat, 0) - self._clock()
        if rest > PATIENCE:
            raise RetryAfter(timedelta(seconds=rest))
        if rest > 0:
            await self._pause(rest)

    async def _pause(self, seconds: float) -> None:
        """Wait, but not beyond the end of the process."""
        waits = [
            asyncio.ensure_future(self._sleep(seconds)),
            asyncio.ensure_future(self._ending.wait()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _rest(self, chat: Hashable, seconds: float) -> None:
        """Leave a chat alone for as long as Telegram asks; bulk too if a second chat refuses."""
        if chat is None:
            return
        now = self._clock()
        _drop_at_rest(self._rests, lambda until: until < now)
        self._rests[chat] = max(self._rests.get(chat, 0), now + seconds)
        if self._refusal is not None:
            other, at = self._refusal
            if other != chat and now - at < SUSPICION:
                self._bulk_rests = max(self._bulk_rests, now + seconds)
                self._keep(self._budget.rest(seconds))
        self._refusal = (chat, now)


def _is_sending(endpoint: str) -> bool:
    if endpoint == "sendChatAction":
        return False
    return endpoint.startswith(("send", "copy", "forward"))


def _drop_at_rest(
    values: dict[Hashable, T], is_at_rest: Callable[[T], bool]
) -> None:
    """Drop what nothing depends on any more, once too much is remembered."""
    if len(values) <= REMEMBERED:
        return
    for key in [key for key, value in values.items() if is_at_rest(value)]:
        del values[key]
