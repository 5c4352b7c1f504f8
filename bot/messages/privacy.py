"""What is kept of a reader, told in plain words; and the question before it is deleted."""

from telegram import InlineKeyboardButton
from telegram.constants import KeyboardButtonStyle

from bot.messages import callback_data
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.storage.erasure import DataCounts
from bot.transport.screen import Screen, button, keyboard


def privacy(t: Translation, held: DataCounts) -> Screen:
    """Say what is kept, who can read it, and how to take it or delete it."""
    text = t.gettext(
        "<b>What I keep of you</b>\n"
        "Your Telegram id, first name, language, time zone and settings.\n"
        "{counts}.\n"
        "When you rated and saved, and why I picked each paper.\n\n"
        "I don't store your messages. Other readers never see any of this, nor papers that only "
        "your files name; whoever runs this bot can.\n\n"
        "/export data gives you all of it as one file, /export your saved papers.\n"
        "/forget deletes everything."
    )
    return Screen(text.format(counts=escape(_counts(t, held))))


def question(
    t: Translation, held: DataCounts, reader_id: int, *, invited: bool
) -> Screen:
    """Ask once before everything goes; `invited` readers would need an invitation again."""
    lines = [
        t.gettext(
            "This deletes everything I keep of you: {counts}, and your settings."
        ),
        t.gettext("Your daily picks stop. I can't bring any of it back."),
    ]
    if invited:
        lines.append(
            t.gettext("To come again, you would need a new invitation.")
        )
    delete = InlineKeyboardButton(
        t.gettext("Delete everything"),
        callback_data=callback_data.Forget(reader_id).data,
        style=KeyboardButtonStyle.DANGER,
    )
    text = "\n".join(lines).format(counts=_counts(t, held))
    first = button(t.gettext("Export first"), callback_data.Export("data").data)
    keep = button(t.gettext("Keep"), callback_data.Close().data)
    return Screen(escape(text), keyboard([[first], [delete, keep]]))


def gone(t: Translation, *, invited: bool) -> Screen:
    """Say goodbye."""
    if invited:
        return Screen(t.gettext("Everything I kept of you is deleted."))
    return Screen(
        t.gettext("Everything I kept of you is deleted. /start begins anew.")
    )


def deleted(t: Translation) -> str:
    """Answer the press that deleted everything."""
    return t.gettext("Deleted")


def old_question(t: Translation) -> str:
    """Answer a press on a question about who this reader was before, or is not."""
    return t.gettext(
        "Nothing was deleted: this question is an old one. /forget asks again."
    )


def _counts(t: Translation, held: DataCounts) -> str:
    counted = {
        t.ngettext("{n} rating", "{n} ratings", held.ratings): held.ratings,
        t.ngettext("{n} topic", "{n} topics", held.topics): held.topics,
        t.ngettext(
            "{n} followed author", "{n} followed authors", held.follows
        ): held.follows,
        t.ngettext(
            "{n} word moved by hand", "{n} words moved by hand", held.edits
        ): held.edits,
        t.ngettext(
            "{n} saved paper", "{n} saved papers", held.saved
        ): held.saved,
        t.ngettext(
            "{n} paper I showed you", "{n} papers I showed you", held.shown
        ): held.shown,
        t.ngettext(
            "{n} link you sent", "{n} links you sent", held.links
        ): held.links,
        t.ngettext("{n} search", "{n} searches", held.searches): held.searches,
        t.ngettext(
            "{n} paper of your own", "{n} papers of your own", held.own
        ): held.own,
    }
    return ", ".join(text.format(n=n) for text, n in counted.items())
