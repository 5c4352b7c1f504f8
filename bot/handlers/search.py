"""Search, by words or for more like a paper: found, shown in pages, rated and saved in place."""

import asyncio

from telegram import Update

from bot.handlers.context import Context, chat, data
from bot.markup import ids as reading
from bot.messages import callback_data, intents, receipt, replies
from bot.messages import saved as saving
from bot.messages import search as screens
from bot.messages.search import A_PAGE, Told
from bot.picks import fitting, learning
from bot.picks import search as finding
from bot.storage import feedback, fulltext, papers, readers, saves, searches
from bot.storage.searches import Search
from bot.transport import sender
from bot.transport.screen import Screen
from recommender.papers import StoredPaper

DIALOGUE = "search"


async def search(update: Update, context: Context) -> None:
    """Search for the words after /search, or ask for some."""
    written = " ".join(context.args or ())
    if written:
        await look(update, context, written)
    else:
        await _wait(context, DIALOGUE)
        await sender.send(context.bot, chat(update).id, screens.ask(context.t))


async def look(update: Update, context: Context, written: str) -> None:
    """Search for what is written; where it can't be sought, the next words are to be better."""
    wrong = _wrong(context, written)
    await _wait(context, DIALOGUE if wrong else "")
    screen = (
        wrong
        if wrong is not None
        else await asyncio.to_thread(_words, context, written)
    )
    await sender.send(context.bot, chat(update).id, screen)


async def seek(update: Update, context: Context) -> None:
    """Search for the words of a button, in the message that has it."""
    query, pressed = (
        update.callback_query,
        callback_data.SEEK.fullmatch(data(update)),
    )
    if query is None or pressed is None:
        return
    await context.answer()
    wrong = _wrong(context, pressed[1])
    screen = (
        wrong
        if wrong is not None
        else await asyncio.to_thread(_words, context, pressed[1])
    )
    if query.message is not None:
        await sender.edit(
            context.bot, chat(update).id, query.message.message_id, screen
        )


async def press(update: Update, context: Context) -> None:
    """Turn a page, or rate or save a paper on it."""
    query, pressed = (
        update.callback_query,
        callback_data.SEARCH.fullmatch(data(update)),
    )
    if query is None or pressed is None:
        return
    page, what, paper_id = int(pressed[2]), pressed[3], int(pressed[4] or 0)
    mine = context.runtime.database, context.reader.id, int(pressed[1])
    found = await asyncio.to_thread(searches.read, *mine)
    if found is None or page * A_PAGE >= len(found.paper_ids):
        await context.answer(screens.old(context.t))
        return
    toast, told = None, None
    if what:
        paper = await asyncio.to_thread(_one, context, found, paper_id)
        if paper is None:
            await context.answer(replies.stale(context.t))
            return
        mark = _rate if what == "r" else _save
        toast, told = await asyncio.to_thread(
            mark, context, paper, callback_data.SIGNS[pressed[5]]
        )
    await context.answer(toast)
    again = (
        what == "r" and told is None
    )  # a press that came twice: the message says all of it
    if query.message is not None and not again:
        screen = await asyncio.to_thread(_page, context, found, page, told)
        await sender.edit(
            context.bot, chat(update).id, query.message.message_id, screen
        )


def like(context: Context, paper: StoredPaper) -> Screen:
    """Return the papers that are like one."""
    runtime, reader = context.runtime, context.reader
    found = finding.like(
        runtime.database, runtime.catalogue, context.feedback(), paper
    )
    if not found:
        return screens.nothing_like(context.t, paper)
    noted = searches.record(
        runtime.database, reader.id, found, runtime.clock(), like_id=paper.id
    )
    return _page(context, noted, 0)


def _wrong(context: Context, written: str) -> Screen | None:
    """Say why something can't be sought; None where it can."""
    if len(written) > searches.LONGEST:
        return screens.too_long(context.t)
    if not finding.says_something(fulltext.fold(written)):
        return screens.says_nothing(context.t)
    if intents.is_link(written) and not reading.ids(written):
        return replies.no_such_link(context.t)
    return None


def _words(context: Context, written: str) -> Screen:
    """Return the first page of what words or an id find, or what to try instead."""
    runtime, reader, t = context.runtime, context.reader, context.t
    database = runtime.database
    if ids := reading.ids(written):
        named = papers.by_arxiv_ids(database, ids)
        found = [named[each].id for each in ids if each in named]
        if not found:
            return screens.not_here(t, ids[0])
    else:
        written = intents.sought(written)
        found = finding.by_words(
            database, runtime.catalogue, context.feedback(), written
        )
    if found:
        noted = searches.record(
            database, reader.id, found, runtime.clock(), words=written
        )
        return _page(context, noted, 0)
    return _instead(context, written)


def _instead(context: Context, written: str) -> Screen:
    """Return what to try where words find nothing."""
    runtime, t = context.runtime, context.t
    database = runtime.database
    sought = finding.telling(written)
    if fulltext.find(database, sought, most=1):
        return screens.all_muted(t, written)
    unknown, fewer = (
        finding.unknown(database, sought),
        finding.fewer(database, sought),
    )
    meant = finding.respelled(database, runtime.catalogue, sought, unknown)
    return screens.nothing(t, written, unknown, fewer, meant)


def _page(
    context: Context, found: Search, page: int, told: Told | None = None
) -> Screen:
    """Return a page as it stands now; what was muted since is left out."""
    database, reader = context.runtime.database, context.reader
    start = page * A_PAGE
    hits = searches.hits(
        database, reader.id, found.paper_ids[start : start + A_PAGE]
    )
    muted = [
        text
        for _, text, kind in feedback.topics(database, reader.id)
        if kind == "muted"
    ]
    hidden = finding.muted([hit.paper for hit in hits], muted)
    shown = [hit for hit in hits if hit.paper.id not in hidden]
    like_id = found.like_id
    original = (
        papers.by_ids(database, [like_id], reader.id).get(like_id)
        if like_id
        else None
    )
    return screens.results(
        context.t, found, page, shown, reader.language, like=original, told=told
    )


def _one(context: Context, found: Search, paper_id: int) -> StoredPaper | None:
    """Return one of the papers that were found."""
    if paper_id not in found.paper_ids:
        return None
    return papers.by_ids(
        context.runtime.database, [paper_id], context.reader.id
    ).get(paper_id)


def _rate(
    context: Context, paper: StoredPaper, value: int
) -> tuple[str, Told | None]:
    runtime = context.runtime
    if (
        runtime.catalogue.version is not None
        and runtime.catalogue.model is not None
    ):
        fitting.cover(
            runtime.database,
            runtime.catalogue.version,
            runtime.catalogue.model,
            [paper],
        )
    taught = learning.rate_paper(
        runtime.database,
        runtime.catalogue,
        context.reader,
        paper,
        value=value,
        now=runtime.clock(),
        origin="search",
    )
    return receipt.toast(context.t, value, taught), (
        paper.id,
        taught,
    ) if taught else None


def _save(context: Context, paper: StoredPaper, value: int) -> tuple[str, None]:
    database, reader, paper_id = (
        context.runtime.database,
        context.reader,
        paper.id,
    )
    if value:
        saves.save(database, reader.id, paper_id, context.runtime.clock())
    else:
        saves.remove(database, reader.id, [paper_id])
    return saving.toast(context.t, kept=bool(value)), None


async def _wait(context: Context, dialogue: str) -> None:
    """Note what the reader's next words answer."""
    if context.reader.dialogue != dialogue:
        mine = context.runtime.database, context.reader.id
        await asyncio.to_thread(readers.change, *mine, dialogue=dialogue)
