"""What became of papers that a reader brought, by links or by a file, and how to take it back."""

from collections.abc import Sequence

from telegram import InlineKeyboardButton

from bot.messages import callback_data
from bot.messages.paper_line import title
from bot.messages.receipt import picks_change
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.picks.links import Likes, Missing
from bot.storage.imports import Bundle, BundlePaper
from bot.transport.screen import Screen, button, grid, keyboard
from bot.transport.text import clip

# The last: as many of a file's papers, and of its faults.
# Buttons in a row.
WIDE = 3
LONGEST_TITLE = 100
# A file's papers that are named, and as many of its faults.
NAMED = 3


def likes(t: Translation, result: Likes) -> Screen:
    """Show papers that were liked together, by links or by a file, as they stand now."""
    if result.bundle.origin == "file":
        return file(t, result)
    return links(t, result)


def links(t: Translation, result: Likes, remarks: Sequence[str] = ()) -> Screen:
    """Say which papers are liked by their links; `remarks` tell of links without a paper."""
    bundle = result.bundle
    if bundle.count == 1:
        lines = [_one(t, bundle.first_papers[0], result)]
    else:
        lines = [_heading(t, result)]
        lines += [
            _line(t, bundle, place) for place in range(len(bundle.first_papers))
        ]
    if result.change and bundle.liked:
        lines.append(escape(picks_change(t, result.change)))
    text = "\n\n".join(["\n".join(lines), *map(escape, remarks)])
    rows = [*grid(_undo_buttons(t, bundle), WIDE), *_undo_all(t, bundle)]
    return Screen(text, keyboard(rows))


def file(
    t: Translation,
    result: Likes,
    *,
    rated_before: int = 0,
    faults: Sequence[str] = (),
) -> Screen:
    """Say what a file brought.

    `rated_before` counts its papers that keep an older rating; `faults` could not be used.
    """
    bundle = result.bundle
    n = bundle.count
    if n and not bundle.liked:
        text = t.ngettext(
            "Taken back: {n} paper of your file.",
            "Taken back: {n} papers of your file.",
            n,
        )
    else:
        text = t.ngettext(
            "👍 {n} paper of your file is among your likes now.",
            "👍 {n} papers of your file are among your likes now.",
            n,
        )
    lines = [escape(text.format(n=n))]
    lines += [
        f"· {title(liked.paper, LONGEST_TITLE)}"
        for liked in bundle.first_papers[:NAMED]
    ]
    if n > NAMED:
        lines.append(escape(_more(t, n - NAMED)))
    if result.change:
        lines.append(escape(picks_change(t, result.change)))
    parts = ["\n".join(lines)]
    if rated_before:
        text = t.ngettext(
            "You had rated {n} of its papers already; that stays as it is.",
            "You had rated {n} of its papers already; that stays as it is.",
            rated_before,
        )
        parts.append(escape(text.format(n=rated_before)))
    if faults:
        parts.append(escape(_faults(t, faults)))
    return Screen("\n\n".join(parts), keyboard(_undo_all(t, bundle)))


def remarks(texts: Sequence[str]) -> Screen:
    """Say why no link of a message led to a paper."""
    return Screen("\n\n".join(map(escape, texts)))


def missing(t: Translation, arxiv_id: str, why: Missing) -> str:
    """Say why a linked paper can't be liked."""
    match why:
        case Missing.UNKNOWN:
            text = t.gettext(
                "Neither Hugging Face nor arXiv knows a paper {id}. Is the link whole?"
            )
        case Missing.LATER:
            text = t.gettext(
                "I can't reach the paper {id} right now. I'll look it up and tell you."
            )
        case Missing.GIVEN_UP:
            text = t.gettext(
                "I tried all day, but no source told me about {id}. Please send it again."
            )
    return text.format(id=arxiv_id)


def nothing_usable(t: Translation, faults: Sequence[str]) -> Screen:
    """Say that no entry of a file could be used."""
    return Screen(escape(_faults(t, faults)))


def reading(t: Translation) -> Screen:
    """Say that a file is being read."""
    return Screen(t.gettext("Reading your file…"))


def too_big(t: Translation) -> Screen:
    """Say that a file is larger than we read."""
    return Screen(
        t.gettext("That file is too big. I read .bib files up to 2 MB.")
    )


def unreadable(t: Translation, why: str, most: int) -> Screen:
    """Say why a file can't be read: its `kind` or `encoding`, `nothing` in it, too many
    `entries`, or too long a `time`."""
    if why == "kind":
        return Screen(
            t.gettext("That file isn't BibTeX. I read .bib files up to 2 MB.")
        )
    if why == "encoding":
        return Screen(
            t.gettext(
                "I can't tell that file's encoding. Save it as UTF-8, please."
            )
        )
    if why == "nothing":
        return Screen(
            t.gettext("I found no entry in that file. Is it the right one?")
        )
    if why == "entries":
        text = t.gettext(
            "That file has more than {n} entries. Send me a part of it."
        )
        return Screen(text.format(n=most))
    return Screen(
        t.gettext(
            "I couldn't read that file. Does it open in a BibTeX program?"
        )
    )


def enough_files(t: Translation, most: int) -> Screen:
    """Say that today's files are used up."""
    text = t.gettext(
        "I read {n} files a day for each reader. Send me this one tomorrow."
    )
    return Screen(text.format(n=most))


def too_many_links(t: Translation, most: int) -> str:
    """Say that only the first links of a message were read."""
    text = t.gettext(
        "I read the first {n} links of a message. Send me the rest in another one."
    )
    return text.format(n=most)


def enough_links(t: Translation, most: int) -> str:
    """Say that today's look-ups are used up."""
    text = t.gettext(
        "I look up {n} links a day for each reader. Send me the rest tomorrow."
    )
    return text.format(n=most)


def _heading(t: Translation, result: Likes) -> str:
    if not result.bundle.liked:
        return t.gettext("Taken back:")
    if result.change:
        return t.gettext("👍 noted:")
    return t.gettext("You liked these already:")


def _one(t: Translation, liked: BundlePaper, result: Likes) -> str:
    if not liked.value:
        text = t.gettext("Taken back: {title}")
    elif result.change:
        text = t.gettext("👍 noted: {title}")
    else:
        text = t.gettext("You liked this one already: {title}")
    return text.format(title=title(liked.paper))


def _line(t: Translation, bundle: Bundle, place: int) -> str:
    liked = bundle.first_papers[place]
    line = f"{place + 1} · {title(liked.paper, LONGEST_TITLE)}"
    if bundle.liked and liked.value != 1:
        line += " · " + escape(t.gettext("taken back"))
    return line


def _undo_buttons(t: Translation, bundle: Bundle) -> list[InlineKeyboardButton]:
    """Return a button for each of several papers."""
    if bundle.count <= 1:
        return []
    buttons = []
    for number, liked in enumerate(bundle.first_papers, start=1):
        text = t.gettext("↩ Undo {mark}") if liked.value == 1 else "{mark}"
        data = callback_data.RateBundle(
            bundle.id, liked.paper.id, liked=liked.value != 1
        ).data
        buttons.append(button(text.format(mark=f"👍 {number}"), data))
    return buttons


def _undo_all(
    t: Translation, bundle: Bundle
) -> list[list[InlineKeyboardButton]]:
    """Return the row with the button for everything at once."""
    is_single = bundle.count == 1
    is_last_link = bundle.origin == "link" and bundle.liked == 1
    if not bundle.count or (is_last_link and not is_single):
        return []
    if bundle.liked and is_single:
        text = t.gettext("↩ Undo 👍")
    elif bundle.liked:
        text = t.gettext("↩ Undo all {n}")
    elif is_single:
        text = t.gettext("👍 Like it again")
    else:
        text = t.gettext("👍 Like all {n} again")
    data = callback_data.RateBundle(bundle.id, 0, liked=not bundle.liked).data
    return [[button(text.format(n=bundle.liked or bundle.count), data)]]


def _more(t: Translation, n: int) -> str:
    return t.ngettext("and {n} more", "and {n} more", n).format(n=n)


def _faults(t: Translation, faults: Sequence[str]) -> str:
    text = t.ngettext(
        "{n} entry I couldn't use:", "{n} entries I couldn't use:", len(faults)
    ).format(n=len(faults))
    lines = [text, *(f"· {clip(fault, 80)}" for fault in faults[:NAMED])]
    if len(faults) > NAMED:
        lines.append(_more(t, len(faults) - NAMED))
    return "\n".join(lines)
