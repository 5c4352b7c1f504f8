"""Takes updates from Telegram by asking for them, over and over."""

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

# Seconds without a complaint, after which the same one is news again.
QUIET = 60.0
# Seconds that Telegram may hold a question to which there is no answer yet.
PATIENCE = 10
# Seconds for the updates at hand, before it is looked whether there are more.
GLANCE = 0.2
# Updates in one answer, at most.
AT_ONCE = 100
# Updates under way, after which no more are asked for.
MOST_WAITING = 4096
# Updates that came already: they may be brought twice.
REMEMBERED = 10_000
# Seconds until Telegram is asked again.
FIRST_REST, LONGEST_REST = 1.0, 30.0
# Times that the token is refused, by getMe too, before it is believed.
REFUSALS = 5
# Times that it is refused by getUpdates alone: some ten minutes.
NO_UPDATES = 30
# Seconds for updates under way when the process is to end.
LAST_UPDATES = 6.0

log = logging.getLogger(__name__)
AnyApplication = Application[Bot, Any, Any, Any, Any, Any]


class Polling:
    """Long polling; a webhook that was left over is deleted first, or Telegram would refuse.

    An update is confirmed once it was processed: what a crash cuts is brought again.
    """

    def __init__(self, app: AnyApplication, kinds: Sequence[str]) -> None:
        self._app = app
        self._bot = app.bot
        self._kinds = kinds
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._taken: dict[int, None] = {}
        self._next: int | None = (
            None  # the number after the last update that came
        )
        self._full = False  # whether those under way hide the ones behind them
        self._doubt = Doubt(app)
        self._asking: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Start to ask; raises TelegramError where Telegram is away just now."""
        await self._bot.delete_webhook()
        self._asking = asyncio.create_task(self._ask_on())

    async def last(self) -> None:
        """Wait until it asks no more; raises what keeps it from asking."""
        if self._asking is not None:
            await asyncio.wait([self._asking])
            self._asking.result()

    async def end(self) -> None:
        """Ask no more, finish what is under way, and tell Telegram which updates we have."""
        if self._asking is None:
            return
        self._asking.cancel()
        await asyncio.wait([self._asking])
        tasks = list(self._under_way.values())
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

    async def _ask_on(self) -> None:
        while True:
            try:
                updates = await self._ask()
            except TelegramError as error:
                await self._doubt.rest(error)
            else:
                self._doubt.settle()
                await self._take(updates)

    async def _ask(self) -> Sequence[Update]:
        return await self._bot.get_updates(
            self._offset(),
            timeout=0 if self._under_way else PATIENCE,
            allowed_updates=self._kinds,
            read_timeout=PATIENCE,
        )

    def _offset(self) -> int | None:
        """Return the number of the oldest update that is not finished; all before are confirmed.

        Where a hundred hide the ones behind them, they are all confirmed: others can't wait.
        """
        if self._full or not self._under_way:
            return self._next
        return min(self._under_way)

    async def _take(self, updates: Sequence[Update]) -> None:
        """Begin with the updates that are new, and give those under way a moment to finish."""
        fresh = [
            update for update in updates if update.update_id not in self._taken
        ]
        for update in fresh:
            task = asyncio.create_task(self._process(update))
            self._under_way[update.update_id] = task
        self._remember(update.update_id for update in fresh)
        if updates:
            self._next = updates[-1].update_id + 1
        self._full = len(updates) >= AT_ONCE and not fresh
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=GLANCE)
        elif (
            updates and not fresh
        ):  # confirmed already, and brought all the same
            await asyncio.sleep(FIRST_REST)
        while len(self._under_way) >= MOST_WAITING:
            tasks = list(self._under_way.values())
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)

    def _remember(self, numbers: Iterable[int]) -> None:
        self._taken.update(dict.fromkeys(numbers))
        while len(self._taken) > REMEMBERED:
            del self._taken[next(iter(self._taken))]

    async def _process(self, update: Update) -> None:
        """Process an update in its turn; one that is cut off stays unconfirmed."""
        work = self._app.process_update(update)
        try:
            await self._app.update_processor.process_update(update, work)
        except Exception:
            log.exception("An update failed, and so did the answer to it")
        finally:
            work.close()
        del self._under_way[update.update_id]


class Doubt:
    """What is made of answers that are none: how long to rest, and when to believe the worst."""

    def __init__(self, app: AnyApplication) -> None:
        self._bot = app.bot
        self._complaints = Complaints()
        self._wait = FIRST_REST
        self._refusals, self._denials = 0, 0

    def settle(self) -> None:
        """Take note that all is well."""
        self._wait, self._refusals, self._denials = FIRST_REST, 0, 0

    async def rest(self, error: TelegramError) -> None:
        """Wait after a failed call; raises Failure where asking again can't help."""
        self._complaints(error)
        if isinstance(error, InvalidToken):
            await self._ask_who_we_are()
        asked = (
            send_errors.pause(error).total_seconds()
            if isinstance(error, RetryAfter)
            else 0
        )
        await asyncio.sleep(min(max(asked, self._wait), LONGEST_REST))
        self._wait = min(1.5 * self._wait, LONGEST_REST)

    async def _ask_who_we_are(self) -> None:
        """Believe that the token is refused only where getMe says so too, time after time."""
        self._denials += 1
        if self._denials >= NO_UPDATES:
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
    """Says in one line why no updates come, and says it once for as long as it stays so."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: tuple[str, float] | None = None

    def __call__(self, error: TelegramError) -> None:
        """Take a failed call, after which Telegram is asked again."""
        said, now = _why(error), self._clock()
        if (
            self._last is None
            or self._last[0] != said
            or now - self._last[1] > QUIET
        ):
            log.warning(said)
        self._last = (said, now)


def _why(error: TelegramError) -> str:
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
