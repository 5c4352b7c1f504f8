"""Plain words, by what they answer: a city, a search, more topics, or nothing yet."""

import asyncio

from telegram import Update

from bot import posting
from bot.handlers import files, links, search, settings, start, topics
from bot.handlers.context import Context, chat, message
from bot.messages import talk

TOO_LONG = 1500


async def words(update: Update, context: Context) -> None:
    """Answer what is neither a command nor a button."""
    written, here = message(update), chat(update).id
    text = (written.text or written.caption or "").strip()
    sent, linked = written.document, links.ids(written)
    if linked:
        await links.links(update, context)
    if sent is not None and (not linked or files.is_bibliography(sent)):
        await files.document(update, context)
    elif linked:
        return
    elif written.location is not None:
        await settings.location(update, context)
    elif links.has_link(written):
        await posting.send(context.bot, here, talk.no_such_link(context.t))
    elif not text:
        await posting.send(context.bot, here, talk.not_text(context.t))
    elif len(text) > TOO_LONG:
        await posting.send(context.bot, here, talk.too_long(context.t))
    elif context.reader.dialogue == settings.DIALOGUE:
        await settings.city(update, context, text)
    elif context.reader.dialogue == search.DIALOGUE:
        await search.look(update, context, text)
    else:
        await _topics(update, context, text)


async def unknown(update: Update, context: Context) -> None:
    """Answer a command that does not exist."""
    command = (message(update).text or "/").split()[0][1:].partition("@")[0]
    await posting.send(context.bot, chat(update).id, talk.unknown_command(context.t, command))


async def help_(update: Update, context: Context) -> None:
    """Say what the bot can do."""
    await posting.send(context.bot, chat(update).id, talk.help_(context.t))


async def _topics(update: Update, context: Context, text: str) -> None:
    """Add topics where they were asked for; elsewhere ask what the words are meant to be."""
    said, here = topics.split(text, "wanted"), chat(update).id
    if not said:
        await posting.send(context.bot, here, talk.not_text(context.t))
    elif context.reader.dialogue == topics.DIALOGUE:
        await posting.send(context.bot, here, await topics.change(context, said))
    elif context.reader.dialogue == start.DIALOGUE:
        notes = await asyncio.to_thread(topics.apply, context, said)
        screen = await start.greeting(context, context.reader, notes=notes)
        await posting.send(context.bot, here, screen)
    else:
        await posting.send(
            context.bot, here, talk.plain_words(context.t, ", ".join(topic for topic, _ in said))
        )
