"""The messages of `/search`: pages of papers with buttons, and what to try if there are none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton

from bot.messages import standing
from bot.messages.buttons import close_button
from bot.messages.callback_data import (
    EditTopic,
    PaperAction,
    SearchPage,
    SearchWords,
    paper_ref,
)
from bot.messages.dates import written
from bot.messages.paper_line import title
from bot.messages.receipt import THUMBS, lesson
from bot.messages.text import escape, names, readable, whole_sentences
from bot.messages.translation import Translation
from bot.picks.literal import QUOTED
from bot.storage import fulltext
from bot.storage.receipts import Receipt
from bot.storage.searches import Hit, Search
from bot.transport.screen import Screen, button, keyboard, thumb
from bot.transport.text import clip
from recommender.papers import StoredPaper

# Papers on one page.
PAGE_SIZE = 5

# Characters of the authors' names, of an abstract, of a query, and of one in a button.
LONGEST_NAMES = 60
LONGEST_ABSTRACT = 110
LONGEST_QUERY = 80
LONGEST_BUTTON_QUERY = 40


@dataclass(frozen=True, slots=True)
class RatedPaper:
    """A paper that was just rated, and what the bot learned from that."""

    paper_id: int
    receipt: Receipt


def results(
    t: Translation,
    search: Search,
    page: int,
    hits: Sequence[Hit],
    language: str,
    *,
    original: StoredPaper | None = None,
    rated_paper: RatedPaper | None = None,
    stands: bool | None = None,
) -> Screen:
    """Render a page of search results.

    Parameters
    ----------
    original
        The paper to which the results are similar; None if this was a search for words.
    rated_paper
        The paper on this page that was rated last.
    stands
        Whether the reader is told of new papers; None if that can't be offered.

    """
    numbers = {
        paper_id: number
        for number, paper_id in enumerate(search.paper_ids, start=1)
    }

    paragraphs = [f"<b>{_heading(t, search, page, original)}</b>"]
    rows = []
    for hit in hits:
        number = numbers[hit.paper.id]
        paragraphs.append(_entry(number, hit, language))
        rows.append(_hit_buttons(search, page, number, hit))
    rows.append(_page_buttons(search, page))

    if rated_paper is not None:
        text, undo = _lesson(t, search, page, rated_paper, numbers)
        paragraphs.append(text)
        rows.append(undo)
    rows += _stand(t, search, page, stands)
    rows.append([close_button(t)])
    return Screen("\n\n".join(paragraphs), keyboard(rows))


def question(t: Translation) -> Screen:
    """Ask for words to search for."""
    return Screen(
        t.gettext(
            "What are you looking for? Write a few words of a title, an abstract or an author's "
            "name: “state space models”."
        )
    )


def too_long(t: Translation) -> Screen:
    """Say that a query is too long."""
    return Screen(
        t.gettext(
            "That is a lot to look for. A few words find more; which ones?"
        )
    )


def no_subject(t: Translation) -> Screen:
    """Say that a query has no word that tells papers apart."""
    text = t.gettext(
        "Those words are in every paper, or in none. Which subject do you mean?"
    )
    return Screen(text)


def nothing(
    t: Translation,
    query: str,
    unknown_words: Sequence[str],
    shorter_queries: Sequence[Sequence[str]],
    corrected_query: Sequence[str] = (),
    *,
    search: Search | None = None,
    stands: bool | None = None,
) -> Screen:
    """Say that no paper contains all words of a query, and offer other queries.

    Parameters
    ----------
    unknown_words
        The words that no paper contains.
    shorter_queries, corrected_query
        Queries that find something, as their words: without some of the words, and with the
        misspelt ones corrected.
    search, stands
        The search, and whether the reader is told of papers that it finds later.

    """
    text = _lack(t, query, unknown_words)
    if corrected_query:
        suggestion = t.gettext("Did you mean “{words}”?")
        words = _query(" ".join(corrected_query))
        text = f"{text}\n{suggestion.format(words=words)}"

    rows = []
    for other_query in (corrected_query, *shorter_queries):
        again = SearchWords(" ".join(other_query))
        if again.fits:
            label = f"🔎 {clip(again.words, LONGEST_BUTTON_QUERY)}"
            rows.append([button(label, again.data)])
    if search is not None:
        rows += _stand(t, search, 0, stands)
    topic = EditTopic("+", query)
    if topic.fits:
        rows.append([button(t.gettext("➕ I want more of it"), topic.data)])
    rows.append([close_button(t)])
    return Screen(escape(text), keyboard(rows))


def _lack(t: Translation, query: str, unknown_words: Sequence[str]) -> str:
    """Say which words no paper contains, or that none contains all of them."""
    if not unknown_words:
        text = t.gettext("No paper I have contains all of “{words}”.")
        return text.format(words=_query(query))
    text = t.ngettext(
        "No paper I have contains “{words}”.",
        "No paper I have contains any of these: “{words}”.",
        len(unknown_words),
    )
    return text.format(words=clip("”, “".join(unknown_words), LONGEST_QUERY))


def not_stored(t: Translation, paper_id: str) -> Screen:
    """Say that a paper is not stored, and how to add it."""
    text = t.gettext(
        "I don't have {paper} yet. Send me its link by itself: I'll look it up, "
        "and count it as a 👍."
    )
    return Screen(escape(text.format(paper=paper_id)))


def nothing_like(t: Translation, paper: StoredPaper) -> Screen:
    """Say that no other stored paper is similar to one."""
    text = t.gettext("I have no other paper close to {title}")
    text = text.format(title=title(paper))
    return Screen(text, keyboard([[close_button(t)]]))


def all_muted(t: Translation, query: str) -> Screen:
    """Say that all papers that match a query are about muted topics."""
    text = t.gettext(
        "Every paper with “{words}” is about a topic you mute. "
        "/topics lists them."
    )
    return Screen(escape(text.format(words=_query(query))))


def outdated(t: Translation) -> str:
    """Return the toast for a button of a search that is no longer stored."""
    return t.gettext("This search has expired. /search looks again.")


def _heading(
    t: Translation,
    search: Search,
    page: int,
    original: StoredPaper | None,
) -> str:
    """Return in HTML what was searched for, and which of the results are on this page."""
    if original is not None:
        subject = t.gettext("More like {title}")
        subject = subject.format(title=title(original, LONGEST_QUERY))
    else:
        subject = escape(f"“{_query(search.words)}”")

    n = len(search.paper_ids)
    # A full-text search ends at its limit, so that there may be more papers.
    has_more = n == fulltext.MOST
    total = t.gettext("over {n}").format(n=n) if has_more else str(n)
    text = t.ngettext(
        "{first}–{last} of {many} paper", "{first}–{last} of {many} papers", n
    )
    if n == 1:
        text = t.gettext("1 paper")

    start = page * PAGE_SIZE
    range_text = text.format(
        first=start + 1, last=min(start + PAGE_SIZE, n), many=total
    )
    return f"{subject} · {range_text}"


def _query(query: str) -> str:
    """Return a query to stand in quotation marks: of a quoted phrase its words alone."""
    phrase = QUOTED.fullmatch(query.strip())
    return clip(readable(phrase[1] if phrase else query), LONGEST_QUERY)


def _entry(number: int, hit: Hit, language: str) -> str:
    """Return a paper's title, facts, and the start of its abstract."""
    paper = hit.paper
    day = paper.publication_date
    facts = (
        escape(clip(names(paper.authors), LONGEST_NAMES)),
        written(day, "month", language) if day else "",
        f"▲ {paper.upvotes}" if paper.upvotes else "",
    )
    lines = (
        f"<b>{number} · {title(paper)}</b>",
        " · ".join(fact for fact in facts if fact),
        escape(whole_sentences(readable(paper.abstract), LONGEST_ABSTRACT)),
    )
    return "\n".join(line for line in lines if line)


def _hit_buttons(
    search: Search, page: int, number: int, hit: Hit
) -> list[InlineKeyboardButton]:
    """Return the buttons that rate, save and open a paper."""
    buttons = []
    for value in THUMBS:
        is_pressed = hit.value == value
        label = f"{THUMBS[value]} {number}" + (" ✓" if is_pressed else "")
        rate = SearchPage(
            search.id, page, "r", hit.paper.id, 0 if is_pressed else value
        )
        buttons.append(thumb(label, rate.data, value, pressed=is_pressed))

    save = SearchPage(search.id, page, "v", hit.paper.id, 0 if hit.saved else 1)
    label = "🔖 ✓" if hit.saved else "🔖"
    buttons.append(button(label, save.data, pressed=hit.saved))

    details = PaperAction(paper_ref(hit.paper.id), "o")
    buttons.append(button("⋯", details.data))
    return buttons


def _stand(
    t: Translation, search: Search, page: int, stands: bool | None
) -> list[list[InlineKeyboardButton]]:
    """Return the button that lets a search stand, or stops it."""
    if stands is None:
        return []
    return [[standing.stand_button(t, search.id, page, stands=stands)]]


def _page_buttons(search: Search, page: int) -> list[InlineKeyboardButton]:
    last_page = (len(search.paper_ids) - 1) // PAGE_SIZE
    buttons = []
    if page > 0:
        buttons.append(button("←", SearchPage(search.id, page - 1).data))
    if page < last_page:
        buttons.append(button("→", SearchPage(search.id, page + 1).data))
    return buttons


def _lesson(
    t: Translation,
    search: Search,
    page: int,
    rated_paper: RatedPaper,
    numbers: Mapping[int, int],
) -> tuple[str, list[InlineKeyboardButton]]:
    """Return what the bot learned from the last rating, and the button that undoes it."""
    receipt = rated_paper.receipt
    thumb = THUMBS[receipt.value or receipt.previous]
    mark = f"{thumb} {numbers[rated_paper.paper_id]}"
    text = lesson(t, receipt, mark)
    if not receipt.value:
        return text, []

    label = t.gettext("↩ Undo {mark}").format(mark=mark)
    undo = SearchPage(
        search.id, page, "r", rated_paper.paper_id, receipt.previous
    )
    return text, [button(label, undo.data)]
