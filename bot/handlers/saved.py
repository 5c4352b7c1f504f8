"""Papers kept for later: saved, listed, dropped, and taken along as a file."""

import asyncio
from dataclasses import replace

from telegram import Update

from bot.handlers import privacy, ratings
from bot.handlers.context import Context, chat, data
from bot.messages import bibliography, callback_data, replies
from bot.messages import saved as screens
from bot.storage import digests, saves
from bot.transport import sender
from bot.transport.screen import Screen
from recommender.papers import StoredPaper

FORMS = {"bib": bibliography.bibtex, "csv": bibliography.table}


async def save(update: Update, context: Context) -> None:
    """Keep a pick for later, or not any more, as its button says."""
    query, said = (
        update.callback_query,
        callback_data.read_rate(data(update), callback_data.SAVE),
    )
    if query is None or said is None:
        return
    database, reader, kept = (
        context.runtime.database,
        context.reader,
        bool(said.value),
    )
    shown = await asyncio.to_thread(
        digests.by_pick, database, reader.id, said.id
    )
    if shown is None:
        await context.answer(replies.stale(context.t))
        return
    pick = shown.pick(said.id)
    paper_id = pick.paper.id
    if kept:
        now = context.runtime.clock()
        await asyncio.to_thread(saves.save, database, reader.id, paper_id, now)
    else:
        await asyncio.to_thread(saves.remove, database, reader.id, [paper_id])
    await context.answer(screens.toast(context.t, kept=kept))
    changed = shown.with_pick(replace(pick, saved=kept))
    await ratings.show(context, changed.part(pick.id))


async def saved(update: Update, context: Context) -> None:
    """Show the list, or what the words after /saved find in it."""
    sought = callback_data.sought(" ".join(context.args or ()))
    await sender.send(
        context.bot, chat(update).id, await _list(context, 0, sought)
    )


async def press(update: Update, context: Context) -> None:
    """Turn a page of the list, or drop a paper from it."""
    query, pressed = (
        update.callback_query,
        callback_data.SAVED.fullmatch(data(update)),
    )
    if query is None or pressed is None:
        return
    gone, page, sought = pressed[1], int(pressed[2]), pressed[3] or ""
    if gone:
        mine = (context.runtime.database, context.reader.id, [int(gone)])
        await asyncio.to_thread(saves.remove, *mine)
    await context.answer(screens.toast(context.t, kept=False) if gone else None)
    if query.message is not None:
        screen = await _list(context, page, sought)
        await sender.edit(
            context.bot, chat(update).id, query.message.message_id, screen
        )


async def export(update: Update, context: Context) -> None:
    """Ask what is wanted as a file, or send it; `/export data` asks for all that is kept."""
    await context.answer()
    pressed = callback_data.EXPORT.fullmatch(data(update))
    kind = pressed[1] if pressed else "".join(context.args or ())
    if kind == "data":
        await privacy.takeout(update, context)
        return
    papers = await asyncio.to_thread(
        saves.of_reader, context.runtime.database, context.reader.id
    )
    here, write = chat(update).id, FORMS.get(kind)
    if write is None or not papers:
        await sender.send(
            context.bot, here, screens.export(context.t, len(papers))
        )
        return
    written = await asyncio.to_thread(write, papers)
    content = written.encode(
        "utf-8-sig" if kind == "csv" else "utf-8"
    )  # for spreadsheets
    await sender.send_file(context.bot, here, f"paperpicks.{kind}", content)


async def _list(context: Context, page: int, sought: str) -> Screen:
    papers = await asyncio.to_thread(
        saves.of_reader, context.runtime.database, context.reader.id
    )
    found = [paper for paper in papers if _says(paper, sought)]
    return screens.saved(context.t, found, page, sought)


def _says(paper: StoredPaper, sought: str) -> bool:
    """Tell whether title, authors and abstract together hold the beginnings of all words."""
    text = (
        f" {paper.title} {' '.join(paper.authors)} {paper.abstract}".casefold()
    )
    return all(f" {word}" in text for word in sought.casefold().split())
