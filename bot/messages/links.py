"""What became of papers that a reader brought, by links or by a file, and how to take it back."""

from collections.abc import Sequence

from telegram import InlineKeyboardButton

from bot.messages import callback_data
from bot.messages.digest import changed, title
from bot.messages.text import clip, escape
from bot.messages.translation import Translation
from bot.storage.imports import Brought, Bundle
from bot.transport.screen import Screen, button, grid, keyboard

# The last: as many of a file's papers, and of its faults.
WIDE, LONGEST_TITLE, NAMED = (
    3,
    100,
    3,
)


def links(
    t: Translation,
    bundle: Bundle,
    told: dict[str, int] | None,
    notes: Sequence[str] = (),
) -> Screen:
    """Say which papers are liked by their links, and what else is to be said of those links.

    `told` counts the next picks that this changed; None where it changed nothing.
    """
    if bundle.count == 1:
        lines = [_one(t, bundle.some[0], told)]
    else:
        lines = [_heading(t, bundle, told)]
        lines += [_line(t, bundle, place) for place in range(len(bundle.some))]
    lines += [escape(changed(t, told))] if told and bundle.liked else []
    text = "\n\n".join(["\n".join(lines), *map(escape, notes)])
    return Screen(
        text, keyboard([*grid(_each(t, bundle), WIDE), *_all(t, bundle)])
    )


def file(
    t: Translation,
    bundle: Bundle,
    told: dict[str, int] | None,
    *,
    known: int = 0,
    faults: Sequence[str] = (),
) -> Screen:
    """Say what a file brought; `known` papers were rated before, `faults` could not be used."""
    n, some = bundle.count, bundle.some[:NAMED]
    if n and not bundle.liked:
        text = t.ngettext(
            "Taken back: {n} paper of your file.",
            "Taken back: {n} papers of your file.",
            n,
        )
        first = text.format(n=n)
    else:
        text = t.ngettext(
            "👍 {n} paper of your file is among your likes now.",
            "👍 {n} papers of your file are among your likes now.",
            n,
        )
        first = text.format(n=n)
    lines = [
        escape(first),
        *(f"· {title(each.paper, LONGEST_TITLE)}" for each in some),
    ]
    if n > len(some):
        lines.append(escape(_more(t, n - len(some))))
    lines += [escape(changed(t, told))] if told else []
    parts = ["\n".join(lines)]
    if known:
        text = t.ngettext(
            "You had rated {n} of its papers already; that stays as it is.",
            "You had rated {n} of its papers already; that stays as it is.",
            known,
        )
        parts.append(escape(text.format(n=known)))
    parts += [escape(_faults(t, faults))] if faults else []
    return Screen("\n\n".join(parts), keyboard(_all(t, bundle)))


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


def no_such_paper(t: Translation, arxiv_id: str) -> str:
    """Say that a link leads to no paper."""
    text = t.gettext(
        "Neither Hugging Face nor arXiv knows a paper {id}. Is the link whole?"
    )
    return text.format(id=arxiv_id)


def later(t: Translation, arxiv_id: str) -> str:
    """Promise to look a link up when its source answers again."""
    text = t.gettext(
        "I can't reach the paper {id} right now. I'll look it up and tell you."
    )
    return text.format(id=arxiv_id)


def unanswered(t: Translation, arxiv_id: str) -> str:
    """Give a link up that no source would answer for."""
    text = t.gettext(
        "I tried all day, but no source told me about {id}. Please send it again."
    )
    return text.format(id=arxiv_id)


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


def _heading(
    t: Translation, bundle: Bundle, told: dict[str, int] | None
) -> str:
    if not bundle.liked:
        return t.gettext("Taken back:")
    return (
        t.gettext("👍 noted:")
        if told
        else t.gettext("You liked these already:")
    )


def _one(t: Translation, only: Brought, told: dict[str, int] | None) -> str:
    if not only.value:
        text = t.gettext("Taken back: {title}")
    elif told:
        text = t.gettext("👍 noted: {title}")
    else:
        text = t.gettext("You liked this one already: {title}")
    return text.format(title=title(only.paper))


def _line(t: Translation, bundle: Bundle, place: int) -> str:
    each = bundle.some[place]
    line = f"{place + 1} · {title(each.paper, LONGEST_TITLE)}"
    if bundle.liked and each.value != 1:
        line += " · " + escape(t.gettext("taken back"))
    return line


def _each(t: Translation, bundle: Bundle) -> list[InlineKeyboardButton]:
    """Return a button for each of several papers."""
    found = []
    for number, each in enumerate(
        bundle.some if bundle.count > 1 else (), start=1
    ):
        text = t.gettext("↩ Undo {mark}") if each.value == 1 else "{mark}"
        data = callback_data.brought(
            bundle.id, each.paper.id or 0, liked=each.value != 1
        )
        found.append(button(text.format(mark=f"👍 {number}"), data))
    return found


def _all(t: Translation, bundle: Bundle) -> list[list[InlineKeyboardButton]]:
    """Return the button for everything at once."""
    one = bundle.count == 1
    if not bundle.count or (
        bundle.origin == "link" and not one and bundle.liked == 1
    ):
        return []
    if bundle.liked:
        text = t.gettext("↩ Undo 👍") if one else t.gettext("↩ Undo all {n}")
    else:
        text = (
            t.gettext("👍 Like it again")
            if one
            else t.gettext("👍 Like all {n} again")
        )
    data = callback_data.brought(bundle.id, 0, liked=not bundle.liked)
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
