"""How fast we call Telegram: for people at once, in bulk smoothly, and of edits the newest."""

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.transport.buckets import Bucket, Budget, Bulk, Steady, Window
from bot.transport.send_errors import pause

# To one chat or message at once, then one a second; to one group.
BURST, PER_MINUTE = (
    5,
    20,
)
# In any second, all together: of Telegram's 30, as some arrive closer than they left.
AT_MOST = 28
# Seconds that bulk lets edits go first: nobody says whether they count with the 30.
ASIDE = 0.5
# Of the usual time between two in bulk, where it is behind: never a burst.
CATCH_UP = 0.8
# Seconds within which a second chat's refusal means that bulk is too fast.
SUSPICION = 10.0
# Seconds a person's call waits out a refusal, and how often.
PATIENCE, TRIES = (
    20.0,
    3,
)
# Chats and messages kept in mind before those at rest are let go.
FORGOTTEN = 10_000
EDIT_OF_BUTTONS = "editMessageReplyMarkup"

log = logging.getLogger(__name__)
T = TypeVar("T")
Result = bool | dict[str, Any] | list[dict[str, Any]]
Request = Callable[[], Awaitable[Result]]


@dataclass(slots=True)
class Edits:
    """The edits of one message: one under way, and of those that wait only the newest."""

    bucket: Bucket = field(default_factory=lambda: Bucket(BURST, 1))
    under_way: bool = False
    waiting: list[tuple[Request, bool]] = field(default_factory=list)

    def put(self, request: Request, *, whole: bool) -> None:
        """Let an edit wait; one of the buttons alone replaces no text, but text replaces both."""
        if whole:
            self.waiting.clear()
        elif self.waiting and not self.waiting[-1][1]:
            self.waiting.pop()
        self.waiting.append((request, whole))


class Pacing(BaseRateLimiter[Bulk]):
    """Two lanes to Telegram: answers never wait for a broadcast, and a broadcast never floods.

    A refused call of a person is tried again; one of bulk raises `RetryAfter` at once, as does
    every bulk call while its chat, or bulk as a whole, is to rest: nothing was sent then.
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
        self._at_most = max(AT_MOST, round(send_rate * AT_MOST / 25))
        self._chats: dict[Hashable, Bucket] = {}
        self._groups: dict[Hashable, Window] = {}
        self._edits: dict[Hashable, Edits] = {}
        self._rests: dict[
            Hashable, float
        ] = {}  # until when a chat is left alone
        self._bulk_line = asyncio.Lock()
        self._bulk_rests = 0.0
        self._last_in_bulk = -math.inf
        self._gap = CATCH_UP / send_rate
        self._refused: tuple[Hashable, float] | None = None
        self._sent: deque[float] = deque(
            maxlen=self._at_most
        )  # when people and bulk sent of late
        self._edited: deque[float] = deque(maxlen=self._at_most)
        self._later: set[asyncio.Task[None]] = set()
        self._ending = asyncio.Event()

    def hurry(self) -> None:
        """Let nobody wait any more, so that the process can end; bulk is left for the next one."""
        self._ending.set()

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Show the edits that still wait; then nothing is left to do."""
        self.hurry()
        await asyncio.gather(*self._later, return_exceptions=True)

    async def process_request(  # noqa: PLR0917 - the library's signature
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,  # noqa: ANN401 - as the library hands them through
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Bulk | None,
    ) -> Result:
        """Make a call when it is its turn; what is neither sent, edited nor answered, at once."""

        async def request() -> Result:
            return await callback(*args, **kwargs)

        chat = data.get("chat_id")
        if endpoint.startswith("answer"):
            return await self._patiently(request, None)
        if endpoint.startswith("editMessage"):
            message = (
                chat,
                data.get("message_id"),
                data.get("inline_message_id"),
            )
            return await self._edit(
                request, message, whole=endpoint != EDIT_OF_BUTTONS
            )
        if (
            not endpoint.startswith(("send", "copy", "forward"))
            or endpoint == "sendChatAction"
        ):
            return await request()
        await self._turn(chat)
        if rate_limit_args is not None:
            return await self._in_bulk(request, chat, rate_limit_args)
        return await self._patiently(request, chat)

    async def _turn(self, chat: Hashable) -> None:
        """Wait until one more message to this chat is no flood."""
        now = self._clock()
        _forget(self._chats, lambda bucket: bucket.full_at < now)
        wait = self._chats.setdefault(chat, Bucket(BURST, 1)).take(now)
        if str(chat).startswith(("-", "@")):
            _forget(
                self._groups,
                lambda window: window.places[-1] + window.seconds < now,
            )
            wait += self._groups.setdefault(chat, Window(PER_MINUTE, 60)).take(
                now + wait
            )
        if wait:
            await self._pause(wait)

    async def _in_bulk(
        self, request: Request, chat: Hashable, bulk: Bulk
    ) -> Result:
        self._check_rest(chat)
        wait = await self._budget.reserve()
        due = self._clock() + wait
        async with self._bulk_line:  # in the order of their places
            while not self._ending.is_set() and (wait := self._until(due)) > 0:
                await self._pause(wait)
            self._check_rest(chat)
            self._last_in_bulk = self._clock()
            self._sent.append(self._last_in_bulk)
        await bulk.begins()
        try:
            return await request()
        except RetryAfter as error:
            self._rest(chat, pause(error).total_seconds())
            raise

    def _check_rest(self, chat: Hashable) -> None:
        left = max(self._rests.get(chat, 0), self._bulk_rests) - self._clock()
        if self._ending.is_set():
            left = max(left, 1)
        if left > 0:
            raise RetryAfter(timedelta(seconds=left))

    def _until(self, due: float) -> float:
        """Return how long bulk waits for its place, and lets what people asked for go first."""
        now = self._clock()
        for times in (self._sent, self._edited):
            while times and times[0] <= now - 1:
                times.popleft()
        recent = sorted(
            (*self._sent, *(self._edited if now < due + ASIDE else ()))
        )
        full = recent[0] + 1 - now if len(recent) >= self._at_most else 0
        return max(due - now, full, self._last_in_bulk + self._gap - now)

    async def _edit(
        self, request: Request, message: tuple[Hashable, ...], *, whole: bool
    ) -> Result:
        """Show an edit now; or say that all is well and show it later, if no newer one comes.

        So nobody waits here: who taps on and on has each tap answered in the blink.
        """
        now = self._clock()
        _forget(
            self._edits, lambda e: not e.under_way and e.bucket.full_at < now
        )
        edits = self._edits.setdefault(message, Edits())
        if edits.under_way:
            edits.put(request, whole=whole)
            return True
        edits.under_way = True
        try:
            if (
                edits.bucket.wait(now) == 0
                and self._rests.get(message[0], 0) <= now
            ):
                return await self._show(request, edits, message[0])
            edits.put(request, whole=whole)
        except RetryAfter:
            edits.put(request, whole=whole)
        finally:
            edits.under_way = False
            if edits.waiting:
                self._catch_up_later(edits, message[0])
        return True

    async def _show(
        self, request: Request, edits: Edits, chat: Hashable
    ) -> Result:
        now = self._clock()
        edits.bucket.take(now)
        self._edited.append(now)
        try:
            return await request()
        except RetryAfter as error:
            self._rest(chat, pause(error).total_seconds())
            raise

    def _catch_up_later(self, edits: Edits, chat: Hashable) -> None:
        edits.under_way = True
        task = asyncio.create_task(self._catch_up(edits, chat))
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _catch_up(self, edits: Edits, chat: Hashable) -> None:
        """Show what waits for a message, as soon as it may be."""
        try:
            await self._show_waiting(edits, chat)
        finally:
            edits.under_way = False

    async def _show_waiting(self, edits: Edits, chat: Hashable) -> None:
        refused = 0
        while edits.waiting:
            now = self._clock()
            wait = max(edits.bucket.wait(now), self._rests.get(chat, 0) - now)
            if wait > 0:
                await self._pause(wait)
            request, whole = edits.waiting.pop(0)
            try:
                await self._show(request, edits, chat)
            except RetryAfter as error:
                refused += 1
                if (
                    refused < TRIES
                    and not edits.waiting
                    and not self._ending.is_set()
                ):
                    edits.put(request, whole=whole)
                log.info("A message stays as it is for now: %s", error)
            except TelegramError as error:
                log.info("A message stays as it is: %s", error)

    async def _patiently(self, request: Request, chat: Hashable) -> Result:
        """Make a person's call, again where Telegram asks for a moment; answers wait for nobody."""
        for attempt in range(1, TRIES + 1):
            rest = (
                self._rests.get(chat, 0) - self._clock()
                if chat is not None
                else 0
            )
            if rest > PATIENCE:
                raise RetryAfter(timedelta(seconds=rest))
            if rest > 0:
                await self._pause(rest)
            if chat is not None:
                self._sent.append(self._clock())
            try:
                return await request()
            except RetryAfter as error:
                asked = pause(error).total_seconds()
                self._rest(chat, asked)
                if (
                    attempt == TRIES
                    or asked > PATIENCE
                    or self._ending.is_set()
                ):
                    raise
                if chat is None:
                    await self._pause(asked)
        raise AssertionError("the last attempt returns or raises")

    async def _pause(self, seconds: float) -> None:
        """Wait, but not beyond the end of the process."""
        both = [
            asyncio.ensure_future(self._sleep(seconds)),
            asyncio.ensure_future(self._ending.wait()),
        ]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in both:
                each.cancel()

    def _rest(self, chat: Hashable, seconds: float) -> None:
        """Leave a chat alone as long as Telegram asks; a second one means that bulk is too fast."""
        if chat is None:
            return
        now = self._clock()
        _forget(self._rests, lambda until: until < now)
        self._rests[chat] = max(self._rests.get(chat, 0), now + seconds)
        if self._refused is not None:
            other, at = self._refused
            if other != chat and now - at < SUSPICION:
                self._bulk_rests = max(self._bulk_rests, now + seconds)
        self._refused = (chat, now)


def _forget(kept: dict[Hashable, T], at_rest: Callable[[T], bool]) -> None:
    """Let go of what is at rest, once there is much in mind."""
    if len(kept) > FORGOTTEN:
        for key in [key for key, value in kept.items() if at_rest(value)]:
            del kept[key]
