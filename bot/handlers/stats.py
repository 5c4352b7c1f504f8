"""`/stats`: how a reader's picks have done, as a picture and in words."""

import asyncio
from dataclasses import replace

from telegram import Update
from telegram.constants import ChatAction

from bot.concurrency import GivenUp
from bot.handlers.context import Context
from bot.messages import stats as screens
from bot.messages import stats_chart
from bot.messages.stats_chart import Chart
from bot.picks import history, tastes
from bot.picks.history import Progress
from bot.transport.screen import Screen


async def stats(update: Update, context: Context) -> None:
    """Answer `/stats`: show the weeks so far; without any, say what to do first."""
    t = context.t
    progress = await asyncio.to_thread(_progress, context)
    past = progress.history
    has_ratings = any(week.likes + week.dislikes for week in past.weeks)
    if not past.picks and not has_ratings:
        await context.send(screens.nothing_yet(t))
        return
    summary = screens.summary(t, past, progress.interests)
    chart = screens.chart(t, past, progress.interests, context.reader.language)
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
    reader, pictures = context.reader, context.runtime.pictures
    try:
        picture = await stats_chart.draw_or_keep(pictures, chart, reader.id)
    except GivenUp:
        return
    if picture is not None:
        legend = screens.legend(context.t, reader.language)
        summary = replace(summary, text=f"{summary.text}\n{legend}".strip())
    await context.send(replace(summary, picture=picture))


def _progress(context: Context) -> Progress:
    database, catalogue = context.runtime.database, context.runtime.catalogue
    taste = tastes.learn(database, catalogue, context.feedback())
    return history.of_reader(
        database, catalogue, context.reader, taste, context.today
    )
