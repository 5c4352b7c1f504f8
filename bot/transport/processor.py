"""Processes updates at once: those of many people, but one person's in the order they came."""

import asyncio
import contextlib
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from telegram import CallbackQuery, Update, User
from telegram.error import BadRequest, TelegramError
from telegram.ext import BaseUpdateProcessor

from bot.errors import Failure
from bot.transport import update_kinds as kinds
from bot.transport.redelivery import Attempt, Attempts

# Updates that are processed at once, and that may wait for it.
AT_ONCE = 32
MOST_WAITING = 4096
# Seconds after which a press is answered, whatever its handler waits for.
PATIENCE = 4.0
# How often such an answer is tried: a thousand at once may wait long for a connection.
LATE_TRIES = 3
# Such answers at once: a connection pool slows down with every request that waits for it.
LATE_AT_ONCE = 16
# Seconds after which an update comes again whose turn nobody could tell.
RETRY = 5.0

log = logging.getLogger(__name__)


class OnePersonAtATime(BaseUpdateProcessor):
    """Keeps a person's 👍 before their 👎, however long the first one takes.

    `late_answer` returns what somebody is told whose press has a handler that takes long;
    `turn` holds the turn of a person among processes. `observe` learns the kind of
    each update, how it ended, and the seconds that it took.
    """

    def __init__(
        self,
        late_answer: Callable[[User], str],
        turn: Callable[[int], AbstractAsyncContextManager[None]] | None = None,
        observe: Callable[[str, str, float], None] | None = None,
    ) -> None:
        super().__init__(max_concurrent_updates=MOST_WAITING)
        self.attempts = Attempts()
        self._turn = turn or _free_turn
        self._late_answer = late_answer
        self._observe = observe
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._late_slots = asyncio.Semaphore(LATE_AT_ONCE)
        self._turns: dict[int, asyncio.Lock] = {}
        self._waiting: dict[int, int] = defaultdict(int)
        # The last inline query of each person who waits.
        self._queries: dict[int, int] = {}

    async def initialize(self) -> None:
        """Open nothing."""

    async def shutdown(self) -> None:
        """Close nothing."""

    async def do_process_update(
        self, update: object, coroutine: Awaitable[Any]
    ) -> None:
        """Run an update's coroutine in this person's turn; meanwhile answer its press in time."""
        if not isinstance(update, Update):
            await coroutine
            return
        attempt = self.attempts.of(update.update_id)
        started = time.monotonic()
        try:
            async with self._late_answers(update.callback_query, attempt):
                await self._in_turn(update, coroutine)
        except Failure as failure:
            # The database keeps the turns of several processes, and is away.
            log.warning("An update is to come again: %s", failure)
            attempt.retry_after = RETRY
        except Exception:
            attempt.failed = True
            raise
        finally:
            self.attempts.end(update.update_id)
            if self._observe is not None:
                seconds = time.monotonic() - started
                self._observe(kinds.of(update), attempt.outcome, seconds)

    async def _in_turn(self, update: Update, coroutine: Awaitable[Any]) -> None:
        """Wait for this person's turn, then for a slot."""
        if update.effective_user is None:
            await coroutine
            return
        person = update.effective_user.id
        turn = self._turns.setdefault(person, asyncio.Lock())
        self._waiting[person] += 1
        if update.inline_query is not None:
            self._queries[person] = update.update_id
        try:
            # Waiting for one's own turn takes nobody's slot.
            async with turn, self._turn(person), self._slots:
                # Whoever brings an update closes its coroutine.
                if not self._is_replaced(update, person):
                    await coroutine
        finally:
            self._waiting[person] -= 1
            if not self._waiting[person]:
                del self._waiting[person], self._turns[person]
                self._queries.pop(person, None)

    def _is_replaced(self, update: Update, person: int) -> bool:
        """Tell whether a person has typed on, so that nobody looks at an answer any more."""
        if update.inline_query is None:
            return False
        return self._queries.get(person) != update.update_id

    @contextlib.asynccontextmanager
    async def _late_answers(
        self, query: CallbackQuery | None, attempt: Attempt
    ) -> AsyncIterator[None]:
        """Answer a press whose handler takes long: a locked database, many people before it."""
        if query is None:
            yield
            return
        timer = asyncio.create_task(self._answer_late(query, attempt))
        try:
            yield
        finally:
            # The handler relies on an answer that is on its way.
            if not attempt.answered_late:
                timer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await timer

    async def _answer_late(
        self, query: CallbackQuery, attempt: Attempt
    ) -> None:
        await asyncio.sleep(PATIENCE)
        text = self._late_answer(query.from_user)
        for _ in range(LATE_TRIES):
            async with self._late_slots:
                if attempt.answered or await _try_answer(query, text, attempt):
                    return


@contextlib.asynccontextmanager
async def _free_turn(_person: int) -> AsyncIterator[None]:
    """Hold no turn: there is no other process."""
    yield


async def _try_answer(
    query: CallbackQuery, text: str, attempt: Attempt
) -> bool:
    """Answer a press, and tell whether nothing is left to try."""
    attempt.answered_late = True
    try:
        await query.answer(text)
    except BadRequest:
        # It is too old.
        return True
    except TelegramError:
        attempt.answered_late = False
        return False
    return True
