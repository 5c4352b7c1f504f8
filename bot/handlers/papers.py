"""⋯ on a paper: why it is there, all of it, and what can be done with it."""

import asyncio

from telegram import Update

from bot import lessons, posting
from bot.handlers import follow, topics
from bot.handlers.context import Context, chat, data
from bot.messages import bibliography, buttons, talk
from bot.messages import follows as follow_screens
from bot.messages import paper as screens
from bot.messages.screen import Screen
from bot.storage import digests, feedback, follows, papers
from bot.storage.digests import Pick
from bot.storage.feedback import topic_key
from recommender.papers import author_key
from recommender.phrases import terms

MOST_PHRASES, LONGEST_PHRASE = 6, 40  # the last in bytes: a phrase travels in its button


async def press(update: Update, context: Context) -> None:
    """Open a pick, or do what a button under the opened one says."""
    query, pressed = update.callback_query, buttons.PAPER.fullmatch(data(update))
    if query is None or pressed is None:
        return
    pick = await asyncio.to_thread(_pick, context, int(pressed[1]))
    if pick is None:
        await posting.answer(query, talk.stale(context.t))
        return
    what, sign, named = pressed[2], pressed[3], pressed[4] or ""
    toast, screen = None, None
    if what == "a":
        toast, screen = await asyncio.to_thread(_authors, context, pick, sign, named)
    elif what == "m":
        screen = await asyncio.to_thread(_mute, context, pick, sign, named)
    await posting.answer(query, toast)
    message = query.message.message_id if query.message is not None else None
    if what == "b":
        await _bibtex(update, context, pick)
        return
    if screen is None:
        screen = await asyncio.to_thread(_paper, context, pick)
    if what == "o":
        await posting.send(context.bot, chat(update).id, screen, reply_to=message)
    elif message is not None:
        await posting.edit(context.bot, chat(update).id, message, screen)


def _pick(context: Context, pick_id: int) -> Pick | None:
    shown = digests.by_pick(context.world.database, context.reader.id, pick_id)
    return shown.pick(pick_id) if shown else None


def _paper(context: Context, pick: Pick) -> Screen:
    evidence = [ref for _, ref, _ in pick.reason.get("evidence", []) if isinstance(ref, int)]
    found = papers.by_ids(context.world.database, evidence)
    titles = {number: paper.title for number, paper in found.items()}
    return screens.paper(context.t, pick, titles, context.reader.language)


def _authors(
    context: Context, pick: Pick, sign: str | None, named: str
) -> tuple[str | None, Screen]:
    """Follow one of the authors, or no longer; return the blink and all of them as they are now."""
    database, reader, toast = context.world.database, context.reader, None
    offered = [name for name in screens.some_authors(pick.paper) if follows.fits(name)]
    if sign:
        name = next((name for name in offered if buttons.checksum(name) == named), None)
        if name is None:
            toast = talk.stale(context.t)
        elif sign == "+" and follow.is_crowded(context, name):
            return None, follow.confirm(context, name, pick.paper)
        elif sign == "+":
            room = follows.follow(database, reader.id, name, context.world.clock())
            toast = screens.following(context.t, name) if room else _full(context)
        else:
            follows.unfollow(database, reader.id, name)
            toast = screens.no_longer(context.t, name)
    followed = {author_key(name) for name in follows.of_reader(database, reader.id)}
    return toast, screens.authors(context.t, pick, followed, offered)


def _full(context: Context) -> str:
    return follow_screens.too_many(context.t, follows.MOST)


def _mute(context: Context, pick: Pick, sign: str | None, named: str) -> Screen:
    """Mute one of the phrases, or no longer; return them all, and what that did."""
    offered, notes = _phrases(context, pick), []
    if sign and named in offered:
        notes = topics.apply(context, [(named, "muted" if sign == "+" else "gone")])
    mine = feedback.topics(context.world.database, context.reader.id)
    keys = {topic_key(text) for _, text, kind in mine if kind == "muted"}
    muted = {phrase for phrase in offered if topic_key(phrase) in keys}
    return screens.phrases(context.t, pick, muted, offered, notes)


def _phrases(context: Context, pick: Pick) -> list[str]:
    """Return what a paper is about in a few phrases; each of them muted hides it."""
    paper, world = pick.paper, context.world
    subject = lessons.words(world.database, world.papers, paper)
    said = [*subject, *(word.casefold() for word in paper.keywords), *terms(paper.title)]
    first: dict[str, str] = {}
    for phrase in said:
        first.setdefault(topic_key(phrase), phrase)
    short = [p for key, p in first.items() if key and len(p.encode()) <= LONGEST_PHRASE]
    telling = [phrase for phrase in short if " " in phrase]
    return (telling or [phrase for phrase in short if phrase in subject])[:MOST_PHRASES]


async def _bibtex(update: Update, context: Context, pick: Pick) -> None:
    screen, here = screens.bibtex(context.t, pick.paper), chat(update).id
    if screen is not None:
        await posting.send(context.bot, here, screen)
        return
    content = bibliography.bibtex([pick.paper]).encode()
    await posting.send_file(context.bot, here, f"{bibliography.key(pick.paper)}.bib", content)
