"""`/taste`: the learned taste, looked at and moved word by word."""

import asyncio

from telegram import Message, Update

from bot.handlers import taste_view
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.messages import taste as screens
from bot.messages import topic_notes
from bot.messages import topics as topic_screens
from bot.messages.callback_data import TasteWord
from bot.picks import shelf as shelves
from bot.picks import topics
from bot.storage import feedback, papers
from bot.storage import taste as stored
from bot.storage.feedback import MOST_TOPICS, Feedback, topic_key
from bot.transport.screen import Screen
from recommender.phrases import contains, forms

DIRECTIONS = {"+": 1, "-": -1}


async def taste(_update: Update, context: Context) -> None:
    """Answer `/taste`: show the strongest words."""
    await context.send(await asyncio.to_thread(taste_view.words, context))


async def press(press: Press[TasteWord], context: Context) -> None:
    """Open the words or the interests, or move one of them, as the button says."""
    query = context.query
    message = query.message if query is not None else None
    markup = message.reply_markup if isinstance(message, Message) else None
    toast, screen = await asyncio.to_thread(
        _pressed, context, press.button, screens.word_lists(markup)
    )
    await press.answer(toast)
    if screen is not None:
        await press.edit(screen)


def _pressed(
    context: Context, button: TasteWord, lists: screens.WordLists
) -> tuple[str | None, Screen | None]:
    """Do what a button says; return the toast, and the new screen with its words in place."""
    render = taste_view.interests if button.screen == "i" else taste_view.words
    term, state = button.term, button.state
    if not state:
        return None, render(context)
    past = context.feedback()
    if not _is_known(context, past, term):
        return screens.outdated(context.t), None
    if state in screens.LISTS:
        return _where(context, past, term), None
    notes = _move(context, past, term, state)
    new_state = taste_view.line(context.feedback(), term).state
    toast = screens.toast(context.t, term, new_state)
    return toast, render(context, notes, lists)


def _is_known(context: Context, past: Feedback, term: str) -> bool:
    """Tell whether a button may speak of a word; a forged one speaks of anything."""
    is_moved = term in dict(past.edits)
    return is_moved or term in context.runtime.catalogue.concepts


def _where(context: Context, past: Feedback, term: str) -> str:
    """Say in how many of the rated papers a word stands."""
    ids = [rating.paper_id for rating in past.ratings]
    rated = papers.by_ids(context.runtime.database, ids, context.reader.id)
    phrase = forms(term)
    naming = {
        i for i, paper in rated.items() if contains(forms(paper.text), phrase)
    }
    values = [
        rating.value for rating in past.ratings if rating.paper_id in naming
    ]
    return screens.occurrences_toast(
        context.t, term, values.count(1), values.count(-1)
    )


def _move(context: Context, past: Feedback, term: str, state: str) -> list[str]:
    """Move a word, mute it, or let it be; return notes on what that does."""
    database, reader = context.runtime.database, context.reader
    now = context.runtime.clock()
    is_muted = taste_view.line(past, term).state == "m"
    topics_count = len(past.wanted) + len(past.muted)
    if state == "m" and not is_muted and topics_count >= MOST_TOPICS:
        return [topic_screens.too_many(context.t, MOST_TOPICS)]
    direction = DIRECTIONS.get(state, 0)
    if not stored.move_word(database, reader.id, term, direction, now):
        return [screens.too_many(context.t, stored.MOST)]
    notes = []
    if state == "m":
        if topic_key(term) in {topic_key(text) for text in past.wanted}:
            notes.append(screens.no_longer_wanted(context.t, term))
        feedback.set_topics(database, reader.id, [term], "muted", now)
        catalogue = context.runtime.catalogue
        shelf = shelves.of_reader(database, catalogue, past)
        match = topics.match(catalogue, shelf, term, "muted", context.today)
        notes.append(topic_notes.match_note(context.t, match))
    elif is_muted:
        feedback.remove_topics(database, reader.id, [term])
    change = topics.effect(
        database, context.runtime.catalogue, reader, past, now
    )
    return [*notes, topic_notes.change_note(context.t, change)]
