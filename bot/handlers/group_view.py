"""What handlers of groups share: links into the private chat, and the counts on a card."""

import asyncio
from functools import partial

from bot.handlers.context import Context
from bot.messages import group_cards
from bot.runtime import Runtime
from bot.storage import digests, votes
from bot.storage.digests import Digest
from bot.storage.groups import Group
from bot.storage.votes import Count
from bot.transport import sender
from bot.transport.sender import Bot

# What begins the payload of each kind of link.
SETTINGS = "g"
KEEP = "s"
OPEN = "o"


def link(context: Context, kind: str, number: int) -> str:
    """Return the link that opens the private chat at a group's settings or a paper."""
    return f"https://t.me/{context.bot.username}?start={kind}{number}"


def settings_link(context: Context, group: Group) -> str:
    """Return the link that opens a group's settings in private."""
    return link(context, SETTINGS, group.id)


def counts(runtime: Runtime, part: Digest) -> dict[int, Count]:
    """Return the votes on each pick of a message."""
    keys = {votes.pick_key(pick.id): pick.id for pick in part.picks}
    by_card = votes.counts(runtime.database, keys)
    return {keys[card]: count for card, count in by_card.items()}


def note_press(context: Context, group: Group, pick_id: int) -> None:
    """Have the new counts shown on the card of a pick, as soon as its group may be edited."""
    edit = partial(
        _show_counts, context.bot, context.runtime, group.id, pick_id
    )
    chat_id = group.reader.chat_id
    context.card_edits.note(chat_id, votes.pick_key(pick_id), edit)


async def _show_counts(
    bot: Bot, runtime: Runtime, group_id: int, pick_id: int
) -> None:
    """Show the present counts under the message of a pick."""
    digest = await asyncio.to_thread(
        digests.by_pick, runtime.database, group_id, pick_id
    )
    if digest is None:
        return
    part = digest.part(pick_id)
    pick = part.pick(pick_id)
    if pick.chat_id is None or pick.message_id is None:
        return
    by_pick = await asyncio.to_thread(counts, runtime, part)
    await sender.edit_buttons(
        bot,
        group_cards.buttons(part, by_pick),
        chat_id=pick.chat_id,
        message_id=pick.message_id,
    )
