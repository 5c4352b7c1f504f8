"""Posts of a channel that its owner sees first: sent, skipped, or with a paper swapped."""

import asyncio

from bot.handlers import admins
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.messages import group_cards
from bot.messages import group_settings as screens
from bot.messages.group_buttons import DecidePost
from bot.picks import group_selection
from bot.storage import approvals, digests, groups, recommendations
from bot.storage.approvals import Post
from bot.storage.groups import Group
from bot.transport.screen import Screen


async def decide(press: Press[DecidePost], context: Context) -> None:
    """Send a post, skip it, or swap one of its papers, for an admin of its channel."""
    database = context.runtime.database
    post = await asyncio.to_thread(
        approvals.waiting, database, press.button.delivery_id
    )
    if post is None:
        await press.answer(screens.post_over(context.t))
        return
    group = await asyncio.to_thread(groups.by_id, database, post.group_id)
    is_admin = await admins.is_admin(context, post.group_id, context.user_id)
    if group is None or not is_admin:
        await press.answer(screens.no_admin(context.t).text)
        return
    if press.button.decision == "w":
        await _swap(press, context, group, post)
    else:
        await _end(press, context, group, is_sent=press.button.decision == "s")


async def _end(
    press: Press[DecidePost], context: Context, group: Group, *, is_sent: bool
) -> None:
    """Let a post go out, or never."""
    database, delivery_id = context.runtime.database, press.button.delivery_id
    if is_sent:
        now = context.runtime.clock()
        is_done = await asyncio.to_thread(
            approvals.give, database, delivery_id, now
        )
        toast = screens.post_sent(context.t)
    else:
        is_done = await asyncio.to_thread(approvals.skip, database, delivery_id)
        toast = screens.post_skipped(context.t)
    if not is_done:
        await press.answer(screens.post_over(context.t))
        return
    await press.answer(toast)
    await press.edit(screens.decided(context.t, group, is_sent=is_sent))


async def _swap(
    press: Press[DecidePost], context: Context, group: Group, post: Post
) -> None:
    """Put the next best paper in the place of one, and show the post again."""
    screen = await asyncio.to_thread(
        _swapped, context, group, post, press.button.rank
    )
    if screen is None:
        await press.answer(screens.no_other_paper(context.t))
        return
    await press.show(screen)


def _swapped(
    context: Context, group: Group, post: Post, rank: int
) -> Screen | None:
    """Swap the paper of a rank; return the new preview, or None if there is no other paper."""
    runtime = context.runtime
    now = runtime.clock()
    whole = digests.read(runtime.database, post.digest_id)
    picks = [pick for pick in whole.picks if pick.rank == rank] if whole else []
    if not picks:
        return None
    other = group_selection.choose(
        runtime.database,
        runtime.catalogue,
        group.reader,
        now,
        kind="now",
        n=1,
    )
    if not other.picks:
        digests.discard(runtime.database, other.id)
        return None
    recommendations.replace_pick(
        runtime.database, picks[0], other.picks[0], now
    )
    whole = digests.read(runtime.database, post.digest_id)
    if whole is None:
        return None
    return group_cards.preview(
        context.t,
        whole,
        group.reader,
        group.reader.local_date(now),
        delivery_id=post.delivery_id,
        minutes=groups.minutes_to_wait(group),
    )
