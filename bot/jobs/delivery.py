"""Due, claimed, sent, recorded: one digest to each reader on each of their days."""

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field

from telegram.error import TelegramError

from bot.errors import Failure
from bot.jobs import fetch, send_failures
from bot.jobs.send_failures import Call, Rejected
from bot.messages import digest as rendering
from bot.messages import replies, translation
from bot.picks import selection
from bot.runtime import World
from bot.schedule import due
from bot.storage import deliveries, digests, outbox, readers
from bot.storage.digests import Digest
from bot.storage.outbox import Delivery, Outgoing
from bot.storage.readers import Reader
from bot.transport import send_errors, sender
from bot.transport.buckets import Bulk, Withdrawn
from bot.transport.screen import Screen
from bot.transport.send_errors import Outcome
from bot.transport.sender import Bot

# Calls under way; with a hundred, each costs four times as much.
FEWEST, MOST = (
    4,
    32,
)
# Seconds a call may take while the pace holds.
SLOWEST = 0.5
BATCH = 16

log = logging.getLogger(__name__)


async def send(
    world: World,
    bot: Bot,
    reader: Reader,
    chosen: Digest,
    *,
    instead: int | None = None,
) -> None:
    """Send picks that somebody asked for, and remember which message shows them.

    The first of their messages takes the place of the one numbered `instead`. Those that
    certainly did not arrive are free again; after a time-out they may have.
    """
    parts = chosen.parts()
    for number, part in enumerate(parts, start=1):
        await asyncio.to_thread(
            digests.sending, world.database, part.picks, world.clock()
        )
        try:
            shown = screen(world, reader, part)
            if instead is not None and number == 1:
                await sender.edit(bot, reader.chat_id, instead, shown)
                at = instead
            else:
                at = (await sender.send(bot, reader.chat_id, shown)).message_id
        except TelegramError as error:
            free = [pick for later in parts[number:] for pick in later.picks]
            if send_errors.of(error) is not Outcome.UNKNOWN:
                free += part.picks
            await asyncio.to_thread(digests.free, world.database, free)
            raise
        where = (reader.chat_id, at)
        await asyncio.to_thread(
            digests.sent, world.database, part.picks, *where, world.clock()
        )


async def deliver(world: World, bot: Bot) -> int:
    """Send everything that is due, one round at a time; return how many deliveries were sent."""
    async with world.sending:
        return await Round(world, bot).run()


def screen(world: World, reader: Reader, part: Digest) -> Screen:
    """Render a digest, or one card of it, as of today."""
    today = due.local_date(world.clock(), reader.zone)
    return rendering.digest(
        translation.of(reader.language), part, reader, today
    )


@dataclass
class Round:
    """One round of sending: many under way at once, at the pace of the limiter.

    Once the bot is told to end, nothing new begins, and what is under way is waited for.
    """

    world: World
    bot: Bot
    sent: int = 0
    halted: bool = False
    under_way: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> int:
        """Send everything that is due; return how many deliveries were sent."""
        database, clock = self.world.database, self.world.clock
        while await asyncio.to_thread(deliveries.make_due, database, clock()):
            pass  # some at a time, so that no transaction is long
        await asyncio.to_thread(outbox.expire, database, clock())
        # No more than the pace needs: what is under way when the process dies is in doubt.
        needed = round(self.world.send_rate * SLOWEST)
        slots = asyncio.Semaphore(min(max(needed, FEWEST), MOST))
        try:
            while not self._ends() and (
                claimed := await asyncio.to_thread(self._claim)
            ):
                for delivery in claimed:
                    await slots.acquire()
                    task = asyncio.create_task(self._deliver(delivery))
                    self.under_way.add(task)
                    task.add_done_callback(self.under_way.discard)
                    task.add_done_callback(lambda _: slots.release())
        finally:
            await asyncio.gather(*self.under_way)
        return self.sent

    def _ends(self) -> bool:
        return self.halted or self.world.ending.is_set()

    def _claim(self) -> list[Delivery]:
        """Lease what is due next; while the list of papers is silent, who has waited enough."""
        now = self.world.clock()
        silent = fetch.silent_since(self.world.database, now)
        due_before = now - due.PATIENCE if silent else None
        return outbox.claim(
            self.world.database, now, BATCH, due_before=due_before
        )

    async def _deliver(self, delivery: Delivery) -> None:
        """Send one delivery's messages in order; what goes wrong is met again after its lease."""
        try:
            await self._send_all(delivery)
        except Rejected as rejected:
            self.halted = True
            log.error("%s", rejected)  # noqa: TRY400 - where it was noticed helps nobody
        except Failure as failure:
            log.warning(
                "Reader %s will be tried again: %s", delivery.reader.id, failure
            )
        except Exception:
            if not await self._is_gone(delivery.reader):
                log.exception(
                    "Reader %s will be tried again", delivery.reader.id
                )

    async def _is_gone(self, reader: Reader) -> bool:
        """Tell whether a reader was deleted, and with them what was about to be sent."""
        with contextlib.suppress(Failure):
            return (
                await asyncio.to_thread(
                    readers.by_id, self.world.database, reader.id
                )
                is None
            )
        return False

    async def _send_all(self, delivery: Delivery) -> None:
        held, screens = await asyncio.to_thread(self.prepare, delivery)
        for message in await asyncio.to_thread(
            outbox.unsent, self.world.database, delivery
        ):
            going_on = await self._send(
                held, message, screens[message.position]
            )
            if going_on is None:
                return
            held = going_on
        ended = await asyncio.to_thread(
            outbox.finish, self.world.database, held
        )
        self.sent += ended == "sent"

    def prepare(self, delivery: Delivery) -> tuple[Delivery, dict[int, Screen]]:
        """Return what to send at each position: what was chosen before a crash, or chosen now."""
        database, reader = self.world.database, delivery.reader
        chosen = (
            digests.read(database, delivery.digest_id)
            if delivery.digest_id
            else None
        )
        if chosen is None and not outbox.is_chosen(database, delivery):
            delivery, chosen = self._choose(delivery)
        if chosen is None:
            return delivery, {1: self._empty(delivery)}
        first = {part.picks[0].rank: part for part in chosen.parts()}
        return delivery, {
            at: screen(self.world, reader, part) for at, part in first.items()
        }

    def _choose(self, delivery: Delivery) -> tuple[Delivery, Digest | None]:
        database, now = self.world.database, self.world.clock()
        chosen = selection.choose(
            database,
            self.world.papers,
            delivery.reader,
            now,
            kind="daily",
            silent_since=fetch.silent_since(database, now),
        )
        if not chosen.picks:
            digests.discard(database, chosen.id)
            return outbox.choose(database, delivery, None, [1]), None
        positions = [part.picks[0].rank for part in chosen.parts()]
        return outbox.choose(database, delivery, chosen.id, positions), chosen

    def _empty(self, delivery: Delivery) -> Screen:
        """Say in one line why there are no picks: the true cause, as of now."""
        reader, database, now = (
            delivery.reader,
            self.world.database,
            self.world.clock(),
        )
        t = translation.of(reader.language)
        silent = fetch.silent_since(database, now)
        if silent is not None:
            return replies.empty_late(t, rendering.silence(t, silent, reader))
        if selection.held_back(database, self.world.papers, reader, now):
            return replies.below_bar(t)
        return replies.empty_day(t, delivery.local_date)

    async def _send(
        self, delivery: Delivery, message: Outgoing, shown: Screen
    ) -> Delivery | None:
        """Send one message; return the delivery under its new lease, None where it has to wait."""
        world, held = self.world, delivery

        async def begins() -> None:
            nonlocal held
            if self._ends():
                raise Withdrawn
            start = (world.database, delivery, message, world.clock())
            started = await asyncio.to_thread(outbox.start, *start)
            if started is None:  # its reader left, or another process has it
                raise Withdrawn
            held = started

        try:
            put = await sender.send(
                self.bot,
                delivery.reader.chat_id,
                shown,
                silent=delivery.is_silent,
                bulk=Bulk(begins),
            )
        except Withdrawn:
            return None
        except TelegramError as error:
            return await send_failures.meet(
                world, self.bot, Call(held, message, shown), error
            )
        await asyncio.to_thread(
            outbox.sent,
            world.database,
            held,
            message,
            put.message_id,
            world.clock(),
        )
        return held
