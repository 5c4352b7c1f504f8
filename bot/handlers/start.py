"""`/start`: a greeting, topics to tap, and the invitations that let people in."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import time

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot.handlers import (
    digest_view,
    source_choice,
    source_view,
)
from bot.handlers.context import Context, chat, person
from bot.handlers.press import Press
from bot.markup import list_keys
from bot.messages import replies, topic_notes
from bot.messages import start as screens
from bot.messages.callback_data import (
    AddChip,
    ChipPage,
    DropChip,
    RespellChip,
)
from bot.messages.source_buttons import (
    OfferedCategory,
)
from bot.messages.start import Supply, TopicPage, WantedTopic
from bot.messages.topics import too_many
from bot.picks import tastes, topic_offers, topics
from bot.picks.topics import TopicChange
from bot.storage import feedback, invites, readers
from bot.storage.feedback import MOST_TOPICS
from bot.storage.readers import Reader
from bot.transport import sender
from bot.transport.screen import Screen

FIRST_HOUR = time(9)
# Seconds: the chips come from the first fit.
CHIPS_PATIENCE = 15.0
DIALOGUE = "start"


async def start(update: Update, context: Context) -> None:
    """Answer `/start`: welcome a new reader, or one who comes back."""
    before = context.reader_or_none
    if before is None and not await _admit(update, context):
        raise ApplicationHandlerStop

    reader = await asyncio.to_thread(_welcome, update, context)
    if reader is None:
        screen = replies.full(context.t)
        await sender.send(context.bot, chat(update).id, screen)
        return

    context.reader_or_none = reader
    reader = await context.change_reader(
        active=True, paused_until=None, dialogue=DIALOGUE
    )
    await digest_view.wait_until_ready(context, CHIPS_PATIENCE)

    was_on = before is None or (before.active and before.paused_until is None)
    notes = [] if was_on else [screens.picks_resumed(context.t)]
    await context.send(await greeting(context, reader, notes=notes))


async def add_topic(press: Press[AddChip], context: Context) -> None:
    """Want a topic that the first screen offers."""
    has_room = await asyncio.to_thread(_add_topic, context, press.button.text)
    if not has_room:
        await press.answer(too_many(context.t, MOST_TOPICS))
        return

    await press.answer()
    await press.edit(await greeting(context, context.reader))


async def drop_topic(press: Press[DropChip], context: Context) -> None:
    """Remove a topic of the first screen."""
    await asyncio.to_thread(_drop_topic, context, press.button.topic_id)
    await press.answer()
    await press.edit(await greeting(context, context.reader))


async def respell_topic(press: Press[RespellChip], context: Context) -> None:
    """Replace a misspelt topic by its probable spelling."""
    button = press.button
    await asyncio.to_thread(
        topics.respell,
        context.runtime.database,
        context.runtime.catalogue,
        context.reader,
        topic_id=button.topic_id,
        name=button.name,
        now=context.runtime.clock(),
    )
    await press.answer()
    await press.edit(await greeting(context, context.reader))


async def choose_category(
    press: Press[OfferedCategory], context: Context
) -> None:
    """Add or drop a category that the first screen offers."""
    button = press.button
    await press.answer(
        await source_choice.choose_code(
            context, button.code, chosen=button.chosen
        )
    )
    await press.edit(await greeting(context, context.reader))


async def turn_page(press: Press[ChipPage], context: Context) -> None:
    """Turn to another page of topics to choose from."""
    await press.answer()
    number = press.button.page
    await press.edit(await greeting(context, context.reader, page=number))


async def add_topics(
    context: Context, changes: Sequence[TopicChange]
) -> Screen:
    """Change topics as typed words say; return the first screen with notes on what that does."""
    runtime = context.runtime
    result = await asyncio.to_thread(
        topics.change_topics,
        runtime.database,
        runtime.catalogue,
        context.reader,
        changes,
        runtime.clock(),
    )
    notes = topic_notes.notes(context.t, result)
    return await greeting(
        context, context.reader, notes=notes, corrections=result.corrections
    )


async def greeting(
    context: Context,
    reader: Reader,
    *,
    page: int = 0,
    notes: Sequence[str] = (),
    corrections: Mapping[int, str] | None = None,
) -> Screen:
    """Return the first screen with a page of topics to choose from.

    `notes` say what the reader's last words changed, and `corrections` are how misspelt topics
    are probably spelled, by the id of the topic.
    """
    topic_page, wanted, supply = await asyncio.to_thread(
        _read_topics, context, reader, page
    )
    return screens.greeting(
        context.t,
        reader,
        topic_page,
        wanted,
        supply,
        notes=notes,
        corrections=corrections,
    )


def _add_topic(context: Context, text: str) -> bool:
    """Want a topic; return False if the reader has no room for another."""
    database, reader = context.runtime.database, context.reader
    if not feedback.has_room(database, reader.id):
        return False

    now = context.runtime.clock()
    feedback.set_topics(database, reader.id, [text], "wanted", now)
    return True


def _drop_topic(context: Context, topic_id: int) -> None:
    """Remove a topic, if the reader still has it."""
    database, reader = context.runtime.database, context.reader
    own_topics = feedback.topics(database, reader.id)
    texts = [topic.text for topic in own_topics if topic.id == topic_id]
    feedback.remove_topics(database, reader.id, texts)


def _read_topics(
    context: Context, reader: Reader, page: int
) -> tuple[TopicPage, list[WantedTopic], Supply]:
    """Return a page of topics to choose from, the reader's own, and where papers come from."""
    database, catalogue = context.runtime.database, context.runtime.catalogue
    lists = source_view.lists(context)
    past = context.feedback()
    taste = tastes.learn(database, catalogue, past)
    wanted = [
        WantedTopic(
            topic.id,
            topic.text,
            topic_offers.papers_a_week(catalogue, topic.text, lists),
        )
        for topic in feedback.topics(database, reader.id)
        if topic.kind == "wanted"
    ]

    pages = topic_offers.pages(catalogue, past, taste)
    page = min(page, len(pages) - 1)
    is_last = page + 1 == len(pages)
    topic_page = TopicPage(pages[page], page, is_last)
    return topic_page, wanted, _supply(context, wanted, lists)


def _supply(
    context: Context, wanted: Sequence[WantedTopic], lists: set[str]
) -> Supply:
    """Return where a reader's papers come from, and the categories that fit their topics."""
    return Supply(
        is_daily=lists == {list_keys.FILE, list_keys.DAILY},
        offers=source_view.offers(context, [topic.text for topic in wanted]),
    )


async def _admit(update: Update, context: Context) -> bool:
    """Let somebody in by the settings, or by using their invitation; else say why not."""
    runtime, chat_id = context.runtime, chat(update).id
    if runtime.admits(person(update).id):
        return True
    payload = context.args[0] if context.args else ""
    screen = replies.by_invitation(context.t)
    if runtime.access == "invite" and payload.startswith(invites.LINK_PREFIX):
        is_used_now = await asyncio.to_thread(
            invites.use,
            runtime.database,
            payload.removeprefix(invites.LINK_PREFIX),
            chat_id,
            runtime.clock(),
        )
        if is_used_now:
            return True
        screen = replies.used_invitation(context.t)
    await sender.send(context.bot, chat_id, screen)
    return False


def _welcome(update: Update, context: Context) -> Reader | None:
    """Return the reader, new or known; None if there are as many readers as may be."""
    runtime, user = context.runtime, person(update)
    values = {
        "name": user.first_name[:128],
        "language": user.language_code or "en",
        "at": FIRST_HOUR,
        "picks": runtime.picks_per_day,
        "created_at": runtime.clock(),
    }
    return readers.find_or_create(
        runtime.database, chat(update).id, values, most=runtime.max_readers
    )
