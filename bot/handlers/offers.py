"""The topics below a week's first picks: one tap adds one, another takes it back."""

import asyncio
from dataclasses import replace

from bot.handlers import digest_view
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.messages import receipt, replies
from bot.messages import topics as screens
from bot.messages.callback_data import OfferedTopic
from bot.picks import learning
from bot.storage import digests, feedback
from bot.storage.digests import Digest, Offer
from bot.storage.feedback import MOST_TOPICS
from bot.storage.receipts import Receipt


async def choose(press: Press[OfferedTopic], context: Context) -> None:
    """Want an offered topic, or not any more, and show what that changes."""
    button = press.button
    digest = await asyncio.to_thread(
        digests.of_reader,
        context.runtime.database,
        context.reader.id,
        button.digest_id,
    )
    if digest is None or button.number >= len(digest.offers):
        await press.answer(replies.stale(context.t))
        return
    if digest.offers[button.number].wanted == button.wanted:
        await press.answer(receipt.toast(context.t, 0, None))
        return
    if button.wanted and await asyncio.to_thread(_is_full, context):
        await press.answer(screens.too_many(context.t, MOST_TOPICS))
        return
    digest = await asyncio.to_thread(
        _want, context, digest, button.number, wanted=button.wanted
    )
    await press.answer(receipt.offer_toast(context.t, digest.receipt))
    await digest_view.redraw(context, digest.parts()[-1])


def _is_full(context: Context) -> bool:
    """Tell whether a reader has as many topics as can be kept apart."""
    return not feedback.has_room(context.runtime.database, context.reader.id)


def _want(
    context: Context, digest: Digest, number: int, *, wanted: bool
) -> Digest:
    """Want an offered topic, or not; return the digest as it stands then."""
    runtime, reader = context.runtime, context.reader
    topic = digest.offers[number].text
    before = context.feedback()
    if wanted:
        feedback.set_topics(
            runtime.database, reader.id, [topic], "wanted", runtime.clock()
        )
    else:
        feedback.remove_topics(runtime.database, reader.id, [topic])
    change = learning.picks_change(
        runtime.database,
        runtime.catalogue,
        before,
        context.feedback(),
        today=context.today,
        n=reader.picks,
    )
    new = Receipt(
        offer=topic, wanted=wanted, changed=change.changed, of=change.of
    )
    digests.store_receipt(runtime.database, digest.id, new)
    offers = list(digest.offers)
    offers[number] = Offer(topic, wanted)
    return replace(digest, offers=tuple(offers), receipt=new)
