"""The ratings behind a taste: changed one by one, or all taken back at once and restored."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.handlers import taste_view
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.messages import rating_list as screens
from bot.messages import topic_notes
from bot.messages.callback_data import RatingList, Reset
from bot.messages.rating_list import PAGE_SIZE
from bot.messages.taste import outdated
from bot.picks import topics
from bot.storage import feedback, papers
from bot.storage import taste as stored
from bot.storage.feedback import RatingEvent
from bot.transport.screen import Screen

# How long the question before a reset can be answered.
QUESTION_STANDS = timedelta(days=1)
NOTHING = stored.Reset(0, 0)


async def turn_page(press: Press[RatingList], context: Context) -> None:
    """Turn a page of the ratings, or change one of them."""
    button = press.button
    screen: Screen | None
    if button.paper_id is None:
        screen = await asyncio.to_thread(_list, context, button.page)
    else:
        screen = await asyncio.to_thread(
            _rate, context, button.paper_id, button.value, button.page
        )
    await _show(press, context, screen)


async def reset(press: Press[Reset], context: Context) -> None:
    """Ask whether all ratings are to be taken back, do so, or undo it, as the button says."""
    button = press.button
    if button.seconds is None:
        screen = await asyncio.to_thread(_ask_to_reset, context, button.action)
    elif button.action == "x":
        screen = await asyncio.to_thread(_reset, context, button.seconds)
    else:
        screen = await asyncio.to_thread(_undo_reset, context, button.seconds)
    await _show(press, context, screen)


async def _show(
    press: Press[RatingList] | Press[Reset],
    context: Context,
    screen: Screen | None,
) -> None:
    await press.answer(None if screen else outdated(context.t))
    if screen is not None:
        await press.edit(screen)


def _list(
    context: Context,
    page: int,
    notes: tuple[str, ...] = (),
    undo: tuple[int, int] | None = None,
) -> Screen:
    """Return a page of the ratings, or the last one if there are fewer."""
    database, reader_id = context.runtime.database, context.reader.id
    count, rated = stored.rated_papers(
        database, reader_id, page * PAGE_SIZE, PAGE_SIZE
    )
    if count and not rated:
        page = (count - 1) // PAGE_SIZE
        first = page * PAGE_SIZE
        count, rated = stored.rated_papers(
            database, reader_id, first, PAGE_SIZE
        )
    return screens.ratings(
        context.t, count, rated, page if count else 0, notes=notes, undo=undo
    )


def _rate(
    context: Context, paper_id: int, value: int, page: int
) -> Screen | None:
    """Rate one of the reader's rated papers anew; None if it is none of them."""
    database, reader = context.runtime.database, context.reader
    paper = papers.by_ids(database, [paper_id], reader.id).get(paper_id)
    if paper is None or not feedback.was_rated(database, reader.id, paper_id):
        return None
    before = context.feedback()
    previous = feedback.rating(database, reader.id, paper_id)
    event = RatingEvent(
        reader_id=reader.id,
        paper_id=paper_id,
        value=value,
        rated_at=context.runtime.clock(),
        origin="list",
    )
    feedback.rate(database, event)
    if value == previous:
        return _list(context, page)
    change = topics.effect(
        database, context.runtime.catalogue, reader, before, event.rated_at
    )
    notes = (
        screens.changed(context.t, paper, value),
        topic_notes.change_note(context.t, change),
    )
    undo = (paper_id, previous) if previous else None
    return _list(context, page, notes, undo)


def _ask_to_reset(context: Context, action: str) -> Screen | None:
    """Ask whether the taste is to be reset; an undo without its moment is out of date."""
    if action == "u":
        return None
    counts = stored.resettable(context.runtime.database, context.reader.id)
    if counts == NOTHING:
        return taste_view.words(context)
    seconds = int(context.runtime.clock().timestamp())
    return screens.reset_question(context.t, counts, seconds)


def _reset(context: Context, seconds: int) -> Screen | None:
    """Reset the taste; None if no question of today has this moment."""
    now = context.runtime.clock()
    asked_at = datetime.fromtimestamp(seconds, UTC)
    if not now - QUESTION_STANDS <= asked_at <= now:
        return None
    counts = stored.reset(context.runtime.database, context.reader.id, asked_at)
    return screens.reset_done(context.t, counts, seconds)


def _undo_reset(context: Context, seconds: int) -> Screen | None:
    """Undo the reset of a moment; None if there is nothing to bring back."""
    counts = stored.undo_reset(
        context.runtime.database,
        context.reader.id,
        datetime.fromtimestamp(seconds, UTC),
    )
    if counts == NOTHING:
        return None
    return taste_view.words(context, [screens.reset_undone(context.t, counts)])
