"""Papers that readers bring by a link: looked up, liked, and told about when they come late."""

import asyncio
from datetime import timedelta

from bot import fitting, ingest, lessons, schedule
from bot.messages import digest as rendering
from bot.messages import talk, translation
from bot.messages.screen import Screen
from bot.sources.errors import SourceDown
from bot.storage import feedback, lookups, papers
from bot.storage.feedback import Said
from bot.storage.lookups import Lookup
from bot.storage.readers import Reader
from bot.threads import apart
from bot.world import World
from recommender.papers import Paper

PATIENCE = 4.0  # seconds that a reader waits; what takes longer is told about later
A_DAY = 20  # look-ups of one reader; links to stored papers cost nothing
FIRST_WAIT, TRIES = timedelta(minutes=5), 8  # doubled each time: the last try after ten hours


async def bring(world: World, reader: Reader, arxiv_id: str) -> Screen:
    """Like the paper with this id, wherever it has to be fetched from; return the receipt."""
    t, database, now = translation.of(reader.language), world.database, world.clock()
    stored = await asyncio.to_thread(papers.by_arxiv_ids, database, [arxiv_id])
    paper = stored.get(arxiv_id)
    if paper is None:
        if await asyncio.to_thread(lookups.asked_today, database, reader.id, now) >= A_DAY:
            return talk.enough_links(t, A_DAY)
        note = (database, reader.id, arxiv_id, now)
        try:
            asked = apart(ingest.look_up, database, world.places, arxiv_id, now)
            paper = await asyncio.wait_for(asked, PATIENCE)
        except (SourceDown, TimeoutError):
            await asyncio.to_thread(lookups.note, *note, retry=now + FIRST_WAIT)
            return talk.later(t, arxiv_id)
        await asyncio.to_thread(lookups.note, *note, retry=None)
    if paper is None:
        return talk.no_such_paper(t, arxiv_id)
    return await asyncio.to_thread(learn, world, reader, paper, 1)


def retry(world: World, lookup: Lookup, reader: Reader) -> Screen | None:
    """Look a link up again; None while its source is still down."""
    t, now = translation.of(reader.language), world.clock()
    try:
        paper = ingest.look_up(world.database, world.places, lookup.arxiv_id, now)
    except SourceDown:
        wait = FIRST_WAIT * 2**lookup.tries if lookup.tries < TRIES else None
        again = now + wait if wait else None
        lookups.tried(world.database, lookup.id, now, retry=again)
        return None if again else talk.unanswered(t, lookup.arxiv_id)
    lookups.tried(world.database, lookup.id, now, retry=None)
    if paper is None:
        return talk.no_such_paper(t, lookup.arxiv_id)
    return learn(world, reader, paper, 1)


def learn(world: World, reader: Reader, paper: Paper, value: int) -> Screen:
    """Store what a reader says of a paper they brought, and learn from it at once."""
    t, now, paper_id = translation.of(reader.language), world.clock(), paper.id or 0
    today = schedule.local_date(now, reader.zone)
    if world.papers.version is not None and world.papers.model is not None:
        fitting.cover(world.database, world.papers.version, world.papers.model, paper)
    before = feedback.of_reader(world.database, reader.id, reader.zone, today)
    if value and feedback.rating(world.database, reader.id, paper_id) == value:
        return talk.liked_already(t, paper)
    feedback.rate(
        world.database,
        Said(reader_id=reader.id, paper_id=paper_id, value=value, rated_at=now, origin="link"),
    )
    if value == 0:
        return talk.taken_back(t, paper)
    after = lessons.rerated(before, paper_id, value)
    n = lessons.changed(world.database, world.papers, (before, after), today, reader.picks)
    return talk.liked(t, paper, changed=rendering.changed(t, {"changed": n, "of": reader.picks}))
