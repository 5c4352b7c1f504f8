"""Asks the operator's language model for sentences about new papers, a few at a time."""

import asyncio
from datetime import date, datetime, timedelta

from bot.concurrency import apart
from bot.runtime import Runtime
from bot.sources import summaries
from bot.sources.errors import SourceDown
from bot.sources.summaries import SOURCE, Model
from bot.storage import gists, sources
from bot.transport.sender import Bot
from recommender.papers import StoredPaper

# Papers of one tick, and days for which a paper may still be picked.
BATCH = 4
DAYS = timedelta(days=14)

# Seconds for one paper, whatever the endpoint does.
PATIENCE = 60.0

# How long an endpoint that fails is left alone: as long again as it fails already.
SHORTEST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)


async def summarize(runtime: Runtime, _bot: Bot) -> None:
    """Give the newest papers without a gist one of the operator's model, if there is a model."""
    model = runtime.endpoints.summaries
    if model is None or await asyncio.to_thread(_is_paused, runtime):
        return

    papers = await asyncio.to_thread(
        gists.waiting, runtime.database, _since(runtime), BATCH
    )
    for paper in papers:
        # Digests go first, and the end of the process.
        if runtime.ending.is_set() or runtime.sending.locked():
            return
        if not await _summarize(runtime, model, paper):
            return
    if papers:
        await asyncio.to_thread(_record, runtime, len(papers), None)


async def _summarize(
    runtime: Runtime, model: Model, paper: StoredPaper
) -> bool:
    """Store one paper's sentence; return whether the endpoint answered."""
    try:
        text = await asyncio.wait_for(
            apart(summaries.summarize, model, paper), PATIENCE
        )
    except SourceDown as error:
        await asyncio.to_thread(_record, runtime, 0, error)
        return False
    except TimeoutError:
        down = SourceDown(SOURCE, "takes too long to answer")
        await asyncio.to_thread(_record, runtime, 0, down)
        return False

    await asyncio.to_thread(gists.record, runtime.database, paper.id, text)
    return True


def _since(runtime: Runtime) -> date:
    return (runtime.clock() - DAYS).date()


def _is_paused(runtime: Runtime) -> bool:
    """Tell whether the endpoint failed a while ago."""
    state = sources.states(runtime.database).get(SOURCE)
    if state is None or state.not_before is None:
        return False
    return runtime.clock() < state.not_before


def _record(runtime: Runtime, papers: int, down: SourceDown | None) -> None:
    """Note for the operator how it went, and when to ask again."""
    now = runtime.clock()
    sources.record_fetch(
        runtime.database,
        SOURCE,
        now,
        papers=papers,
        failure=str(down) if down else "",
        not_before=now + _pause(runtime, down, now) if down else None,
    )


def _pause(runtime: Runtime, down: SourceDown, now: datetime) -> timedelta:
    """Return how long to leave an endpoint alone that failed."""
    state = sources.states(runtime.database).get(SOURCE)
    last_success = state.succeeded_at if state else None
    if not down.passing:
        return LONGEST_PAUSE

    failing = now - last_success if last_success else SHORTEST_PAUSE
    pause = min(max(failing, SHORTEST_PAUSE), LONGEST_PAUSE)
    return max(pause, down.retry_after or SHORTEST_PAUSE)
