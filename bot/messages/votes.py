"""Cards that several people vote on: the counts on their buttons, and what a vote is told."""

from telegram import InlineKeyboardButton

from bot.messages.translation import Translation
from bot.storage.votes import Count
from bot.transport.screen import button


def thumbs(count: Count, like: str, dislike: str) -> list[InlineKeyboardButton]:
    """Return the two buttons that vote, with how many did; `like` and `dislike` are their data."""
    return [
        button(_label("👍", count.likes), like),
        button(_label("👎", count.dislikes), dislike),
    ]


def toast(
    t: Translation, value: int, count: Count, *, counts_for_picks: bool
) -> str:
    """Say that a vote counts, and where; `value` is 0 if it was taken back."""
    if not value:
        return t.gettext("Your vote is removed.")
    label = (
        _label("👍", count.likes) if value > 0 else _label("👎", count.dislikes)
    )
    if counts_for_picks:
        text = t.gettext("{vote} · counts for your own picks, too")
        return text.format(vote=label)
    return label


def _label(thumb: str, n: int) -> str:
    return f"{thumb} {n}" if n else thumb
