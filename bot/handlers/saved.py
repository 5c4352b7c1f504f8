"""🔖 and `/saved`: papers kept for later, listed, searched and dropped."""

import asyncio
from dataclasses import replace

from telegram import Update

from bot.handlers import digest_view, paper_view
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.messages import saved as screens
from bot.messages.callback_data import SavedPage, SaveOpened, SavePick
from bot.storage import digests, saves
from bot.transport.screen import Screen
from recommender.papers import StoredPaper


async def save(press: Press[SavePick], context: Context) -> None:
    """Save a pick for later, or not any more."""
    runtime, reader = context.runtime, context.reader
    pick_id, is_saved = press.button.pick_id, press.button.saved
    digest = await asyncio.to_thread(
        digests.by_pick, runtime.database, reader.id, pick_id
    )
    if digest is None:
        await press.show(None)
        return
    pick = digest.pick(pick_id)
    await asyncio.to_thread(_keep, context, pick.paper.id, is_saved=is_saved)
    await press.answer(screens.toast(context.t, is_saved=is_saved))
    digest = digest.with_pick(replace(pick, saved=is_saved))
    await digest_view.redraw(context, digest.part(pick.id))


async def save_opened(press: Press[SaveOpened], context: Context) -> None:
    """Save a paper in the message that shows it in full, and show it in its digest too."""
    ref, is_saved = press.button.ref, press.button.saved
    opened = await asyncio.to_thread(paper_view.open_paper, context, ref)
    if opened is None:
        await press.show(None)
        return
    await asyncio.to_thread(_keep, context, opened.paper.id, is_saved=is_saved)
    await press.answer(screens.toast(context.t, is_saved=is_saved))
    opened = replace(opened, saved=is_saved)
    await press.edit(
        await asyncio.to_thread(paper_view.screen, context, opened)
    )
    digest = await asyncio.to_thread(paper_view.digest_of, context, ref)
    if digest is not None:
        await digest_view.redraw(context, digest.part(int(ref)))


def _keep(context: Context, paper_id: int, *, is_saved: bool) -> None:
    """Save a paper, or not any more."""
    database, reader_id = context.runtime.database, context.reader.id
    if is_saved:
        saves.save(database, reader_id, paper_id, context.runtime.clock())
    else:
        saves.remove(database, reader_id, [paper_id])


async def saved(_update: Update, context: Context) -> None:
    """Answer `/saved`: show the list, or what the words after the command find in it."""
    query = screens.clip_query(" ".join(context.args or ()))
    await context.send(await _list(context, 0, query))


async def turn_page(press: Press[SavedPage], context: Context) -> None:
    """Turn a page of the list, or drop a paper from it."""
    button = press.button
    toast = None
    if button.drop:
        await asyncio.to_thread(
            saves.remove,
            context.runtime.database,
            context.reader.id,
            [button.drop],
        )
        toast = screens.toast(context.t, is_saved=False)
    await press.answer(toast)
    await press.edit(await _list(context, button.page, button.query))


async def _list(context: Context, page: int, query: str) -> Screen:
    papers = await _papers(context)
    matches = [paper for paper in papers if _matches(paper, query)]
    return screens.saved(context.t, matches, page, query)


async def _papers(context: Context) -> list[StoredPaper]:
    return await asyncio.to_thread(
        saves.of_reader, context.runtime.database, context.reader.id
    )


def _matches(paper: StoredPaper, query: str) -> bool:
    """Tell whether title, authors and abstract together hold a beginning of each word."""
    authors = " ".join(paper.authors)
    text = f" {paper.title} {authors} {paper.abstract}".casefold()
    return all(f" {word}" in text for word in query.casefold().split())
