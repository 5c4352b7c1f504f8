"""The messages of `/top` and `/day`: papers by upvotes, each with how well it fits the reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from telegram import InlineKeyboardButton

from bot.messages.buttons import close_button
from bot.messages.callback_data import PaperAction, paper_ref
from bot.messages.dates import written
from bot.messages.paper_line import title
from bot.messages.text import escape
from bot.messages.top_buttons import DayPage, TopPage
from bot.messages.translation import Translation
from bot.picks.popular import PERIODS, DayList, TopList
from bot.picks.strengths import Fit
from bot.storage.searches import Hit
from bot.transport.screen import Screen, button, grid, keyboard

# Papers on one page, and buttons in a row.
PAGE_SIZE = 10
ROW = 5

# Characters of a title: ten of them fit into a message in any script.
LONGEST_TITLE = 140


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper of a list as its reader rated and saved it, and how well it fits them."""

    hit: Hit
    fit: Fit | None = None


def top(
    t: Translation,
    ranking: TopList,
    page: int,
    entries: Sequence[Entry],
    language: str,
) -> Screen:
    """Render a page of the most upvoted papers of a period."""
    n = len(ranking.paper_ids)
    heading = _period(t, ranking, language)
    if not n:
        text = f"<b>{escape(heading)}</b>\n\n{escape(_no_votes(t))}"
        rows = [_periods(t, ranking.period), [close_button(t)]]
        return Screen(text, keyboard(rows))

    arrows = [
        button(arrow, TopPage(ranking.period, number).data)
        for arrow, number in _turns(n, page)
    ]
    return _page(
        t,
        f"{heading} · {_range(t, n, page)}",
        page,
        entries,
        [arrows, _periods(t, ranking.period), [close_button(t)]],
    )


def day(
    t: Translation,
    papers: DayList,
    page: int,
    entries: Sequence[Entry],
    *,
    language: str,
    today: date,
) -> Screen:
    """Render a page of the papers of a day, or say which days near it have some."""
    n = len(papers.paper_ids)
    name = day_name(papers.day, today, language)
    neighbours = _neighbours(papers, today, language)
    if not n:
        text = _no_papers(t, papers).format(day=name)
        rows = [neighbours, [close_button(t)]]
        return Screen(escape(text), keyboard(rows))

    arrows = [
        button(arrow, DayPage(papers.day.isoformat(), number).data)
        for arrow, number in _turns(n, page)
    ]
    return _page(
        t,
        f"{name} · {_range(t, n, page)}",
        page,
        entries,
        [arrows, neighbours, [close_button(t)]],
    )


def unknown_period(t: Translation) -> Screen:
    """Say which periods there are, and offer them."""
    text = t.gettext(
        "I know three: /top for the newest day, /top week and /top month."
    )
    return Screen(escape(text), keyboard([_periods(t, ""), [close_button(t)]]))


def unknown_day(t: Translation) -> Screen:
    """Say how a day is written."""
    text = t.gettext(
        "Which day is that? Write it like “/day 20 November”, “/day Friday” or “/day yesterday”."
    )
    return Screen(escape(text))


def strength(t: Translation, fit: Fit | None) -> str:
    """Return how well a paper fits its reader, in a word; nothing if that is unknown."""
    words = {
        "strong": t.gettext("strong"),
        "fair": t.gettext("fair"),
        "stretch": t.gettext("a stretch"),
    }
    return words.get(fit.strength, "") if fit else ""


def open_button(number: int, hit: Hit) -> InlineKeyboardButton:
    """Return the button that opens a paper in a list."""
    details = PaperAction(paper_ref(hit.paper.id), "o")
    return button(str(number), details.data)


def day_name(day: date, today: date, language: str) -> str:
    """Return a day with its weekday, and with its year if it was not lately."""
    is_recent = abs(today - day) < timedelta(days=300)
    form = "weekday" if is_recent else "weekday and year"
    return written(day, form, language)


def _page(
    t: Translation,
    heading: str,
    page: int,
    entries: Sequence[Entry],
    rows: Sequence[Sequence[InlineKeyboardButton]],
) -> Screen:
    """Render numbered papers, and a button for each that opens it."""
    numbered = list(enumerate(entries, page * PAGE_SIZE + 1))
    lines = [_lines(t, number, entry) for number, entry in numbered]
    open_buttons = [
        open_button(number, entry.hit) for number, entry in numbered
    ]
    hint = escape(t.gettext("A number opens the paper."))
    paragraphs = [f"<b>{escape(heading)}</b>", *lines, hint]
    return Screen(
        "\n\n".join(paragraphs), keyboard([*grid(open_buttons, ROW), *rows])
    )


def _lines(t: Translation, number: int, entry: Entry) -> str:
    """Return a paper with its upvotes, its strength, and what the reader did with it."""
    hit = entry.hit
    paper = hit.paper
    word = strength(t, entry.fit)
    marks = [{1: "👍", -1: "👎"}.get(hit.value, ""), "🔖" if hit.saved else ""]
    facts = (
        f"▲ {paper.upvotes}" if paper.upvotes is not None else "",
        f"<i>{escape(word)}</i>" if word else "",
        " ".join(mark for mark in marks if mark),
    )
    line = " · ".join(fact for fact in facts if fact)
    head = f"{number} · {title(paper, LONGEST_TITLE)}"
    return f"{head}\n{line}" if line else head


def _turns(n: int, page: int) -> list[tuple[str, int]]:
    """Return the arrows to the pages beside one, and where they lead."""
    turns = []
    if page > 0:
        turns.append(("←", page - 1))
    if (page + 1) * PAGE_SIZE < n:
        turns.append(("→", page + 1))
    return turns


def _range(t: Translation, n: int, page: int) -> str:
    if n == 1:
        return t.gettext("1 paper")
    text = t.ngettext(
        "{first}–{last} of {many} paper", "{first}–{last} of {many} papers", n
    )
    first = page * PAGE_SIZE + 1
    last = min(first + PAGE_SIZE - 1, n)
    return text.format(first=first, last=last, many=n)


def _period(t: Translation, ranking: TopList, language: str) -> str:
    if ranking.day is not None:
        text = t.gettext("Most upvoted, {day}")
        day = written(ranking.day, "day", language)
        return text.format(day=day)
    days = PERIODS[ranking.period]
    text = t.ngettext(
        "Most upvoted in {n} day", "Most upvoted in {n} days", days
    )
    return text.format(n=days)


def _periods(t: Translation, period: str) -> list[InlineKeyboardButton]:
    """Return the button of each period, that of the present one with a tick."""
    names = {
        "today": t.gettext("Newest day"),
        "week": t.gettext("Week"),
        "month": t.gettext("Month"),
    }
    return [
        button(
            f"{name} ✓" if key == period else name,
            TopPage(key).data,
            pressed=key == period,
        )
        for key, name in names.items()
    ]


def _no_votes(t: Translation) -> str:
    return t.gettext(
        "None of your lists has upvotes for these days. /day shows the papers of a day, and "
        "/sources adds Daily Papers, which are voted on."
    )


def _no_papers(t: Translation, papers: DayList) -> str:
    if papers.before is None and papers.after is None:
        return t.gettext("I have no papers for you yet.")
    return t.gettext("No papers were listed on {day}. These days have some:")


def _neighbours(
    papers: DayList, today: date, language: str
) -> list[InlineKeyboardButton]:
    """Return the buttons of the nearest days with papers."""
    labels = {papers.before: "‹ {day}", papers.after: "{day} ›"}
    return [
        button(
            label.format(day=_short_day(day, today, language)),
            DayPage(day.isoformat()).data,
        )
        for day, label in labels.items()
        if day is not None
    ]


def _short_day(day: date, today: date, language: str) -> str:
    is_of_year = day.year == today.year
    form = "short day" if is_of_year else "short day and year"
    return written(day, form, language)
