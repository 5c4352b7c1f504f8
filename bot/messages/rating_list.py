"""The ratings behind a taste: a list to change them, and all of them taken back at once."""

from collections.abc import Sequence

from telegram import InlineKeyboardButton
from telegram.constants import KeyboardButtonStyle

from bot.messages import callback_data
from bot.messages.paper_line import title
from bot.messages.receipt import THUMBS
from bot.messages.taste import back
from bot.messages.text import escape, readable
from bot.messages.translation import Translation
from bot.storage.taste import Reset
from bot.transport.screen import Screen, button, grid, keyboard, thumb
from bot.transport.text import clip
from recommender.papers import StoredPaper

A_PAGE = 8

# A paper, and what its reader says of it.
Rated = tuple[StoredPaper, int]


def ratings(
    t: Translation,
    many: int,
    shown: Sequence[Rated],
    page: int,
    *,
    notes: Sequence[str] = (),
    undo: tuple[int, int] | None = None,
) -> Screen:
    """Render a page of `many` ratings; `undo` is a paper's id and what was said of it before."""
    head = t.ngettext(
        "{n} rating behind your taste", "{n} ratings behind your taste", many
    )
    parts = [f"<b>{escape(head.format(n=many))}</b>"]
    if not many:
        parts.append(
            escape(t.gettext("Tap 👍 or 👎 under a paper, and it stands here."))
        )
    first = page * A_PAGE + 1
    numbered = list(enumerate(shown, first))
    parts.append(
        "\n".join(
            f"{n} {THUMBS[value]} {title(p, 90)}" for n, (p, value) in numbered
        )
    )
    parts += [escape(note) for note in notes]
    thumbs = [
        _thumb(n, rated, value, page)
        for n, rated in numbered
        for value in (1, -1)
    ]
    turns = (
        [button("←", callback_data.RatingList(page - 1).data)] if page else []
    )
    turns += (
        [button("→", callback_data.RatingList(page + 1).data)]
        if many > page * A_PAGE + len(shown)
        else []
    )
    again = [_undo(t, undo, page)] if undo else []
    text = "\n\n".join(part for part in parts if part)
    return Screen(text, keyboard([*grid(thumbs, 4), turns, again, back(t)]))


def changed(t: Translation, paper: StoredPaper, value: int) -> str:
    """Say what was changed in the list."""
    name = clip(readable(paper.title), 60)
    if value:
        return t.gettext("{thumb} now: “{title}”").format(
            thumb=THUMBS[value], title=name
        )
    return t.gettext("Taken back: “{title}”").format(title=name)


def question(t: Translation, reset: Reset, seconds: int) -> Screen:
    """Ask once whether the whole taste is to go."""
    text = t.gettext(
        "This takes back {counts}. Your topics, followed authors and saved papers stay, "
        "and no paper comes twice."
    )
    go = InlineKeyboardButton(
        t.gettext("Take it all back"),
        callback_data=callback_data.Reset("x", seconds).data,
        style=KeyboardButtonStyle.DANGER,
    )
    keep = button(t.gettext("Keep it"), callback_data.TasteWord("w").data)
    return Screen(
        escape(text.format(counts=_counts(t, reset))), keyboard([[go, keep]])
    )


def gone(t: Translation, reset: Reset, seconds: int) -> Screen:
    """Say what a reset took back, and offer to undo it."""
    text = t.gettext(
        "Taken back: {counts}. I begin anew with your topics and your next 👍 and 👎.\n\n"
        "Undo brings it all back, as long as this message stands."
    )
    undo = button(t.gettext("↩ Undo"), callback_data.Reset("u", seconds).data)
    return Screen(
        escape(text.format(counts=_counts(t, reset))), keyboard([[undo]])
    )


def restored(t: Translation, reset: Reset) -> str:
    """Say what the undo of a reset brought back."""
    return t.gettext("Back again: {counts}.").format(counts=_counts(t, reset))


def _counts(t: Translation, reset: Reset) -> str:
    parts = [
        t.ngettext("{n} rating", "{n} ratings", reset.ratings).format(
            n=reset.ratings
        )
    ]
    if reset.edits:
        text = t.ngettext(
            "{n} word moved by hand", "{n} words moved by hand", reset.edits
        )
        parts.append(text.format(n=reset.edits))
    return ", ".join(parts)


def _thumb(
    number: int, rated: Rated, value: int, page: int
) -> InlineKeyboardButton:
    paper, now = rated
    pressed = now == value
    text = f"{THUMBS[value]} {number}" + (" ✓" if pressed else "")
    data = callback_data.RatingList(
        page, paper.id, 0 if pressed else value
    ).data
    return thumb(text, data, value, pressed=pressed)


def _undo(
    t: Translation, undo: tuple[int, int], page: int
) -> InlineKeyboardButton:
    paper_id, before = undo
    return button(
        t.gettext("↩ Undo {mark}").format(mark=THUMBS[before]),
        callback_data.RatingList(page, paper_id, before).data,
    )
