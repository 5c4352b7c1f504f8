"""Sends the digests and weeks that are due: each is claimed, chosen, sent and recorded once."""

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

from telegram.error import TelegramError

from bot.errors import Failure
from bot.jobs import (
    approval,
    delivery_content,
    fetch,
    send_failures,
    weekly_content,
)
from bot.jobs.send_failures import Call, Rejected
from bot.runtime import Runtime
from bot.storage import deliveries, outbox, readers
from bot.storage.deliveries import KINDS
from bot.storage.delivery_tables import WEEKLY
from bot.storage.outbox import Delivery, Outgoing
from bot.storage.readers import Reader
from bot.transport import sender
from bot.transport.rate_limiter import RateLimiter
from bot.transport.screen import Screen
from bot.transport.sender import Bot

# How many deliveries may run at once. More than the most don't help: with a hundred, each one
# takes four times as long.
FEWEST_AT_ONCE = 4
MOST_AT_ONCE = 32
# Seconds that a call may take without slowing the send rate down.
SLOWEST_CALL = 0.5
# Deliveries that are claimed in one transaction, at least, and the seconds of sending that they
# last where more are sent at once.
BATCH = 16
BATCH_SECONDS = 0.2

# How long picks wait for a daily list of papers that does not answer.
LIST_PATIENCE = timedelta(hours=2)

log = logging.getLogger(__name__)


async def deliver(runtime: Runtime, bot: Bot) -> int:
    """Send everything that is due; return how many deliveries were sent."""
    # One round at a time: two would share the send rate.
    async with runtime.sending:
        this_round = Round(runtime, bot)
        count = await this_round.run()

    if not this_round.halted:
        runtime.heartbeat.beat()
    return count


@dataclass
class Round:
    """One round of sending, several deliveries at once, at the pace of the rate limiter.

    Once the process is to end, nothing new begins, and running deliveries finish. `halted` says
    that Telegram refuses our token, so that no call can succeed.
    """

    runtime: Runtime
    bot: Bot
    sent: int = 0
    halted: bool = False
    running: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> int:
        """Send everything that is due; return how many deliveries were sent."""
        await asyncio.to_thread(self._prepare_round)
        slots = asyncio.Semaphore(self._at_once())
        try:
            while not self._is_ending():
                claimed = await asyncio.to_thread(self._claim)
                if not claimed and not self.running:
                    break
                if not claimed:
                    # The sum of a week waits for the picks that are on their way.
                    await asyncio.wait(self.running)
                for delivery in claimed:
                    await slots.acquire()
                    self._start(delivery, slots)
        finally:
            await asyncio.gather(*self.running)
        return self.sent

    def _prepare_round(self) -> None:
        """Create the deliveries that are due, and drop those that are too late to send."""
        database, clock = self.runtime.database, self.runtime.clock
        # Some at a time, so that no transaction takes long.
        while deliveries.create_due(database, clock()):
            pass
        outbox.expire(database, clock())

    def _at_once(self) -> int:
        """Return how many deliveries run at once: no more than the send rate needs.

        Each of them is in doubt if the process dies.
        """
        needed = round(self.runtime.send_rate * SLOWEST_CALL)
        return min(max(needed, FEWEST_AT_ONCE), MOST_AT_ONCE)

    def _start(self, delivery: Delivery, slots: asyncio.Semaphore) -> None:
        task = asyncio.create_task(self._deliver(delivery))
        self.running.add(task)
        task.add_done_callback(self.running.discard)
        task.add_done_callback(lambda _: slots.release())

    def _is_ending(self) -> bool:
        return self.halted or self.runtime.ending.is_set()

    def _claim(self) -> list[Delivery]:
        """Lease the next due deliveries: the sums of weeks once no picks can be sent.

        While the daily list of papers is silent, its readers wait for it, but not for too long.
        """
        now = self.runtime.clock()
        is_silent = fetch.silent_since(self.runtime.database, now) is not None
        batches = (
            outbox.claim(
                self.runtime.database,
                now,
                max(BATCH, round(self.runtime.send_rate * BATCH_SECONDS)),
                kind=kind.name,
                daily_due_before=now - LIST_PATIENCE if is_silent else None,
            )
            for kind in KINDS
        )
        return next(filter(None, batches), [])

    async def _deliver(self, delivery: Delivery) -> None:
        """Send one delivery's messages; after an error it is claimed again when its lease ends."""
        try:
            await self._send_all(delivery)
        except Rejected as rejected:
            self.halted = True
            log.error("%s", rejected)  # noqa: TRY400 - a trace helps nobody here
        except Failure as failure:
            log.warning(
                "Reader %s will be tried again: %s", delivery.reader.id, failure
            )
        except Exception:
            if not await self._was_deleted(delivery.reader):
                log.exception(
                    "Reader %s will be tried again", delivery.reader.id
                )

    async def _was_deleted(self, reader: Reader) -> bool:
        """Tell whether a reader was deleted meanwhile, and their delivery with them."""
        with contextlib.suppress(Failure):
            row = await asyncio.to_thread(
                readers.by_id, self.runtime.database, reader.id
            )
            return row is None
        return False

    async def _send_all(self, delivery: Delivery) -> None:
        """Send the messages of a delivery that are not sent yet, in order."""
        database = self.runtime.database
        delivery, screens = await self._prepare(delivery)
        if await approval.is_awaited(self.runtime, self.bot, delivery):
            return
        messages = await asyncio.to_thread(
            outbox.unsent_messages, database, delivery
        )
        for message in messages:
            screen = screens[message.position]
            renewed = await self._send(delivery, message, screen)
            if renewed is None:
                return
            delivery = renewed
        outcome = await asyncio.to_thread(outbox.finish, database, delivery)
        if outcome == "sent":
            self.sent += 1

    async def _prepare(
        self, delivery: Delivery
    ) -> tuple[Delivery, dict[int, Screen]]:
        """Return a delivery with the screens of its messages, by position."""
        if delivery.kind == WEEKLY:
            return await weekly_content.prepare(self.runtime, delivery)
        return await asyncio.to_thread(
            delivery_content.prepare, self.runtime, delivery
        )

    async def _send(
        self, delivery: Delivery, message: Outgoing, screen: Screen
    ) -> Delivery | None:
        """Send one message; return the delivery under its new lease, or None if it has to wait.

        The start is committed after the slot has come and before the call is made: so at most as
        many messages are in doubt after a crash as there were calls.
        """
        database = self.runtime.database
        chat_id = delivery.reader.chat_id
        try:
            async with self._limiter.slot(chat_id) as slot:
                if self._is_ending():
                    return None
                started = await asyncio.to_thread(
                    outbox.start_sending,
                    database,
                    delivery,
                    message,
                    self.runtime.clock(),
                )
                if started is None:
                    # Its reader left, or another process has it.
                    return None
                delivery = started
                receipt = await sender.send(
                    self.bot,
                    chat_id,
                    screen,
                    thread_id=delivery.reader.thread_id,
                    silent=delivery.is_silent,
                    slot=slot,
                )
        except TelegramError as error:
            call = Call(delivery, message, screen)
            return await send_failures.handle(
                self.runtime, self.bot, call, error
            )
        await asyncio.to_thread(
            outbox.record_sent,
            database,
            delivery,
            message,
            receipt.message_id,
            self.runtime.clock(),
        )
        return delivery

    @property
    def _limiter(self) -> RateLimiter:
        return cast("RateLimiter", self.bot.rate_limiter)
