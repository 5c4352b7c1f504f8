"""What a reader sees at once: a text and the buttons under it."""

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import KeyboardButtonStyle


@dataclass(frozen=True, slots=True)
class Screen:
    """A message in Telegram's HTML, with its keyboard, and the picture that it stands below.

    `preview` is the address of a picture that is shown small above the text.
    """

    text: str
    keyboard: InlineKeyboardMarkup | None = None
    picture: bytes | None = None
    preview: str = ""


def button(
    text: str, data: str, *, pressed: bool = False
) -> InlineKeyboardButton:
    """Return a button; a pressed one is green where the client can show it."""
    style = KeyboardButtonStyle.SUCCESS if pressed else None
    return InlineKeyboardButton(text, callback_data=data, style=style)


def thumb(
    text: str, data: str, value: int, *, pressed: bool
) -> InlineKeyboardButton:
    """Return a button that rates; only a pressed 👍 is green."""
    return button(text, data, pressed=pressed and value > 0)


def address(text: str, url: str) -> InlineKeyboardButton:
    """Return a button that opens an address."""
    return InlineKeyboardButton(text, url=url)


def keyboard(
    rows: Sequence[Sequence[InlineKeyboardButton]],
) -> InlineKeyboardMarkup:
    """Return rows of buttons as Telegram takes them."""
    return InlineKeyboardMarkup([row for row in rows if row])


def grid(
    buttons: Sequence[InlineKeyboardButton], wide: int
) -> list[list[InlineKeyboardButton]]:
    """Lay buttons out in rows of `wide`."""
    return [
        list(buttons[start : start + wide])
        for start in range(0, len(buttons), wide)
    ]
