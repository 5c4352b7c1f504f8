"""What came of a reader's own document that was sent to the bot."""

from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.storage.takeout.restore import RestoredCounts
from bot.transport.screen import Screen
from bot.transport.text import clip

LONGEST_WRONG = 200


def moved_in(
    t: Translation, counts: RestoredCounts, *, replace: bool
) -> Screen:
    """Say what is new here; and how it would stand alone, where it stands beside something."""
    counted = {
        t.ngettext("{n} rating", "{n} ratings", counts.ratings): counts.ratings,
        t.ngettext("{n} topic", "{n} topics", counts.topics): counts.topics,
        t.ngettext(
            "{n} followed author", "{n} followed authors", counts.follows
        ): counts.follows,
        t.ngettext(
            "{n} word moved by hand", "{n} words moved by hand", counts.edits
        ): counts.edits,
        t.ngettext(
            "{n} saved paper", "{n} saved papers", counts.saved
        ): counts.saved,
    }
    new = ", ".join(text.format(n=n) for text, n in counted.items())
    if replace:
        text = t.gettext(
            "Your file stands in the place of what I had: {new}, and your settings. "
            "What it was shown won't come again."
        )
        return Screen(escape(text.format(new=new)))
    text = t.gettext(
        "Taken in, beside what I had: {new} more. What you were shown elsewhere "
        "won't come again.\n\n"
        "To have the file in the place of what I have, settings too, send it again "
        "with the word “replace” as its caption."
    )
    return Screen(escape(text.format(new=new)))


def refused(t: Translation, wrong: str) -> Screen:
    """Say where a document is wrong."""
    text = t.gettext(
        "I can't take that file in, so nothing changed. What is wrong: {wrong}"
    )
    return Screen(escape(text.format(wrong=clip(wrong, LONGEST_WRONG))))
