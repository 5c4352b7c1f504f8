"""The topics below a week's first picks: one tap adds one, another takes it back."""

import asyncio
from dataclasses import replace

from telegram import Update

from bot.handlers import ratings
from bot.handlers.context import Context, data
from bot.messages import callback_data, receipt, replies
from bot.messages import topics as screens
from bot.picks import learning
from bot.storage import digests, feedback
from bot.storage.digests import Digest, Offer
from bot.storage.feedback import MOST_TOPICS
from bot.storage.receipts import Receipt


async def press(update: Update, context: Context) -> None:
    """Want an offered topic, or not, as its button says, and show what that does."""
    pressed = callback_data.OFFER.fullmatch(data(update))
    if pressed is None:
        return
    number, wanted = int(pressed[2]), pressed[3] == "+"
    digest = await asyncio.to_thread(
        digests.of_reader,
        context.runtime.database,
        context.reader.id,
        int(pressed[1]),
    )
    if digest is None or number >= len(digest.offers):
        await context.answer(replies.stale(context.t))
        return
    if digest.offers[number].wanted == wanted:
        await context.answer(receipt.toast(context.t, 0, None))
        return
    if wanted and await asyncio.to_thread(_is_full, context):
        await context.answer(screens.too_many(context.t, MOST_TOPICS))
        return
    changed = await asyncio.to_thread(
        _want, context, digest, number, wanted=wanted
    )
    await context.answer(receipt.offer_toast(context.t, changed.receipt))
    await ratings.show(context, changed.parts()[-1])


def _is_full(context: Context) -> bool:
    """Tell whether a reader has as many topics as can be kept apart."""
    return (
        len(feedback.topics(context.runtime.database, context.reader.id))
        >= MOST_TOPICS
    )


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
