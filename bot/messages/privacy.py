"""The messages of `/privacy` and `/forget`: what the bot stores about a reader."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import KeyboardButtonStyle

from bot.messages.callback_data import Close, Export, Forget, ForgetVotes
from bot.messages.counts import data_counts, vote_count
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.storage.erasure import DataCounts
from bot.transport.screen import Screen, button, keyboard


def privacy(t: Translation, counts: DataCounts) -> Screen:
    """Say what is stored, who can read it, and how to export or delete it."""
    text = t.gettext(
        "<b>What I store about you</b>\n"
        "Your Telegram id, first name, language, time zone and "
        "settings.\n"
        "{counts}.\n"
        "When you rated, saved or opened papers, when you last wrote, and why I picked each "
        "paper.\n\n"
        "I don't store your messages. Other readers never see any "
        "of this, nor the papers that only your files and feeds "
        "bring, nor the addresses of your feeds; whoever runs this "
        "bot can.\n\n"
        "/export data gives you all of it as one file, /export "
        "your saved papers.\n"
        "/forget deletes everything."
    )
    return Screen(text.format(counts=escape(", ".join(data_counts(t, counts)))))


def question(
    t: Translation,
    counts: DataCounts,
    reader_id: int,
    *,
    needs_invitation: bool,
) -> Screen:
    """Ask for confirmation before everything is deleted.

    A reader who `needs_invitation` could not come back without a new one.
    """
    lines = [
        t.gettext(
            "This deletes everything I store about you: {counts}, and "
            "your settings."
        ),
        t.gettext("Your daily picks stop. I can't bring any of it back."),
    ]
    if needs_invitation:
        lines.append(
            t.gettext("To come back, you would need a new invitation.")
        )
    text = "\n".join(lines).format(counts=", ".join(data_counts(t, counts)))

    return Screen(escape(text), _choices(t, Forget(reader_id).data))


def goodbye(t: Translation, *, needs_invitation: bool) -> Screen:
    """Confirm that everything is deleted, and say how to begin again if that is possible."""
    if needs_invitation:
        return Screen(t.gettext("Everything I stored about you is deleted."))
    return Screen(
        t.gettext(
            "Everything I stored about you is deleted. /start begins afresh."
        )
    )


def privacy_of_voter(t: Translation, votes: int) -> Screen:
    """Say what is stored of somebody who voted and never started the bot."""
    text = t.gettext(
        "<b>What I store about you</b>\n"
        "Your Telegram id and {votes}: on which paper, how and "
        "when.\n\n"
        "Others see only how many people voted; whoever runs this "
        "bot can see more.\n\n"
        "/export data gives you all of it as one file.\n"
        "/forget deletes everything."
    )
    return Screen(text.format(votes=escape(vote_count(t, votes))))


def question_to_voter(t: Translation, votes: int) -> Screen:
    """Ask for confirmation before the votes of somebody are deleted who never started the bot."""
    text = t.gettext(
        "This deletes everything I store about you: {votes}. I "
        "can't bring any of it back."
    )
    text = text.format(votes=vote_count(t, votes))
    return Screen(escape(text), _choices(t, ForgetVotes(votes).data))


def deleted(t: Translation) -> str:
    """Return the toast for the press that deleted everything."""
    return t.gettext("Deleted")


def old_question(t: Translation) -> str:
    """Return the toast for a press on an outdated question, or on another person's."""
    return t.gettext(
        "Nothing was deleted: that question has expired. /forget asks again."
    )


def _choices(t: Translation, deletion: str) -> InlineKeyboardMarkup:
    """Return the answers to the question whether everything is to be deleted."""
    export = button(t.gettext("Export first"), Export("data").data)
    delete = InlineKeyboardButton(
        t.gettext("Delete everything"),
        callback_data=deletion,
        style=KeyboardButtonStyle.DANGER,
    )
    keep = button(t.gettext("Keep"), Close().data)
    return keyboard([[export], [delete, keep]])
