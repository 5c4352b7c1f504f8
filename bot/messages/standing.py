"""What readers see of standing searches: new papers below a digest, and the buttons for them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton

from bot.messages import standing_buttons
from bot.messages.paper_line import title
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.storage.standing import MOST, Match, StandingSearch
from bot.transport.screen import button
from bot.transport.text import clip, seen_len

# Titles below a digest; the other papers are behind a button.
MAX_LINES = 10

# Characters of a title, of a search in a heading, and of one in a button.
LONGEST_TITLE = 90
LONGEST_WORDS = 60
LONGEST_BUTTON_WORDS = 30


@dataclass(frozen=True, slots=True)
class Block:
    """The lines below a digest; `shown` of its matches have one."""

    text: str = ""
    shown: int = 0


def block(t: Translation, matches: Sequence[Match], room: int) -> Block:
    """Name new papers of standing searches, as many as the room has place for."""
    for shown in range(min(len(matches), MAX_LINES), 0, -1):
        text = _text(t, in_turn(matches)[:shown])
        if seen_len(text) <= room:
            return Block(text, shown)
    return Block()


def in_turn(matches: Sequence[Match]) -> list[Match]:
    """Return the first paper of each search, then the second ones: no search fills the block."""
    counts = Counter[str]()
    ranks = []
    for match in matches:
        ranks.append(counts[match.words])
        counts[match.words] += 1

    order = sorted(range(len(matches)), key=ranks.__getitem__)
    return [matches[place] for place in order]


def more_button(
    t: Translation, digest_id: int, shown: int, total: int
) -> InlineKeyboardButton:
    """Return the button for the new papers that have no line."""
    text = t.ngettext("🔔 {n} more", "🔔 {n} more", total - shown)
    more = standing_buttons.MoreMatches(digest_id, shown)
    return button(text.format(n=total - shown), more.data)


def stand_button(
    t: Translation, search_id: int, page: int, *, stands: bool
) -> InlineKeyboardButton:
    """Return the button below a search that lets it stand, or stops it."""
    text = (
        t.gettext("🔕 Stop telling me")
        if stands
        else t.gettext("🔔 Tell me of new ones")
    )
    stand = standing_buttons.StandSearch(search_id, page, stands=not stands)
    return button(text, stand.data)


def toast(t: Translation, *, stands: bool) -> str:
    """Say what a press of the button did."""
    if stands:
        return t.gettext("I'll name new ones below your daily picks.")
    return t.gettext("I won't tell you of new ones any more.")


def too_many(t: Translation) -> str:
    """Say that the reader has as many searches as can stand."""
    text = t.gettext(
        "I watch {n} searches for you, and that is all I can. Stop one in /topics first."
    )
    return text.format(n=MOST)


def list_line(t: Translation, searches: Sequence[StandingSearch]) -> str:
    """Name the standing searches in one line of `/topics`; empty if there are none."""
    if not searches:
        return ""
    names = [clip(search.words, LONGEST_WORDS) for search in searches]
    text = t.gettext("🔔 I tell you of new papers for: {searches}")
    return escape(text.format(searches=" · ".join(names)))


def stop_button(search: StandingSearch) -> InlineKeyboardButton:
    """Return the button of `/topics` that stops a search."""
    label = f"🔔 {clip(search.words, LONGEST_BUTTON_WORDS)} ✕"
    return button(label, standing_buttons.StopSearch(search.id).data)


def _text(t: Translation, matches: Sequence[Match]) -> str:
    heading = t.gettext("New for {search}:")
    groups = []
    for words in dict.fromkeys(match.words for match in matches):
        lines = [f"<b>{escape(heading.format(search=quoted(words)))}</b>"]
        lines += [
            f"· {title(match.paper, LONGEST_TITLE)}"
            for match in matches
            if match.words == words
        ]
        groups.append("\n".join(lines))
    return "\n\n".join(groups)


def quoted(words: str) -> str:
    """Return a search in quotation marks, unless it has some itself."""
    text = clip(words, LONGEST_WORDS)
    return text if text.startswith(('"', "“", "„", "«")) else f"“{text}”"
