"""The messages about papers that a reader likes by sending links or a bibliography."""

from collections.abc import Sequence

from telegram import InlineKeyboardButton

from bot.markup import dois, references
from bot.markup.references import Reference
from bot.messages.callback_data import RateBundle
from bot.messages.paper_line import title
from bot.messages.receipt import picks_change
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.picks.links import Likes, Missing
from bot.storage.imports import Bundle, BundlePaper
from bot.transport.screen import Screen, button, grid, keyboard
from bot.transport.text import clip

# Who knows the papers of each kind of reference.
SOURCES = {
    references.DOI: "Crossref",
    references.OPENREVIEW: "OpenReview",
    references.ACL: "ACL Anthology",
    references.SEMANTIC_SCHOLAR: "Semantic Scholar",
}

# Buttons in a row.
COLUMNS = 3

# Characters of a title, and of a line about an entry that can't be used.
LONGEST_TITLE = 100
LONGEST_FAULT = 80

# Papers of a file that are listed, and faults in it.
MAX_LISTED = 3


def likes(t: Translation, result: Likes) -> Screen:
    """Show the current ratings of papers that were sent together, as links or in a file."""
    if result.bundle.origin == "file":
        return file(t, result)
    return links(t, result)


def links(t: Translation, result: Likes, remarks: Sequence[str] = ()) -> Screen:
    """Say which papers are liked by their links; `remarks` are about links without a paper."""
    bundle = result.bundle
    if bundle.count == 1:
        lines = [_single_line(t, bundle.first_papers[0], result)]
    else:
        lines = [_heading(t, result)]
        lines += [
            _line(t, bundle, number)
            for number in range(1, len(bundle.first_papers) + 1)
        ]
    if result.change and bundle.liked:
        lines.append(escape(picks_change(t, result.change)))

    text = "\n\n".join(["\n".join(lines), *map(escape, remarks)])
    rows = [*grid(_undo_buttons(t, bundle), COLUMNS), *_undo_all(t, bundle)]
    return Screen(text, keyboard(rows))


def file(
    t: Translation,
    result: Likes,
    *,
    rated_before: int = 0,
    faults: Sequence[str] = (),
) -> Screen:
    """Say which papers of a file are liked.

    Parameters
    ----------
    rated_before
        How many of its papers keep an older rating.
    faults
        The entries that could not be used, and why.

    """
    bundle = result.bundle
    n = bundle.count

    lines = [escape(_file_heading(t, bundle))]
    lines += [
        f"· {title(bundle_paper.paper, LONGEST_TITLE)}"
        for bundle_paper in bundle.first_papers[:MAX_LISTED]
    ]
    if n > MAX_LISTED:
        lines.append(escape(_more(t, n - MAX_LISTED)))
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


def missing(t: Translation, reference: Reference, cause: Missing) -> str:
    """Say why a linked paper can't be liked."""
    match cause:
        case Missing.UNKNOWN:
            text = _unknown(t, reference)
        case Missing.LATER:
            text = t.gettext(
                "I can't reach the paper {id} right now. I'll look it up and tell you."
            )
        case Missing.GIVEN_UP:
            text = t.gettext(
                "I tried all day, but no source had {id}. Please send it again."
            )
    return text.format(id=reference.id)


def _unknown(t: Translation, reference: Reference) -> str:
    """Return the line about a paper that none of the sources asked for it knows."""
    if reference.kind == references.ARXIV:
        return t.gettext(
            "Neither Hugging Face nor arXiv knows of a paper {id}. Is "
            "the link complete?"
        )
    if dois.is_preprint(reference.id):
        return t.gettext(
            "Neither bioRxiv, medRxiv nor Crossref knows of a paper "
            "{id}. Is the link complete?"
        )
    return t.gettext(
        "{source} knows no paper {id}. Is the link complete?"
    ).format(source=SOURCES[reference.kind], id="{id}")


def nothing_usable(t: Translation, faults: Sequence[str]) -> Screen:
    """Say that no entry of a file could be used."""
    return Screen(escape(_faults(t, faults)))


def reading(t: Translation) -> Screen:
    """Say that a file is being read."""
    return Screen(t.gettext("Reading your file…"))


def too_big(t: Translation) -> Screen:
    """Say that a file is larger than the bot accepts."""
    return Screen(
        t.gettext(
            "That file is too big. I read .bib, .ris and .nbib files up to 2 MB."
        )
    )


def unreadable(t: Translation, cause: str, max_entries: int) -> Screen:
    """Say why a file can't be read.

    The `cause` is `kind` for another type of file, `encoding`, `nothing` for a file without
    entries, `entries` for too many of them, or `time` if the parser took too long.
    """
    if cause == "kind":
        return Screen(
            t.gettext(
                "That file is no bibliography. I read .bib, .ris and .nbib files up to 2 MB."
            )
        )
    if cause == "encoding":
        return Screen(
            t.gettext(
                "I can't tell that file's encoding. Save it as UTF-8, please."
            )
        )
    if cause == "nothing":
        return Screen(
            t.gettext("I found no entry in that file. Is it the right one?")
        )
    if cause == "entries":
        text = t.gettext(
            "That file has more than {n} entries. Send me a part of it."
        )
        return Screen(text.format(n=max_entries))
    return Screen(
        t.gettext(
            "I couldn't read that file. Does it open in Zotero, or in another such program?"
        )
    )


def enough_files(t: Translation, limit: int) -> Screen:
    """Say that no more files are accepted today."""
    text = t.gettext(
        "I read {n} files a day for each reader. Send me this one tomorrow."
    )
    return Screen(text.format(n=limit))


def too_many_links(t: Translation, limit: int) -> str:
    """Say that only the first links of a message were read."""
    text = t.gettext(
        "I read the first {n} links of a message. Send me the rest in another one."
    )
    return text.format(n=limit)


def enough_links(t: Translation, limit: int) -> str:
    """Say that no more links are looked up today."""
    text = t.gettext(
        "I look up {n} links a day for each reader. Send me the rest tomorrow."
    )
    return text.format(n=limit)


def _heading(t: Translation, result: Likes) -> str:
    if not result.bundle.liked:
        return t.gettext("Undone:")
    if result.change:
        return t.gettext("👍 noted:")
    return t.gettext("You liked these already:")


def _file_heading(t: Translation, bundle: Bundle) -> str:
    n = bundle.count
    if n and not bundle.liked:
        text = t.ngettext(
            "Undone: {n} paper from your file.",
            "Undone: {n} papers from your file.",
            n,
        )
    else:
        text = t.ngettext(
            "👍 {n} paper from your file is among your likes now.",
            "👍 {n} papers from your file are among your likes now.",
            n,
        )
    return text.format(n=n)


def _single_line(
    t: Translation, bundle_paper: BundlePaper, result: Likes
) -> str:
    """Return the line about the only paper of a bundle."""
    if not bundle_paper.value:
        text = t.gettext("Undone: {title}")
    elif result.change:
        text = t.gettext("👍 noted: {title}")
    else:
        text = t.gettext("You liked this one already: {title}")
    return text.format(title=title(bundle_paper.paper))


def _line(t: Translation, bundle: Bundle, number: int) -> str:
    """Return the line about one of several papers; numbers start at 1."""
    bundle_paper = bundle.first_papers[number - 1]
    line = f"{number} · {title(bundle_paper.paper, LONGEST_TITLE)}"
    if bundle.liked and bundle_paper.value != 1:
        line += " · " + escape(t.gettext("undone"))
    return line


def _undo_buttons(t: Translation, bundle: Bundle) -> list[InlineKeyboardButton]:
    """Return a button for each of several papers, which takes its 👍 back or repeats it."""
    if bundle.count <= 1:
        return []

    buttons = []
    for number, bundle_paper in enumerate(bundle.first_papers, start=1):
        is_liked = bundle_paper.value == 1
        text = t.gettext("↩ Undo {mark}") if is_liked else "{mark}"
        press = RateBundle(bundle.id, bundle_paper.paper.id, liked=not is_liked)
        buttons.append(button(text.format(mark=f"👍 {number}"), press.data))
    return buttons


def _undo_all(
    t: Translation, bundle: Bundle
) -> list[list[InlineKeyboardButton]]:
    """Return the row with the button for all papers at once, if it makes sense."""
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

    text = text.format(n=bundle.liked or bundle.count)
    press = RateBundle(bundle.id, 0, liked=not bundle.liked)
    return [[button(text, press.data)]]


def _more(t: Translation, n: int) -> str:
    return t.ngettext("and {n} more", "and {n} more", n).format(n=n)


def _faults(t: Translation, faults: Sequence[str]) -> str:
    text = t.ngettext(
        "{n} entry I couldn't use:", "{n} entries I couldn't use:", len(faults)
    ).format(n=len(faults))
    lines = [text]
    lines += [
        f"· {clip(fault, LONGEST_FAULT)}" for fault in faults[:MAX_LISTED]
    ]
    if len(faults) > MAX_LISTED:
        lines.append(_more(t, len(faults) - MAX_LISTED))
    return "\n".join(lines)
