"""Takes updates from Telegram by long polling, and confirms them once they are processed."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application

from bot.errors import Failure
from bot.transport import send_errors
from bot.transport.sender import Bot

# Seconds that Telegram may hold a request for updates while there are none.
PATIENCE = 10
# Seconds that running updates get to finish before the next request.
GRACE = 0.2
# Updates in one answer, at most.
AT_ONCE = 100
# Running updates, from which on no more are requested.
MOST_RUNNING = 4096
# Numbers of updates that came already: they may come twice.
REMEMBERED = 10_000
# Seconds until Telegram is asked again after an error: at first, and at most.
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
# How fast the pause grows.
GROWTH = 1.5
# Refusals of the token, by getMe too, before they are believed.
REFUSALS = 5
# Refusals of the token by getUpdates alone: some ten minutes.
REFUSALS_OF_UPDATES = 30
# Seconds for running updates when the process is to end.
LAST_UPDATES = 6.0
# Seconds after which the same complaint is news again.
NEWS_AFTER = 60.0

log = logging.getLogger(__name__)
AnyApplication = Application[Bot, Any, Any, Any, Any, Any]


class Polling:
    """Long polling of `kinds` of updates.

    An update is confirmed once it is processed: Telegram sends again what a crash cuts off.
    """

    def __init__(self, app: AnyApplication, kinds: Sequence[str]) -> None:
        self._app = app
        self._bot = app.bot
        self._kinds = kinds
        self._recovery = Recovery(app)
        self._loop: asyncio.Task[None] | None = None
        self._running: dict[int, asyncio.Task[None]] = {}
        self._seen: dict[int, None] = {}
        # The number after the last update that came.
        self._next: int | None = None
        # Whether running updates fill the whole answer, and hide the ones behind them.
        self._is_full = False

    async def begin(self) -> None:
        """Begin to poll; raises TelegramError if Telegram is away just now.

        A webhook that is set would make Telegram refuse, so it is deleted first.
        """
        await self._bot.delete_webhook()
        self._loop = asyncio.create_task(self._poll())

    async def last(self) -> None:
        """Wait until polling ends; raises what ended it."""
        if self._loop is not None:
            await asyncio.wait([self._loop])
            self._loop.result()

    async def end(self) -> None:
        """Stop polling, finish the running updates, and confirm them."""
        if self._loop is None:
            return
        self._loop.cancel()
        await asyncio.wait([self._loop])
        tasks = list(self._running.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=LAST_UPDATES)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._next is not None:
            with contextlib.suppress(TelegramError):
                await self._bot.get_updates(
                    self._offset(), timeout=0, allowed_updates=self._kinds
                )

    async def _poll(self) -> None:
        while True:
            try:
                updates = await self._request()
            except TelegramError as error:
                await self._recovery.wait(error)
            else:
                self._recovery.reset()
                await self._start(updates)

    async def _request(self) -> Sequence[Update]:
        updates: Sequence[Update] = await self._bot.get_updates(
            self._offset(),
            timeout=0 if self._running else PATIENCE,
            allowed_updates=self._kinds,
            read_timeout=PATIENCE,
        )
        return updates

    def _offset(self) -> int | None:
        """Return the number of the oldest running update: all before it are confirmed.

        If a full answer of running updates hides the ones behind them, all of them are
        confirmed, since others can't wait for them.
        """
        if self._is_full or not self._running:
            return self._next
        return min(self._running)

    async def _start(self, updates: Sequence[Update]) -> None:
        """Start the updates that are new, and give running ones a moment to finish."""
        new = [
            update for update in updates if update.update_id not in self._seen
        ]
        for update in new:
            task = asyncio.create_task(self._process(update))
            self._running[update.update_id] = task
        self._remember(update.update_id for update in new)
        if updates:
            self._next = updates[-1].update_id + 1
        self._is_full = len(updates) >= AT_ONCE and not new
        if self._running:
            await asyncio.wait(self._running.values(), timeout=GRACE)
        elif updates and not new:
            # Telegram sends again what is confirmed already.
            await asyncio.sleep(FIRST_PAUSE)
        while len(self._running) >= MOST_RUNNING:
            tasks = list(self._running.values())
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)

    def _remember(self, numbers: Iterable[int]) -> None:
        self._seen.update(dict.fromkeys(numbers))
        while len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]

    async def _process(self, update: Update) -> None:
        """Process an update in its turn; one that is cut off stays unconfirmed."""
        work = self._app.process_update(update)
        try:
            await self._app.update_processor.process_update(update, work)
        except Exception:
            log.exception("An update failed, and so did the answer to it")
        finally:
            work.close()
        del self._running[update.update_id]


class Recovery:
    """Waits after failed requests, and decides when no further request can help."""

    def __init__(self, app: AnyApplication) -> None:
        self._bot = app.bot
        self._complaints = Complaints()
        self._pause = FIRST_PAUSE
        self._refusals = 0
        self._refusals_of_updates = 0

    def reset(self) -> None:
        """Begin anew, as a request succeeded."""
        self._pause = FIRST_PAUSE
        self._refusals = 0
        self._refusals_of_updates = 0

    async def wait(self, error: TelegramError) -> None:
        """Wait after a failed request; raises Failure if another one can't help."""
        self._complaints(error)
        if isinstance(error, InvalidToken):
            await self._check_token()
        requested = 0.0
        if isinstance(error, RetryAfter):
            requested = send_errors.pause(error).total_seconds()
        pause = min(max(requested, self._pause), LONGEST_PAUSE)
        await asyncio.sleep(pause)
        self._pause = min(GROWTH * self._pause, LONGEST_PAUSE)

    async def _check_token(self) -> None:
        """Believe that the token is refused only if getMe says so too, time after time."""
        self._refusals_of_updates += 1
        if self._refusals_of_updates >= REFUSALS_OF_UPDATES:
            raise Failure(
                "Telegram accepts TELEGRAM_BOT_TOKEN, and refuses to give its updates. "
                "Does TELEGRAM_API_BASE lead to a Bot API server?",
                passing=False,
            )
        try:
            await self._bot.get_me()
        except InvalidToken:
            self._refusals += 1
        except TelegramError:
            return
        else:
            self._refusals = 0
        if self._refusals >= REFUSALS:
            raise Failure(
                "Telegram does not accept TELEGRAM_BOT_TOKEN any more. "
                "Ask @BotFather whether it was revoked.",
                passing=False,
            )


class Complaints:
    """Logs in one line why no updates come, once for as long as the cause stays the same."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: tuple[str, float] | None = None

    def __call__(self, error: TelegramError) -> None:
        """Log the cause of a failed request, if it is news."""
        line = _cause(error)
        now = self._clock()
        if self._last is None or self._last[0] != line:
            is_news = True
        else:
            is_news = now - self._last[1] > NEWS_AFTER
        if is_news:
            log.warning(line)
        self._last = (line, now)


def _cause(error: TelegramError) -> str:
    if not isinstance(error, Conflict):
        return f"Telegram does not answer ({error}); it is asked again until it does"
    if "webhook" in error.message.casefold():
        return (
            "Somebody set a webhook for this bot, so Telegram brings its updates there. "
            "Stop the process that did; a restart of this one takes the updates back"
        )
    return (
        "Another process polls with the same token, and each update reaches only one of the "
        "two. Stop the other one"
    )
