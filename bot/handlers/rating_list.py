"""The ratings behind a taste: changed one by one, or all taken back at once and restored."""

import asyncio
from datetime import UTC, datetime, timedelta

from telegram import Update

from bot.handlers import taste, topics
from bot.handlers.context import Context, chat, data
from bot.messages import callback_data
from bot.messages import rating_list as screens
from bot.messages.rating_list import A_PAGE
from bot.messages.taste import outdated
from bot.storage import feedback, papers
from bot.storage import taste as stored
from bot.storage.feedback import RatingEvent
from bot.transport import sender
from bot.transport.screen import Screen

# How long a question stands.
ASKED = timedelta(days=1)


async def press(update: Update, context: Context) -> None:
    """Turn a page of the ratings, or change one of them."""
    query, pressed = (
        update.callback_query,
        callback_data.RATED.fullmatch(data(update)),
    )
    if query is None or pressed is None:
        return
    page = int(pressed[1])
    if pressed[2] is None:
        screen: Screen | None = await asyncio.to_thread(_list, context, page)
    else:
        value = callback_data.SIGNS[pressed[3]]
        screen = await asyncio.to_thread(
            _rate, context, int(pressed[2]), value, page
        )
    await _show(update, context, screen)


async def reset(update: Update, context: Context) -> None:
    """Ask whether all is to be taken back; do it; undo it, as the button says."""
    pressed = callback_data.RESET.fullmatch(data(update))
    if pressed is None:
        return
    screen = await asyncio.to_thread(_reset, context, pressed[1], pressed[2])
    await _show(update, context, screen)


async def _show(
    update: Update, context: Context, screen: Screen | None
) -> None:
    query = update.callback_query
    await context.answer(None if screen else outdated(context.t))
    if screen is not None and query is not None and query.message is not None:
        await sender.edit(
            context.bot, chat(update).id, query.message.message_id, screen
        )


def _list(
    context: Context,
    page: int,
    notes: tuple[str, ...] = (),
    undo: tuple[int, int] | None = None,
) -> Screen:
    """Return a page of the ratings, or the last one where there are fewer."""
    mine = context.runtime.database, context.reader.id
    many, shown = stored.rated_papers(*mine, page * A_PAGE, A_PAGE)
    if many and not shown:
        page = (many - 1) // A_PAGE
        many, shown = stored.rated_papers(*mine, page * A_PAGE, A_PAGE)
    return screens.ratings(
        context.t, many, shown, page if many else 0, notes=notes, undo=undo
    )


def _rate(
    context: Context, paper_id: int, value: int, page: int
) -> Screen | None:
    """Rate one of the reader's own rated papers anew; None where it is none of them."""
    database, reader = context.runtime.database, context.reader
    paper = papers.by_ids(database, [paper_id], reader.id).get(paper_id)
    if paper is None or not feedback.was_rated(database, reader.id, paper_id):
        return None
    before, previous = (
        taste.spoken(context),
        feedback.rating(database, reader.id, paper_id),
    )
    now = context.runtime.clock()
    feedback.rate(
        database,
        RatingEvent(
            reader_id=reader.id,
            paper_id=paper_id,
            value=value,
            rated_at=now,
            origin="list",
        ),
    )
    if value == previous:
        return _list(context, page)
    effect = topics.effect(context, before, taste.spoken(context))
    undo = (paper_id, previous) if previous else None
    return _list(
        context, page, (screens.changed(context.t, paper, value), *effect), undo
    )


def _reset(context: Context, what: str, moment: str) -> Screen | None:
    """Return the next screen of a reset; None for a moment that no question of today had."""
    database, reader, now = (
        context.runtime.database,
        context.reader,
        context.runtime.clock(),
    )
    if not moment:
        held = stored.resettable(database, reader.id)
        if what == "u" or held == stored.Reset(0, 0):
            return taste.words(context) if what == "x" else None
        return screens.question(context.t, held, int(now.timestamp()))
    at = datetime.fromtimestamp(int(moment), UTC)
    if what == "u":
        undone = stored.undo_reset(database, reader.id, at)
        if undone == stored.Reset(0, 0):
            return None
        return taste.words(context, [screens.restored(context.t, undone)])
    if not now - ASKED <= at <= now:
        return None
    return screens.gone(
        context.t, stored.reset(database, reader.id, at), int(moment)
    )
