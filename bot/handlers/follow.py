"""Authors by command and button: found as people write names, confirmed, followed, let go."""

import asyncio
import contextlib
import re

from telegram import Update

from bot.concurrency import apart
from bot.handlers.context import Context, chat, data
from bot.markup import people
from bot.messages import callback_data, replies
from bot.messages import follows as screens
from bot.messages.follows import Person
from bot.picks import lookup
from bot.storage import follows, papers
from bot.transport import sender
from bot.transport.screen import Screen
from recommender import authors
from recommender.papers import StoredPaper, author_key

# Of those whose names come close.
OFFERED = 6
# Seconds that a reader waits for what arXiv knows.
PATIENCE = 4.0
MOST_WORDS, LONGEST_WORD = 10, 40
NAME = re.compile(r"[^\W_][\w .,'’‘`·&-]+")


async def follow(update: Update, context: Context) -> None:
    """Show who is followed, or ask whether the one that is named is meant."""
    typed = " ".join(context.args or ())[: follows.LONGEST]
    written = people.named(typed) or typed
    if written:
        screen = await asyncio.to_thread(_named, context, written)
    else:
        screen = await asyncio.to_thread(_list, context)
    if screen is None:
        screen = await _watched(context, written)
    await sender.send(context.bot, chat(update).id, screen)


async def press(update: Update, context: Context) -> None:
    """Show what somebody wrote, follow them, or let them go."""
    query, pressed = (
        update.callback_query,
        callback_data.FOLLOW.fullmatch(data(update)),
    )
    if query is None or pressed is None:
        return
    what, paper_id, checksum = pressed[1], int(pressed[2]), pressed[3]
    screen = await asyncio.to_thread(
        _pressed, context, what, paper_id, checksum
    )
    await context.answer(None if screen else replies.stale(context.t))
    if screen is not None and query.message is not None:
        await sender.edit(
            context.bot, chat(update).id, query.message.message_id, screen
        )


async def watch(update: Update, context: Context) -> None:
    """Follow somebody whom no paper here names."""
    query, pressed = (
        update.callback_query,
        callback_data.WATCH.fullmatch(data(update)),
    )
    if query is None or pressed is None:
        return
    name = people.named(pressed[1])
    await context.answer(None if _is_name(name) else replies.stale(context.t))
    if _is_name(name) and query.message is not None:
        screen = await _watched(context, name)
        await sender.edit(
            context.bot, chat(update).id, query.message.message_id, screen
        )


async def _watched(context: Context, name: str) -> Screen:
    """Follow a name that is nobody's yet, and tell what arXiv knows of it."""
    runtime, now = context.runtime, context.runtime.clock()
    kept = await asyncio.to_thread(
        follows.follow, runtime.database, context.reader.id, name, now
    )
    if not kept:
        note = screens.too_many(context.t, follows.MOST)
        return await asyncio.to_thread(_list, context, note)
    told = None
    with contextlib.suppress(TimeoutError):
        asked = apart(
            lookup.author_on_arxiv,
            runtime.database,
            runtime.endpoints,
            name,
            now,
        )
        told = await asyncio.wait_for(asked, PATIENCE)
    names = await asyncio.to_thread(
        follows.of_reader, runtime.database, context.reader.id
    )
    return screens.followed(
        context.t, names, above=screens.watched(context.t, name, told)
    )


def _is_name(written: str) -> bool:
    """Tell what somebody may be called from what nobody is."""
    words = written.split()
    short = len(words) <= MOST_WORDS and all(
        len(word) <= LONGEST_WORD for word in words
    )
    return (
        short and NAME.fullmatch(written) is not None and follows.fits(written)
    )


def _pressed(
    context: Context, what: str, paper_id: int, checksum: str
) -> Screen | None:
    database, reader, t = context.runtime.database, context.reader, context.t
    if what == "x":
        names = list(follows.of_reader(database, reader.id))
    else:  # a paper tells the name that its button had no room for
        found = papers.by_ids(database, [paper_id], reader.id).get(paper_id)
        names = list(found.authors) if found else []
    name = next(
        (each for each in names if callback_data.checksum(each) == checksum),
        None,
    )
    if name is None or not follows.fits(name):
        return None
    if what == "?":
        return confirm(context, name, found)
    if what == "x":
        follows.unfollow(database, reader.id, name)
        return _list(context)
    now, fitting = context.runtime.clock(), what == "~"
    if follows.follow(database, reader.id, name, now, fitting=fitting):
        return _list(
            context, note=screens.now_followed(t, name, fitting=fitting)
        )
    return _list(context, note=screens.too_many(t, follows.MOST))


def _list(context: Context, note: str = "") -> Screen:
    names = follows.of_reader(context.runtime.database, context.reader.id)
    return screens.followed(context.t, names, note)


def _named(context: Context, written: str) -> Screen | None:
    """Return the screen for a name: its papers, or who comes close; None for a new one."""
    known = context.runtime.catalogue.authors
    meant = authors.meant(written, known)
    mine = follows.of_reader(context.runtime.database, context.reader.id)
    keys = {author_key(each): each for each in mine}
    if len(meant) != 1:
        if author_key(written) in keys:
            name = keys[author_key(written)]
            return _list(context, note=screens.already(context.t, name))
        close = meant or authors.near(written, known, OFFERED)
        if not close and _is_name(written):
            return None
        return screens.unknown(
            context.t, written, _people(context, close[:OFFERED])
        )
    [(name, _)] = _people(context, meant)
    if meant[0] in keys:
        return _list(context, note=screens.already(context.t, name))
    return confirm(context, name)


def confirm(
    context: Context, name: str, found: StoredPaper | None = None
) -> Screen:
    """Return the screen that asks whether a name is meant; `found` is a paper that carries it."""
    written = _papers(context, author_key(name))
    papers = written or ([found] if found else [])
    return screens.confirm(
        context.t, name, papers, crowded=is_crowded(context, name)
    )


def is_crowded(context: Context, name: str) -> bool:
    """Tell whether several people seem to share a name, by the papers on offer."""
    key = author_key(name)
    return authors.is_crowded(
        key, [paper.authors for paper in _papers(context, key)]
    )


def _papers(context: Context, key: str) -> list[StoredPaper]:
    """Return an author's papers that are on offer, newest first."""
    catalogue = context.runtime.catalogue
    return [
        catalogue.papers[row]
        for row in dict.fromkeys(catalogue.authors.get(key, ()))
    ]


def _people(context: Context, keys: list[str]) -> list[Person]:
    """Return authors by name, as their newest paper spells it."""
    newest = [(key, _papers(context, key)[0]) for key in keys]
    return [
        (next(name for name in paper.authors if author_key(name) == key), paper)
        for key, paper in newest
    ]
