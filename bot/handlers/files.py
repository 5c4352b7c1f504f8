"""Files that readers send: a bibliography becomes likes, an archive of theirs is restored."""

import asyncio
from collections.abc import Sequence

from telegram import Document, Update

from bot.concurrency import apart
from bot.errors import Failure
from bot.handlers.context import Context, message
from bot.messages import links as screens
from bot.messages import takeout as takeout_screens
from bot.picks import intake, learning
from bot.picks.links import Likes
from bot.sources import uploads
from bot.sources.uploads import LARGEST, Unreadable
from bot.storage import imports
from bot.storage.takeout import document as takeout
from bot.transport import sender
from bot.transport.screen import Screen
from recommender.papers import Paper

# The names of bibliographies end with these; the content tells what they are.
ENDINGS = (".bib", ".bibtex", ".ris", ".nbib")
# Files of one reader.
A_DAY = 10
# The caption of an archive that replaces what the reader said here.
REPLACE = "replace"
# What costs next to nothing to refuse counts for no file of the day.
CHEAP = {"kind", "encoding", "nothing"}


def is_bibliography(document: Document) -> bool:
    """Tell whether a file's name says that it is a bibliography."""
    return (document.file_name or "").casefold().endswith(ENDINGS)


async def document(update: Update, context: Context) -> None:
    """Like every paper of a bibliography, or restore what `/export data` gave.

    Any other file is answered with a line about what is wrong with it.
    """
    attachment = message(update).document
    if attachment is None:
        return
    if (attachment.file_size or 0) > LARGEST:
        await context.send(screens.too_big(context.t))
        return
    if await _count_today(context) >= A_DAY:
        screen = screens.enough_files(context.t, A_DAY)
        await context.send(screen)
        return
    file = await attachment.get_file(read_timeout=sender.READ_TIMEOUT)
    content = bytes(
        await file.download_as_bytearray(read_timeout=sender.READ_TIMEOUT)
    )
    note = await context.send(screens.reading(context.t))
    caption = (message(update).caption or "").strip().casefold()
    screen = await _read(context, content, replace=caption == REPLACE)
    await sender.edit(
        context.bot, context.reader.chat_id, note.message_id, screen
    )


async def _read(context: Context, content: bytes, *, replace: bool) -> Screen:
    if len(content) > LARGEST:
        return screens.too_big(context.t)
    if takeout.looks_like_document(content):
        return await _restore(context, content, replace=replace)
    try:
        papers, faults = await uploads.read(content, context.today)
    except Unreadable as error:
        if error.why not in CHEAP:
            await _count_file(context)
        return screens.unreadable(context.t, error.why, uploads.MOST)
    return await _like(context, papers, faults)


async def _like(
    context: Context, papers: Sequence[Paper], faults: Sequence[str]
) -> Screen:
    """Like the papers of a reader's own file."""
    t, runtime, reader = context.t, context.runtime, context.reader
    if not papers:
        return screens.nothing_usable(t, faults)
    before = await asyncio.to_thread(context.feedback)
    result = await intake.like_papers(
        runtime.database, reader.id, papers, runtime.clock()
    )
    bundle = await asyncio.to_thread(
        imports.read, runtime.database, reader.id, result.bundle_id
    )
    if bundle is None:
        # The reader left meanwhile.
        return screens.nothing_usable(t, faults)
    change = await apart(
        learning.change_since,
        runtime.database,
        runtime.catalogue,
        reader,
        before,
        runtime.clock(),
    )
    return screens.file(
        t,
        Likes(bundle, change),
        rated_before=result.papers - bundle.count,
        faults=faults,
    )


async def _restore(
    context: Context, content: bytes, *, replace: bool
) -> Screen:
    """Restore an archive, beside what this reader said here or in place of it."""
    runtime = context.runtime
    await _count_file(context)
    try:
        counts = await intake.restore_document(
            runtime.database,
            context.reader.id,
            content,
            runtime.clock(),
            runtime.limits,
            replace=replace,
        )
    except Failure as failure:
        if failure.passing:
            raise
        return takeout_screens.invalid(context.t, str(failure))
    return takeout_screens.restored(context.t, counts, replace=replace)


async def _count_today(context: Context) -> int:
    runtime = context.runtime
    return await asyncio.to_thread(
        imports.count_files_today,
        runtime.database,
        context.reader.id,
        runtime.clock(),
    )


async def _count_file(context: Context) -> None:
    """Count a file that brought no likes among the day's files."""
    runtime = context.runtime
    await asyncio.to_thread(
        imports.like,
        runtime.database,
        context.reader.id,
        [],
        "file",
        runtime.clock(),
    )
