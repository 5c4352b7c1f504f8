"""Authors by command and button: found as people write names, confirmed, followed, let go."""

import asyncio

from telegram import Update

from bot import posting
from bot.handlers.context import Context, chat, data
from bot.messages import buttons, talk
from bot.messages import follows as screens
from bot.messages.follows import Person
from bot.messages.screen import Screen
from bot.storage import follows, papers
from recommender import authors
from recommender.papers import Paper, author_key

OFFERED = 6  # of those whose names come close


async def follow(update: Update, context: Context) -> None:
    """Show who is followed, or ask whether the one that is named is meant."""
    written = " ".join(context.args or ())[: follows.LONGEST]
    if written:
        screen = await asyncio.to_thread(_named, context, written)
    else:
        screen = await asyncio.to_thread(_list, context)
    await posting.send(context.bot, chat(update).id, screen)


async def press(update: Update, context: Context) -> None:
    """Show what somebody wrote, follow them, or let them go."""
    query, pressed = update.callback_query, buttons.FOLLOW.fullmatch(data(update))
    if query is None or pressed is None:
        return
    what, paper_id, checksum = pressed[1], int(pressed[2]), pressed[3]
    screen = await asyncio.to_thread(_pressed, context, what, paper_id, checksum)
    await posting.answer(query, None if screen else talk.stale(context.t))
    if screen is not None and query.message is not None:
        await posting.edit(context.bot, chat(update).id, query.message.message_id, screen)


def _pressed(context: Context, what: str, paper_id: int, checksum: str) -> Screen | None:
    database, reader, t = context.world.database, context.reader, context.t
    if what == "x":
        names = list(follows.of_reader(database, reader.id))
    else:  # a paper tells the name that its button had no room for
        found = papers.by_ids(database, [paper_id]).get(paper_id)
        names = list(found.authors) if found else []
    name = next((each for each in names if buttons.checksum(each) == checksum), None)
    if name is None or not follows.fits(name):
        return None
    if what == "?":
        return confirm(context, name, found)
    if what == "x":
        follows.unfollow(database, reader.id, name)
        return _list(context)
    now, fitting = context.world.clock(), what == "~"
    if follows.follow(database, reader.id, name, now, fitting=fitting):
        return _list(context, note=screens.now_followed(t, name, fitting=fitting))
    return _list(context, note=screens.too_many(t, follows.MOST))


def _list(context: Context, note: str = "") -> Screen:
    names = follows.of_reader(context.world.database, context.reader.id)
    return screens.followed(context.t, names, note)


def _named(context: Context, written: str) -> Screen:
    """Return the screen for a name: its papers, or who comes close."""
    known = context.world.papers.authors
    meant = authors.meant(written, known)
    if len(meant) != 1:
        close = meant or authors.near(written, known, OFFERED)
        return screens.unknown(context.t, written, _people(context, close[:OFFERED]))
    [(name, _)] = _people(context, meant)
    mine = follows.of_reader(context.world.database, context.reader.id)
    if meant[0] in {author_key(each) for each in mine}:
        return _list(context, note=screens.already(context.t, name))
    return confirm(context, name)


def confirm(context: Context, name: str, found: Paper | None = None) -> Screen:
    """Return the screen that asks whether a name is meant; `found` is a paper that carries it."""
    written = _papers(context, author_key(name))
    papers = written or ([found] if found else [])
    return screens.confirm(context.t, name, papers, crowded=is_crowded(context, name))


def is_crowded(context: Context, name: str) -> bool:
    """Tell whether several people seem to share a name, by the papers on offer."""
    key = author_key(name)
    return authors.is_crowded(key, [paper.authors for paper in _papers(context, key)])


def _papers(context: Context, key: str) -> list[Paper]:
    """Return an author's papers that are on offer, newest first."""
    catalogue = context.world.papers
    return [catalogue.papers[row] for row in dict.fromkeys(catalogue.authors.get(key, ()))]


def _people(context: Context, keys: list[str]) -> list[Person]:
    """Return authors by name, as their newest paper spells it."""
    newest = [(key, _papers(context, key)[0]) for key in keys]
    return [
        (next(name for name in paper.authors if author_key(name) == key), paper)
        for key, paper in newest
    ]
