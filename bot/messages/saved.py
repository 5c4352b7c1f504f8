"""The messages of `/saved` and `/export`: the papers that a reader keeps, page by page."""

from collections.abc import Sequence

from bot.messages.buttons import close_button
from bot.messages.callback_data import Export, SavedPage
from bot.messages.paper_line import title
from bot.messages.text import escape, names
from bot.messages.translation import Translation
from bot.transport.screen import Screen, button, grid, keyboard
from bot.transport.text import clip
from recommender.papers import StoredPaper

# Papers on one page.
PAGE_SIZE = 8

# Characters of the authors' names, and of a query.
LONGEST_NAMES = 60
LONGEST_QUERY = 60

# Bytes of a query in the saved list: it travels in each of its buttons.
MOST_BYTES_OF_QUERY = 37


def saved(
    t: Translation, papers: Sequence[StoredPaper], page: int, query: str
) -> Screen:
    """Render a page of the saved papers that match a query; all match an empty one.

    If there are fewer pages than `page`, counted from 0, this is the last one.
    """
    if not papers:
        return Screen(_nothing(t, query))

    last_page = (len(papers) - 1) // PAGE_SIZE
    page = min(max(page, 0), last_page)
    start = page * PAGE_SIZE
    numbered = list(enumerate(papers[start : start + PAGE_SIZE], start + 1))

    hint = t.gettext("“/saved robots” finds the ones about robots.")
    paragraphs = [
        f"<b>{escape(_heading(t, len(papers), query))}</b>",
        *(_line(number, paper) for number, paper in numbered),
        escape(hint),
    ]

    drop_buttons = [
        button(f"{number} ✕", SavedPage(page, query, paper.id).data)
        for number, paper in numbered
    ]
    page_buttons = []
    if page > 0:
        page_buttons.append(button("←", SavedPage(page - 1, query).data))
    if page < last_page:
        page_buttons.append(button("→", SavedPage(page + 1, query).data))
    export_button = button(t.gettext("Export…"), Export().data)

    rows = [*grid(drop_buttons, 4), page_buttons, [export_button]]
    return Screen("\n\n".join(paragraphs), keyboard(rows))


def export(t: Translation, n: int) -> Screen:
    """Ask in which form the `n` saved papers, or all data, should be sent."""
    bibtex = button(t.gettext("BibTeX"), Export("bib").data)
    ris = button(t.gettext("RIS (Zotero, EndNote)"), Export("ris").data)
    csv = button(t.gettext("CSV"), Export("csv").data)
    everything = button(
        t.gettext("Everything about me (JSON)"), Export("data").data
    )
    close = close_button(t)
    if not n:
        return Screen(_nothing(t, ""), keyboard([[everything], [close]]))

    text = t.ngettext(
        "Your saved paper as a file. Which format?",
        "Your {n} saved papers as a file. Which format?",
        n,
    )
    rows = [[bibtex, csv], [ris], [everything], [close]]
    return Screen(text.format(n=n), keyboard(rows))


def toast(t: Translation, *, is_saved: bool) -> str:
    """Return the toast after a press on 🔖."""
    if is_saved:
        return t.gettext("🔖 Saved. /saved shows your list")
    return t.gettext("Removed from your list")


def _nothing(t: Translation, query: str) -> str:
    """Return in HTML that no saved paper matches a query, or that there is none."""
    if query:
        text = t.gettext(
            "None of your saved papers contains “{words}”. /saved "
            "shows them all."
        )
        return escape(text.format(words=clip(query, LONGEST_QUERY)))
    return t.gettext(
        "You have no saved papers yet. Tap 🔖 under one to save it here."
    )


def _heading(t: Translation, n: int, query: str) -> str:
    if query:
        text = t.ngettext(
            "Saved · {n} paper on “{words}”",
            "Saved · {n} papers on “{words}”",
            n,
        )
        return text.format(n=n, words=clip(query, LONGEST_QUERY))
    return t.ngettext("Saved · {n} paper", "Saved · {n} papers", n).format(n=n)


def _line(number: int, paper: StoredPaper) -> str:
    authors = escape(clip(names(paper.authors), LONGEST_NAMES))
    year = str(paper.publication_date.year) if paper.publication_date else ""
    facts = " · ".join(fact for fact in (authors, year) if fact)
    return f"{number} · {title(paper)}\n{facts}"


def clip_query(words: str) -> str:
    """Return as much of a query in the saved list as each of its buttons has room for."""
    return words.encode()[:MOST_BYTES_OF_QUERY].decode(errors="ignore")
