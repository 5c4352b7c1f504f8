"""`/search`, and more papers like one: shown in pages, rated and saved in place."""

import asyncio

from telegram import Update

from bot.handlers import search_view
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.markup import references as reading
from bot.messages import intents, receipt, replies
from bot.messages import saved as saved_screens
from bot.messages import search as screens
from bot.messages import standing as standing_screens
from bot.messages.callback_data import SearchPage, SearchWords
from bot.messages.search import PAGE_SIZE, RatedPaper
from bot.messages.standing_buttons import StandSearch
from bot.picks import fitting, learning, literal, lookup
from bot.picks import search as finding
from bot.storage import (
    fulltext,
    papers,
    readers,
    saves,
    searches,
    standing,
)
from bot.storage.searches import Search
from bot.transport.screen import Screen
from recommender.papers import StoredPaper

DIALOGUE = "search"


async def search(_update: Update, context: Context) -> None:
    """Answer `/search`: search for the words after the command, or ask for some."""
    text = " ".join(context.args or ())
    if text:
        await answer(context, text)
    else:
        await _set_dialogue(context, DIALOGUE)
        await context.send(screens.question(context.t))


async def answer(context: Context, text: str) -> None:
    """Search for what a reader typed; if it can't be searched for, their next words may be."""
    refusal = _refusal(context, text)
    await _set_dialogue(context, DIALOGUE if refusal else "")
    if refusal is not None:
        await context.send(refusal)
    else:
        await context.send(await asyncio.to_thread(_results, context, text))


async def search_again(press: Press[SearchWords], context: Context) -> None:
    """Search for the words of a button, in the message that has it."""
    await press.answer()
    text = press.button.words
    screen = _refusal(context, text)
    if screen is None:
        screen = await asyncio.to_thread(_results, context, text)
    await press.edit(screen)


async def turn_page(press: Press[SearchPage], context: Context) -> None:
    """Turn a page of a search, or rate or save a paper on it."""
    button = press.button
    results = await asyncio.to_thread(
        searches.read,
        context.runtime.database,
        context.reader.id,
        button.search_id,
    )
    if results is None or button.page * PAGE_SIZE >= len(results.paper_ids):
        await press.answer(screens.outdated(context.t))
        return
    toast = None
    rated_paper = None
    if button.mark:
        paper = await asyncio.to_thread(
            _paper, context, results, button.paper_id
        )
        if paper is None:
            await press.show(None)
            return
        if button.mark == "r":
            toast, rated_paper = await asyncio.to_thread(
                _rate, context, paper, button.value
            )
        else:
            toast = await asyncio.to_thread(_save, context, paper, button.value)
    await press.answer(toast)
    # A rating that came twice changes nothing in the message.
    if button.mark == "r" and rated_paper is None:
        return
    screen = await asyncio.to_thread(
        search_view.page, context, results, button.page, rated_paper
    )
    await press.edit(screen)


async def stand(press: Press[StandSearch], context: Context) -> None:
    """Let a search stand, or stop it, and show that on its page."""
    button, t = press.button, context.t
    results = await asyncio.to_thread(
        searches.read,
        context.runtime.database,
        context.reader.id,
        button.search_id,
    )
    if results is None:
        await press.answer(screens.outdated(t))
        return
    stood = await asyncio.to_thread(
        _stand, context, results, stands=button.stands
    )
    toast = standing_screens.toast(t, stands=button.stands)
    await press.answer(toast if stood else standing_screens.too_many(t))
    screen = await asyncio.to_thread(_page, context, results, button.page)
    await press.edit(screen)


def _stand(context: Context, results: Search, *, stands: bool) -> bool:
    """Let a search stand, or stop it; return False if too many stand."""
    runtime, reader_id = context.runtime, context.reader.id
    database, now = runtime.database, runtime.clock()
    if stands:
        return standing.add(database, reader_id, results.words, now)

    key = standing.key_of(results.words)
    for search in standing.of_reader(database, reader_id):
        if search.key == key:
            standing.stop(database, reader_id, search.id, now)
    return True


def _page(context: Context, results: Search, number: int) -> Screen:
    """Return a page of a search, or what to try instead if it found nothing."""
    if results.paper_ids:
        return search_view.page(context, results, number)
    return _suggestions(context, results)


def _refusal(context: Context, text: str) -> Screen | None:
    """Say why a text can't be searched for; None if it can."""
    if len(text) > searches.LONGEST:
        return screens.too_long(context.t)
    if not finding.is_specific(fulltext.fold(text)):
        return screens.no_subject(context.t)
    if intents.is_link(text) and not reading.of_text(text):
        return replies.no_such_link(context.t)
    return None


def _results(context: Context, text: str) -> Screen:
    """Return the first page of what words or a link find, or what to try instead."""
    runtime = context.runtime
    references = reading.of_text(text)
    if references:
        stored = lookup.stored_papers(runtime.database, references)
        ids = list(dict.fromkeys(paper.id for paper in stored.values()))
        if not ids:
            return screens.not_stored(context.t, references[0].id)
    else:
        text = intents.search_words(text)
        ids = finding.by_words(
            runtime.database, runtime.catalogue, context.feedback(), text
        )
    results = searches.record(
        runtime.database,
        context.reader.id,
        ids,
        runtime.clock(),
        words=text,
    )
    return _page(context, results, 0)


def _suggestions(context: Context, results: Search) -> Screen:
    """Return what to try instead of words that find nothing."""
    database, catalogue = context.runtime.database, context.runtime.catalogue
    text = results.words
    words = finding.significant_words(text)
    stands = search_view.stands(context, results)
    if fulltext.find(database, words, most=1):
        if not literal.parse(text).phrases:
            return screens.all_muted(context.t, text)
        return screens.nothing(
            context.t, text, (), [words], search=results, stands=stands
        )
    unknown = finding.unknown_words(database, words)
    shorter = finding.shorter_queries(database, words)
    respelled = finding.respell(database, catalogue, words, unknown)
    return screens.nothing(
        context.t,
        text,
        unknown,
        shorter,
        respelled,
        search=results,
        stands=stands,
    )


def _paper(
    context: Context, results: Search, paper_id: int
) -> StoredPaper | None:
    """Return one of the papers of a search."""
    if paper_id not in results.paper_ids:
        return None
    by_id = papers.by_ids(
        context.runtime.database, [paper_id], context.reader.id
    )
    return by_id.get(paper_id)


def _rate(
    context: Context, paper: StoredPaper, value: int
) -> tuple[str, RatedPaper | None]:
    """Rate a paper; return the toast, and what it taught unless it was rated so before."""
    database, catalogue = context.runtime.database, context.runtime.catalogue
    fitting.cover(database, catalogue.version, catalogue.model, [paper])
    new = learning.rate_paper(
        database,
        catalogue,
        context.reader,
        paper,
        value=value,
        now=context.runtime.clock(),
        origin="search",
    )
    toast = receipt.toast(context.t, value, new)
    return toast, RatedPaper(paper.id, new) if new is not None else None


def _save(context: Context, paper: StoredPaper, value: int) -> str:
    """Save a paper, or not any more; return the toast."""
    database, reader_id = context.runtime.database, context.reader.id
    if value:
        saves.save(database, reader_id, paper.id, context.runtime.clock())
    else:
        saves.remove(database, reader_id, [paper.id])
    return saved_screens.toast(context.t, is_saved=bool(value))


async def _set_dialogue(context: Context, dialogue: str) -> None:
    """Note what the reader's next words answer."""
    if context.reader.dialogue != dialogue:
        await asyncio.to_thread(
            readers.change,
            context.runtime.database,
            context.reader.id,
            dialogue=dialogue,
        )
