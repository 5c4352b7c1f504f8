"""Papers that readers bring by links, pasted or forwarded: each is looked up and liked."""

import asyncio
import re

from telegram import Message, MessageEntity, Update

from bot import likes, posting
from bot.handlers.context import Context, chat, data
from bot.messages import buttons, talk
from bot.messages import likes as screens
from recommender.papers import ARXIV_ID

AT_ONCE = 20  # links of one message
LONGEST = 32  # what the database holds of an id; arXiv's own have up to 18 characters
LINK = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html)/|(?:huggingface\.co|hf\.co)/papers/|\barxiv:\s*|10\.48550/arxiv\.)"
    rf"({ARXIV_ID.pattern})",
    re.IGNORECASE,
)
ALONE = re.compile(rf"({ARXIV_ID.pattern})(?:v\d+)?")


def ids(message: Message) -> list[str]:
    """Return the arXiv ids that a message links to, each once, in order."""
    text = message.text or message.caption or ""
    entities = (*message.entities, *message.caption_entities)
    targets = [entity.url for entity in entities if entity.type == MessageEntity.TEXT_LINK]
    found = LINK.findall("\n".join([text, *(target or "" for target in targets)]))
    alone = [ALONE.fullmatch(word) for word in re.split(r"[\s,;]+", text.strip())]
    if all(alone):  # nothing but bare ids
        found = [word[1] for word in alone if word]
    return [known for known in dict.fromkeys(found) if len(known) <= LONGEST]


def has_link(message: Message) -> bool:
    """Tell whether a message holds any link at all."""
    kinds = {entity.type for entity in (*message.entities, *message.caption_entities)}
    return bool(kinds & {MessageEntity.URL, MessageEntity.TEXT_LINK})


async def links(update: Update, context: Context) -> None:
    """Like every paper that a message links to."""
    if update.message is None:
        return
    found, here = ids(update.message), chat(update).id
    notes = [screens.too_many_links(context.t, AT_ONCE)] if len(found) > AT_ONCE else []
    screen = await likes.bring(context.world, context.reader, found[:AT_ONCE], notes)
    await posting.send(context.bot, here, screen)


async def press(update: Update, context: Context) -> None:
    """Take back what was brought, all or one, or like it again."""
    query, pressed = update.callback_query, buttons.BROUGHT.fullmatch(data(update))
    if query is None or pressed is None:
        return
    which = int(pressed[1]), int(pressed[2]) or None
    screen = await asyncio.to_thread(
        likes.change, context.world, context.reader, *which, liked=pressed[3] == "+"
    )
    await posting.answer(query, None if screen else talk.stale(context.t))
    if screen is not None and query.message is not None:
        await posting.edit(context.bot, chat(update).id, query.message.message_id, screen)
