"""Reads the values of settings from their buttons, for readers and for groups."""

from collections.abc import Callable
from datetime import date, time
from typing import Any
from zoneinfo import available_timezones

from bot.messages import settings as screens
from bot.messages import translation
from bot.messages.quality_bar import BARS
from bot.messages.text_form import TEXTS
from bot.schedule import due

# Places that are asked about, and letters of one that are read.
MOST_PLACES = 8
LONGEST_PLACE = 100

SWITCH = {"on": True, "off": False}


def read(name: str, value: str) -> dict[str, Any] | None:
    """Read a setting's new value from its button; None for anything forged."""
    if name == "week":
        return _week(value)
    parsers: dict[str, Callable[[str], Any]] = {
        "at": lambda text: time(int(text)),
        "days": lambda text: int(text) & due.EVERY_DAY,
        "picks": lambda text: min(max(int(text), 1), 10),
        "style": lambda text: text if text in screens.STYLES else None,
        "text": lambda text: text if text in TEXTS else None,
        "bar": lambda text: text if text in BARS else None,
        "explores": SWITCH.__getitem__,
        "sound": SWITCH.__getitem__,
        "previews": SWITCH.__getitem__,
        "votes": SWITCH.__getitem__,
        "pause": lambda text: None if text == "0" else date.fromisoformat(text),
        "language": lambda text: text if text in translation.codes() else None,
        "zone": lambda text: text if text in available_timezones() else None,
    }
    columns = {
        "days": "weekdays",
        "pause": "paused_until",
        "votes": "votes_count",
    }
    try:
        new = parsers[name](value)
    except (KeyError, ValueError, OverflowError):
        return None
    if new is None and name != "pause":
        return None
    return {columns.get(name, name): new, "dialogue": ""}


def _week(value: str) -> dict[str, Any] | None:
    """Read on which weekday the week is summed up: the last one with picks, or never."""
    if value == screens.NO_WEEK:
        return {"weekly": False, "dialogue": ""}
    if value == screens.LAST_DAY:
        return {"weekly": True, "weekly_day": None, "dialogue": ""}
    if value in set("0123456"):
        return {"weekly": True, "weekly_day": int(value), "dialogue": ""}
    return None
