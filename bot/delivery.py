"""Due, claimed, sent, recorded: one digest to each reader on each of their days."""

import asyncio
import logging
from datetime import timedelta

import httpx
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter

from bot import digest, posting, schedule
from bot.messages import digest as rendering
from bot.messages import talk, translation
from bot.messages.screen import Screen
from bot.posting import Bot
from bot.storage import deliveries, digests, readers
from bot.storage.deliveries import Delivery
from bot.storage.digests import Digest
from bot.storage.readers import Reader
from bot.world import World

BATCH = 50
AGAIN = timedelta(seconds=60)
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

log = logging.getLogger(__name__)


async def send(world: World, bot: Bot, reader: Reader, chosen: Digest) -> None:
    """Send a recorded digest and remember which message shows it.

    Its papers are free again where Telegram refused it; after a time-out it may have arrived.
    """
    await asyncio.to_thread(digests.sending, world.database, chosen.id, world.clock())
    try:
        message = await posting.send(bot, reader.chat_id, _screen(world, reader, chosen))
    except NetworkError as error:
        if isinstance(error, BadRequest) or _never_left(error):
            await asyncio.to_thread(digests.discard, world.database, chosen.id)
        raise
    except (Forbidden, RetryAfter, ChatMigrated):
        await asyncio.to_thread(digests.discard, world.database, chosen.id)
        raise
    where = (reader.chat_id, message.message_id)
    await asyncio.to_thread(digests.sent, world.database, chosen.id, *where, world.clock())


async def deliver(world: World, bot: Bot) -> int:
    """Send every digest that is due, at the operator's rate; return how many were sent."""
    await asyncio.to_thread(deliveries.make_due, world.database, world.clock())
    sent = 0
    while claimed := await asyncio.to_thread(
        deliveries.claim, world.database, world.clock(), BATCH
    ):
        for delivery in claimed:
            try:
                sent += await _deliver(world, bot, delivery)
            except RetryAfter as error:
                await _rest(world, delivery, error)
                return sent  # everybody waits; those claimed come back when their lease ends
            await asyncio.sleep(1 / world.send_rate)
    return sent


async def _deliver(world: World, bot: Bot, delivery: Delivery) -> bool:
    """Send one delivery, and say how it ended."""
    database, reader = world.database, delivery.reader
    chosen = await asyncio.to_thread(prepare, world, delivery)
    await asyncio.to_thread(deliveries.start, database, delivery.id, world.clock())
    try:
        if chosen.picks:
            await send(world, bot, reader, chosen)
        else:
            await posting.send(bot, reader.chat_id, _screen(world, reader, chosen), silent=True)
            await asyncio.to_thread(digests.discard, database, chosen.id)
    except Forbidden as error:
        log.info("Reader %s can't be reached: %s", reader.id, error)
        await asyncio.to_thread(readers.change, database, reader.id, active=False)
        return await _end(world, delivery, "cancelled")
    except ChatMigrated as error:
        await asyncio.to_thread(readers.change, database, reader.id, chat_id=error.new_chat_id)
        await asyncio.to_thread(deliveries.put_back, database, delivery.id, world.clock())
        return False
    except BadRequest as error:
        if "chat not found" in error.message.casefold():
            await asyncio.to_thread(readers.change, database, reader.id, active=False)
        log.error("Telegram refused the digest of reader %s: %s", reader.id, error)  # noqa: TRY400
        return await _end(world, delivery, "cancelled")
    except NetworkError as error:
        return await _lost(world, delivery, error)
    return await _end(world, delivery, "sent")


def prepare(world: World, delivery: Delivery) -> Digest:
    """Return the digest this delivery chose before a crash, or choose one."""
    database = world.database
    if delivery.digest_id is not None:
        before = digests.read(database, delivery.digest_id)
        if before is not None:
            return before
    chosen = digest.choose(database, world.papers, delivery.reader, world.clock(), kind="daily")
    deliveries.choose(database, delivery.id, chosen.id)
    return chosen


def _screen(world: World, reader: Reader, chosen: Digest) -> Screen:
    t = translation.of(reader.language)
    if not chosen.picks:
        return talk.empty_day(t, chosen.local_date)
    today = schedule.local_date(world.clock(), reader.zone)
    return rendering.digest(t, chosen, reader, today)


async def _end(world: World, delivery: Delivery, state: str) -> bool:
    await asyncio.to_thread(deliveries.finish, world.database, delivery.id, state, world.clock())
    return state == "sent"


async def _lost(world: World, delivery: Delivery, error: NetworkError) -> bool:
    """Try again later: as often as it takes if nothing left us, else exactly once."""
    log.warning("The digest of reader %s: %r", delivery.reader.id, error)
    later = world.clock() + AGAIN
    if _never_left(error):
        await asyncio.to_thread(deliveries.put_back, world.database, delivery.id, later)
    else:
        await asyncio.to_thread(deliveries.doubt, world.database, delivery.id, later)
    return False


async def _rest(world: World, delivery: Delivery, error: RetryAfter) -> None:
    wait = error.retry_after  # a number or a timedelta, as the library is set up
    pause = wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
    log.warning("Telegram asks to wait %s", pause)
    until = world.clock() + pause
    await asyncio.to_thread(deliveries.put_back, world.database, delivery.id, until)


def _never_left(error: NetworkError) -> bool:
    return isinstance(error.__cause__, NEVER_LEFT)
