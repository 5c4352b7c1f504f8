"""`/follow`: authors named as people write them, confirmed, followed, let go."""

import asyncio
import contextlib
import re
from collections.abc import Sequence

from telegram import Update

from bot.concurrency import apart
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.markup import people
from bot.messages import follows as screens
from bot.messages.callback_data import Follow, FollowName, checksum
from bot.messages.follows import Author
from bot.picks import authors, lookup
from bot.storage import follows, papers
from bot.transport.screen import Screen
from recommender import authors as author_names
from recommender.papers import StoredPaper, author_key

# Of those whose names come close.
OFFERED = 6
# Seconds that a reader waits for what arXiv knows.
PATIENCE = 4.0
MOST_WORDS, LONGEST_WORD = 10, 40
NAME = re.compile(r"[^\W_][\w .,'’‘`·&-]+")


async def follow(_update: Update, context: Context) -> None:
    """Answer `/follow`: show who is followed, or ask whether the named author is meant."""
    text = " ".join(context.args or ())[: follows.LONGEST]
    name = people.named(text) or text
    if not name:
        await context.send(await asyncio.to_thread(_list, context))
        return
    screen = await asyncio.to_thread(_look_up, context, name)
    await context.send(screen or await _follow_unknown(context, name))


async def press(press: Press[Follow], context: Context) -> None:
    """Show what an author wrote, follow them, or let them go."""
    await press.show(await asyncio.to_thread(_pressed, context, press.button))


async def follow_name(press: Press[FollowName], context: Context) -> None:
    """Follow somebody whom no stored paper names."""
    name = people.named(press.button.name)
    if not _is_name(name):
        await press.show(None)
        return
    await press.answer()
    await press.edit(await _follow_unknown(context, name))


async def _follow_unknown(context: Context, name: str) -> Screen:
    """Follow a name that no stored paper carries, and tell what arXiv knows of it."""
    runtime = context.runtime
    now = runtime.clock()
    has_room = await asyncio.to_thread(
        follows.follow, runtime.database, context.reader.id, name, now
    )
    if not has_room:
        note = screens.too_many(context.t, follows.MOST)
        return await asyncio.to_thread(_list, context, note)
    answer = None
    with contextlib.suppress(TimeoutError):
        answer = await asyncio.wait_for(
            apart(
                lookup.author_on_arxiv,
                runtime.database,
                runtime.endpoints,
                name,
                now,
            ),
            PATIENCE,
        )
    names = await asyncio.to_thread(
        follows.of_reader, runtime.database, context.reader.id
    )
    html_note = screens.watching(context.t, name, answer)
    return screens.follow_list(context.t, names, html_note=html_note)


def _is_name(text: str) -> bool:
    """Tell whether a text can be somebody's name."""
    words = text.split()
    is_short = len(words) <= MOST_WORDS and all(
        len(word) <= LONGEST_WORD for word in words
    )
    return is_short and bool(NAME.fullmatch(text)) and follows.fits(text)


def _pressed(context: Context, button: Follow) -> Screen | None:
    """Do what a button says; None if it names nobody any more."""
    database, reader_id = context.runtime.database, context.reader.id
    paper = None
    names: Sequence[str]
    if button.action == "x":
        names = list(follows.of_reader(database, reader_id))
    else:
        # The paper tells the name that its button had no room for.
        by_id = papers.by_ids(database, [button.paper_id], reader_id)
        paper = by_id.get(button.paper_id)
        names = paper.authors if paper else ()
    name = next((n for n in names if checksum(n) == button.checksum), None)
    if name is None or not follows.fits(name):
        return None
    if button.action == "?":
        return _confirm(context, name, paper)
    if button.action == "x":
        follows.unfollow(database, reader_id, name)
        return _list(context)
    return _follow(context, name, fitting=button.action == "~")


def _follow(context: Context, name: str, *, fitting: bool) -> Screen:
    """Follow an author, or only what of theirs fits; return the list of all who are followed."""
    has_room = follows.follow(
        context.runtime.database,
        context.reader.id,
        name,
        context.runtime.clock(),
        fitting=fitting,
    )
    if not has_room:
        return _list(context, screens.too_many(context.t, follows.MOST))
    note = screens.now_followed(context.t, name, only_if_fitting=fitting)
    return _list(context, note)


def _list(context: Context, note: str = "") -> Screen:
    names = follows.of_reader(context.runtime.database, context.reader.id)
    return screens.follow_list(context.t, names, note)


def _look_up(context: Context, text: str) -> Screen | None:
    """Return the screen for a name: its papers, or who comes close; None for a new name."""
    known_authors = context.runtime.catalogue.authors
    matches = author_names.matching_keys(text, known_authors)
    followed = follows.of_reader(context.runtime.database, context.reader.id)
    followed_names = {author_key(name): name for name in followed}
    if len(matches) == 1:
        [(name, _)] = _people(context, matches)
        if matches[0] in followed_names:
            return _list(context, screens.already_followed(context.t, name))
        return _confirm(context, name)
    if author_key(text) in followed_names:
        name = followed_names[author_key(text)]
        return _list(context, screens.already_followed(context.t, name))
    close = matches or author_names.similar_keys(text, known_authors, OFFERED)
    if not close and _is_name(text):
        return None
    return screens.unknown(context.t, text, _people(context, close[:OFFERED]))


def _confirm(
    context: Context, name: str, paper: StoredPaper | None = None
) -> Screen:
    """Ask whether an author is meant; `paper` carries the name if none on offer does."""
    catalogue = context.runtime.catalogue
    on_offer = authors.papers_of(catalogue, author_key(name))
    examples = on_offer or ([paper] if paper else [])
    is_crowded = authors.is_crowded(catalogue, name)
    return screens.confirm(context.t, name, examples, is_crowded=is_crowded)


def _people(context: Context, keys: Sequence[str]) -> list[Author]:
    """Return authors as their newest paper spells them, with that paper."""
    spelled = []
    for key in keys:
        newest = authors.papers_of(context.runtime.catalogue, key)[0]
        name = next(n for n in newest.authors if author_key(n) == key)
        spelled.append((name, newest))
    return spelled
