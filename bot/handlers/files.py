"""Files that readers send: a bibliography becomes likes, a document of theirs is taken in."""

import asyncio

from telegram import Document, Update

from bot.handlers import archive
from bot.handlers.context import Context, chat, message
from bot.messages import links as screens
from bot.picks import links
from bot.schedule import due
from bot.sources import references
from bot.sources.references import LARGEST, Unreadable
from bot.storage import imports
from bot.storage.takeout import document as takeout
from bot.transport import sender
from bot.transport.screen import Screen

# Files of one reader.
A_DAY = 10
# The caption of a document that is to stand alone.
REPLACE = "replace"


def is_bibliography(document: Document) -> bool:
    """Tell whether a file says of itself that it is BibTeX."""
    return (document.file_name or "").casefold().endswith((".bib", ".bibtex"))


async def document(update: Update, context: Context) -> None:
    """Like every paper of a BibTeX file, or take in what `/export data` gave.

    What is wrong with any other file is said in a line.
    """
    sent, here, world = message(update).document, chat(update).id, context.world
    if sent is None:
        return
    if (sent.file_size or 0) > LARGEST:
        await sender.send(context.bot, here, screens.too_big(context.t))
        return
    reader, now = context.reader, world.clock()
    if (
        await asyncio.to_thread(
            imports.files_today, world.database, reader.id, now
        )
        >= A_DAY
    ):
        await sender.send(
            context.bot, here, screens.enough_files(context.t, A_DAY)
        )
        return
    file = await sent.get_file(read_timeout=sender.READ_TIMEOUT)
    content = bytes(
        await file.download_as_bytearray(read_timeout=sender.READ_TIMEOUT)
    )
    note = await sender.send(context.bot, here, screens.reading(context.t))
    replace = (message(update).caption or "").strip().casefold() == REPLACE
    screen = await _read(context, content, replace=replace)
    await sender.edit(context.bot, here, note.message_id, screen)


async def _read(context: Context, content: bytes, *, replace: bool) -> Screen:
    world, reader = context.world, context.reader
    today = due.local_date(world.clock(), reader.zone)
    if len(content) > LARGEST:
        return screens.too_big(context.t)
    if takeout.looks_like_one(content):
        return await archive.move_in(world, reader, content, replace=replace)
    try:
        papers, faults = await references.read(content, today)
    except Unreadable as error:
        if error.why not in {
            "kind",
            "encoding",
            "nothing",
        }:  # it cost us something, so it counts
            now = world.clock()
            await asyncio.to_thread(
                imports.like, world.database, reader.id, [], "file", now
            )
        return screens.unreadable(context.t, error.why, references.MOST)
    return await links.read(world, reader, papers, faults)
