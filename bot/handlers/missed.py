"""The papers that a reader missed while away, sent once by a button below a digest."""

import asyncio

from bot.handlers import digest_view
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.messages import missed as screens
from bot.messages import replies
from bot.messages.callback_data import ShowMissed
from bot.picks import missed
from bot.storage import digests
from bot.storage.digests import Digest


async def show(press: Press[ShowMissed], context: Context) -> None:
    """Send the missed papers that fit; pressed again, they are not sent again."""
    t = context.t
    offer = await asyncio.to_thread(
        digests.of_reader,
        context.runtime.database,
        context.reader.id,
        press.button.digest_id,
    )
    if offer is None or offer.missed is None:
        await press.answer(replies.stale(t))
        return
    digest = await asyncio.to_thread(_choose, context, offer)
    if digest is None:
        await press.answer(screens.all_seen(t))
    elif all(pick.message_id is not None for pick in digest.picks):
        await press.answer(screens.sent_already(t))
    else:
        await press.answer()
        await digest_view.send(context, digest)


def _choose(context: Context, offer: Digest) -> Digest | None:
    runtime = context.runtime
    return missed.choose(
        runtime.database,
        runtime.catalogue,
        context.reader,
        runtime.clock(),
        offer,
    )
