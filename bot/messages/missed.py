"""What readers see of papers that they missed: a line below a digest, and a button."""

from telegram import InlineKeyboardButton

from bot.messages import callback_data
from bot.messages.dates import written
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.storage.digests import Digest
from bot.transport.screen import button


def line(t: Translation, digest: Digest, language: str) -> str:
    """Say since when papers were missed, how many, and how many of them fit the reader."""
    missed = digest.missed
    if missed is None:
        return ""
    text = t.ngettext(
        "Since {day}: {papers} paper, {n} for you.",
        "Since {day}: {papers} papers, {n} for you.",
        missed.papers,
    )
    day = written(missed.since, "day", language)
    return escape(text.format(day=day, papers=missed.papers, n=len(missed.ids)))


def rows(t: Translation, digest: Digest) -> list[list[InlineKeyboardButton]]:
    """Return the button that shows the missed papers which fit."""
    if digest.missed is None:
        return []
    n = len(digest.missed.ids)
    text = t.ngettext("Show the {n} I missed", "Show the {n} I missed", n)
    show = callback_data.ShowMissed(digest.id)
    return [[button(text.format(n=n), show.data)]]


def all_seen(t: Translation) -> str:
    """Say that all missed papers were shown meanwhile."""
    return t.gettext("You have seen all of them since.")


def sent_already(t: Translation) -> str:
    """Say that the missed papers were sent before."""
    return t.gettext("They are in a message below already.")
