"""`/settings` and `/stop`: when, where, how many and in what form picks come."""

import asyncio
import contextlib
import re
from datetime import time

from telegram import Update
from telegram.error import TelegramError

from bot.handlers import profile, setting_values
from bot.handlers.context import Context, message
from bot.handlers.press import Press
from bot.handlers.setting_values import LONGEST_PLACE, MOST_PLACES
from bot.messages import replies, translation, zone_choices
from bot.messages import settings as screens
from bot.messages.callback_data import Setting
from bot.picks import bar
from bot.schedule import cities, regions
from bot.schedule.cities import City
from bot.storage import readers
from bot.storage.readers import Reader
from bot.transport.screen import Screen

DIALOGUE = "city"
CLOCK = re.compile(r"([012]?\d)[:.]([0-5]\d)")


async def settings(_update: Update, context: Context) -> None:
    """Answer `/settings`."""
    await context.send(_main(context, context.reader))


async def press(press: Press[Setting], context: Context) -> None:
    """Open a setting's choices, or set it to the one that was tapped."""
    await press.answer()
    name = press.button.name
    reader = context.reader
    if press.button.value:
        change = setting_values.read(name, press.button.value)
        if change is not None:
            reader = await context.change_reader(**change)
        if name == "language":
            await _speak(context, reader)
        # Several days can be tapped, one after the other.
        stays_open = name == "days"
        screen = (
            screens.weekdays(context.t, reader)
            if stays_open
            else _main(context, reader)
        )
    else:
        await asyncio.to_thread(
            readers.change,
            context.runtime.database,
            reader.id,
            dialogue=DIALOGUE if name == "zone" else "",
        )
        screen = await asyncio.to_thread(_choices, context, name)
    await press.edit(screen)


async def city(context: Context, text: str) -> None:
    """Read a place in words, or the time there: set its zone, or ask which place is meant."""
    clock = CLOCK.fullmatch(text.strip())
    if clock is None:
        await context.send(await _zone_screen(context, text))
        return
    now, t = context.runtime.clock(), context.t
    local_time = time(int(clock[1]) % 24, int(clock[2]))
    places = await asyncio.to_thread(
        cities.cities_with_clock, now, local_time, context.reader.language
    )
    question = zone_choices.which_clock(t, text)
    await context.send(
        zone_choices.zones(t, places[:MOST_PLACES], now, question)
    )


async def location(update: Update, context: Context) -> None:
    """Set the zone of the city nearest to a place that a reader shares."""
    place = message(update).location
    if place is None or abs(place.latitude) > 90 or abs(place.longitude) > 180:
        await context.send(replies.not_text(context.t))
        return
    nearest = await asyncio.to_thread(
        cities.nearest, place.latitude, place.longitude
    )
    reader = await context.change_reader(zone=nearest.zone, dialogue="")
    await context.send(_main(context, reader))


async def _zone_screen(context: Context, text: str) -> Screen:
    """Set the zone of the city, country or abbreviation that is meant, or ask which it is."""
    now, t = context.runtime.clock(), context.t
    name = text[:LONGEST_PLACE]
    places, is_sure = await asyncio.to_thread(
        regions.find, name, now, context.reader.language
    )
    if is_sure and len({place.zone for place in places}) == 1:
        reader = await context.change_reader(zone=places[0].zone, dialogue="")
        return _main(context, reader)
    if not places:
        near = await asyncio.to_thread(cities.suggest, name)
        question = zone_choices.no_such_city(t, text)
        return zone_choices.zones(t, near[:MOST_PLACES], now, question)
    # Of places that look alike, one button is enough: the first.
    distinct: dict[tuple[str, str, str], City] = {}
    for place in places:
        key = (place.country, place.region, place.zone)
        distinct.setdefault(key, place)
    several = list(distinct.values())[:MOST_PLACES]
    question = zone_choices.which_place(t, text, len(several))
    return zone_choices.zones(t, several, now, question)


async def stop(_update: Update, context: Context) -> None:
    """Answer `/stop`: end the daily picks; everything else stays."""
    await context.change_reader(paused_until=screens.FOREVER)
    await context.send(replies.stopped(context.t))


async def _speak(context: Context, reader: Reader) -> None:
    """Go on in the language that a reader chose, with a menu in it."""
    context.t = translation.of(reader.language)
    is_admin = reader.chat_id in context.runtime.admins
    # Without it the menu stays in the language of their Telegram.
    with contextlib.suppress(TelegramError):
        await profile.show_menu(
            context.bot, reader.chat_id, reader.language, is_admin=is_admin
        )


def _main(context: Context, reader: Reader) -> Screen:
    today = reader.local_date(context.runtime.clock())
    return screens.settings(context.t, reader, today)


def _choices(  # noqa: PLR0911 - one screen for each setting
    context: Context, name: str
) -> Screen:
    """Return the choices of a setting; all settings for a name that no setting has."""
    t, runtime, reader = context.t, context.runtime, context.reader
    match name:
        case "at":
            return screens.hours(t, reader)
        case "days":
            return screens.weekdays(t, reader)
        case "picks":
            return screens.counts(t, reader)
        case "style":
            return screens.styles(t, reader)
        case "text":
            return screens.texts(t, reader)
        case "bar":
            week = bar.week(runtime.database, reader.id, context.today)
            return screens.bars(t, reader, week)
        case "week":
            return screens.weeks(t, reader)
        case "pause":
            return screens.pauses(t, context.today)
        case "language":
            return screens.languages(t, reader)
        case "zone":
            places = cities.default_cities(reader.language)
            return zone_choices.zones(t, places, runtime.clock())
    return _main(context, reader)
