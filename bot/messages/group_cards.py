"""A group's picks as its members see them: papers with the votes on them."""

from collections.abc import Mapping
from datetime import date

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.messages import paper_line, paper_list, votes
from bot.messages.group_buttons import DecidePost, KeepPick, OpenPick, Vote
from bot.messages.paper_list import Form
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.storage.digests import Digest, Pick
from bot.storage.readers import Reader
from bot.storage.votes import Count
from bot.transport.screen import Screen, button, grid, keyboard
from bot.transport.text import LIMIT

# Characters of an abstract in a group: it is folded, and others want to go on talking.
LONGEST_ABSTRACT = 900

# Characters for what stands around the papers.
RESERVE = 200


def digest(
    t: Translation,
    part: Digest,
    reader: Reader,
    today: date,
    counts: Mapping[int, Count],
) -> Screen:
    """Render a group's digest, or one card of it; `counts` are the votes by pick."""
    text = "\n\n".join(_papers(t, part, reader, today))
    preview = paper_line.preview(part, reader)
    return Screen(text, buttons(part, counts), preview=preview)


def buttons(part: Digest, counts: Mapping[int, Count]) -> InlineKeyboardMarkup:
    """Return the buttons under a digest or a card: a row for each paper."""
    return keyboard(
        [_row(part, pick, counts.get(pick.id, Count())) for pick in part.picks]
    )


def preview(
    t: Translation,
    whole: Digest,
    reader: Reader,
    today: date,
    *,
    delivery_id: int,
    minutes: int | None,
) -> Screen:
    """Show the owner of a channel what is to be posted, and ask.

    `minutes` are those after which it goes without a word; None if it never does.
    """
    heading = t.gettext("To post in {name}:").format(name=reader.name)
    if minutes is None:
        note = t.gettext("It is posted only if you say so.")
    else:
        note = t.ngettext(
            "Without a word from you it is posted in {n} minute.",
            "Without a word from you it is posted in {n} minutes.",
            minutes,
        ).format(n=minutes)
    parts = (
        f"<b>{escape(heading)}</b>",
        *_papers(t, whole, reader, today, is_numbered=True),
        escape(note),
    )

    send = button(t.gettext("Send"), DecidePost(delivery_id, "s").data)
    skip = button(t.gettext("Skip"), DecidePost(delivery_id, "k").data)
    swaps = [
        button(
            t.gettext("Swap {n}").format(n=pick.rank),
            DecidePost(delivery_id, "w", pick.rank).data,
        )
        for pick in whole.picks
    ]
    return Screen("\n\n".join(parts), keyboard([[send, skip], *grid(swaps, 5)]))


def _papers(
    t: Translation,
    part: Digest,
    reader: Reader,
    today: date,
    *,
    is_numbered: bool = False,
) -> list[str]:
    """Return the papers of a message, with as much of their abstracts as fits."""
    form = Form(
        language=reader.language,
        today=today,
        text=reader.text,
        is_numbered=is_numbered or part.style != "cards",
        longest_abstract=LONGEST_ABSTRACT,
    )
    papers, note = paper_list.paragraphs(t, part.picks, form, LIMIT - RESERVE)
    return [*papers, note] if note else papers


def _row(part: Digest, pick: Pick, count: Count) -> list[InlineKeyboardButton]:
    """Return the buttons of one paper, which name it by its number where there are several."""
    thumbs = votes.thumbs(count, Vote(pick.id, 1).data, Vote(pick.id, -1).data)
    number = "" if part.style == "cards" else f"{pick.rank} "
    if number:
        thumbs = [
            button(f"{number}{thumb.text}", str(thumb.callback_data))
            for thumb in thumbs
        ]
    return [
        *thumbs,
        button(f"{number}🔖", KeepPick(pick.id).data),
        button(f"{number}⋯", OpenPick(pick.id).data),
    ]
