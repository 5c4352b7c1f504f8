"""The pages of categories and subjects that readers choose from, and those that words find."""

from collections.abc import Collection, Sequence

from telegram import InlineKeyboardButton

from bot.messages.callback_data import checksum
from bot.messages.source_buttons import (
    CategoryGroup,
    ChooseMatch,
    ChooseSource,
    JournalWords,
    SourcesPage,
)
from bot.messages.source_names import brand, group, label, name, short_name
from bot.messages.sources import SCREENS, back_button, choice_key
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.transport.screen import Screen, button, grid, keyboard
from bot.transport.text import clip

# Categories on one page.
PAGE_SIZE = 10

# Characters of words, and their bytes in a button.
LONGEST_WORDS = 60
MAX_BYTES = 47


def page_of(keys: Sequence[str], key: str) -> int:
    """Return the page on which a key stands among others."""
    return keys.index(key) // PAGE_SIZE if key in keys else 0


def groups(t: Translation, codes: Sequence[str]) -> Screen:
    """List the groups of arXiv's categories."""
    text = t.gettext(
        "Which part of arXiv? You can also write it: “robots”, or cs.RO."
    )
    buttons = [
        button(group(t, code), CategoryGroup(code).data) for code in codes
    ]
    return Screen(escape(text), keyboard([*grid(buttons, 2), [back_button(t)]]))


def group_page(
    t: Translation,
    code: str,
    keys: Sequence[str],
    page: int,
    chosen: Collection[str],
) -> Screen:
    """List a page of the categories in a group."""
    text = t.gettext("arXiv, {group}: a tap adds a category, another drops it.")
    turn = [
        button(text, CategoryGroup(code, number).data)
        for text, number in _neighbours(t, keys, page)
    ]
    groups = button(t.gettext("← All of arXiv"), SourcesPage("a").data)
    rows = [*_choices("g", _slice(keys, page), chosen), turn]
    return Screen(
        escape(text.format(group=group(t, code))),
        keyboard([*rows, [groups, back_button(t)]]),
    )


def subjects(
    t: Translation,
    server: str,
    keys: Sequence[str],
    page: int,
    chosen: Collection[str],
) -> Screen:
    """List a page of the subjects of bioRxiv or medRxiv."""
    text = t.gettext("{server}: a tap adds a subject, another drops it.")
    turn = [
        button(text, SourcesPage(SCREENS[server], number).data)
        for text, number in _neighbours(t, keys, page)
    ]
    rows = [*_choices("p", _slice(keys, page), chosen), turn]
    return Screen(
        escape(text.format(server=brand(t, server))),
        keyboard([*rows, [back_button(t)]]),
    )


def matches(
    t: Translation,
    words: str,
    keys: Sequence[str],
    chosen: Collection[str],
    *,
    with_journals: bool,
) -> Screen:
    """List the categories and subjects that some words mean."""
    text = t.gettext("Sources for “{words}”: a tap adds one, another drops it.")
    rows = [[_match_button(key, words, chosen)] for key in keys]
    journals = JournalWords(words)
    if with_journals and journals.fits:
        text_of_journals = t.gettext("🔎 Journals of that name")
        rows.append([button(text_of_journals, journals.data)])
    return Screen(
        escape(text.format(words=clip(words, LONGEST_WORDS))),
        keyboard([*rows, [back_button(t)]]),
    )


def clip_words(words: str) -> str:
    """Return as many of the words of a search as its buttons have room for."""
    return words.encode()[:MAX_BYTES].decode(errors="ignore")


def _slice(keys: Sequence[str], page: int) -> Sequence[str]:
    return keys[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]


def _neighbours(
    t: Translation, keys: Sequence[str], page: int
) -> list[tuple[str, int]]:
    """Return the texts and numbers of the pages before and after one."""
    pages = []
    if page > 0:
        pages.append((t.gettext("← Back"), page - 1))
    if (page + 1) * PAGE_SIZE < len(keys):
        pages.append((t.gettext("More…"), page + 1))
    return pages


def _choices(
    screen: str, keys: Sequence[str], chosen: Collection[str]
) -> list[list[InlineKeyboardButton]]:
    """Return a row for each category or subject."""
    rows = []
    for key in keys:
        is_chosen = key in chosen
        choice = ChooseSource(screen, choice_key(key), chosen=not is_chosen)
        text = label(short_name(key), is_chosen=is_chosen)
        rows.append([button(text, choice.data, pressed=is_chosen)])
    return rows


def _match_button(
    key: str, words: str, chosen: Collection[str]
) -> InlineKeyboardButton:
    is_chosen = key in chosen
    choice = ChooseMatch(checksum(key), clip_words(words), chosen=not is_chosen)
    text = label(name(key), is_chosen=is_chosen)
    return button(text, choice.data, pressed=is_chosen)
