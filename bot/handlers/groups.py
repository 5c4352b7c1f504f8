"""The commands that groups have: /picks, /topics, /search, /here and /help."""

import asyncio

from telegram import Update

from bot.handlers import admins, digest_view, group_view, typed_text
from bot.handlers.context import Context, chat, message
from bot.handlers.press import Press
from bot.messages import groups as screens
from bot.messages import topic_notes
from bot.messages import topics as topic_texts
from bot.messages.group_buttons import GroupSearchPage
from bot.messages.groups import PAGE_SIZE
from bot.picks import search as finding
from bot.picks import topics as picks_topics
from bot.storage import feedback, groups, papers, readers, searches
from bot.storage.feedback import Feedback
from bot.storage.groups import ASKING_PERIOD, Group
from bot.storage.searches import Search
from bot.transport import sender
from bot.transport.screen import Screen

# Letters of a query that are read.
LONGEST_QUERY = 200


async def picks(update: Update, context: Context) -> None:
    """Answer `/picks` in a group: send its next papers, once an hour."""
    group = _group(context)
    may_ask = group.asking == "everybody" or await admins.sent_by_admin(
        update, context
    )
    if not may_ask:
        await _reply(update, context, screens.only_admins(context.t))
        return
    runtime = context.runtime
    now = runtime.clock()
    if not await asyncio.to_thread(
        groups.take_request, runtime.database, group.id, now
    ):
        again_at = (group.asked_at or now) + ASKING_PERIOD
        screen = screens.picks_again_at(context.t, again_at, group.reader)
        await _reply(update, context, screen)
        return
    await digest_view.wait_until_ready(context)
    await digest_view.send_next(context)


async def topics(update: Update, context: Context) -> None:
    """Answer `/topics` in a group: show its topics, or change them for an admin."""
    words = _words(update)
    if not words:
        await _reply(update, context, await _topics(context))
        return
    if not await admins.sent_by_admin(update, context):
        await _reply(update, context, screens.only_admins(context.t))
        return
    intent = await asyncio.to_thread(typed_text.parse, context, words)
    if not intent.topics:
        notes = [topic_texts.no_words(context.t)]
        await _reply(update, context, await _topics(context, notes))
        return
    runtime = context.runtime
    result = await asyncio.to_thread(
        picks_topics.change_topics,
        runtime.database,
        runtime.catalogue,
        context.reader,
        intent.topics,
        runtime.clock(),
    )
    notes = topic_notes.notes(context.t, result)
    await _reply(update, context, await _topics(context, notes))


async def search(update: Update, context: Context) -> None:
    """Answer `/search` in a group: the papers with the words, in an order that is nobody's own."""
    words = _words(update)[:LONGEST_QUERY]
    if not finding.is_specific(finding.significant_words(words)):
        await _reply(update, context, screens.which_words(context.t))
        return
    results = await asyncio.to_thread(_search, context, words)
    if results is None:
        await _reply(update, context, screens.nothing(context.t, words))
        return
    screen = await asyncio.to_thread(_page, context, results, 0)
    await _reply(update, context, screen)


async def turn_page(press: Press[GroupSearchPage], context: Context) -> None:
    """Turn to another page of a search in a group."""
    results = await asyncio.to_thread(
        searches.read,
        context.runtime.database,
        context.reader.id,
        press.button.search_id,
    )
    if results is None:
        await press.show(None)
        return
    screen = await asyncio.to_thread(_page, context, results, press.button.page)
    await press.show(screen)


async def here(update: Update, context: Context) -> None:
    """Answer `/here`: post in this topic of the forum from now on."""
    group = _group(context)
    if not await admins.sent_by_admin(update, context):
        await _reply(update, context, screens.only_admins(context.t))
        return
    thread_id = _thread(update)
    await asyncio.to_thread(
        readers.change,
        context.runtime.database,
        group.id,
        thread_id=thread_id,
    )
    if group.paused:
        await asyncio.to_thread(
            groups.resume, context.runtime.database, group.id
        )
    screen = screens.posts_here(context.t, is_topic=thread_id is not None)
    await _reply(update, context, screen)


async def help_(update: Update, context: Context) -> None:
    """Answer `/help` in a group."""
    group = _group(context)
    link = group_view.settings_link(context, group)
    await _reply(update, context, screens.help_(context.t, group.reader, link))


async def _reply(update: Update, context: Context, screen: Screen) -> None:
    """Answer a command where it was written."""
    await sender.send(
        context.bot,
        chat(update).id,
        screen,
        reply_to=message(update).message_id,
        thread_id=_thread(update),
    )


async def _topics(context: Context, notes: list[str] | None = None) -> Screen:
    own = await asyncio.to_thread(
        feedback.topics, context.runtime.database, context.reader.id
    )
    return screens.topics(context.t, own, notes or [])


def _search(context: Context, words: str) -> Search | None:
    """Store a search for public papers without what the group muted; None if nothing has it."""
    runtime, reader = context.runtime, context.reader
    muted = [
        topic.text
        for topic in feedback.topics(runtime.database, reader.id)
        if topic.kind == "muted"
    ]
    nobody = Feedback(muted=tuple(muted))
    ids = finding.by_words(runtime.database, runtime.catalogue, nobody, words)
    if not ids:
        return None
    return searches.record(
        runtime.database, reader.id, ids, runtime.clock(), words=words
    )


def _page(context: Context, results: Search, number: int) -> Screen:
    start = number * PAGE_SIZE
    ids = results.paper_ids[start : start + PAGE_SIZE]
    by_id = papers.by_ids(context.runtime.database, ids)
    hits = [by_id[paper_id] for paper_id in ids if paper_id in by_id]
    return screens.results(context.t, results, number, hits)


def _group(context: Context) -> Group:
    """Return the group of a command, which the gate put there."""
    if context.group is None:
        raise LookupError("the update is from no group")
    return context.group


def _words(update: Update) -> str:
    """Return what stands after the command."""
    _, *rest = (message(update).text or "").split(None, 1)
    return "".join(rest).strip()


def _thread(update: Update) -> int | None:
    """Return the forum topic of a message; None for a chat without topics, and for General."""
    post = message(update)
    return post.message_thread_id if post.is_topic_message else None
