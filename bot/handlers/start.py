"""`/start`: a greeting, topics to tap, and the invitations that let people in."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import time

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot.handlers import digest_view
from bot.handlers.context import Context, chat, person
from bot.handlers.press import Press
from bot.messages import replies, topic_notes
from bot.messages import start as screens
from bot.messages.callback_data import Chip, ChipScreen, RespellChip
from bot.messages.start import TopicPage, WantedTopic
from bot.messages.topics import too_many
from bot.picks import selection, topic_offers, topics
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
    if before is None and not await _may_enter(update, context):
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


async def choose_topic(press: Press[Chip], context: Context) -> None:
    """Want a topic of the first screen, or drop one, as its chip says."""
    is_full = not await asyncio.to_thread(_toggle, context, press.button)
    if is_full:
        await press.answer(too_many(context.t, MOST_TOPICS))
        return
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


async def turn_screen(press: Press[ChipScreen], context: Context) -> None:
    """Turn to another screen of topics."""
    await press.answer()
    screen = press.button.screen
    await press.edit(await greeting(context, context.reader, screen=screen))


async def add_topics(
    context: Context, changes: Sequence[TopicChange]
) -> Screen:
    """Change topics by words below the first screen; return the screen with what that does."""
    runtime = context.runtime
    result = await asyncio.to_thread(
        topics.change_topics,
        runtime.database,
        runtime.catalogue,
        context.reader,
        changes,
        runtime.clock(),
    )
    corrections = await asyncio.to_thread(
        topics.corrections,
        runtime.database,
        runtime.catalogue,
        context.reader.id,
        changes,
    )
    notes = topic_notes.notes(context.t, result)
    return await greeting(
        context, context.reader, notes=notes, corrections=corrections
    )


async def greeting(
    context: Context,
    reader: Reader,
    *,
    screen: int = 0,
    notes: Sequence[str] = (),
    corrections: Mapping[int, str] | None = None,
) -> Screen:
    """Return the first screen as it stands for this reader; `notes` say what words just did.

    `corrections` are how misspelt topics are probably spelled, by the id of the topic.
    """
    page, wanted = await asyncio.to_thread(_topics, context, reader, screen)
    return screens.greeting(
        context.t,
        reader,
        page,
        wanted,
        notes=notes,
        corrections=corrections,
    )


def _toggle(context: Context, chip: Chip) -> bool:
    """Want a topic, or drop one; return False if a reader has no room for another."""
    database, reader = context.runtime.database, context.reader
    own_topics = feedback.topics(database, reader.id)
    if chip.action == "x":
        texts = [t.text for t in own_topics if str(t.id) == chip.text]
        feedback.remove_topics(database, reader.id, texts)
        return True
    if len(own_topics) >= MOST_TOPICS:
        return False
    now = context.runtime.clock()
    feedback.set_topics(database, reader.id, [chip.text], "wanted", now)
    return True


def _topics(
    context: Context, reader: Reader, screen: int
) -> tuple[TopicPage, list[WantedTopic]]:
    """Return a page of topics to choose from, and the topics that the reader wants."""
    database, catalogue = context.runtime.database, context.runtime.catalogue
    past = context.feedback()
    taste = selection.learn(database, catalogue, past)
    pages = topic_offers.screens(catalogue, past, taste)
    screen = min(screen, len(pages) - 1)
    wanted = [
        WantedTopic(
            topic.id,
            topic.text,
            topic_offers.papers_a_week(catalogue, topic.text),
        )
        for topic in feedback.topics(database, reader.id)
        if topic.kind == "wanted"
    ]
    is_last = screen + 1 == len(pages)
    return TopicPage(pages[screen], screen, is_last), wanted


async def _may_enter(update: Update, context: Context) -> bool:
    """Let in whom the settings admit, or who brings an unused invitation; tell others kindly."""
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
