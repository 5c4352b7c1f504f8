"""The messages that ask where a reader lives: cities with their clocks, and which one is meant."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardButton

from bot.messages import settings
from bot.messages.callback_data import Setting
from bot.messages.translation import Translation
from bot.schedule.cities import City
from bot.transport.screen import Screen, button, grid
from bot.transport.text import clip

# Characters of a place.
LONGEST_PLACE = 40


def zones(
    t: Translation,
    cities: Sequence[City],
    now: datetime,
    question: str = "",
) -> Screen:
    """Ask where the reader lives; every city shows its local time."""
    text = question or t.gettext(
        "Which city's clock do you live by? Write it, or tap one."
    )
    buttons = [_city_button(city, now) for city in cities]
    return settings.question(t, text, grid(buttons, 2))


def no_such_city(t: Translation, name: str) -> str:
    """Say that no city has this name."""
    text = t.gettext(
        "I don't know a city called “{city}”. Try a larger one near you."
    )
    return text.format(city=clip(name, LONGEST_PLACE))


def which_clock(t: Translation, local_time: str) -> str:
    """Ask which of the cities with this local time is nearest to the reader."""
    text = t.gettext("It is {time} in these places now. Which is nearest?")
    return text.format(time=local_time)


def which_place(t: Translation, name: str, n: int) -> str:
    """Ask which of `n` places of one name is meant; if there is only one, whether it is."""
    if n == 1:
        text = t.gettext("Is this the place that you mean by “{place}”?")
    else:
        text = t.gettext("There are several: which “{place}”?")
    return text.format(place=clip(name, LONGEST_PLACE))


def _city_button(city: City, now: datetime) -> InlineKeyboardButton:
    """Return a button that sets the zone of a city, and shows its local time."""
    local_time = now.astimezone(ZoneInfo(city.zone)).strftime("%H:%M")
    place = city.country
    if city.country == "US":
        place = f"{city.region}, {city.country}"
    name = f"{city.name}, {place}" if place else city.name
    return button(f"{name} {local_time}", Setting("zone", city.zone).data)
