"""Papers that readers bring by links or a file: found, liked, and told about, also when late."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from bot.concurrency import apart
from bot.jobs import fetch
from bot.messages import links as screens
from bot.messages import translation
from bot.messages.text import escape
from bot.picks import fitting, intake, learning
from bot.runtime import World
from bot.schedule import due
from bot.sources.errors import SourceDown
from bot.storage import feedback, imports, links, papers
from bot.storage.feedback import Feedback
from bot.storage.imports import Bundle
from bot.storage.links import Lookup
from bot.storage.readers import Reader
from bot.transport.screen import Screen
from recommender.papers import Paper

# Seconds that a reader waits; what takes longer is told about later.
PATIENCE = 4.0
# Look-ups of one reader; links to stored papers cost nothing.
A_DAY = 20
# Doubled each time: the last try after ten hours.
FIRST_WAIT, TRIES = (
    timedelta(minutes=5),
    8,
)
Told = dict[str, int]


async def bring(
    world: World,
    reader: Reader,
    arxiv_ids: Sequence[str],
    notes: Sequence[str] = (),
) -> Screen:
    """Like the papers with these ids, wherever they have to be fetched from; return the receipt.

    `notes` are what else there is to say of the message they came by.
    """
    t, database, now = (
        translation.of(reader.language),
        world.database,
        world.clock(),
    )
    stored = await asyncio.to_thread(papers.by_arxiv_ids, database, arxiv_ids)
    unknown = [arxiv_id for arxiv_id in arxiv_ids if arxiv_id not in stored]
    asked = await asyncio.to_thread(links.asked_today, database, reader.id, now)
    room = max(A_DAY - asked, 0)
    answers = await asyncio.gather(
        *(_find(world, reader, each) for each in unknown[:room])
    )
    said = [answer for answer in answers if isinstance(answer, str)]
    found = stored | {
        p.arxiv_id: p for p in answers if isinstance(p, Paper) and p.arxiv_id
    }
    said += [screens.enough_links(t, A_DAY)] if len(unknown) > room else []
    ids = [
        found[arxiv_id].id or 0 for arxiv_id in arxiv_ids if arxiv_id in found
    ]
    if not ids:
        return Screen("\n\n".join(map(escape, [*said, *notes])))
    bundle, told = await asyncio.to_thread(learn, world, reader, ids, "link")
    return screens.links(t, bundle, told, [*said, *notes])


async def _find(world: World, reader: Reader, arxiv_id: str) -> Paper | str:
    """Look a paper up; return what to say where it is not to be had now."""
    t, now = translation.of(reader.language), world.clock()
    note = (world.database, reader.id, arxiv_id, now)
    try:
        asked = apart(
            fetch.look_up, world.database, world.places, arxiv_id, now
        )
        paper = await asyncio.wait_for(asked, PATIENCE)
    except (SourceDown, TimeoutError):
        await asyncio.to_thread(links.note, *note, retry=now + FIRST_WAIT)
        return screens.later(t, arxiv_id)
    await asyncio.to_thread(links.note, *note, retry=None)
    return paper or screens.no_such_paper(t, arxiv_id)


def retry(world: World, lookup: Lookup, reader: Reader) -> Screen | None:
    """Look a link up again; None while its source is still down."""
    t, now = translation.of(reader.language), world.clock()
    try:
        paper = fetch.look_up(
            world.database, world.places, lookup.arxiv_id, now
        )
    except SourceDown:
        wait = FIRST_WAIT * 2**lookup.tries if lookup.tries < TRIES else None
        again = now + wait if wait else None
        links.tried(world.database, lookup.id, now, retry=again)
        return (
            None
            if again
            else Screen(escape(screens.unanswered(t, lookup.arxiv_id)))
        )
    links.tried(world.database, lookup.id, now, retry=None)
    if paper is None:
        return Screen(escape(screens.no_such_paper(t, lookup.arxiv_id)))
    return screens.links(t, *learn(world, reader, [paper.id or 0], "link"))


async def read(
    world: World, reader: Reader, found: Sequence[Paper], faults: Sequence[str]
) -> Screen:
    """Like the papers of a reader's own file; return the receipt."""
    t = translation.of(reader.language)
    if not found:
        return screens.nothing_usable(t, faults)
    before = await asyncio.to_thread(_said, world, reader)
    brought = await intake.bundle(
        world.database, reader.id, found, world.clock()
    )
    bundle = await asyncio.to_thread(
        imports.read, world.database, reader.id, brought.bundle_id
    )
    if bundle is None:  # the reader left meanwhile
        return screens.nothing_usable(t, faults)
    told = await apart(_changed, world, reader, before)
    return screens.file(
        t, bundle, told, known=brought.papers - bundle.count, faults=faults
    )


def learn(
    world: World, reader: Reader, ids: Sequence[int], origin: str
) -> tuple[Bundle, Told | None]:
    """Like papers and learn from them at once; return what they are now, and what that changed."""
    database, before = world.database, _said(world, reader)
    bundle = imports.like(database, reader.id, ids, origin, world.clock())
    if world.papers.version is not None and world.papers.model is not None:
        liked = list(papers.by_ids(database, ids, reader.id).values())
        fitting.cover(database, world.papers.version, world.papers.model, liked)
    return bundle, _changed(world, reader, before)


def change(
    world: World,
    reader: Reader,
    bundle_id: int,
    paper_id: int | None,
    *,
    liked: bool,
) -> Screen | None:
    """Take a bundle back, or one paper of it, or like it again; None for nobody's."""
    t, before = translation.of(reader.language), _said(world, reader)
    bundle = imports.rate(
        world.database,
        reader.id,
        bundle_id,
        paper_id,
        liked=liked,
        now=world.clock(),
    )
    if bundle is None:
        return None
    told = _changed(world, reader, before)
    return (screens.file if bundle.origin == "file" else screens.links)(
        t, bundle, told
    )


def _said(world: World, reader: Reader) -> Feedback:
    today = due.local_date(world.clock(), reader.zone)
    return feedback.of_reader(world.database, reader.id, reader.zone, today)


def _changed(world: World, reader: Reader, before: Feedback) -> Told | None:
    """Count the next picks that are others now; None where nothing else is said than before."""
    after, today = (
        _said(world, reader),
        due.local_date(world.clock(), reader.zone),
    )
    if after == before:
        return None
    n = learning.changed(
        world.database, world.papers, (before, after), today, reader.picks
    )
    return {"changed": n, "of": reader.picks}
