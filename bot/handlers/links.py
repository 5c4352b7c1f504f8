"""Papers that readers bring by links, pasted or forwarded: each is looked up and liked."""

import asyncio
from collections.abc import Iterator, Mapping

from telegram import Message, MessageEntity, Update

from bot.handlers.context import Context, chat, data
from bot.markup import ids as reading
from bot.messages import callback_data, replies
from bot.messages import links as screens
from bot.picks import links as likes
from bot.transport import sender

# Links of one message.
AT_ONCE = 20
# What the database holds of an id; arXiv's own have up to 18 characters.
LONGEST = 32
# What a message tells of where it comes from, or of another message, is not what it says.
ELSEWHERE = {
    "from",
    "chat",
    "sender_chat",
    "via_bot",
    "forward_origin",
    "reply_to_message",
    "quote",
}
ELSEWHERE |= {"external_reply", "pinned_message", "thumbnail", "reply_to_story"}
SAYING = {"text", "caption", "url", "question", "title", "description"}


def ids(message: Message) -> list[str]:
    """Return the arXiv ids that a message links to, each once, in order."""
    text = message.text or message.caption or ""
    found = reading.alone(text) or reading.named(
        "\n".join([text, *_said(message.to_dict())])
    )
    return [known for known in found if len(known) <= LONGEST]


def has_link(message: Message) -> bool:
    """Tell whether a message holds any link at all."""
    kinds = {
        entity.type for entity in (*message.entities, *message.caption_entities)
    }
    behind_a_button = message.reply_markup is not None
    return behind_a_button or bool(
        kinds & {MessageEntity.URL, MessageEntity.TEXT_LINK}
    )


def _said(part: object, name: str = "") -> Iterator[str]:
    """Yield whatever a message says, in text, links, buttons, or forms yet to be invented."""
    if isinstance(part, str):
        if name in SAYING or "://" in part:
            yield part
    elif isinstance(part, Mapping):
        for key, value in part.items():
            if key not in ELSEWHERE:
                yield from _said(value, key)
    elif isinstance(part, (list, tuple)):
        for value in part:
            yield from _said(value, name)


async def links(update: Update, context: Context) -> None:
    """Like every paper that a message links to."""
    if update.message is None:
        return
    found, here = ids(update.message), chat(update).id
    notes = (
        [screens.too_many_links(context.t, AT_ONCE)]
        if len(found) > AT_ONCE
        else []
    )
    screen = await likes.bring(
        context.world, context.reader, found[:AT_ONCE], notes
    )
    await sender.send(context.bot, here, screen)


async def press(update: Update, context: Context) -> None:
    """Take back what was brought, all or one, or like it again."""
    query, pressed = (
        update.callback_query,
        callback_data.BROUGHT.fullmatch(data(update)),
    )
    if query is None or pressed is None:
        return
    which = int(pressed[1]), int(pressed[2]) or None
    screen = await asyncio.to_thread(
        likes.change,
        context.world,
        context.reader,
        *which,
        liked=pressed[3] == "+",
    )
    await sender.answer(query, None if screen else replies.stale(context.t))
    if screen is not None and query.message is not None:
        await sender.edit(
            context.bot, chat(update).id, query.message.message_id, screen
        )
