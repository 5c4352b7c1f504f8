"""What a search found: pages of papers, with buttons each; and what to try where nothing was."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from babel.dates import format_date
from telegram import InlineKeyboardButton

from bot.messages import callback_data
from bot.messages.paper_line import title
from bot.messages.receipt import THUMBS, lesson
from bot.messages.text import escape, names, readable, whole_sentences
from bot.messages.translation import Translation, locale
from bot.storage.fulltext import MOST
from bot.storage.receipts import Receipt
from bot.storage.searches import Hit, Search
from bot.transport.screen import Screen, button, keyboard, thumb
from bot.transport.text import clip
from recommender.papers import StoredPaper

A_PAGE = 5
LONGEST_NAMES, LONGEST_LINE, LONGEST_WORDS = 60, 110, 80


class Rated(NamedTuple):
    """A paper that was just rated, and what that taught."""

    paper_id: int
    receipt: Receipt


def results(
    t: Translation,
    search: Search,
    page: int,
    hits: Sequence[Hit],
    language: str,
    *,
    like: StoredPaper | None = None,
    rated: Rated | None = None,
) -> Screen:
    """Render a page of what was found; `like` is the paper that these are like."""
    numbers = {
        paper_id: number
        for number, paper_id in enumerate(search.paper_ids, start=1)
    }
    numbered = [(numbers[hit.paper.id], hit) for hit in hits]
    parts = [f"<b>{_head(t, search, page, like)}</b>"]
    parts += [_entry(number, hit, language) for number, hit in numbered]
    rows = [_row(search, page, number, hit) for number, hit in numbered]
    rows.append(_turns(search, page))
    if rated is not None:
        text, undo = _lesson(t, search, page, rated, numbers)
        parts.append(text)
        rows.append(undo)
    rows.append([button(t.gettext("Close"), callback_data.Close().data)])
    return Screen("\n\n".join(parts), keyboard(rows))


def ask(t: Translation) -> Screen:
    """Ask for words."""
    return Screen(
        t.gettext(
            "What are you looking for? Write a few words of a title, an abstract or an author's "
            "name: “state space models”."
        )
    )


def too_long(t: Translation) -> Screen:
    """Answer a wall of text."""
    return Screen(
        t.gettext(
            "That is a lot to look for. A few words find more; which ones?"
        )
    )


def says_nothing(t: Translation) -> Screen:
    """Answer what holds no word, or none that tells one paper from another."""
    text = t.gettext(
        "Those words stand in every paper, or in none. Which subject do you mean?"
    )
    return Screen(text)


def nothing(
    t: Translation,
    written: str,
    unknown: Sequence[str],
    fewer: Sequence[Sequence[str]],
    meant: Sequence[str] = (),
) -> Screen:
    """Say that no paper holds all the words; name those that none holds, and offer fewer words.

    First comes what was probably `meant`.
    """
    if unknown:
        text = t.ngettext(
            "No paper I have says “{words}”.",
            "No paper I have says any of these: “{words}”.",
            len(unknown),
        )
        text = text.format(words=clip("”, “".join(unknown), LONGEST_WORDS))
    else:
        text = t.gettext("No paper I have says all of “{words}”.")
        text = text.format(words=_words(written))
    if meant:
        asked = t.gettext("Did you mean “{words}”?").format(
            words=_words(" ".join(meant))
        )
        text = f"{text}\n{asked}"
    rows = []
    for words in [meant, *fewer]:
        search = callback_data.SearchWords(" ".join(words))
        if search.fits:
            rows.append([button(f"🔎 {clip(search.words, 40)}", search.data)])
    topic = callback_data.EditTopic("+", written)
    if topic.fits:
        rows.append([button(t.gettext("➕ I want more of it"), topic.data)])
    rows.append([button(t.gettext("Close"), callback_data.Close().data)])
    return Screen(escape(text), keyboard(rows))


def not_here(t: Translation, arxiv_id: str) -> Screen:
    """Say that a paper is not stored, and how to bring it."""
    text = t.gettext(
        "I don't have {paper} yet. Send me its link by itself: I'll look it up, "
        "and count it as a 👍."
    )
    return Screen(escape(text.format(paper=arxiv_id)))


def nothing_like(t: Translation, paper: StoredPaper) -> Screen:
    """Say that no stored paper is close to another one."""
    text = t.gettext("I have no other paper close to {title}")
    close = [button(t.gettext("Close"), callback_data.Close().data)]
    return Screen(text.format(title=title(paper)), keyboard([close]))


def all_muted(t: Translation, written: str) -> Screen:
    """Say that whatever was found is about what the reader mutes."""
    text = t.gettext(
        "All papers that say “{words}” are about a topic you mute. /topics lists them."
    )
    return Screen(escape(text.format(words=_words(written))))


def old(t: Translation) -> str:
    """Answer a button under a search that is kept no longer."""
    return t.gettext("This search is an old one. /search looks again.")


def _head(
    t: Translation, search: Search, page: int, like: StoredPaper | None
) -> str:
    n, first = len(search.paper_ids), page * A_PAGE + 1
    if like is not None:
        about = t.gettext("More like {title}").format(
            title=title(like, LONGEST_WORDS)
        )
    else:
        about = escape(f"“{_words(search.words)}”")
    many = t.gettext("over {n}").format(n=n) if n == MOST else str(n)
    text = t.ngettext(
        "{first}–{last} of {many} paper", "{first}–{last} of {many} papers", n
    )
    if n == 1:
        text = t.gettext("1 paper")
    counted = text.format(
        first=first, last=min(first + A_PAGE - 1, n), many=many
    )
    return f"{about} · {counted}"


def _words(written: str) -> str:
    return clip(readable(written), LONGEST_WORDS)


def _entry(number: int, hit: Hit, language: str) -> str:
    paper = hit.paper
    day = paper.publication_date
    facts = (
        escape(clip(names(paper.authors), LONGEST_NAMES)),
        format_date(day, "MMM y", locale=locale(language)) if day else "",
        f"▲ {paper.upvotes}" if paper.upvotes else "",
    )
    about = escape(whole_sentences(readable(paper.abstract), LONGEST_LINE))
    lines = (
        f"<b>{number} · {title(paper)}</b>",
        " · ".join(fact for fact in facts if fact),
        about,
    )
    return "\n".join(line for line in lines if line)


def _row(
    search: Search, page: int, number: int, hit: Hit
) -> list[InlineKeyboardButton]:
    paper_id = hit.paper.id
    thumbs = [
        thumb(
            f"{THUMBS[value]} {number}" + (" ✓" if hit.value == value else ""),
            callback_data.SearchPage(
                search.id,
                page,
                "r",
                paper_id,
                0 if hit.value == value else value,
            ).data,
            value,
            pressed=hit.value == value,
        )
        for value in THUMBS
    ]
    keep = callback_data.SearchPage(
        search.id, page, "v", paper_id, 0 if hit.saved else 1
    ).data
    more = callback_data.PaperAction(
        callback_data.paper_ref(paper_id), "o"
    ).data
    kept = button("🔖 ✓" if hit.saved else "🔖", keep, pressed=hit.saved)
    return [*thumbs, kept, button("⋯", more)]


def _turns(search: Search, page: int) -> list[InlineKeyboardButton]:
    last = (len(search.paper_ids) - 1) // A_PAGE
    back = (
        [button("←", callback_data.SearchPage(search.id, page - 1).data)]
        if page > 0
        else []
    )
    on = (
        [button("→", callback_data.SearchPage(search.id, page + 1).data)]
        if page < last
        else []
    )
    return back + on


def _lesson(
    t: Translation,
    search: Search,
    page: int,
    rated: Rated,
    numbers: Mapping[int, int],
) -> tuple[str, list[InlineKeyboardButton]]:
    """Return what the last rating taught, and the button that takes it back."""
    receipt = rated.receipt
    thumb = THUMBS[receipt.value or receipt.previous]
    mark = f"{thumb} {numbers[rated.paper_id]}"
    text = lesson(t, receipt, mark)
    if not receipt.value:
        return text, []
    undo = callback_data.SearchPage(
        search.id, page, "r", rated.paper_id, receipt.previous
    )
    label = t.gettext("↩ Undo {mark}").format(mark=mark)
    return text, [button(label, undo.data)]
