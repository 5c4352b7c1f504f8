"""The messages of `/sources`: where a reader's picks come from, and what else they may."""

from collections.abc import Collection, Sequence

from telegram import InlineKeyboardButton

from bot.markup import list_keys
from bot.messages.buttons import close_button
from bot.messages.source_buttons import (
    ChooseSource,
    JournalWords,
    SourcesPage,
)
from bot.messages.source_names import brand, label, name
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.picks.sources import ReaderSource
from bot.sources.crossref import Journal
from bot.sources.guarded import NOT_PUBLIC
from bot.storage.subscriptions import Addition, Limits, Subscription
from bot.transport.screen import Screen, button, grid, keyboard
from bot.transport.text import clip

# Characters of a name in a line and in a button, of an address, and of words.
LONGEST_NAME = 60
LONGEST_BUTTON = 40
LONGEST_ADDRESS = 80
LONGEST_WORDS = 60

# Sources that each have a row of their own; more would fill the screen.
MAX_WIDE = 6

# Bytes of a key in a button.
LONGEST_KEY = 58

# Papers of a week, in weekdays.
WEEKDAYS = 5

# The screen behind each kind of source, in the order of the buttons.
SCREENS = {
    list_keys.ARXIV: "a",
    list_keys.BIORXIV: "b",
    list_keys.MEDRXIV: "d",
    list_keys.JOURNAL: "j",
    list_keys.FEED: "f",
}


def sources(
    t: Translation,
    own: Sequence[ReaderSource],
    limits: Limits,
    *,
    common: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> Screen:
    """List the sources of a reader, with a button to drop each and those to add others.

    Parameters
    ----------
    common
        The keys of the lists that everybody gets beside their own.
    notes
        What the last tap or message did.

    """
    heading = escape(t.gettext("Your picks come from"))
    lines = [_line(t, source) for source in own]
    paragraphs = ["\n".join([f"<b>{heading}</b>", *lines])]
    if common:
        text = t.gettext("Everybody here gets {sources} as well.")
        names = ", ".join(map(name, common))
        paragraphs.append(escape(text.format(sources=names)))
    paragraphs += [*map(escape, notes), escape(_hint(t, limits))]

    subscriptions = [source.subscription for source in own]
    drop_buttons = [_drop_button(entry) for entry in subscriptions]
    rows = [
        *grid(drop_buttons, 1 if len(own) <= MAX_WIDE else 2),
        *grid(_add_buttons(t, subscriptions, limits), 3),
        [close_button(t)],
    ]
    return Screen("\n\n".join(paragraphs), keyboard(rows))


def journal_question(t: Translation) -> Screen:
    """Ask for a journal."""
    text = t.gettext(
        "Which journal? Write its name or its ISSN: “Nature Neuroscience” or 1097-6256."
    )
    return Screen(escape(text), keyboard([[back_button(t)]]))


def feed_question(t: Translation) -> Screen:
    """Ask for the address of a feed."""
    text = t.gettext(
        "Send me the address of an RSS or Atom feed, such as https://example.org/feed.xml. "
        "Its papers will be yours alone, and nobody else sees the address."
    )
    return Screen(escape(text), keyboard([[back_button(t)]]))


def no_address(t: Translation) -> Screen:
    """Say that a text is no address."""
    text = t.gettext(
        "That isn't a web address. A feed's address looks like "
        "https://example.org/feed.xml."
    )
    return Screen(escape(text), keyboard([[back_button(t)]]))


def reading(t: Translation) -> Screen:
    """Say that a feed is being read."""
    return Screen(escape(t.gettext("Reading the feed…")))


def unreadable(t: Translation, fault: str, *, passing: bool) -> Screen:
    """Say that there is no feed at an address, and what to do.

    A `passing` fault may be gone when it is tried again.
    """
    if passing:
        lines = [
            t.gettext("I couldn't read that address just now."),
            t.gettext("Send it again in a while: it may work then."),
        ]
    else:
        lines = [
            t.gettext("That address is not on the public internet.")
            if fault == NOT_PUBLIC
            else t.gettext("I couldn't read a feed at that address."),
            t.gettext(
                "I need the address of an RSS or Atom feed that anybody can open. Pages often "
                "link to theirs as RSS, Atom or Feed."
            ),
        ]
    return Screen(escape("\n".join(lines)), keyboard([[back_button(t)]]))


def journals(
    t: Translation,
    words: str,
    matches: Sequence[Journal],
    chosen: Collection[str],
) -> Screen:
    """List the journals that some words mean."""
    words = clip(words, LONGEST_WORDS)
    if not matches:
        text = t.gettext(
            "I found no journal named “{words}”. Try its full name, or its ISSN."
        )
        return Screen(
            escape(text.format(words=words)), keyboard([[back_button(t)]])
        )

    text = t.gettext("Journals named “{words}”. Which one do you want?")
    rows = [[_journal_button(journal, chosen)] for journal in matches]
    return Screen(
        escape(text.format(words=words)), keyboard([*rows, [back_button(t)]])
    )


def no_answer(t: Translation, words: str) -> Screen:
    """Say that Crossref, which knows the journals, gives no answer."""
    text = t.gettext(
        "Crossref, which knows the journals, doesn't answer. Try again in a minute."
    )
    rows = [[back_button(t)]]
    again = JournalWords(words)
    if again.fits:
        rows.insert(0, [button(t.gettext("Try again"), again.data)])
    return Screen(escape(text), keyboard(rows))


def nothing(t: Translation, words: str) -> Screen:
    """Say that no source is known by some words."""
    text = t.gettext(
        "I know no source named “{words}”. Try a field such as “robotics”, one of arXiv's "
        "codes such as cs.RO, or the address of a feed."
    )
    text = text.format(words=clip(words, LONGEST_WORDS))
    return Screen(escape(text), keyboard([[back_button(t)]]))


def addition(
    t: Translation,
    result: Addition,
    source: Subscription,
    limits: Limits,
    *,
    is_live: bool = True,
) -> str:
    """Say what became of a wish for a source; without `is_live`, no source is ever asked."""
    if result is Addition.ADDED and is_live:
        text = t.gettext("Added: {source}. Its papers are in your next picks.")
    elif result is Addition.ADDED:
        text = t.gettext(
            "Added: {source}. This trial has papers of its own, so nothing is fetched from it."
        )
    elif result is Addition.PRESENT:
        text = t.gettext("You have {source} already.")
    else:
        return refusal(t, result, list_keys.kind(source.key), limits)
    return text.format(source=clip(name(source.key, source), LONGEST_WORDS))


def refusal(t: Translation, result: Addition, kind: str, limits: Limits) -> str:
    """Say why a reader can't have another source of a kind."""
    is_feed = kind == list_keys.FEED
    if result is Addition.NOT_OFFERED:
        return t.gettext("Sources of that kind are not offered here.")
    if result is Addition.FULL:
        return t.gettext(
            "All readers together have as many sources as I can fetch, so there is room only "
            "for one that somebody reads already."
        )
    if is_feed:
        n = limits.feeds_of_reader
        text = t.ngettext(
            "You have {n} feed, which is as many as I can read for you. Drop it first.",
            "You have {n} feeds, which are as many as I can read for you. Drop one first.",
            n,
        )
    else:
        n = limits.categories_of_reader
        text = t.ngettext(
            "You have {n} category or journal, which is as many as one reader can have. "
            "Drop it first.",
            "You have {n} categories and journals, which are as many as one reader can have. "
            "Drop one first.",
            n,
        )
    return text.format(n=n)


def feed_added(t: Translation, feed: Subscription, n: int) -> str:
    """Say how many papers a new feed has."""
    text = t.ngettext(
        "Added: {feed}, with {n} paper now. It is on offer in your next picks.",
        "Added: {feed}, with {n} papers now. They are on offer in your next picks.",
        n,
    )
    return text.format(feed=clip(name(feed.key, feed), LONGEST_WORDS), n=n)


def dropped(t: Translation, source: Subscription) -> str:
    """Say that a source was dropped."""
    text = t.gettext("Dropped: {source}.")
    return text.format(source=clip(name(source.key, source), LONGEST_WORDS))


def added_toast(t: Translation) -> str:
    """Return the toast for a source that was added where its button shows it."""
    return t.gettext("Added to your sources")


def last_one(t: Translation) -> str:
    """Say why the last source stays."""
    return t.gettext(
        "That is your only source, so there would be no picks without it. Add another one first."
    )


def back_button(t: Translation) -> InlineKeyboardButton:
    """Return the button that leads back to the reader's sources."""
    return button(t.gettext("← Your sources"), SourcesPage("m").data)


def choice_key(key: str) -> str:
    """Return as much of a key as a button has room for."""
    return key.encode()[:LONGEST_KEY].decode(errors="ignore")


def _line(t: Translation, source: ReaderSource) -> str:
    """Return a line about a source: its name, its address, and how much it brings."""
    subscription = source.subscription
    title = clip(name(subscription.key, subscription), LONGEST_NAME)
    line = f"· {escape(title)}"
    rate = rate_text(t, source.papers_a_day)
    if rate:
        line = f"{line}, {escape(rate)}"
    if subscription.address:
        address = clip(subscription.address, LONGEST_ADDRESS)
        line = f"{line}\n  <code>{escape(address)}</code>"
    return line


def rate_text(t: Translation, papers_a_day: float | None) -> str:
    """Say how many papers come a day, or a week if they are few; empty if nobody knows."""
    if papers_a_day is None:
        return ""
    if papers_a_day >= 1:
        n = round(papers_a_day)
        text = t.ngettext("about {n} paper a day", "about {n} papers a day", n)
    else:
        n = max(round(papers_a_day * WEEKDAYS), 1)
        text = t.ngettext(
            "about {n} paper a week", "about {n} papers a week", n
        )
    return text.format(n=n)


def _hint(t: Translation, limits: Limits) -> str:
    """Say what can be written, by the kinds of sources that are offered."""
    if limits.kinds <= {list_keys.DAILY}:
        return t.gettext("Other sources are not offered here.")
    if list_keys.FEED in limits.kinds:
        return t.gettext(
            "Add more below, or write what you miss: a field such as “robotics”, "
            "a journal, or the address of a feed."
        )
    return t.gettext(
        "Add more below, or write what you miss: a field such as “robotics”."
    )


def _drop_button(subscription: Subscription) -> InlineKeyboardButton:
    text = clip(name(subscription.key, subscription), LONGEST_BUTTON)
    key = choice_key(subscription.key)
    return button(f"{text} ✕", ChooseSource("m", key, chosen=False).data)


def _add_buttons(
    t: Translation, own: Sequence[Subscription], limits: Limits
) -> list[InlineKeyboardButton]:
    """Return the buttons that add a source of each kind that is offered."""
    buttons = []
    keys = {subscription.key for subscription in own}
    if list_keys.DAILY in limits.kinds and list_keys.DAILY not in keys:
        daily = ChooseSource("m", list_keys.DAILY, chosen=True)
        buttons.append(button(f"➕ {name(list_keys.DAILY)}", daily.data))
    for kind, screen in SCREENS.items():
        if kind in limits.kinds:
            page = SourcesPage(screen)
            buttons.append(button(f"➕ {brand(t, kind)}", page.data))
    return buttons


def _journal_button(
    journal: Journal, chosen: Collection[str]
) -> InlineKeyboardButton:
    """Return the button that adds a journal, or drops one that the reader has."""
    key = list_keys.key(list_keys.JOURNAL, journal.issn)
    is_chosen = key in chosen
    text = label(
        " · ".join(filter(None, (journal.title, journal.publisher))),
        is_chosen=is_chosen,
    )
    choice = ChooseSource("j", key, chosen=not is_chosen)
    return button(text, choice.data, pressed=is_chosen)
