"""The topics below a week's first picks: one tap adds one, another takes it back."""

import asyncio
from dataclasses import replace

from telegram import Update

from bot.handlers import ratings
from bot.handlers.context import Context, data
from bot.messages import callback_data, replies
from bot.messages import digest as rendering
from bot.messages import topics as screens
from bot.picks import learning
from bot.schedule import due
from bot.storage import digests, feedback
from bot.storage.digests import Digest, Offer
from bot.storage.feedback import MOST_TOPICS
from bot.transport import sender


async def press(update: Update, context: Context) -> None:
    """Want an offered topic, or not, as its button says, and show what that does."""
    pressed = callback_data.OFFER.fullmatch(data(update))
    if pressed is None:
        return
    number, wanted = int(pressed[2]), pressed[3] == "+"
    digest = await asyncio.to_thread(
        digests.offering,
        context.world.database,
        context.reader.id,
        int(pressed[1]),
    )
    if digest is None or number >= len(digest.offers):
        await sender.answer(update.callback_query, replies.stale(context.t))
        return
    if digest.offers[number].wanted == wanted:
        await sender.answer(
            update.callback_query, rendering.toast(context.t, 0, None)
        )
        return
    if wanted and await asyncio.to_thread(_is_full, context):
        await sender.answer(
            update.callback_query, screens.too_many(context.t, MOST_TOPICS)
        )
        return
    changed = await asyncio.to_thread(
        _want, context, digest, number, wanted=wanted
    )
    await sender.answer(
        update.callback_query, rendering.offer_toast(context.t, changed.receipt)
    )
    await ratings.show(context, changed.parts()[-1])


def _is_full(context: Context) -> bool:
    """Tell whether a reader has as many topics as can be kept apart."""
    return (
        len(feedback.topics(context.world.database, context.reader.id))
        >= MOST_TOPICS
    )


def _want(
    context: Context, digest: Digest, number: int, *, wanted: bool
) -> Digest:
    """Want an offered topic, or not; return the digest as it stands then."""
    database, reader, now = (
        context.world.database,
        context.reader,
        context.world.clock(),
    )
    today = due.local_date(now, reader.zone)
    topic = digest.offers[number].text
    before = feedback.of_reader(database, reader.id, reader.zone, today)
    if wanted:
        feedback.set_topics(database, reader.id, [topic], "wanted", now)
    else:
        feedback.remove_topics(database, reader.id, [topic])
    after = feedback.of_reader(database, reader.id, reader.zone, today)
    changed = learning.changed(
        database, context.world.papers, (before, after), today, reader.picks
    )
    receipt = {
        "offer": topic,
        "wanted": wanted,
        "changed": changed,
        "of": reader.picks,
    }
    digests.note(database, digest.id, receipt)
    offers = list(digest.offers)
    offers[number] = Offer(topic, wanted)
    return replace(digest, offers=tuple(offers), receipt=receipt)
