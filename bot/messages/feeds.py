"""The message about a reader's own feed that has been dead for a week."""

from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.transport.screen import Screen
from bot.transport.text import clip

# Characters of a feed's name.
LONGEST_NAME = 80


def dead(t: Translation, name: str) -> Screen:
    """Say that a feed has not answered for a week, and what to do about it."""
    text = t.gettext(
        "Your feed “{name}” has not answered for a week. I keep trying; "
        "if it has moved, remove it in /sources and add its new address."
    )
    return Screen(escape(text.format(name=clip(name, LONGEST_NAME))))
