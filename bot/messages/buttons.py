"""Buttons that stand below many messages."""

from telegram import InlineKeyboardButton

from bot.messages.callback_data import Close
from bot.messages.translation import Translation
from bot.transport.screen import button


def close_button(t: Translation) -> InlineKeyboardButton:
    """Return the button that deletes its message."""
    return button(t.gettext("Close"), Close().data)
