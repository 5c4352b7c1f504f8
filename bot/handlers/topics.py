"""`/topics`: topics wanted, muted and removed, by command, words and button."""

import asyncio
from collections.abc import Mapping, Sequence

from telegram import Update

from bot.handlers import source_choice, source_view, typed_text
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.markup import list_keys
from bot.messages import intent_patterns, replies, small_talk, topic_notes
from bot.messages import standing as standing_screens
from bot.messages import topics as screens
from bot.messages.callback_data import EditTopic, RespellTopic
from bot.messages.source_buttons import (
    SuggestedCategory,
)
from bot.messages.standing_buttons import StopSearch
from bot.picks import shelf as shelves
from bot.picks import source_names
from bot.picks import topics as picks_topics
from bot.picks.source_offers import SourceOffer
from bot.picks.topics import TopicChange
from bot.storage import feedback, readers, standing
from bot.storage.feedback import (
    Topic,
    topic_key,
)
from bot.transport.screen import Screen

DIALOGUE = "topics"


async def topics(update: Update, context: Context) -> None:
    """Answer `/topics`: show the list, or do what the words after the command say."""
    text = update.message.text if update.message is not None else None
    _, *rest = (text or "/topics").split(None, 1)
    words = "".join(rest).strip()
    screen = (
        await _follow_words(context, words) if words else await show(context)
    )
    await asyncio.to_thread(
        readers.change,
        context.runtime.database,
        context.reader.id,
        dialogue=DIALOGUE,
    )
    await context.send(screen)


async def _follow_words(context: Context, text: str) -> Screen:
    """Do what the words after `/topics` say; answer small talk and questions."""
    intent = await asyncio.to_thread(typed_text.parse, context, text)
    if intent.topics:
        return await change(context, intent.topics)
    if intent.has_links:
        return replies.no_such_link(context.t)
    if intent.kind and not intent.is_explicit:
        return small_talk.answer(
            context.t, intent.kind, context.reader.name, text
        )
    if intent_patterns.VERB.fullmatch(text):
        return await show(context, [screens.usage(context.t)])
    return await show(context, [screens.no_words(context.t)])


async def edit_topic(press: Press[EditTopic], context: Context) -> None:
    """Want, mute or remove a topic, or show what a muted one hides."""
    action, text = press.button.action, press.button.text
    if action in "x?":
        text = await asyncio.to_thread(_own_topic, context, text)
    await press.answer(None if text else replies.stale(context.t))
    if action == "?" and text:
        await context.send(await asyncio.to_thread(hidden, context, text))
        return
    kind = {"+": "wanted", "-": "muted"}.get(action, "gone")
    texts = [part.strip() for part in text.split(",")]
    changes = [TopicChange(t, kind) for t in texts if topic_key(t)]
    if changes:
        await press.edit(await change(context, changes))
    else:
        await press.edit(await show(context))


async def stop_search(press: Press[StopSearch], context: Context) -> None:
    """Stop a standing search, and show the list without it."""
    runtime = context.runtime
    await asyncio.to_thread(
        standing.stop,
        runtime.database,
        context.reader.id,
        press.button.standing_id,
        runtime.clock(),
    )
    await press.answer(standing_screens.toast(context.t, stands=False))
    await press.edit(await show(context))


async def respell_topic(press: Press[RespellTopic], context: Context) -> None:
    """Replace a misspelt topic by its probable spelling."""
    button = press.button
    result = await asyncio.to_thread(
        picks_topics.respell,
        context.runtime.database,
        context.runtime.catalogue,
        context.reader,
        topic_id=button.topic_id,
        name=button.name,
        now=context.runtime.clock(),
    )
    await press.answer(None if result else replies.stale(context.t))
    notes = topic_notes.notes(context.t, result) if result else []
    await press.edit(await show(context, notes))


async def choose_category(
    press: Press[SuggestedCategory], context: Context
) -> None:
    """Add or drop a category that the list of topics suggests."""
    code, chosen = press.button.code, press.button.chosen
    toast = await source_choice.choose_code(context, code, chosen=chosen)
    await press.answer(toast)
    key = list_keys.key(list_keys.ARXIV, code)
    own_lists = await asyncio.to_thread(source_view.lists, context)
    offer = SourceOffer(key, key in own_lists, None)
    offers = [offer] if source_names.exists(key) else []
    await press.edit(await show(context, offers=offers))


def _own_topic(context: Context, number: str) -> str:
    """Return the text of one of the reader's topics by its number; empty if there is none."""
    for topic in _own_topics(context):
        if str(topic.id) == number:
            return topic.text
    return ""


def _own_topics(context: Context) -> list[Topic]:
    return feedback.topics(context.runtime.database, context.reader.id)


async def show(
    context: Context,
    notes: Sequence[str] = (),
    corrections: Mapping[int, str] | None = None,
    offers: Sequence[SourceOffer] = (),
) -> Screen:
    """Return the list of topics, with notes on what was just done.

    `corrections` are other spellings, by the id of the topic, and `offers` categories with
    more papers on them.
    """
    own_topics = await asyncio.to_thread(_own_topics, context)
    searches = await asyncio.to_thread(
        standing.of_reader, context.runtime.database, context.reader.id
    )
    return screens.topics(
        context.t,
        own_topics,
        notes,
        corrections or {},
        offers,
        searches=searches,
    )


async def change(context: Context, changes: Sequence[TopicChange]) -> Screen:
    """Want, mute and remove topics; return the new list, with what that does."""
    if not changes:
        return await show(context, [screens.no_words(context.t)])
    runtime = context.runtime
    result = await asyncio.to_thread(
        picks_topics.change_topics,
        runtime.database,
        runtime.catalogue,
        context.reader,
        changes,
        runtime.clock(),
    )
    notes = topic_notes.notes(context.t, result)
    wanted = [match.topic for match in result.matches if match.kind == "wanted"]
    offers = await asyncio.to_thread(source_view.suggestions, context, wanted)
    notes += [
        screens.rare(context.t, topic, offer) for topic, offer in offers.items()
    ]
    return await show(context, notes, result.corrections, list(offers.values()))


def hidden(context: Context, topic: str) -> Screen:
    """Return the fresh papers that a muted topic hides."""
    runtime = context.runtime
    shelf = shelves.of_reader(
        runtime.database, runtime.catalogue, context.feedback()
    )
    fresh = shelf.about([topic])[: shelf.count_fresh(context.today)]
    papers = shelf.papers(fresh.nonzero()[0].tolist())
    return screens.hidden_papers(context.t, topic, papers)
