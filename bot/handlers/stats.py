"""`/stats`: how a reader's picks have done, as a picture and in words."""

import asyncio
from dataclasses import replace
from zoneinfo import ZoneInfo

from telegram import Update
from telegram.constants import ChatAction

from bot.concurrency import GivenUp
from bot.handlers.context import Context
from bot.messages import stats as screens
from bot.messages import stats_chart
from bot.messages.stats_chart import Chart
from bot.picks import history, selection
from bot.picks.history import History
from bot.storage import impressions
from bot.transport import sender
from bot.transport.screen import Screen

# Pictures that are kept, of forty kilobytes each.
MOST_PICTURES = 500


async def stats(update: Update, context: Context) -> None:
    """Answer `/stats`: show the weeks so far; without any, say what to do first."""
    t = context.t
    past, interests = await asyncio.to_thread(_history, context)
    has_ratings = any(week.likes + week.dislikes for week in past.weeks)
    if not past.picks and not has_ratings:
        await context.send(screens.nothing_yet(t))
        return
    summary = screens.summary(t, past, interests)
    chart = screens.chart(t, past, interests, context.reader.language)
    if chart.is_empty:
        await context.send(summary)
        return
    await context.bot.send_chat_action(
        context.reader.chat_id, ChatAction.UPLOAD_PHOTO
    )
    # Not awaited: pictures stand in a queue, for which this reader's next tap should not wait.
    context.application.create_task(
        _send_picture(context, chart, summary), update
    )


async def _send_picture(
    context: Context, chart: Chart, summary: Screen
) -> None:
    """Send the picture; a reader who asks again before it is drawn gets one alone."""
    reader = context.reader
    pictures = context.runtime.pictures
    drawn_chart, picture = pictures.get(reader.id, (None, None))
    try:
        if drawn_chart != chart:
            picture = await stats_chart.draw_in_child(chart, reader.id)
    except GivenUp:
        return
    if picture is None:
        await context.send(summary)
        return
    if len(pictures) >= MOST_PICTURES:
        pictures.clear()
    pictures[reader.id] = chart, picture
    legend = screens.legend(context.t, reader.language)
    caption = replace(summary, text=f"{summary.text}\n{legend}".strip())
    await sender.send_photo(context.bot, reader.chat_id, picture, caption)


def _history(context: Context) -> tuple[History, list[tuple[str, int]]]:
    """Return a reader's past, and their interests with how many likes each has."""
    database, reader = context.runtime.database, context.reader
    zone = ZoneInfo(reader.zone)
    picks = impressions.of_reader(database, reader.id)
    ratings = [
        (at.astimezone(zone).date(), value)
        for at, value in impressions.ratings(database, reader.id)
    ]
    past = history.summarise(picks, ratings, context.today)
    return past, _interests(context)


def _interests(context: Context) -> list[tuple[str, int]]:
    catalogue = context.runtime.catalogue
    taste = selection.learn(
        context.runtime.database, catalogue, context.feedback()
    )
    named = selection.named_interests(catalogue, taste)
    return [(name, len(interest.members)) for name, interest in named.items()]
