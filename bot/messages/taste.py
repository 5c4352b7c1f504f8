"""A reader's taste: its words and interests with buttons to move them, and what stands for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.messages import callback_data
from bot.messages.paper_line import title
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.transport.screen import Screen, button, keyboard
from bot.transport.text import clip
from recommender.interests import MIN_LIKES
from recommender.papers import Paper

# Of a bar.
BLOCKS = 5
SIGNS = {"+": "➕", "-": "➖", "m": "🔇"}
# Of the words, as their buttons name them.
MORE, LESS, MOVED = LISTS = (
    "?",
    "<",
    "=",
)
# The words of each list, in their order.
Rows = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Line:
    """A word of the taste, as papers write it: its share of the strongest, and its state.

    `term` is how the model knows it, `share` None without a bar, `state` `+`, `-`, `m` (muted)
    or `0`.
    """

    term: str
    written: str
    share: float | None
    state: str


@dataclass(frozen=True, slots=True)
class Found:
    """An interest found in the likes: its name, how many likes it has, and one of them."""

    line: Line
    likes: int
    example: Paper | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """All that the screen of words shows; `moved` are words that stand in neither list above."""

    likes: int
    dislikes: int
    more: Sequence[Line] = ()
    less: Sequence[Line] = ()
    moved: Sequence[Line] = ()
    standing: Sequence[Paper] = ()


def words(t: Translation, seen: Taste, notes: Sequence[str] = ()) -> Screen:
    """Render the strongest words, and the likes that stand for them."""
    counts = t.gettext("from {likes} 👍 and {dislikes} 👎")
    counts = counts.format(likes=seen.likes, dislikes=seen.dislikes)
    head = f"<b>{escape(t.gettext('What I believe about your taste'))}</b>\n{counts}"
    lists = {
        t.gettext("More of"): seen.more,
        t.gettext("Less of"): seen.less,
        t.gettext("Moved by you"): seen.moved,
    }
    number, parts = 1, [head]
    for name, lines in lists.items():
        if lines:
            told = [
                _line(line, place) for place, line in enumerate(lines, number)
            ]
            parts.append("\n".join([escape(name), *told]))
            number += len(lines)
    if not seen.more and not seen.less:
        parts.append(
            escape(
                t.gettext(
                    "I have read too few papers yet to put it into words."
                )
            )
        )
    parts += _standing(t, seen.standing)
    parts += [escape(note) for note in notes]
    named = zip(LISTS, (seen.more, seen.less, seen.moved), strict=True)
    all_of_them = [(name, line) for name, some in named for line in some]
    rows = [
        _row(line, place, "w", name)
        for place, (name, line) in enumerate(all_of_them, 1)
    ]
    return Screen("\n\n".join(parts), keyboard([*rows, *_doors(t)]))


def interests(
    t: Translation,
    found: Sequence[Found],
    alone: int,
    notes: Sequence[str] = (),
) -> Screen:
    """Render the interests; `alone` likes belong to none of them."""
    parts = [f"<b>{escape(t.gettext('Interests in your likes'))}</b>"]
    if not found and alone >= MIN_LIKES:
        parts.append(
            escape(
                t.gettext(
                    "Your likes are all of one kind, as far as I can see."
                )
            )
        )
    elif not found:
        text = t.gettext(
            "None yet: from {n} likes on I look whether they fall into several kinds."
        )
        parts.append(escape(text.format(n=MIN_LIKES)))
    parts += [_interest(t, place, each) for place, each in enumerate(found, 1)]
    if found and alone:
        text = t.ngettext(
            "{n} like belongs to none of them.",
            "{n} likes belong to none of them.",
            alone,
        )
        parts.append(escape(text.format(n=alone)))
    if found:
        parts.append(
            escape(t.gettext("Each has a place of its own in your picks."))
        )
    parts += [escape(note) for note in notes]
    rows = [
        _row(each.line, place, "i", MORE) for place, each in enumerate(found, 1)
    ]
    return Screen("\n\n".join(parts), keyboard([*rows, back(t)]))


def rows(markup: InlineKeyboardMarkup | None) -> Rows:
    """Return the words that a message of this module shows, so that they can stay in place."""
    terms: dict[str, list[str]] = {name: [] for name in LISTS}
    for row in markup.inline_keyboard if markup else ():
        data = str(row[0].callback_data)
        word = callback_data.TasteWord.parse(data)
        if word is not None and word.state in terms:
            terms[word.state].append(word.term)
    return terms if any(terms.values()) else {}


def nothing_yet(t: Translation, notes: Sequence[str] = ()) -> Screen:
    """Say what to do for a taste to appear."""
    text = t.gettext(
        "I don't know your taste yet: you have rated nothing.\n\n"
        "Tap 👍 or 👎 under a few papers, and the words I learn from them stand here, "
        "for you to correct. /topics takes what you want in your own words."
    )
    parts = [escape(part) for part in (*notes, text)]
    picks = [button(t.gettext("Show my picks →"), callback_data.Picks().data)]
    return Screen("\n\n".join(parts), keyboard([picks]))


def where(t: Translation, term: str, likes: int, dislikes: int) -> str:
    """Say, as a blink, in how many of the rated papers a word stands."""
    text = t.gettext(
        "“{term}” stands in {likes} of your 👍 and {dislikes} of your 👎"
    )
    return text.format(term=clip(term, 60), likes=likes, dislikes=dislikes)


def toast(t: Translation, term: str, state: str) -> str:
    """Return the blink after a tap on a word's button."""
    texts = {
        "+": t.gettext("➕ more of “{term}”"),
        "-": t.gettext("➖ less of “{term}”"),
        "m": t.gettext("🔇 never “{term}”"),
        "0": t.gettext("“{term}” is as I learned it"),
    }
    return texts[state].format(term=clip(term, 60))


def too_many(t: Translation, most: int) -> str:
    """Say that no more words can be moved."""
    text = t.gettext(
        "{n} moved words are as many as I can keep apart. Take one back first."
    )
    return text.format(n=most)


def no_longer_wanted(t: Translation, term: str) -> str:
    """Say that a topic that is muted now was wanted before."""
    text = t.gettext("“{topic}” is no longer among the topics you want.")
    return text.format(topic=clip(term, 60))


def outdated(t: Translation) -> str:
    """Answer a button whose word, rating or reset is not there any more."""
    return t.gettext("That is no longer so. /taste shows how it is now.")


def back(t: Translation) -> list[InlineKeyboardButton]:
    """Return the button that leads back to the words."""
    return [button(t.gettext("← Back"), callback_data.TasteWord("w").data)]


def _line(line: Line, place: int) -> str:
    mark = f" {SIGNS[line.state]}" if line.state in SIGNS else ""
    bar = f"{_bar(line.share)} " if line.share is not None else ""
    return f"{place} · {bar}{escape(clip(line.written, 60))}{mark}"


def _bar(share: float) -> str:
    full = min(max(round(share * BLOCKS), 1), BLOCKS)
    return "▰" * full + "▱" * (BLOCKS - full)


def _row(
    line: Line, place: int, screen: str, name: str
) -> list[InlineKeyboardButton]:
    """Return a word's buttons; a pressed one asks for the word to be let be."""
    label = button(
        f"{place} · {clip(line.written, 30)}",
        callback_data.TasteWord(screen, name, line.term).data,
    )
    signs = []
    for state, sign in SIGNS.items():
        pressed = line.state == state
        data = callback_data.TasteWord(
            screen, "0" if pressed else state, line.term
        ).data
        signs.append(
            button(f"{sign} ✓" if pressed else sign, data, pressed=pressed)
        )
    return [label, *signs]


def _interest(t: Translation, place: int, each: Found) -> str:
    likes = t.ngettext("{n} like", "{n} likes", each.likes).format(n=each.likes)
    head = f"{_line(each.line, place)} · {escape(likes)}"
    return f"{head}\n{title(each.example)}" if each.example else head


def _standing(t: Translation, papers: Sequence[Paper]) -> list[str]:
    if not papers:
        return []
    text = t.ngettext(
        "The like that stands for it",
        "The likes that stand for it",
        len(papers),
    )
    return [
        "\n".join(
            [escape(text), *(f"· {title(paper, 60)}" for paper in papers)]
        )
    ]


def _doors(t: Translation) -> list[list[InlineKeyboardButton]]:
    return [
        [
            button(t.gettext("Interests"), callback_data.TasteWord("i").data),
            button(
                t.gettext("Ratings behind this"),
                callback_data.RatingList(0).data,
            ),
        ],
        [
            button(t.gettext("Reset…"), callback_data.Reset("x").data),
            button(t.gettext("Close"), callback_data.Close().data),
        ],
    ]
