"""When, where, how many, in what form: each a button, its choices in the same message."""

import asyncio
import re
from collections.abc import Callable
from datetime import date, time
from typing import Any
from zoneinfo import available_timezones

from telegram import Update

from bot.handlers.context import Context, chat, data, message
from bot.messages import callback_data, replies
from bot.messages import settings as screens
from bot.picks import bar
from bot.schedule import cities, due, regions
from bot.storage import deliveries, readers
from bot.storage.readers import Reader
from bot.transport import sender
from bot.transport.screen import Screen

DIALOGUE = "city"
SWITCH = {"on": True, "off": False}
CLOCK = re.compile(r"([012]?\d)[:.]([0-5]\d)")


async def settings(update: Update, context: Context) -> None:
    """Show the settings."""
    await sender.send(
        context.bot, chat(update).id, _main(context, context.reader)
    )


async def press(update: Update, context: Context) -> None:
    """Open a setting's choices, or take the one that was tapped."""
    query, pressed = (
        update.callback_query,
        callback_data.SETTING.fullmatch(data(update)),
    )
    if query is None or pressed is None:
        return
    await context.answer()
    name, value = pressed[1], pressed[2]
    reader = context.reader
    if value is not None:
        change = read(name, value)
        if change is not None:
            reader = await save(context, **change)
        screen = (
            screens.weekdays(context.t, reader)
            if name == "days"
            else _main(context, reader)
        )
    else:
        dialogue = DIALOGUE if name == "zone" else ""
        await asyncio.to_thread(
            readers.change,
            context.runtime.database,
            reader.id,
            dialogue=dialogue,
        )
        screen = await asyncio.to_thread(_choices, context, name)
    if query.message is not None:
        await sender.edit(
            context.bot, chat(update).id, query.message.message_id, screen
        )


async def city(update: Update, context: Context, written: str) -> None:
    """Take a place in words, or the time there: one zone is set, several are asked about."""
    now, t = context.runtime.clock(), context.t
    if clock := CLOCK.fullmatch(written.strip()):
        there = time(int(clock[1]) % 24, int(clock[2]))
        found = await asyncio.to_thread(
            cities.cities_with_clock, now, there, context.reader.language
        )
        screen = screens.zones(
            t, found[:8], now, screens.whose_clock(t, written)
        )
        await sender.send(context.bot, chat(update).id, screen)
        return
    screen = await _zone_screen(context, written)
    await sender.send(context.bot, chat(update).id, screen)


async def location(update: Update, context: Context) -> None:
    """Take the place that a reader shares: its clock is that of the nearest city."""
    shared = message(update).location
    if (
        shared is None
        or abs(shared.latitude) > 90
        or abs(shared.longitude) > 180
    ):
        await sender.send(
            context.bot, chat(update).id, replies.not_text(context.t)
        )
        return
    near = await asyncio.to_thread(
        cities.nearest, shared.latitude, shared.longitude
    )
    reader = await save(context, zone=near.zone, dialogue="")
    await sender.send(context.bot, chat(update).id, _main(context, reader))


async def _zone_screen(context: Context, written: str) -> Screen:
    """Set the zone of the city, country or abbreviation that is meant, or ask which it is."""
    now, t, name = context.runtime.clock(), context.t, written[:100]
    found, sure = await asyncio.to_thread(
        regions.find, name, now, context.reader.language
    )
    if sure and len({place.zone for place in found}) == 1:
        reader = await save(context, zone=found[0].zone, dialogue="")
        return _main(context, reader)
    if found:  # of those that look alike, one button is enough
        apart = {
            (place.country, place.region, place.zone): place
            for place in reversed(found)
        }
        several = list(reversed(apart.values()))[:8]
        return screens.zones(
            t, several, now, screens.which_place(t, written, len(several))
        )
    near = await asyncio.to_thread(cities.suggest, name)
    return screens.zones(t, near[:8], now, screens.no_such_city(t, written))


async def stop(update: Update, context: Context) -> None:
    """End the daily picks; everything else stays."""
    await save(context, paused_until=screens.FOREVER)
    await sender.send(context.bot, chat(update).id, replies.stopped(context.t))


async def save(context: Context, **change: Any) -> Reader:  # noqa: ANN401 - columns of the reader
    """Change settings, and with them when the next picks are due."""
    return await asyncio.to_thread(_save, context, change)


def read(name: str, value: str) -> dict[str, Any] | None:
    """Read a setting's new value from its button; None for anything forged."""
    readers_: dict[str, Callable[[str], Any]] = {
        "at": lambda text: time(int(text)),
        "days": lambda text: int(text) & due.EVERY_DAY,
        "picks": lambda text: min(max(int(text), 1), 10),
        "style": lambda text: text if text in screens.STYLES else None,
        "bar": lambda text: text if text in screens.BARS else None,
        "explores": SWITCH.__getitem__,
        "sound": SWITCH.__getitem__,
        "pause": lambda text: None if text == "0" else date.fromisoformat(text),
        "zone": lambda text: text if text in available_timezones() else None,
    }
    columns = {"days": "weekdays", "pause": "paused_until"}
    try:
        new = readers_[name](value)
    except (KeyError, ValueError, OverflowError):
        return None
    if new is None and name != "pause":
        return None
    return {columns.get(name, name): new, "dialogue": ""}


def _save(context: Context, change: dict[str, Any]) -> Reader:
    database, reader = context.runtime.database, context.reader
    readers.change(database, reader.id, **change)
    return (
        deliveries.reschedule(database, reader.id, context.runtime.clock())
        or reader
    )


def _main(context: Context, reader: Reader) -> Screen:
    today = due.local_date(context.runtime.clock(), reader.zone)
    return screens.settings(context.t, reader, today)


def _choices(context: Context, name: str) -> Screen:
    t, reader, now = context.t, context.reader, context.runtime.clock()
    database, today = (
        context.runtime.database,
        due.local_date(now, reader.zone),
    )
    offered: dict[str, Callable[[], Screen]] = {
        "at": lambda: screens.hours(t, reader),
        "days": lambda: screens.weekdays(t, reader),
        "picks": lambda: screens.counts(t, reader),
        "style": lambda: screens.styles(t, reader),
        "bar": lambda: screens.bars(
            t, reader, bar.week(database, reader.id, today)
        ),
        "pause": lambda: screens.pauses(t, today),
        "zone": lambda: screens.zones(
            t, cities.default_cities(reader.language), now
        ),
    }
    return offered.get(name, lambda: _main(context, reader))()
