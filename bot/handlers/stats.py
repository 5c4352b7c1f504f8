"""How a reader's picks have done, as a picture and in words."""

import asyncio
from datetime import date
from zoneinfo import ZoneInfo

from telegram import Update
from telegram.constants import ChatAction

from bot.concurrency import GivenUp
from bot.handlers.context import Context, chat
from bot.messages import stats as screens
from bot.messages import stats_chart
from bot.messages.stats_chart import Chart
from bot.picks import history, selection
from bot.picks.history import History
from bot.schedule import due
from bot.storage import feedback, impressions
from bot.transport import sender
from bot.transport.screen import Screen

# Pictures, of forty kilobytes.
KEPT = 500


async def stats(update: Update, context: Context) -> None:
    """Show the weeks so far; without any, say what to do first."""
    here, t = chat(update).id, context.t
    told, liked = await asyncio.to_thread(_history, context)
    if not told.picks and not any(
        week.likes + week.dislikes for week in told.weeks
    ):
        await sender.send(context.bot, here, screens.nothing_yet(t))
        return
    summary = screens.summary(t, told, liked)
    wanted = screens.chart(t, told, liked, context.reader.language)
    if wanted.is_empty:
        await sender.send(context.bot, here, summary)
        return
    await context.bot.send_chat_action(here, ChatAction.UPLOAD_PHOTO)
    # Not awaited: pictures stand in a line, and this reader's next tap is not to wait for theirs.
    context.application.create_task(
        _show(context, here, wanted, summary), update
    )


async def _show(
    context: Context, here: int, wanted: Chart, summary: Screen
) -> None:
    """Send the picture; who asks anew before it is drawn gets one alone."""
    reader_id, pictures = context.reader.id, context.runtime.pictures
    kept, picture = pictures.get(reader_id, (None, None))
    try:
        if kept != wanted:
            picture = await stats_chart.drawn(wanted, reader_id)
    except GivenUp:
        return
    if picture is None:
        await sender.send(context.bot, here, summary)
        return
    if len(pictures) >= KEPT:
        pictures.clear()
    pictures[reader_id] = wanted, picture
    await sender.send_photo(context.bot, here, picture, summary)


def _history(context: Context) -> tuple[History, list[tuple[str, int]]]:
    """Return a reader's past, and their interests with how many likes each has."""
    database, reader = context.runtime.database, context.reader
    today, zone = (
        due.local_date(context.runtime.clock(), reader.zone),
        ZoneInfo(reader.zone),
    )
    shown = impressions.of_reader(database, reader.id)
    said = impressions.ratings(database, reader.id)
    ratings = [(at.astimezone(zone).date(), value) for at, value in said]
    return history.tell(shown, ratings, today), _interests(context, today)


def _interests(context: Context, today: date) -> list[tuple[str, int]]:
    database, reader, catalogue = (
        context.runtime.database,
        context.reader,
        context.runtime.catalogue,
    )
    said = feedback.of_reader(database, reader.id, reader.zone, today)
    taste = selection.learn(database, catalogue, said)
    named = selection.named_interests(catalogue, taste)
    return [(name, len(interest.members)) for name, interest in named.items()]
