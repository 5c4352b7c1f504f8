"""Presses under a group's cards: votes, papers to keep, papers to open in private."""

import asyncio
import contextlib

from telegram.error import TelegramError

from bot.handlers import group_view
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.messages import groups as group_texts
from bot.messages import replies
from bot.messages import votes as screens
from bot.messages.group_buttons import KeepPick, OpenPick, Vote
from bot.storage import readers, saves, votes
from bot.storage.votes import Card


async def vote(press: Press[Vote], context: Context) -> None:
    """Count a member's vote, or take it back if it is their present one."""
    group = context.group
    is_slip = await context.runtime.is_slip(
        context.user_id, f"vote {press.button.pick_id}", press.button.value
    )
    # In one go: in a group many press at once.
    toast = await asyncio.to_thread(_vote, context, press, is_slip=is_slip)
    if group is None or toast is None:
        await press.answer(replies.stale(context.t))
        return
    group_view.note_press(context, group, press.button.pick_id)
    # The vote counts, whether its toast arrives or not: an update that came again would
    # take it back.
    with contextlib.suppress(TelegramError):
        await press.answer(toast)


async def keep(press: Press[KeepPick], context: Context) -> None:
    """Save a paper for whoever presses, or lead them to the private chat, which saves it."""
    card = await _card(context, press.button.pick_id)
    if card is None:
        await press.answer(replies.stale(context.t))
        return
    toast = await asyncio.to_thread(_keep, context, card)
    if toast is None:
        link = group_view.link(context, group_view.KEEP, card.paper_id)
        await context.answer(url=link)
    else:
        await press.answer(toast)


async def open_(press: Press[OpenPick], context: Context) -> None:
    """Open a paper in the private chat of whoever presses."""
    card = await _card(context, press.button.pick_id)
    if card is None:
        await press.answer(replies.stale(context.t))
        return
    link = group_view.link(context, group_view.OPEN, card.paper_id)
    await context.answer(url=link)


async def _card(context: Context, pick_id: int) -> Card | None:
    """Return the card of a pick of this very group; None for data of another one."""
    return await asyncio.to_thread(_read_card, context, pick_id)


def _read_card(context: Context, pick_id: int) -> Card | None:
    database, chat_id = context.runtime.database, context.reader.chat_id
    return votes.pick_card(database, pick_id, chat_id)


def _vote(context: Context, press: Press[Vote], *, is_slip: bool) -> str | None:
    """Store a vote; return the toast, or None for data that no button here has.

    A finger that slipped changes nothing.
    """
    runtime = context.runtime
    user_id, value = context.user_id, press.button.value
    card = _read_card(context, press.button.pick_id)
    if card is None or not value:
        return None
    if is_slip:
        value = votes.present(runtime.database, card, user_id)
    else:
        value = votes.toggle(
            runtime.database, card, user_id, value, runtime.clock()
        )
    count = votes.counts(runtime.database, [card.id])[card.id]
    reader = readers.find(runtime.database, user_id)
    counts_for_picks = reader is not None and reader.votes_count
    return screens.toast(
        context.t, value, count, counts_for_picks=counts_for_picks
    )


def _keep(context: Context, card: Card) -> str | None:
    """Save a paper for a reader; return the toast, or None for somebody who has not started."""
    runtime = context.runtime
    reader = readers.find(runtime.database, context.user_id)
    if reader is None:
        return None
    was_kept = saves.is_saved(runtime.database, reader.id, card.paper_id)
    saves.save(runtime.database, reader.id, card.paper_id, runtime.clock())
    return group_texts.kept(context.t, was_kept=was_kept)
