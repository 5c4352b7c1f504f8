"""`/top` and `/day`: the papers of some days by upvotes, each with its strength."""

import asyncio
from collections.abc import Sequence
from datetime import date

from telegram import Update

from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.messages import day_words
from bot.messages import top as screens
from bot.messages.top import PAGE_SIZE, Entry
from bot.messages.top_buttons import DayPage, TopPage
from bot.picks import popular, strengths
from bot.storage import searches
from bot.storage.feedback import Feedback
from bot.transport.screen import Screen


async def top(_update: Update, context: Context) -> None:
    """Answer `/top`: the most upvoted papers of the newest day, of a week or of a month."""
    period = day_words.period(" ".join(context.args or ()))
    if period is None:
        await context.send(screens.unknown_period(context.t))
        return
    await context.send(await asyncio.to_thread(_top, context, period, 0))


async def turn_page(press: Press[TopPage], context: Context) -> None:
    """Show a page of a period, as the votes are now."""
    await press.answer()
    button = press.button
    await press.edit(
        await asyncio.to_thread(_top, context, button.period, button.page)
    )


async def day(_update: Update, context: Context) -> None:
    """Answer `/day`: the papers of the newest day, or of the day after the command."""
    words = " ".join(context.args or ())
    named = None
    if words:
        language = context.reader.language
        named = day_words.parse(words, context.today, language)
        if named is None:
            await context.send(screens.unknown_day(context.t))
            return
    await context.send(await asyncio.to_thread(_day, context, named, 0))


async def turn_day(press: Press[DayPage], context: Context) -> None:
    """Show a page of a day."""
    try:
        named = date.fromisoformat(press.button.day)
    except ValueError:
        await press.show(None)
        return
    await press.answer()
    await press.edit(
        await asyncio.to_thread(_day, context, named, press.button.page)
    )


def _top(context: Context, period: str, page: int) -> Screen:
    feedback = context.feedback()
    runtime = context.runtime
    ranking = popular.top(
        runtime.database, runtime.catalogue, feedback, period, context.today
    )
    page = _existing_page(page, len(ranking.paper_ids))
    entries = _entries(context, feedback, ranking.paper_ids, page)
    return screens.top(
        context.t,
        ranking,
        page,
        entries,
        context.reader.language,
    )


def _day(context: Context, named: date | None, page: int) -> Screen:
    feedback = context.feedback()
    runtime = context.runtime
    papers = popular.of_day(
        runtime.database, runtime.catalogue, feedback, named, context.today
    )
    page = _existing_page(page, len(papers.paper_ids))
    entries = _entries(context, feedback, papers.paper_ids, page)
    return screens.day(
        context.t,
        papers,
        page,
        entries,
        language=context.reader.language,
        today=context.today,
    )


def _existing_page(page: int, n: int) -> int:
    """Return a page, or the last one if a list has become shorter."""
    return min(page, max(n - 1, 0) // PAGE_SIZE)


def _entries(
    context: Context, feedback: Feedback, ids: Sequence[int], page: int
) -> list[Entry]:
    """Return the papers of a page with the reader's marks and their strength."""
    database = context.runtime.database
    start = page * PAGE_SIZE
    page_ids = ids[start : start + PAGE_SIZE]
    fits = strengths.of_papers(
        database, context.runtime.catalogue, feedback, page_ids, context.today
    )
    hits = searches.hits(database, context.reader.id, page_ids)
    return [Entry(hit, fits.get(hit.paper.id)) for hit in hits]
