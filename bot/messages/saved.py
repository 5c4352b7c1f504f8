"""The papers a reader keeps: a list with pages, each paper with a button to drop it."""

from collections.abc import Sequence

from telegram import InlineKeyboardButton

from bot.messages import callback_data
from bot.messages.paper_line import title
from bot.messages.text import escape, names
from bot.messages.translation import Translation
from bot.transport.screen import Screen, button, grid, keyboard
from bot.transport.text import clip
from recommender.papers import StoredPaper

A_PAGE = 8


def saved(
    t: Translation, papers: Sequence[StoredPaper], page: int, sought: str
) -> Screen:
    """Render a page of the list, or of those found in it by the words `sought`."""
    if not papers:
        return _nothing(t, sought)
    last = (len(papers) - 1) // A_PAGE
    page = min(max(page, 0), last)
    shown = papers[page * A_PAGE : (page + 1) * A_PAGE]
    first = page * A_PAGE + 1
    lines = [f"<b>{escape(_head(t, len(papers), sought))}</b>"]
    lines += [
        _line(number, paper) for number, paper in enumerate(shown, start=first)
    ]
    lines.append(
        escape(t.gettext("“/saved robots” finds the robots among them."))
    )
    drops = [
        _drop(n, paper, page, sought)
        for n, paper in enumerate(shown, start=first)
    ]
    ends = [
        [_turn("←", page - 1, sought)] if page > 0 else [],
        [_turn("→", page + 1, sought)] if page < last else [],
    ]
    export = [button(t.gettext("Export…"), callback_data.Export().data)]
    return Screen(
        "\n\n".join(lines),
        keyboard([*grid(drops, 4), ends[0] + ends[1], export]),
    )


def export(t: Translation, many: int) -> Screen:
    """Ask what is wanted as a file."""
    kinds = [
        button(t.gettext("BibTeX"), callback_data.Export("bib").data),
        button(t.gettext("CSV"), callback_data.Export("csv").data),
    ]
    everything = button(
        t.gettext("All you keep of me (JSON)"),
        callback_data.Export("data").data,
    )
    close = button(t.gettext("Close"), callback_data.Close().data)
    if not many:
        return Screen(_nothing(t, "").text, keyboard([[everything], [close]]))
    text = t.ngettext(
        "Your saved paper as a file. In which form?",
        "Your {n} saved papers as a file. In which form?",
        many,
    )
    return Screen(text.format(n=many), keyboard([kinds, [everything], [close]]))


def toast(t: Translation, *, kept: bool) -> str:
    """Return the blink after a tap on 🔖."""
    if kept:
        return t.gettext("🔖 Saved. /saved shows your list")
    return t.gettext("Taken off your list")


def _nothing(t: Translation, sought: str) -> Screen:
    if sought:
        text = t.gettext(
            "None of your saved papers says “{words}”. /saved shows them all."
        )
        return Screen(escape(text.format(words=clip(sought, 60))))
    return Screen(
        t.gettext(
            "You have saved no paper yet. Tap 🔖 under one to keep it here."
        )
    )


def _head(t: Translation, n: int, sought: str) -> str:
    if sought:
        text = t.ngettext(
            "Saved · {n} paper on “{words}”",
            "Saved · {n} papers on “{words}”",
            n,
        )
        return text.format(n=n, words=clip(sought, 60))
    return t.ngettext("Saved · {n} paper", "Saved · {n} papers", n).format(n=n)


def _line(number: int, paper: StoredPaper) -> str:
    year = str(paper.publication_date.year) if paper.publication_date else ""
    by = " · ".join(
        part for part in (escape(clip(names(paper.authors), 60)), year) if part
    )
    return f"{number} · {title(paper)}\n{by}"


def _drop(
    number: int, paper: StoredPaper, page: int, sought: str
) -> InlineKeyboardButton:
    return button(
        f"{number} ✕", callback_data.SavedPage(page, sought, paper.id).data
    )


def _turn(arrow: str, page: int, sought: str) -> InlineKeyboardButton:
    return button(arrow, callback_data.SavedPage(page, sought).data)
