"""The messages about an archive of `/export data` that a reader sends to have it restored."""

from bot.messages.counts import feedback_counts
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.storage.takeout.restore import RestoredCounts
from bot.transport.screen import Screen
from bot.transport.text import clip

# Characters of an error message.
LONGEST_ERROR = 200


def restored(
    t: Translation, counts: RestoredCounts, *, replace: bool
) -> Screen:
    """Say what an archive added; with `replace` it took the place of what was stored."""
    additions = ", ".join(feedback_counts(t, counts))

    if replace:
        text = t.gettext(
            "Your file has replaced what I had: {new}, and your "
            "settings. Papers you were shown elsewhere won't come "
            "again."
        )
    else:
        text = t.gettext(
            "Added to what I had: {new}. Papers you were shown "
            "elsewhere won't come again.\n\n"
            "To replace all I have with the file, settings too, send "
            "it again with the word “replace” as its caption."
        )
    return Screen(escape(text.format(new=additions)))


def invalid(t: Translation, error: str) -> Screen:
    """Say why an archive can't be restored."""
    text = t.gettext(
        "I can't import that file, so nothing changed. What is wrong: {wrong}"
    )
    return Screen(escape(text.format(wrong=clip(error, LONGEST_ERROR))))
