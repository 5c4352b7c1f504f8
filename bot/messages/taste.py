"""The messages of `/taste`: the words and interests that the bot learned, to be corrected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.messages.buttons import close_button
from bot.messages.callback_data import (
    Picks,
    RatingList,
    Reset,
    TasteWord,
)
from bot.messages.paper_line import title
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.transport.screen import Screen, button, keyboard
from bot.transport.text import clip
from recommender.interests import MIN_LIKES
from recommender.papers import Paper

# Characters of a word in a line and in a button, and of a title.
LONGEST_WORD = 60
LONGEST_BUTTON_WORD = 30
LONGEST_TITLE = 60

# Blocks of a bar.
BLOCKS = 5

# The sign of each state of a word: more of it, less of it, muted.
SIGNS = {"+": "➕", "-": "➖", "m": "🔇"}

# The lists of words, as buttons name them: more of, less of, moved by the reader.
MORE = "?"
LESS = "<"
MOVED = "="
LISTS = (MORE, LESS, MOVED)

# The words of each list, in their order.
WordLists = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the taste.

    Attributes
    ----------
    term
        The word as the model spells it.
    surface
        The word as papers spell it.
    share
        Its weight as a share of the strongest word's; None to show no bar.
    state
        `+` for moved up, `-` for moved down, `m` for muted, `0` for as learned.

    """

    term: str
    surface: str
    share: float | None
    state: str


@dataclass(frozen=True, slots=True)
class Interest:
    """An interest: the word that names it, the number of its likes, and one of them."""

    word: Word
    likes: int
    example: Paper | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """What the screen of words shows.

    Attributes
    ----------
    likes, dislikes
        The numbers of ratings.
    more, less
        The words that raise and lower scores most.
    moved
        The other words that the reader moved.
    representatives
        Liked papers that stand for the taste.

    """

    likes: int
    dislikes: int
    more: Sequence[Word] = ()
    less: Sequence[Word] = ()
    moved: Sequence[Word] = ()
    representatives: Sequence[Paper] = ()


def words(t: Translation, taste: Taste, notes: Sequence[str] = ()) -> Screen:
    """Render the strongest words with buttons to move them, and the likes behind them."""
    heading = t.gettext("What I believe about your taste")
    counts = t.gettext("from {likes} 👍 and {dislikes} 👎").format(
        likes=taste.likes, dislikes=taste.dislikes
    )
    paragraphs = [f"<b>{escape(heading)}</b>\n{counts}"]

    lists = (
        (MORE, t.gettext("More of"), taste.more),
        (LESS, t.gettext("Less of"), taste.less),
        (MOVED, t.gettext("Moved by you"), taste.moved),
    )
    rows: list[Sequence[InlineKeyboardButton]] = []
    for list_name, list_heading, list_words in lists:
        lines = [escape(list_heading)]
        for number, word in enumerate(list_words, start=len(rows) + 1):
            lines.append(_word_line(word, number))
            rows.append(_word_buttons(word, number, "w", list_name))
        if list_words:
            paragraphs.append("\n".join(lines))

    if not taste.more and not taste.less:
        text = t.gettext("I have read too few papers yet to put it into words.")
        paragraphs.append(escape(text))
    if taste.representatives:
        paragraphs.append(_representatives(t, taste.representatives))
    paragraphs += map(escape, notes)

    rows += _navigation(t)
    return Screen("\n\n".join(paragraphs), keyboard(rows))


def interests(
    t: Translation,
    interests: Sequence[Interest],
    unassigned: int,
    notes: Sequence[str] = (),
) -> Screen:
    """Render the interests; `unassigned` is the number of likes that belong to none."""
    heading = t.gettext("Interests in your likes")
    paragraphs = [f"<b>{escape(heading)}</b>"]
    if not interests:
        paragraphs.append(escape(_no_interests(t, unassigned)))

    numbered = list(enumerate(interests, start=1))
    paragraphs += [
        _interest(t, number, interest) for number, interest in numbered
    ]

    if interests and unassigned:
        text = t.ngettext(
            "{n} like belongs to none of them.",
            "{n} likes belong to none of them.",
            unassigned,
        )
        paragraphs.append(escape(text.format(n=unassigned)))
    if interests:
        text = t.gettext("Each has a place of its own in your picks.")
        paragraphs.append(escape(text))
    paragraphs += map(escape, notes)

    rows = [
        _word_buttons(interest.word, number, "i", MORE)
        for number, interest in numbered
    ]
    return Screen("\n\n".join(paragraphs), keyboard([*rows, back_button(t)]))


def word_lists(markup: InlineKeyboardMarkup | None) -> WordLists:
    """Return the words that a message of this module shows, so that they keep their places."""
    terms: dict[str, list[str]] = {name: [] for name in LISTS}
    for row in markup.inline_keyboard if markup else ():
        press = TasteWord.parse(str(row[0].callback_data))
        if press is not None and press.state in terms:
            terms[press.state].append(press.term)

    return terms if any(terms.values()) else {}


def nothing_yet(t: Translation, notes: Sequence[str] = ()) -> Screen:
    """Say that nothing was rated yet, and what to do."""
    text = t.gettext(
        "I don't know your taste yet: you have rated nothing.\n\n"
        "Tap 👍 or 👎 under a few papers, and the words I learn from "
        "them appear here, for you to correct. /topics takes what "
        "you want in your own words."
    )
    paragraphs = map(escape, (*notes, text))
    picks = button(t.gettext("Show my picks →"), Picks().data)
    return Screen("\n\n".join(paragraphs), keyboard([[picks]]))


def occurrences_toast(
    t: Translation, term: str, likes: int, dislikes: int
) -> str:
    """Return the toast that says in how many rated papers a word occurs."""
    text = t.gettext(
        "“{term}” is in {likes} of your 👍 and {dislikes} of your 👎"
    )
    term = clip(term, LONGEST_WORD)
    return text.format(term=term, likes=likes, dislikes=dislikes)


def toast(t: Translation, term: str, state: str) -> str:
    """Return the toast that says which state a word has now."""
    texts = {
        "+": t.gettext("➕ more of “{term}”"),
        "-": t.gettext("➖ less of “{term}”"),
        "m": t.gettext("🔇 never “{term}”"),
        "0": t.gettext("“{term}” is back to what I learned"),
    }
    return texts[state].format(term=clip(term, LONGEST_WORD))


def too_many(t: Translation, limit: int) -> str:
    """Say that no more words can be moved."""
    text = t.gettext(
        "You have moved {n} words, which is as many as I can hold. "
        "Undo one first."
    )
    return text.format(n=limit)


def no_longer_wanted(t: Translation, term: str) -> str:
    """Say that a topic that is now muted was a wanted one."""
    text = t.gettext("“{topic}” is no longer among the topics you want.")
    return text.format(topic=clip(term, LONGEST_WORD))


def outdated(t: Translation) -> str:
    """Return the toast for a button whose word, rating or reset no longer exists."""
    return t.gettext("That has changed since. /taste shows how it is now.")


def back_button(t: Translation) -> list[InlineKeyboardButton]:
    """Return a row with the button that leads back to the words."""
    return [button(t.gettext("← Back"), TasteWord("w").data)]


def _word_line(word: Word, number: int) -> str:
    bar = f"{_bar(word.share)} " if word.share is not None else ""
    sign = f" {SIGNS[word.state]}" if word.state in SIGNS else ""
    return f"{number} · {bar}{escape(clip(word.surface, LONGEST_WORD))}{sign}"


def _bar(share: float) -> str:
    """Return a bar of blocks; at least one of them is full."""
    full = min(max(round(share * BLOCKS), 1), BLOCKS)
    return "▰" * full + "▱" * (BLOCKS - full)


def _word_buttons(
    word: Word, number: int, screen: str, list_name: str
) -> list[InlineKeyboardButton]:
    """Return the buttons of a word; a pressed one sets it back to what was learned."""
    label = f"{number} · {clip(word.surface, LONGEST_BUTTON_WORD)}"
    buttons = [button(label, TasteWord(screen, list_name, word.term).data)]

    for state, sign in SIGNS.items():
        is_pressed = word.state == state
        press = TasteWord(screen, "0" if is_pressed else state, word.term)
        label = f"{sign} ✓" if is_pressed else sign
        buttons.append(button(label, press.data, pressed=is_pressed))
    return buttons


def _no_interests(t: Translation, likes: int) -> str:
    """Say why the likes fall into no interests."""
    if likes >= MIN_LIKES:
        return t.gettext("Your likes are all of one kind, as far as I can see.")
    text = t.gettext(
        "None yet: once you have {n} likes, I check whether they "
        "fall into several kinds."
    )
    return text.format(n=MIN_LIKES)


def _interest(t: Translation, number: int, interest: Interest) -> str:
    n = interest.likes
    likes = t.ngettext("{n} like", "{n} likes", n).format(n=n)
    lines = [f"{_word_line(interest.word, number)} · {escape(likes)}"]
    if interest.example:
        lines.append(title(interest.example))
    return "\n".join(lines)


def _representatives(t: Translation, papers: Sequence[Paper]) -> str:
    text = t.ngettext(
        "Its most typical like",
        "Its most typical likes",
        len(papers),
    )
    lines = [escape(text)]
    lines += [f"· {title(paper, LONGEST_TITLE)}" for paper in papers]
    return "\n".join(lines)


def _navigation(t: Translation) -> list[list[InlineKeyboardButton]]:
    interests = button(t.gettext("Interests"), TasteWord("i").data)
    ratings = button(t.gettext("Ratings behind this"), RatingList(0).data)
    reset = button(t.gettext("Reset…"), Reset("x").data)
    close = close_button(t)
    return [[interests, ratings], [reset, close]]
