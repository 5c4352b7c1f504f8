"""Papers that readers bring: a pasted or forwarded link is looked up, and counts as a like."""

import asyncio
import re

from telegram import Message, MessageEntity, Update

from bot import likes, posting
from bot.handlers.context import Context, chat, data
from bot.messages import buttons, talk
from bot.storage import feedback, papers
from recommender.papers import ARXIV_ID

AT_ONCE = 10  # links of one message
LINK = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html)/|(?:huggingface\.co|hf\.co)/papers/|\barxiv:\s*)"
    rf"({ARXIV_ID.pattern})",
    re.IGNORECASE,
)
ALONE = re.compile(rf"\s*({ARXIV_ID.pattern})(?:v\d+)?\s*")


def ids(message: Message) -> list[str]:
    """Return the arXiv ids that a message links to, each once, in order."""
    text = message.text or message.caption or ""
    entities = (*message.entities, *message.caption_entities)
    targets = [entity.url for entity in entities if entity.type == MessageEntity.TEXT_LINK]
    found = LINK.findall("\n".join([text, *(target or "" for target in targets)]))
    alone = ALONE.fullmatch(text)
    return list(dict.fromkeys([*found, *([alone[1]] if alone else [])]))


def has_link(message: Message) -> bool:
    """Tell whether a message holds any link at all."""
    kinds = {entity.type for entity in (*message.entities, *message.caption_entities)}
    return bool(kinds & {MessageEntity.URL, MessageEntity.TEXT_LINK})


async def links(update: Update, context: Context) -> None:
    """Like every paper that a message links to."""
    if update.message is None:
        return
    found, here = ids(update.message), chat(update).id
    for arxiv_id in found[:AT_ONCE]:
        screen = await likes.bring(context.world, context.reader, arxiv_id)
        await posting.send(context.bot, here, screen)
        if screen == talk.enough_links(context.t, likes.A_DAY):
            return
    if len(found) > AT_ONCE:
        await posting.send(context.bot, here, talk.too_many_links(context.t, AT_ONCE))


async def press(update: Update, context: Context) -> None:
    """Take a like by link back, or give it again."""
    query, said = update.callback_query, buttons.read_rate(data(update), buttons.LIKE)
    if query is None or said is None:
        return
    world, reader = context.world, context.reader
    mine = await asyncio.to_thread(feedback.knows, world.database, reader.id, said.id)
    found = await asyncio.to_thread(papers.by_ids, world.database, [said.id])
    if not mine or said.id not in found:
        await posting.answer(query, talk.stale(context.t))
        return
    await posting.answer(query)
    screen = await asyncio.to_thread(likes.learn, world, reader, found[said.id], said.value)
    if query.message is not None:
        await posting.edit(context.bot, chat(update).id, query.message.message_id, screen)
