"""One question about a paper, asked of a new reader: would they read it?"""

from bot.messages import callback_data
from bot.messages.paper_line import title
from bot.messages.receipt import THUMBS
from bot.messages.text import escape, names, readable, whole_sentences
from bot.messages.translation import Translation
from bot.storage.digests import Digest, Pick
from bot.transport.screen import Screen, button, keyboard
from bot.transport.text import clip

LONGEST_NAMES, LONGEST_ABSTRACT = 60, 2_000


def question(t: Translation, asked: Digest, pick: Pick) -> Screen:
    """Ask about one paper; the answer before it can be taken back."""
    heading = t.gettext("{k} of {n} · Would you read this?")
    filled = heading.format(k=pick.rank, n=len(asked.picks))
    authors = escape(clip(names(pick.paper.authors), LONGEST_NAMES))
    lines = [f"<b>{escape(filled)}</b>", "", f"<b>{title(pick.paper)}</b>"]
    lines += [authors] if authors else []
    if pick.paper.abstract:
        abstract = whole_sentences(
            readable(pick.paper.abstract), LONGEST_ABSTRACT
        )
        lines.append(f"<blockquote expandable>{escape(abstract)}</blockquote>")
    answers = {
        1: t.gettext("👍 Yes"),
        -1: t.gettext("👎 No"),
        0: t.gettext("Don't know"),
    }
    rows = [
        [
            button(text, callback_data.AnswerQuestion(pick.id, value).data)
            for value, text in answers.items()
        ]
    ]
    rows.append(
        [
            button(
                t.gettext("Enough, show my picks →"),
                callback_data.EndQuestions().data,
            )
        ]
    )
    before = next(
        (each for each in asked.picks if each.rank == pick.rank - 1), None
    )
    if before is not None and before.value:
        mark = f"{THUMBS[before.value]} {before.rank}"
        text = t.gettext("↩ Undo {mark}").format(mark=mark)
        rows.append(
            [button(text, callback_data.AnswerQuestion(before.id, 0).data)]
        )
    return Screen("\n".join(lines), keyboard(rows))
