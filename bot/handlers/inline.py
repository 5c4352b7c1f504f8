"""Inline mode: papers to share in any chat, and the votes on what was shared."""

import asyncio
import contextlib
from functools import partial

from telegram import Update
from telegram.error import TelegramError

from bot.handlers.context import Context, person
from bot.handlers.press import Press
from bot.messages import inline as screens
from bot.messages import replies
from bot.messages import votes as vote_screens
from bot.messages.callback_data import VoteInline
from bot.picks import inline, selection
from bot.storage import votes
from bot.storage.feedback import Feedback
from bot.storage.votes import Count
from bot.transport import sender
from recommender.papers import StoredPaper

PAGE_SIZE = 10


async def answer(update: Update, context: Context) -> None:
    """Answer what somebody types after the bot's name: with papers to share."""
    query = update.inline_query
    if query is None:
        return
    if not _may_search(context, person(update).id):
        button = screens.by_invitation(context.t)
        await sender.answer_inline(query, [], button=button)
        return

    papers = await asyncio.to_thread(_find, context, query.query)
    start = PAGE_SIZE if query.offset == str(PAGE_SIZE) else 0
    end = start + PAGE_SIZE
    await sender.answer_inline(
        query,
        [screens.article(paper) for paper in papers[start:end]],
        next_offset=str(end) if len(papers) > end else "",
        button=None if papers else screens.nothing(context.t, query.query),
    )


async def note_card(update: Update, context: Context) -> None:
    """Store which paper a shared card shows; Telegram tells it only if it is asked to."""
    result = update.chosen_inline_result
    if result is None or result.inline_message_id is None:
        return
    if result.result_id.isdecimal():
        await asyncio.to_thread(
            votes.inline_card,
            context.runtime.database,
            result.inline_message_id,
            int(result.result_id),
            context.runtime.clock(),
        )


async def vote(press: Press[VoteInline], context: Context) -> None:
    """Count a vote below a shared paper, or take it back; the card shows it soon."""
    query = context.query
    message_id = query.inline_message_id if query else None
    if query is None or message_id is None:
        await press.answer(replies.stale(context.t))
        return

    button, user_id = press.button, query.from_user.id
    if await context.runtime.is_slip(
        user_id, f"inline {message_id}", button.value
    ):
        await press.answer()
        return

    result = await asyncio.to_thread(
        _vote, context, message_id, button, user_id
    )
    if result is None:
        await press.answer(replies.stale(context.t))
        return

    value, count = result
    edit = partial(_show_counts, context, message_id, button.paper_id)
    context.card_edits.note(message_id, message_id, edit)
    # The vote counts, whether its toast arrives or not: an update that came again would
    # take it back.
    with contextlib.suppress(TelegramError):
        await press.answer(_toast(context, value, count))


def _may_search(context: Context, user_id: int) -> bool:
    is_reader = context.reader_or_none is not None
    return is_reader or context.runtime.admits(user_id)


def _find(context: Context, text: str) -> list[StoredPaper]:
    """Find papers to share, for a reader by their own taste."""
    runtime, reader = context.runtime, context.reader_or_none
    now = runtime.clock()
    if reader is None:
        feedback, today = Feedback(), now.date()
    else:
        feedback = selection.read_feedback(runtime.database, reader, now)
        today = reader.local_date(now)
    return inline.find(
        runtime.database, runtime.catalogue, feedback, text, today
    )


def _vote(
    context: Context, message_id: str, button: VoteInline, user_id: int
) -> tuple[int, Count] | None:
    """Store a vote; return what it is now, and the counts of its card."""
    database, now = context.runtime.database, context.runtime.clock()
    card = votes.inline_card(database, message_id, button.paper_id, now)
    if card is None:
        return None
    value = votes.toggle(database, card, user_id, button.value, now)
    return value, votes.counts(database, [card.id])[card.id]


def _toast(context: Context, value: int, count: Count) -> str:
    reader = context.reader_or_none
    return vote_screens.toast(
        context.t,
        value,
        count,
        counts_for_picks=reader is not None and reader.votes_count,
    )


async def _show_counts(
    context: Context, message_id: str, paper_id: int
) -> None:
    """Show the present counts on a shared card."""
    counts = await asyncio.to_thread(
        votes.counts, context.runtime.database, [message_id]
    )
    await sender.edit_buttons(
        context.bot,
        screens.thumbs(paper_id, counts[message_id]),
        inline_message_id=message_id,
    )
