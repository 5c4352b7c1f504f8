"""The list of a reader's ratings, to change them one by one or take all of them back."""

from collections.abc import Sequence

from telegram import InlineKeyboardButton
from telegram.constants import KeyboardButtonStyle

from bot.messages.callback_data import RatingList, Reset, TasteWord
from bot.messages.paper_line import title
from bot.messages.receipt import THUMBS
from bot.messages.taste import back_button
from bot.messages.text import escape, readable
from bot.messages.translation import Translation
from bot.storage import taste
from bot.transport.screen import Screen, button, grid, keyboard, thumb
from bot.transport.text import clip
from recommender.papers import StoredPaper

# Ratings on one page.
PAGE_SIZE = 8

# Characters of a title in the list, and of one in a sentence.
LONGEST_TITLE = 90
LONGEST_REFERENCE = 60

# A paper with its rating, 1 or -1.
Rating = tuple[StoredPaper, int]


def ratings(
    t: Translation,
    total: int,
    page_ratings: Sequence[Rating],
    page: int,
    *,
    notes: Sequence[str] = (),
    undo: tuple[int, int] | None = None,
) -> Screen:
    """Render a page of the ratings.

    Parameters
    ----------
    total
        The number of ratings on all pages.
    page_ratings, page
        The ratings on this page, and its number from 0.
    notes
        What the last change did.
    undo
        The id of the paper whose rating was just changed, and its previous rating.

    """
    heading = t.ngettext(
        "{n} rating behind your taste",
        "{n} ratings behind your taste",
        total,
    )
    paragraphs = [f"<b>{escape(heading.format(n=total))}</b>"]
    if not total:
        hint = t.gettext("Tap 👍 or 👎 under a paper, and it appears here.")
        paragraphs.append(escape(hint))

    numbered = list(enumerate(page_ratings, start=page * PAGE_SIZE + 1))
    lines = [
        f"{number} {THUMBS[value]} {title(paper, LONGEST_TITLE)}"
        for number, (paper, value) in numbered
    ]
    paragraphs.append("\n".join(lines))
    paragraphs += map(escape, notes)

    thumbs = [
        _thumb(number, rating, value, page)
        for number, rating in numbered
        for value in (1, -1)
    ]
    is_last = total <= page * PAGE_SIZE + len(page_ratings)
    rows = [
        *grid(thumbs, 4),
        _page_buttons(page, is_last=is_last),
        _undo(t, undo, page) if undo else [],
        back_button(t),
    ]
    text = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    return Screen(text, keyboard(rows))


def changed(t: Translation, paper: StoredPaper, value: int) -> str:
    """Say what was changed in the list; a value of 0 takes a rating back."""
    name = clip(readable(paper.title), LONGEST_REFERENCE)
    if value:
        text = t.gettext("{thumb} now: “{title}”")
        return text.format(thumb=THUMBS[value], title=name)
    return t.gettext("Undone: “{title}”").format(title=name)


def reset_question(t: Translation, counts: taste.Reset, seconds: int) -> Screen:
    """Ask for confirmation before all ratings are taken back; `seconds` is the time of asking."""
    text = t.gettext(
        "This undoes {counts}. Your topics, followed authors and "
        "saved papers stay, and no paper comes twice."
    )
    confirm = InlineKeyboardButton(
        t.gettext("Undo it all"),
        callback_data=Reset("x", seconds).data,
        style=KeyboardButtonStyle.DANGER,
    )
    keep = button(t.gettext("Keep it"), TasteWord("w").data)

    text = text.format(counts=_counts(t, counts))
    return Screen(escape(text), keyboard([[confirm, keep]]))


def reset_done(t: Translation, counts: taste.Reset, seconds: int) -> Screen:
    """Say what a reset took back, with a button to undo it."""
    text = t.gettext(
        "Undone: {counts}. I start afresh with your topics and "
        "your next 👍 and 👎.\n\n"
        "Undo brings it all back, as long as this message is here."
    )
    undo = button(t.gettext("↩ Undo"), Reset("u", seconds).data)

    text = text.format(counts=_counts(t, counts))
    return Screen(escape(text), keyboard([[undo]]))


def reset_undone(t: Translation, counts: taste.Reset) -> str:
    """Say what the undo of a reset restored."""
    text = t.gettext("Restored: {counts}.")
    return text.format(counts=_counts(t, counts))


def _counts(t: Translation, counts: taste.Reset) -> str:
    text = t.ngettext("{n} rating", "{n} ratings", counts.ratings)
    parts = [text.format(n=counts.ratings)]
    if counts.edits:
        text = t.ngettext(
            "{n} word moved by hand", "{n} words moved by hand", counts.edits
        )
        parts.append(text.format(n=counts.edits))
    return ", ".join(parts)


def _thumb(
    number: int, rating: Rating, value: int, page: int
) -> InlineKeyboardButton:
    """Return the button that gives a paper a rating, or takes that rating back."""
    paper, current_value = rating
    is_pressed = current_value == value
    text = f"{THUMBS[value]} {number}" + (" ✓" if is_pressed else "")
    press = RatingList(page, paper.id, 0 if is_pressed else value)
    return thumb(text, press.data, value, pressed=is_pressed)


def _page_buttons(page: int, *, is_last: bool) -> list[InlineKeyboardButton]:
    buttons = []
    if page > 0:
        buttons.append(button("←", RatingList(page - 1).data))
    if not is_last:
        buttons.append(button("→", RatingList(page + 1).data))
    return buttons


def _undo(
    t: Translation, undo: tuple[int, int], page: int
) -> list[InlineKeyboardButton]:
    paper_id, previous_value = undo
    label = t.gettext("↩ Undo {mark}").format(mark=THUMBS[previous_value])
    return [button(label, RatingList(page, paper_id, previous_value).data)]
