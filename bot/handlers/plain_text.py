"""Plain words, by what they answer: a city, a search, topics, or nothing that was asked."""

import asyncio

from telegram import Message, Update

from bot.handlers import (
    files,
    group_settings,
    links,
    search,
    settings,
    sources,
    start,
    topics,
    typed_text,
)
from bot.handlers.context import Context, command, message
from bot.markup import references as reading
from bot.messages import intents, replies, small_talk
from bot.messages.intents import Intent
from bot.picks import lookup, source_lookup
from bot.transport.screen import Screen

# Letters of a message that are read.
LONGEST = 1500
# The album that was answered last: its other pictures need no answer.
ALBUM = "album"


async def words(update: Update, context: Context) -> None:
    """Answer what is neither a command nor a button."""
    await _answer(update, context)
    if context.chat_data is not None:
        context.chat_data[ALBUM] = message(update).media_group_id


async def topics_command(update: Update, context: Context) -> None:
    """Answer `/topics`; links after it are liked, as links always are."""
    if links.references(message(update)):
        await links.links(update, context)
    else:
        await topics.topics(update, context)


async def unknown(update: Update, context: Context) -> None:
    """Answer a command that does not exist."""
    await context.send(replies.unknown_command(context.t, command(update)))


async def help_(_update: Update, context: Context) -> None:
    """Answer `/help`: say what the bot can do."""
    await context.send(replies.help_(context.t))


async def _answer(update: Update, context: Context) -> None:
    """Answer a link, a file, a place, or words; a search comes first while one is awaited."""
    post = message(update)
    text = (post.text or post.caption or "").strip()
    if not post.document and await _is_search_for_paper(context, text):
        await search.answer(context, text)
        return
    if _names_source(context, post, text):
        await sources.answer(context, text)
        return
    has_references = bool(links.references(post))
    if has_references:
        await links.links(update, context)
    is_file = post.document is not None and (
        not has_references or files.is_bibliography(post.document)
    )
    if is_file:
        await files.document(update, context)
    elif has_references:
        return
    elif post.location is not None:
        await settings.location(update, context)
    elif links.has_link(post):
        await context.send(replies.no_such_link(context.t))
    elif not text:
        await _answer_wordless(post, context)
    elif len(text) > LONGEST:
        await context.send(replies.too_long(context.t))
    else:
        await _answer_text(context, text)


async def _is_search_for_paper(context: Context, text: str) -> bool:
    """Tell whether a link or id answers the question what to search for.

    A paper that is not stored is looked up instead, as after any other message.
    """
    references = reading.of_text(text)
    if not references or context.reader.dialogue != search.DIALOGUE:
        return False

    database = context.runtime.database
    stored = await asyncio.to_thread(lookup.stored_papers, database, references)
    return bool(stored)


async def _answer_text(context: Context, text: str) -> None:
    """Answer small talk; else take the words for what was asked last, or for topics."""
    dialogue = context.reader.dialogue
    kind = intents.parse(text).kind
    if _is_talk(dialogue, kind):
        screen = small_talk.answer(context.t, kind, context.reader.name, text)
        await context.send(screen)
    elif await group_settings.typed(context, text):
        return
    elif dialogue == settings.DIALOGUE:
        await settings.city(context, text)
    elif dialogue == search.DIALOGUE:
        await search.answer(context, text)
    elif dialogue in sources.DIALOGUES:
        await sources.answer(context, text)
    else:
        intent = await asyncio.to_thread(typed_text.parse, context, text)
        await context.send(await _follow_intent(context, text, intent))


def _names_source(context: Context, post: Message, text: str) -> bool:
    """Tell whether a text is the address of a source that was asked for.

    A paper's address is that of a paper, unless a feed's was asked for.
    """
    dialogue = context.reader.dialogue
    if post.document or source_lookup.web_address(text) is None:
        return False
    if dialogue == sources.FEED:
        return True
    return dialogue in sources.DIALOGUES and not links.references(post)


def _is_talk(dialogue: str, kind: str) -> bool:
    """Tell small talk from an answer: any word may be searched for, and any may be a city."""
    if kind in intents.ALWAYS:
        return True
    return kind == intents.QUESTION and dialogue == settings.DIALOGUE


async def _answer_wordless(post: Message, context: Context) -> None:
    """Say what we read: once of an album, and never to what holds nothing that people send."""
    album = post.media_group_id
    last_album = context.chat_data.get(ALBUM) if context.chat_data else None
    is_answered = album is not None and album == last_album
    if post.effective_attachment is not None and not is_answered:
        await context.send(replies.not_text(context.t))


async def _follow_intent(context: Context, text: str, intent: Intent) -> Screen:
    """Do what plain words say, answer small talk, or ask what the words are meant to be."""
    t, dialogue = context.t, context.reader.dialogue
    if not intent.topics:
        return _without_topics(context, text, intent)
    is_awaited = dialogue in {topics.DIALOGUE, start.DIALOGUE}
    if intent.is_sentence or not (intent.is_explicit or is_awaited):
        names = ", ".join(change.text for change in intent.topics)
        return replies.plain_words(t, names)
    if dialogue == start.DIALOGUE:
        return await start.add_topics(context, intent.topics)
    return await topics.change(context, intent.topics)


def _without_topics(context: Context, text: str, intent: Intent) -> Screen:
    t = context.t
    if intent.has_links:
        return replies.no_such_link(t)
    if intent.kind:
        return small_talk.answer(t, intent.kind, context.reader.name, text)
    return replies.which_topic(t) if intent.is_explicit else replies.not_text(t)
