"""Sums up the week that a delivery is for: a picture with a caption, or the text alone."""

import asyncio
import logging
from dataclasses import replace
from datetime import date

from bot.concurrency import GivenUp
from bot.messages import stats as stats_screens
from bot.messages import stats_chart, translation
from bot.messages import weekly as screens
from bot.messages.stats_chart import Chart
from bot.picks import history, selection, tastes, weeks
from bot.picks.weeks import Week
from bot.runtime import Runtime
from bot.storage import outbox
from bot.storage.outbox import Delivery
from bot.storage.readers import Reader
from bot.transport.screen import Screen

# Seconds for which a week waits for its picture: its lease has to outlast them.
PATIENCE = 40

# A week is one message.
POSITION = 1

log = logging.getLogger(__name__)


async def prepare(
    runtime: Runtime, delivery: Delivery
) -> tuple[Delivery, dict[int, Screen]]:
    """Return the delivery and its message.

    There is none without a pick in the week, or if its reader wants no weeks any more.
    """
    week, chart = await asyncio.to_thread(
        _read, runtime, delivery.reader, delivery.local_date
    )
    is_begun = await asyncio.to_thread(
        outbox.has_messages, runtime.database, delivery
    )
    if not is_begun:
        if not week.picks or not delivery.reader.weekly:
            return delivery, {}
        delivery = await asyncio.to_thread(
            outbox.add_messages, runtime.database, delivery, None, [POSITION]
        )
    language = delivery.reader.language
    screen = screens.weekly(translation.of(language), week, language)
    picture = await _picture(runtime, delivery.reader, chart)
    return delivery, {POSITION: replace(screen, picture=picture)}


def _read(runtime: Runtime, reader: Reader, last: date) -> tuple[Week, Chart]:
    database, catalogue = runtime.database, runtime.catalogue
    feedback = selection.read_feedback(database, reader, runtime.clock())
    taste = tastes.learn(database, catalogue, feedback)
    week = weeks.of_reader(
        database, catalogue, feedback, reader.id, last, taste=taste
    )
    progress = history.of_reader(database, catalogue, reader, taste, last)
    chart = stats_screens.chart(
        translation.of(reader.language),
        progress.history,
        progress.interests,
        reader.language,
    )
    return week, chart


async def _picture(
    runtime: Runtime, reader: Reader, chart: Chart
) -> bytes | None:
    """Return the picture of `/stats`, or None if there is none to draw, or not in time."""
    if chart.is_empty:
        return None
    try:
        async with asyncio.timeout(PATIENCE):
            return await stats_chart.draw_or_keep(
                runtime.pictures, chart, reader.id, stats_chart.WEEK
            )
    except (GivenUp, TimeoutError):
        log.warning("The week of reader %s has no picture", reader.id)
        return None
