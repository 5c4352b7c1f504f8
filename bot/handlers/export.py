"""`/export`: the saved papers as BibTeX, RIS or CSV, or everything that is kept of a reader."""

import asyncio

from telegram import Update

from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.messages import bibliography, ris
from bot.messages import saved as screens
from bot.messages.callback_data import Export
from bot.storage import saves
from bot.storage.takeout import document
from bot.storage.takeout import export as takeout
from bot.transport import sender

FORMATS = {
    "bib": bibliography.bibtex,
    "ris": ris.ris,
    "csv": bibliography.table,
}
# Spreadsheets need the mark at the beginning.
ENCODINGS = {"bib": "utf-8", "ris": "utf-8", "csv": "utf-8-sig"}


async def export(_update: Update, context: Context) -> None:
    """Answer `/export`: send a file, or ask which; `/export data` sends all that is kept."""
    await _export(context, "".join(context.args or ()).casefold())


async def press(press: Press[Export], context: Context) -> None:
    """Send the file that a button names, or ask which one."""
    await press.answer()
    await _export(context, press.button.kind)


async def _export(context: Context, kind: str) -> None:
    if kind == "data":
        await _send_archive(context)
        return
    papers = await asyncio.to_thread(
        saves.of_reader, context.runtime.database, context.reader.id
    )
    if kind not in FORMATS or not papers:
        await context.send(screens.export(context.t, len(papers)))
        return
    text = await asyncio.to_thread(FORMATS[kind], papers)
    await sender.send_file(
        context.bot,
        context.reader.chat_id,
        f"paperpicks.{kind}",
        text.encode(ENCODINGS[kind]),
    )


async def _send_archive(context: Context) -> None:
    """Send all that is kept of this reader as one file."""
    runtime, reader = context.runtime, context.reader
    archive = await asyncio.to_thread(
        takeout.export_reader, runtime.database, reader.id, runtime.clock()
    )
    content = await asyncio.to_thread(document.to_json, archive)
    name = f"paperpicks-{context.today}.json"
    await sender.send_file(context.bot, reader.chat_id, name, content)
