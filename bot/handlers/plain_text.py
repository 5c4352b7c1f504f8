"""Plain words, by what they answer: a city, a search, more topics, or nothing yet."""

import asyncio

from telegram import Update

from bot.handlers import files, links, search, settings, start, topics
from bot.handlers.context import Context, chat, message
from bot.markup import ids as reading
from bot.messages import intents, replies, small_talk
from bot.messages.intents import Wishes
from bot.transport import sender
from bot.transport.screen import Screen

TOO_LONG = 1500
# The album that was answered last: its other pictures need no answer.
ALBUM = "album"


async def words(update: Update, context: Context) -> None:
    """Answer what is neither a command nor a button."""
    await _answer(update, context)
    if context.chat_data is not None:
        context.chat_data[ALBUM] = message(update).media_group_id


async def _answer(update: Update, context: Context) -> None:
    written, here = message(update), chat(update).id
    text = (written.text or written.caption or "").strip()
    sent, linked = written.document, links.ids(written)
    if (
        reading.ids(text)
        and not sent
        and context.reader.dialogue == search.DIALOGUE
    ):
        await search.look(update, context, text)
        return
    if linked:
        await links.links(update, context)
    if sent is not None and (not linked or files.is_bibliography(sent)):
        await files.document(update, context)
    elif linked:
        return
    elif written.location is not None:
        await settings.location(update, context)
    elif links.has_link(written):
        await sender.send(context.bot, here, replies.no_such_link(context.t))
    elif not text:
        await _wordless(update, context)
    elif len(text) > TOO_LONG:
        await sender.send(context.bot, here, replies.too_long(context.t))
    elif _is_talk(context.reader.dialogue, kind := intents.read(text).kind):
        answer = small_talk.answer(context.t, kind, context.reader.name, text)
        await sender.send(context.bot, here, answer)
    elif context.reader.dialogue == settings.DIALOGUE:
        await settings.city(update, context, text)
    elif context.reader.dialogue == search.DIALOGUE:
        await search.look(update, context, text)
    else:
        await _plain(update, context, text)


def _is_talk(dialogue: str, kind: str) -> bool:
    """Tell small talk that is no answer to what was asked: any word may be sought, or a city."""
    return kind in intents.ALWAYS or (
        kind == intents.QUESTION and dialogue == settings.DIALOGUE
    )


async def _wordless(update: Update, context: Context) -> None:
    """Say what we read: once of an album, and never to what holds nothing that people send."""
    written, album = message(update), message(update).media_group_id
    seen = (
        context.chat_data is not None and context.chat_data.get(ALBUM) == album
    )
    if written.effective_attachment is None or (album and seen):
        return
    await sender.send(context.bot, chat(update).id, replies.not_text(context.t))


async def unknown(update: Update, context: Context) -> None:
    """Answer a command that does not exist."""
    command = (message(update).text or "/").split()[0][1:].partition("@")[0]
    await sender.send(
        context.bot,
        chat(update).id,
        replies.unknown_command(context.t, command),
    )


async def help_(update: Update, context: Context) -> None:
    """Say what the bot can do."""
    await sender.send(context.bot, chat(update).id, replies.help_(context.t))


async def _plain(update: Update, context: Context, text: str) -> None:
    """Do what plain words say, answer small talk; ask what else they are meant to be."""
    said = await asyncio.to_thread(topics.read, context, text)
    await sender.send(
        context.bot, chat(update).id, await _screen(context, text, said)
    )


async def _screen(context: Context, text: str, said: Wishes) -> Screen:
    t, dialogue = context.t, context.reader.dialogue
    if not said.topics:
        if said.links:
            return replies.no_such_link(t)
        if said.kind:
            return small_talk.answer(t, said.kind, context.reader.name, text)
        return replies.which_topic(t) if said.plainly else replies.not_text(t)
    if said.sentence or not (
        said.plainly or dialogue in {topics.DIALOGUE, start.DIALOGUE}
    ):
        return replies.plain_words(
            t, ", ".join(topic for topic, _ in said.topics)
        )
    if dialogue == start.DIALOGUE:
        notes = await asyncio.to_thread(topics.apply, context, said.topics)
        meant = await asyncio.to_thread(topics.misspelt, context, said.topics)
        return await start.greeting(
            context, context.reader, notes=notes, meant=meant
        )
    return await topics.change(context, said.topics)
