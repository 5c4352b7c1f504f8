"""Picks the updates that can be read: one that can't be costs itself, not those beside it."""

import logging
from collections.abc import Iterable
from typing import Any

from telegram import Update

from bot.transport.presses import lighten, without_buttons

# Updates that are remembered: unreadable ones, and those that were passed on.
UNREADABLE = 1000
PASSED_ON = 10_000
# The largest integer that every JSON reader reads exactly.
LARGEST_ID = 2**53

log = logging.getLogger(__name__)
Json = dict[str, Any]


class ReadableUpdates:
    """Passes on each update once, though Telegram sends it until it is processed."""

    def __init__(self) -> None:
        self._unreadable: dict[int, None] = {}
        self._passed_on: dict[int, None] = {}

    def read(self, updates: Iterable[object]) -> list[Json]:
        """Return the new updates that can be read, and of the others the number alone."""
        return [self._read(update) for update in updates if is_update(update)]

    def _read(self, update: Any) -> Json:  # noqa: ANN401 - whatever Telegram sent
        number: int = update["update_id"]
        if number not in self._passed_on:
            light = lighten(update)
            # The bot made the buttons: there is nothing to find out about them.
            if self._can_read(without_buttons(light)):
                _note(number, self._passed_on, PASSED_ON)
                return light
        return {"update_id": number}

    def _can_read(self, update: Json) -> bool:
        try:
            Update.de_json(update, None)
        except Exception as error:  # noqa: BLE001 - the library raises whatever comes
            self._report(update["update_id"], error)
            return False
        return True

    def _report(self, number: int, error: Exception) -> None:
        """Log once that an update can't be read; it may come again until older ones are done."""
        if number in self._unreadable:
            return
        _note(number, self._unreadable, UNREADABLE)
        log.error(
            "An update can't be understood, so it is let go (%s)",
            type(error).__name__,
        )


def is_update(value: object) -> bool:
    """Tell whether a value is an update: whether it has a number."""
    number = value.get("update_id") if isinstance(value, dict) else None
    return type(number) is int and 0 <= number <= LARGEST_ID


def _note(number: int, numbers: dict[int, None], most: int) -> None:
    """Add a number to those that are remembered, and forget the oldest beyond `most`."""
    while len(numbers) >= most:
        del numbers[next(iter(numbers))]
    numbers[number] = None
