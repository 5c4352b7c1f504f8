"""Papers that readers bring by links, pasted or forwarded: each is looked up and liked."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence

from telegram import Message, MessageEntity, Update

from bot.concurrency import apart
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.markup import ids as reading
from bot.messages import links as screens
from bot.messages.callback_data import RateBundle
from bot.picks import links as picks_links
from bot.picks import lookup
from bot.picks.links import Missing
from bot.sources.errors import SourceDown
from bot.transport.screen import Screen
from recommender.papers import StoredPaper

# Seconds that a reader waits for a look-up.
PATIENCE = 4.0
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
    everything = "\n".join([text, *_texts(message.to_dict())])
    arxiv_ids = reading.alone(text) or reading.named(everything)
    return [arxiv_id for arxiv_id in arxiv_ids if len(arxiv_id) <= LONGEST]


def has_link(message: Message) -> bool:
    """Tell whether a message holds any link at all."""
    kinds = {
        entity.type for entity in (*message.entities, *message.caption_entities)
    }
    behind_a_button = message.reply_markup is not None
    return behind_a_button or bool(
        kinds & {MessageEntity.URL, MessageEntity.TEXT_LINK}
    )


def _texts(part: object, name: str = "") -> Iterator[str]:
    """Yield whatever a message says, in text, links, buttons, or forms yet to be invented."""
    if isinstance(part, str):
        if name in SAYING or "://" in part:
            yield part
    elif isinstance(part, Mapping):
        for key, value in part.items():
            if key not in ELSEWHERE:
                yield from _texts(value, key)
    elif isinstance(part, (list, tuple)):
        for value in part:
            yield from _texts(value, name)


async def links(update: Update, context: Context) -> None:
    """Like every paper that a message links to."""
    if update.message is None:
        return
    arxiv_ids = ids(update.message)
    notes = []
    if len(arxiv_ids) > AT_ONCE:
        notes.append(screens.too_many_links(context.t, AT_ONCE))
    screen = await _like_linked(context, arxiv_ids[:AT_ONCE], notes)
    await context.send(screen)


async def rate_bundle(press: Press[RateBundle], context: Context) -> None:
    """Take the likes of linked papers or of a file back, or like them again."""
    runtime = context.runtime
    likes = await asyncio.to_thread(
        picks_links.rate_bundle,
        runtime.database,
        runtime.catalogue,
        context.reader,
        press.button.bundle_id,
        press.button.paper_id or None,
        liked=press.button.liked,
        now=runtime.clock(),
    )
    await press.show(screens.likes(context.t, likes) if likes else None)


async def _like_linked(
    context: Context, arxiv_ids: Sequence[str], notes: Sequence[str]
) -> Screen:
    """Like the papers with these ids, wherever they have to be fetched from.

    `notes` are what else there is to say of the message that links to them.
    """
    t, runtime, reader = context.t, context.runtime, context.reader
    linked = await asyncio.to_thread(
        picks_links.sort_ids,
        runtime.database,
        reader.id,
        arxiv_ids,
        runtime.clock(),
    )
    answers = await asyncio.gather(
        *(_look_up(context, arxiv_id) for arxiv_id in linked.to_look_up)
    )
    papers = dict(linked.stored)
    remarks = []
    for arxiv_id, answer in zip(linked.to_look_up, answers, strict=True):
        if isinstance(answer, Missing):
            remarks.append(screens.missing(t, arxiv_id, answer))
        else:
            papers[arxiv_id] = answer
    if linked.is_over_limit:
        remarks.append(screens.enough_links(t, picks_links.LOOKUPS_A_DAY))
    remarks += notes
    paper_ids = [papers[i].id for i in arxiv_ids if i in papers]
    if not paper_ids:
        return screens.remarks(remarks)
    likes = await asyncio.to_thread(
        picks_links.like,
        runtime.database,
        runtime.catalogue,
        reader,
        paper_ids,
        runtime.clock(),
    )
    return screens.links(t, likes, remarks)


async def _look_up(context: Context, arxiv_id: str) -> StoredPaper | Missing:
    """Look a paper up, for as long as a reader waits; what takes longer is told later."""
    runtime = context.runtime
    now = runtime.clock()
    answer: StoredPaper | Missing
    try:
        paper = await asyncio.wait_for(
            apart(
                lookup.paper_by_id,
                runtime.database,
                runtime.endpoints,
                arxiv_id,
                now,
            ),
            PATIENCE,
        )
    except (SourceDown, TimeoutError):
        answer = Missing.LATER
    else:
        answer = paper or Missing.UNKNOWN
    await asyncio.to_thread(
        picks_links.note_lookup,
        runtime.database,
        context.reader.id,
        arxiv_id,
        now,
        is_open=answer is Missing.LATER,
    )
    return answer
