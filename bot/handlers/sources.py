"""`/sources`: the lists that picks come from, chosen by buttons, in words or by address."""

import asyncio

from telegram import Update

from bot.concurrency import apart
from bot.handlers import source_choice, source_view
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.markup import list_keys
from bot.messages import sources as screens
from bot.messages.callback_data import checksum
from bot.messages.source_buttons import (
    CategoryGroup,
    ChooseMatch,
    ChooseSource,
    JournalWords,
    SourcesPage,
)
from bot.picks import source_lookup, source_names
from bot.picks import sources as picks_sources
from bot.sources.crossref import Journal
from bot.sources.errors import SourceDown
from bot.storage import readers, subscriptions
from bot.storage.subscriptions import Addition, Subscription
from bot.transport import sender
from bot.transport.screen import Screen
from recommender.papers import title_key

# What a reader's next words name: any source, a journal, or a feed by its address.
DIALOGUE = "sources"
JOURNAL = "sources journal"
FEED = "sources feed"
DIALOGUES = {DIALOGUE, JOURNAL, FEED}


async def sources(_update: Update, context: Context) -> None:
    """Answer `/sources`: show the list, or add what the words after the command name."""
    await _set_dialogue(context, DIALOGUE)
    text = " ".join(context.args or ())
    if text:
        await answer(context, text)
    else:
        await context.send(await source_view.own(context))


async def answer(context: Context, text: str) -> None:
    """Add the source that words name, or list those that they may mean."""
    address = source_lookup.web_address(text)
    if address is not None:
        await _add_feed(context, address)
    else:
        await context.send(await _answer_words(context, text))


async def open_page(press: Press[SourcesPage], context: Context) -> None:
    """Show the reader's sources, or a page of others; ask for a journal or a feed."""
    await press.answer()
    dialogues = {"j": JOURNAL, "f": FEED}
    await _set_dialogue(context, dialogues.get(press.button.screen, DIALOGUE))
    await press.edit(
        await source_view.page(context, press.button.screen, press.button.page)
    )


async def open_group(press: Press[CategoryGroup], context: Context) -> None:
    """Show a page of the categories in a group of arXiv's."""
    await press.answer()
    button = press.button
    await press.edit(
        await source_view.group_page(context, button.group, button.page)
    )


async def choose(press: Press[ChooseSource], context: Context) -> None:
    """Add or drop a source, and show the screen of the button as it is then."""
    button = press.button
    if not button.chosen:
        await _drop(press, context)
    elif list_keys.kind(button.key) == list_keys.JOURNAL:
        await press.answer()
        await press.edit(
            await _add_journal(context, list_keys.name(button.key))
        )
    else:
        await _add(press, context)


async def choose_match(press: Press[ChooseMatch], context: Context) -> None:
    """Add or drop a source that words found."""
    button = press.button
    keys = source_names.all_keys()
    key = next((key for key in keys if checksum(key) == button.checksum), None)
    if key is None:
        await press.show(None)
        return

    await press.answer(
        await source_choice.add_category(context, key)
        if button.chosen
        else await source_choice.remove(context, key)
    )
    await press.edit(await source_view.matches(context, button.words))


async def search_journals(press: Press[JournalWords], context: Context) -> None:
    """Search the journals for the words of a button."""
    await press.answer()
    await press.edit(await _journals(context, press.button.words))


async def _answer_words(context: Context, text: str) -> Screen:
    """Return what words lead to: a question, the new list, or what they may mean."""
    dialogue = context.reader.dialogue
    issn = source_names.issn_of(text)
    code = source_names.code_of(text)
    if dialogue == FEED:
        return screens.no_address(context.t)
    if issn is not None:
        return await _add_journal(context, issn)
    if dialogue == JOURNAL:
        return await _journals(context, text)
    if code is not None:
        return await _add_code(context, code)
    return await _matches(context, text)


async def _matches(context: Context, text: str) -> Screen:
    """Return the categories and subjects that words mean, or the journals with that name."""
    kinds = context.runtime.limits.kinds
    if list_keys.JOURNAL not in kinds:
        return await source_view.matches(context, text)

    has_matches = await asyncio.to_thread(
        source_names.search, text, sorted(kinds), 1
    )
    if not has_matches:
        return await _journals(context, text)
    # A word alone is rather that of a field; a button leads to journals with it.
    is_long = len(text.split()) > 1
    journals = await _journals_named(context, text) if is_long else []
    if journals:
        return await _journal_screen(context, text, journals)
    return await source_view.matches(context, text)


async def _journals_named(context: Context, text: str) -> list[Journal]:
    """Return what a search for a journal's full name brings; nothing if it is no full name."""
    try:
        journals = await _find_journals(context, text)
    except SourceDown:
        return []

    titles = {title_key(journal.title) for journal in journals}
    return journals if title_key(text) in titles else []


async def _add_code(context: Context, code: str) -> Screen:
    """Add a category of arXiv; return the reader's sources with a note on that."""
    source = Subscription(key=list_keys.key(list_keys.ARXIV, code))
    result = await source_choice.add(context, source)
    return await source_view.own(
        context, [source_choice.note(context, result, source)]
    )


async def _add_journal(context: Context, issn: str) -> Screen:
    """Add the journal with an ISSN; return the reader's sources with a note on that."""
    limits = context.runtime.limits
    if list_keys.JOURNAL not in limits.kinds:
        note = screens.refusal(
            context.t, Addition.NOT_OFFERED, list_keys.JOURNAL, limits
        )
        return await source_view.own(context, [note])
    try:
        journals = await _find_journals(context, issn)
    except SourceDown:
        return screens.no_answer(context.t, issn)
    if not journals:
        return screens.journals(context.t, issn, [], ())

    source = Subscription(
        key=list_keys.key(list_keys.JOURNAL, journals[0].issn),
        name=journals[0].title[:256],
    )
    result = await source_choice.add(context, source)
    return await source_view.own(
        context, [source_choice.note(context, result, source)]
    )


async def _journals(context: Context, words: str) -> Screen:
    """Return the journals that some words mean."""
    try:
        journals = await _find_journals(context, words)
    except SourceDown:
        return screens.no_answer(context.t, words)
    return await _journal_screen(context, words, journals)


async def _journal_screen(
    context: Context, words: str, journals: list[Journal]
) -> Screen:
    keys = await asyncio.to_thread(_own_keys, context)
    return screens.journals(context.t, words, journals, keys)


async def _find_journals(context: Context, words: str) -> list[Journal]:
    runtime = context.runtime
    return await apart(
        source_lookup.find_journals, runtime.endpoints, words, runtime.clock()
    )


async def _add_feed(context: Context, address: str) -> None:
    """Read the feed at an address and add it; a note says meanwhile that it is read."""
    note = await context.send(screens.reading(context.t))
    screen = await _feed_screen(context, address)
    await sender.edit(
        context.bot, context.reader.chat_id, note.message_id, screen
    )


async def _feed_screen(context: Context, address: str) -> Screen:
    runtime, t = context.runtime, context.t
    try:
        result = await apart(
            picks_sources.add_feed,
            runtime.database,
            runtime.catalogue,
            runtime.endpoints,
            context.reader,
            address,
            now=runtime.clock(),
            limits=runtime.limits,
        )
    except SourceDown as down:
        return screens.unreadable(t, down.why, passing=down.passing)

    source = Subscription(key=list_keys.FEED, name=result.name, address=address)
    if result.addition is Addition.ADDED:
        note = screens.feed_added(t, source, result.papers)
    else:
        note = source_choice.note(context, result.addition, source)
    return await source_view.own(context, [note])


async def _add(press: Press[ChooseSource], context: Context) -> None:
    """Add the category or subject of a button."""
    key = source_names.by_beginning(press.button.key)
    # Only its address makes somebody a subscriber of a feed.
    if key is None or list_keys.kind(key) == list_keys.FEED:
        await press.show(None)
        return

    await press.answer(await source_choice.add_category(context, key))
    await press.edit(
        await source_view.page_with(context, press.button.screen, key)
    )


async def _drop(press: Press[ChooseSource], context: Context) -> None:
    """Drop the source of a button, unless it is the last one."""
    source = await asyncio.to_thread(_own_source, context, press.button.key)
    if source is None:
        # It is gone already, as the button wants it.
        await press.answer()
        key = press.button.key
        await press.edit(
            await source_view.page_with(context, press.button.screen, key)
        )
        return

    toast = await source_choice.remove(context, source.key)
    await press.answer(toast)
    if press.button.screen == "m" and toast is None:
        note = screens.dropped(context.t, source)
        await press.edit(await source_view.own(context, [note]))
    else:
        await press.edit(
            await source_view.page_with(
                context, press.button.screen, source.key
            )
        )


def _own_source(context: Context, key: str) -> Subscription | None:
    """Return the reader's source with a key, of which a button may have but the beginning."""
    own = subscriptions.of_reader(context.runtime.database, context.reader.id)
    return next(
        (source for source in own if screens.choice_key(source.key) == key),
        None,
    )


def _own_keys(context: Context) -> set[str]:
    return picks_sources.keys_of(context.runtime.database, context.reader.id)


async def _set_dialogue(context: Context, dialogue: str) -> None:
    """Note what the reader's next words name."""
    if context.reader.dialogue == dialogue:
        return
    reader = await asyncio.to_thread(
        readers.change,
        context.runtime.database,
        context.reader.id,
        dialogue=dialogue,
    )
    context.reader_or_none = reader or context.reader
