"""⋯ under a paper: why it is there, all of it, and what can be done with it."""

import asyncio

from bot.handlers import paper_view, search_view
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.messages import bibliography, topic_notes
from bot.messages import follows as follow_screens
from bot.messages import paper as screens
from bot.messages.callback_data import (
    FollowAuthor,
    MutePhrase,
    PaperAction,
    checksum,
)
from bot.messages.paper import OpenedPaper
from bot.picks import authors, learning, topics
from bot.picks.topics import TopicChange
from bot.storage import feedback, follows, impressions
from bot.storage.feedback import topic_key
from bot.transport import sender
from bot.transport.screen import Screen
from recommender.papers import author_key

# Phrases that can be muted.
MOST_PHRASES = 6
# Bytes of a phrase, which travels in its button.
LONGEST_PHRASE = 40


async def act(press: Press[PaperAction], context: Context) -> None:
    """Open a paper, or show more of it, as the button says."""
    opened = await asyncio.to_thread(
        paper_view.open_paper, context, press.button.ref
    )
    if opened is None:
        await press.show(None)
        return
    await press.answer()
    match press.button.action:
        case "o":
            await asyncio.to_thread(_note_opening, context, opened)
            screen = await asyncio.to_thread(paper_view.screen, context, opened)
            await context.send(screen, reply_to=press.message_id)
        case "l":
            screen = await asyncio.to_thread(
                search_view.more_like, context, opened.paper
            )
            await context.send(screen, reply_to=press.message_id)
        case "a":
            screen = await asyncio.to_thread(_authors, context, opened)
            await press.edit(screen)
        case "m":
            screen = await asyncio.to_thread(_phrases, context, opened)
            await press.edit(screen)
        case "b":
            await _send_bibtex(context, opened)
        case _:
            screen = await asyncio.to_thread(paper_view.screen, context, opened)
            await press.edit(screen)


async def show(context: Context, ref: str, *, is_kept: bool) -> None:
    """Send a paper in full; `is_kept` says that it was saved just now."""
    opened = await asyncio.to_thread(paper_view.open_paper, context, ref)
    if opened is None:
        return
    await asyncio.to_thread(_note_opening, context, opened)
    screen = await asyncio.to_thread(paper_view.screen, context, opened)
    await context.send(screens.kept(context.t, screen) if is_kept else screen)


async def follow_author(press: Press[FollowAuthor], context: Context) -> None:
    """Follow one of a paper's authors, or not any more."""
    opened = await asyncio.to_thread(
        paper_view.open_paper, context, press.button.ref
    )
    if opened is None:
        await press.show(None)
        return
    name = _author(opened, press.button.checksum)
    if not name:
        await press.show(None)
        await press.edit(await asyncio.to_thread(_authors, context, opened))
        return
    if press.button.followed and await asyncio.to_thread(
        authors.is_crowded, context.runtime.catalogue, name
    ):
        await press.answer()
        screen = await asyncio.to_thread(_confirm, context, opened, name)
    else:
        toast = await asyncio.to_thread(
            _follow, context, name, followed=press.button.followed
        )
        await press.answer(toast)
        screen = await asyncio.to_thread(_authors, context, opened)
    await press.edit(screen)


async def mute_phrase(press: Press[MutePhrase], context: Context) -> None:
    """Mute a phrase of a paper, or not any more."""
    opened = await asyncio.to_thread(
        paper_view.open_paper, context, press.button.ref
    )
    if opened is None:
        await press.show(None)
        return
    await press.answer()
    notes: list[str] = []
    phrase = press.button.phrase
    if phrase in await asyncio.to_thread(_mutable, context, opened):
        kind = "muted" if press.button.muted else "gone"
        result = await asyncio.to_thread(
            topics.change_topics,
            context.runtime.database,
            context.runtime.catalogue,
            context.reader,
            [TopicChange(phrase, kind)],
            context.runtime.clock(),
        )
        notes = topic_notes.notes(context.t, result)
    screen = await asyncio.to_thread(_phrases, context, opened, notes)
    await press.edit(screen)


def _note_opening(context: Context, opened: OpenedPaper) -> None:
    """Note that a pick is not unread any more."""
    impressions.record_opened(
        context.runtime.database,
        context.reader.id,
        opened.paper.id,
        context.runtime.clock(),
    )


def _followable(opened: OpenedPaper) -> list[str]:
    """Return the authors who have a button."""
    authors = screens.authors_with_button(opened.paper)
    return [name for name in authors if follows.fits(name)]


def _author(opened: OpenedPaper, author_checksum: str) -> str:
    """Return the author that a button names; empty if it names none of this paper."""
    for name in _followable(opened):
        if checksum(name) == author_checksum:
            return name
    return ""


def _authors(context: Context, opened: OpenedPaper) -> Screen:
    followed = follows.of_reader(context.runtime.database, context.reader.id)
    keys = {author_key(name) for name in followed}
    return screens.authors(context.t, opened, keys, _followable(opened))


def _follow(context: Context, name: str, *, followed: bool) -> str:
    """Follow an author, or not any more; return the toast."""
    database, reader_id = context.runtime.database, context.reader.id
    if not followed:
        follows.unfollow(database, reader_id, name)
        return screens.unfollow_toast(context.t, name)
    if follows.follow(database, reader_id, name, context.runtime.clock()):
        return screens.follow_toast(context.t, name)
    return follow_screens.too_many(context.t, follows.MOST)


def _confirm(context: Context, opened: OpenedPaper, name: str) -> Screen:
    """Ask whether an author is meant whose name several people share."""
    papers_of_name = authors.papers_of(
        context.runtime.catalogue, author_key(name)
    )
    return follow_screens.confirm(
        context.t, name, papers_of_name or [opened.paper], is_crowded=True
    )


def _mutable(context: Context, opened: OpenedPaper) -> list[str]:
    """Return the concepts that a paper is about; to mute one of them hides the paper."""
    subject = learning.subject(
        context.runtime.catalogue, opened.paper, MOST_PHRASES
    )
    return [
        mention.surface
        for mention in subject
        if len(mention.surface.encode()) <= LONGEST_PHRASE
    ]


def _phrases(
    context: Context, opened: OpenedPaper, notes: list[str] | None = None
) -> Screen:
    phrases = _mutable(context, opened)
    own_topics = feedback.topics(context.runtime.database, context.reader.id)
    muted_keys = {
        topic_key(topic.text) for topic in own_topics if topic.kind == "muted"
    }
    muted = {phrase for phrase in phrases if topic_key(phrase) in muted_keys}
    return screens.phrases(context.t, opened, muted, phrases, notes or [])


async def _send_bibtex(context: Context, opened: OpenedPaper) -> None:
    """Send a paper's BibTeX as a message, or as a file if it is too long for one."""
    screen = screens.bibtex(context.t, opened.paper)
    if screen is not None:
        await context.send(screen)
        return
    await sender.send_file(
        context.bot,
        context.reader.chat_id,
        f"{bibliography.key(opened.paper)}.bib",
        bibliography.bibtex([opened.paper]).encode(),
    )
