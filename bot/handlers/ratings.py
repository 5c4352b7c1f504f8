"""Taps and reactions that rate picks: what they teach, and how the message shows it."""

import asyncio
from dataclasses import replace
from functools import partial

from telegram import ReactionTypeEmoji, Update

from bot.handlers import digest_view, paper_view
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.messages import digest as digest_screens
from bot.messages import receipt, replies, topics
from bot.messages.callback_data import Close, Rate, RateMeant, RateOpened
from bot.picks import fitting, learning
from bot.picks.learning import RatingResult
from bot.storage import digests, feedback, recommendations
from bot.storage.delivery_tables import ASK
from bot.storage.digests import Digest
from bot.storage.receipts import Receipt
from recommender.papers import StoredPaper

VALUES = {"👍": 1, "👎": -1}


async def rate(press: Press[Rate], context: Context) -> None:
    """Rate a pick: answer the press, then show in the message what it changed."""
    result = await _learn_pressed(press, context)
    if result is None:
        return
    digest = result.digest.part(result.pick.id)
    screen = await press.answer_meanwhile(
        _toast(context, result), partial(digest_view.render, context, digest)
    )
    if digest.picks[0].message_id is None and press.message_id is not None:
        digest = await _note_message(context, digest, press.message_id)
    await digest_view.show(context, digest, screen)
    await _ask_about_topic(context, result)


async def rate_meant(press: Press[RateMeant], context: Context) -> None:
    """Rate the pick that a reaction meant, and delete the message that asked for it."""
    result = await _learn_pressed(press, context)
    if result is None:
        return
    await press.answer(_toast(context, result))
    await press.close()
    await digest_view.redraw(context, result.digest.part(result.pick.id))
    await _ask_about_topic(context, result)


async def rate_opened(press: Press[RateOpened], context: Context) -> None:
    """Rate a paper in the message that shows it in full, and in its digest too."""
    ref, value = press.button.ref, press.button.value
    if ref.startswith("p"):
        await _rate_any(press, context)
        return

    result = await _learn(context, int(ref), value, "pick")
    if result is None:
        await press.answer(replies.stale(context.t))
        return
    await press.answer(_toast(context, result))
    opened = paper_view.of_pick(result.digest, ref)
    await press.edit(
        await asyncio.to_thread(paper_view.screen, context, opened)
    )
    if result.digest.kind != ASK:
        await digest_view.redraw(context, result.digest.part(result.pick.id))
    await _ask_about_topic(context, result)


async def react(update: Update, context: Context) -> None:
    """Rate by a 👍 or 👎 on a message; if it shows several papers, ask which one is meant."""
    reaction = update.message_reaction
    if reaction is None:
        return
    before = _thumbs(reaction.old_reaction)
    after = _thumbs(reaction.new_reaction)
    # Another emoji in the place of a thumb is applause, and takes nothing back.
    if before == after or (not after and reaction.new_reaction):
        return
    digest = await asyncio.to_thread(
        digests.by_message,
        context.runtime.database,
        reaction.chat.id,
        reaction.message_id,
    )
    if digest is None or digest.reader_id != context.reader.id:
        return
    value = next(iter(after), 0)
    if len(digest.picks) == 1:
        result = await _learn(context, digest.picks[0].id, value, "reaction")
        if result is not None and result.changed:
            await digest_view.redraw(
                context, result.digest.part(result.pick.id)
            )
            await _ask_about_topic(context, result)
    elif value and await context.runtime.may_ask_which(
        context.reader.chat_id, digest.id
    ):
        screen = digest_screens.which_one(context.t, digest, value)
        await context.send(screen, reply_to=reaction.message_id)


async def close(press: Press[Close], _context: Context) -> None:
    """Delete the message of a Close button."""
    await press.answer()
    await press.close()


def _thumbs(emojis: tuple[object, ...]) -> set[int]:
    """Return the ratings among the emojis of a reaction."""
    return {
        VALUES[emoji.emoji]
        for emoji in emojis
        if isinstance(emoji, ReactionTypeEmoji) and emoji.emoji in VALUES
    }


async def _learn_pressed(
    press: Press[Rate] | Press[RateMeant], context: Context
) -> RatingResult | None:
    """Learn from a press; if its pick is not this reader's, answer so and return None."""
    button = press.button
    result = await _learn(context, button.pick_id, button.value, "pick")
    # No message shows a question of the onboarding as a pick.
    if result is None or result.digest.kind == ASK:
        await press.answer(replies.stale(context.t))
        return None
    return result


def _toast(context: Context, result: RatingResult) -> str:
    last = result.digest.receipt if result.changed else None
    return receipt.toast(context.t, result.pick.value, last)


async def _rate_any(press: Press[RateOpened], context: Context) -> None:
    """Rate an opened paper that is no pick."""
    opened = await asyncio.to_thread(
        paper_view.open_paper, context, press.button.ref
    )
    if opened is None:
        await press.show(None)
        return
    value = press.button.value
    new = await asyncio.to_thread(_learn_of_any, context, opened.paper, value)
    await press.answer(receipt.toast(context.t, value, new))
    opened = replace(opened, value=value)
    await press.edit(
        await asyncio.to_thread(paper_view.screen, context, opened)
    )


def _learn_of_any(
    context: Context, paper: StoredPaper, value: int
) -> Receipt | None:
    database, catalogue = context.runtime.database, context.runtime.catalogue
    fitting.cover(database, catalogue.version, catalogue.model, [paper])
    return learning.rate_paper(
        database,
        catalogue,
        context.reader,
        paper,
        value=value,
        now=context.runtime.clock(),
        origin="search",
    )


async def _learn(
    context: Context, pick_id: int, value: int, origin: str
) -> RatingResult | None:
    runtime = context.runtime
    return await asyncio.to_thread(
        learning.rate_pick,
        runtime.database,
        runtime.catalogue,
        context.reader,
        pick_id=pick_id,
        value=value,
        now=runtime.clock(),
        origin=origin,
    )


async def _note_message(
    context: Context, digest: Digest, message_id: int
) -> Digest:
    """Store which message shows picks: the process that sent it died before it could."""
    runtime, chat_id = context.runtime, context.reader.chat_id
    await asyncio.to_thread(
        recommendations.record_sent,
        runtime.database,
        digest.picks,
        chat_id,
        message_id,
        runtime.clock(),
    )
    picks = [
        replace(pick, chat_id=chat_id, message_id=message_id)
        for pick in digest.picks
    ]
    return replace(digest, picks=tuple(picks))


async def _ask_about_topic(context: Context, result: RatingResult) -> None:
    """Ask about a typed topic on the very tap that leaves little of it; no later tap asks again."""
    doubted = result.digest.receipt.doubted
    if not result.changed or not doubted:
        return
    own_topics = await asyncio.to_thread(
        feedback.topics, context.runtime.database, context.reader.id
    )
    for topic in own_topics:
        if topic.text == doubted and topic.kind == "wanted":
            screen = topics.doubted(context.t, topic.id, topic.text)
            await context.send(screen)
