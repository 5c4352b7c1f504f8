"""⋯ on a paper: why it is there, all of it, and what can be done with it."""

import asyncio

from telegram import Update

from bot.handlers import follow, search, topics
from bot.handlers.context import Context, chat, data
from bot.messages import bibliography, callback_data, replies
from bot.messages import follows as follow_screens
from bot.messages import paper as screens
from bot.messages.paper import Opened
from bot.picks import learning
from bot.storage import digests, feedback, follows, impressions, papers
from bot.storage.feedback import topic_key
from bot.transport import sender
from bot.transport.screen import Screen
from recommender.papers import author_key

# The last in bytes: a phrase travels in its button.
MOST_PHRASES, LONGEST_PHRASE = (
    6,
    40,
)


async def press(update: Update, context: Context) -> None:
    """Open a paper, or do what a button under the opened one says."""
    query, pressed = (
        update.callback_query,
        callback_data.PAPER.fullmatch(data(update)),
    )
    if query is None or pressed is None:
        return
    found, number, what, sign = (
        pressed[1],
        int(pressed[2]),
        pressed[3],
        pressed[4],
    )
    opened = await asyncio.to_thread(
        _found if found else _picked, context, number
    )
    if opened is None:
        await context.answer(replies.stale(context.t))
        return
    toast, screen = None, None
    if what == "a":
        toast, screen = await asyncio.to_thread(
            _authors, context, opened, sign, pressed[5] or ""
        )
    elif what == "m":
        screen = await asyncio.to_thread(
            _mute, context, opened, sign, pressed[5] or ""
        )
    await context.answer(toast)
    if what == "l":
        screen = await asyncio.to_thread(search.like, context, opened.paper)
    if what == "b":
        await _bibtex(update, context, opened)
        return
    if screen is None:
        screen = await asyncio.to_thread(_paper, context, opened)
    message = query.message.message_id if query.message is not None else None
    here = chat(update).id
    if what in "ol":
        await sender.send(context.bot, here, screen, reply_to=message)
    elif message is not None:
        await sender.edit(context.bot, here, message, screen)


def _picked(context: Context, pick_id: int) -> Opened | None:
    shown = digests.by_pick(
        context.runtime.database, context.reader.id, pick_id
    )
    if shown is None:
        return None
    pick = shown.pick(pick_id)
    return Opened(str(pick_id), pick.paper, pick.reason)


def _found(context: Context, paper_id: int) -> Opened | None:
    """Return any paper that the reader may see, with the reason it was picked for, where it was."""
    database = context.runtime.database
    paper = papers.by_ids(database, [paper_id], context.reader.id).get(paper_id)
    if paper is None:
        return None
    reason = impressions.reason(database, context.reader.id, paper_id)
    return Opened(callback_data.found(paper_id), paper, reason)


def _paper(context: Context, opened: Opened) -> Screen:
    evidence = [
        ref for _, ref, _ in opened.reason.evidence if isinstance(ref, int)
    ]
    found = papers.by_ids(context.runtime.database, evidence, context.reader.id)
    titles = {number: paper.title for number, paper in found.items()}
    return screens.paper(context.t, opened, titles, context.reader.language)


def _authors(
    context: Context, opened: Opened, sign: str | None, named: str
) -> tuple[str | None, Screen]:
    """Follow one of the authors, or no longer; return the blink and all of them as they are now."""
    database, reader, toast = context.runtime.database, context.reader, None
    offered = [
        name
        for name in screens.some_authors(opened.paper)
        if follows.fits(name)
    ]
    if sign:
        name = next(
            (name for name in offered if callback_data.checksum(name) == named),
            None,
        )
        if name is None:
            toast = replies.stale(context.t)
        elif sign == "+" and follow.is_crowded(context, name):
            return None, follow.confirm(context, name, opened.paper)
        elif sign == "+":
            room = follows.follow(
                database, reader.id, name, context.runtime.clock()
            )
            toast = (
                screens.following(context.t, name) if room else _full(context)
            )
        else:
            follows.unfollow(database, reader.id, name)
            toast = screens.no_longer(context.t, name)
    followed = {
        author_key(name) for name in follows.of_reader(database, reader.id)
    }
    return toast, screens.authors(context.t, opened, followed, offered)


def _full(context: Context) -> str:
    return follow_screens.too_many(context.t, follows.MOST)


def _mute(
    context: Context, opened: Opened, sign: str | None, named: str
) -> Screen:
    """Mute one of the phrases, or no longer; return them all, and what that did."""
    offered, notes = _phrases(context, opened), []
    if sign and named in offered:
        notes = topics.apply(
            context, [(named, "muted" if sign == "+" else "gone")]
        )
    mine = feedback.topics(context.runtime.database, context.reader.id)
    keys = {topic_key(text) for _, text, kind in mine if kind == "muted"}
    muted = {phrase for phrase in offered if topic_key(phrase) in keys}
    return screens.phrases(context.t, opened, muted, offered, notes)


def _phrases(context: Context, opened: Opened) -> list[str]:
    """Return the concepts that a paper is about; each of them muted hides it."""
    subject = learning.subject(
        context.runtime.catalogue, opened.paper, MOST_PHRASES
    )
    return [
        mention.written
        for mention in subject
        if len(mention.written.encode()) <= LONGEST_PHRASE
    ]


async def _bibtex(update: Update, context: Context, opened: Opened) -> None:
    screen, here = screens.bibtex(context.t, opened.paper), chat(update).id
    if screen is not None:
        await sender.send(context.bot, here, screen)
        return
    content = bibliography.bibtex([opened.paper]).encode()
    await sender.send_file(
        context.bot, here, f"{bibliography.key(opened.paper)}.bib", content
    )
