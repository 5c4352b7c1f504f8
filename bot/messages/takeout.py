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
            "Your file stands in the place of what I had: {new}, and your settings. "
            "What it was shown won't come again."
        )
    else:
        text = t.gettext(
            "Taken in, beside what I had: {new} more. What you were shown elsewhere "
            "won't come again.\n\n"
            "To have the file in the place of what I have, settings too, send it again "
            "with the word “replace” as its caption."
        )
    return Screen(escape(text.format(new=additions)))


def invalid(t: Translation, error: str) -> Screen:
    """Say why an archive can't be restored."""
    text = t.gettext(
        "I can't take that file in, so nothing changed. What is wrong: {wrong}"
    )
    return Screen(escape(text.format(wrong=clip(error, LONGEST_ERROR))))
