"""The question about one paper that a new reader is asked: would they read it?"""

from telegram import InlineKeyboardButton

from bot.messages.callback_data import AnswerQuestion, EndQuestions
from bot.messages.paper_line import title
from bot.messages.receipt import THUMBS
from bot.messages.text import escape, names, readable, whole_sentences
from bot.messages.translation import Translation
from bot.storage.digests import Digest, Pick
from bot.transport.screen import Screen, button, keyboard
from bot.transport.text import clip

# Characters of the authors' names, and of the abstract.
LONGEST_NAMES = 60
LONGEST_ABSTRACT = 2_000


def question(t: Translation, questions: Digest, pick: Pick) -> Screen:
    """Ask about one paper; a button takes the previous answer back."""
    heading = t.gettext("{k} of {n} · Would you read this?")
    heading = heading.format(k=pick.rank, n=len(questions.picks))
    authors = escape(clip(names(pick.paper.authors), LONGEST_NAMES))

    lines = [f"<b>{escape(heading)}</b>", "", f"<b>{title(pick.paper)}</b>"]
    if authors:
        lines.append(authors)
    if pick.paper.abstract:
        abstract = readable(pick.paper.abstract)
        quote = escape(whole_sentences(abstract, LONGEST_ABSTRACT))
        lines.append(f"<blockquote expandable>{quote}</blockquote>")

    end = t.gettext("Enough, show my picks →")
    rows = [
        _answers(t, pick),
        [button(end, EndQuestions().data)],
        _undo(t, questions, pick),
    ]
    return Screen("\n".join(lines), keyboard(rows))


def _answers(t: Translation, pick: Pick) -> list[InlineKeyboardButton]:
    labels = {
        1: t.gettext("👍 Yes"),
        -1: t.gettext("👎 No"),
        0: t.gettext("Don't know"),
    }
    return [
        button(label, AnswerQuestion(pick.id, value).data)
        for value, label in labels.items()
    ]


def _undo(
    t: Translation, questions: Digest, pick: Pick
) -> list[InlineKeyboardButton]:
    """Return the button that takes the previous answer back, if it was a rating."""
    for previous in questions.picks:
        if previous.rank == pick.rank - 1 and previous.value:
            mark = f"{THUMBS[previous.value]} {previous.rank}"
            label = t.gettext("↩ Undo {mark}").format(mark=mark)
            return [button(label, AnswerQuestion(previous.id, 0).data)]
    return []
