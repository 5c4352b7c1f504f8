"""Papers that readers bring by links, pasted or forwarded: each is looked up and liked."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence

from telegram import Message, MessageEntity, Update

from bot.concurrency import apart
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.markup import references as reading
from bot.markup.references import Reference
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


def references(message: Message) -> list[Reference]:
    """Return the papers that a message refers to, each once, in order."""
    text = message.text or message.caption or ""
    everything = "\n".join([text, *_texts(message.to_dict())])
    return reading.alone(text) or reading.named(everything)


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
    linked = references(update.message)
    notes = []
    if len(linked) > AT_ONCE:
        notes.append(screens.too_many_links(context.t, AT_ONCE))
    screen = await _like_linked(context, linked[:AT_ONCE], notes)
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
    context: Context, linked: Sequence[Reference], notes: Sequence[str]
) -> Screen:
    """Like the papers that a message refers to, wherever they have to be fetched from.

    `notes` are what else there is to say of the message.
    """
    t, runtime, reader = context.t, context.runtime, context.reader
    papers, remarks = await _find(context, linked)
    remarks += notes
    # An arXiv id and a DOI may name one paper.
    paper_ids = list(
        dict.fromkeys(
            papers[reference].id for reference in linked if reference in papers
        )
    )
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


async def _find(
    context: Context, linked: Sequence[Reference]
) -> tuple[dict[Reference, StoredPaper], list[str]]:
    """Return the papers of references, and a remark about each that is missing."""
    t, runtime = context.t, context.runtime
    sorted_links = await asyncio.to_thread(
        picks_links.sort_references,
        runtime.database,
        context.reader.id,
        linked,
        runtime.clock(),
    )
    answers = await asyncio.gather(
        *(_look_up(context, reference) for reference in sorted_links.to_look_up)
    )
    papers = dict(sorted_links.stored)
    remarks = []
    for reference, answer in zip(sorted_links.to_look_up, answers, strict=True):
        if isinstance(answer, Missing):
            remarks.append(screens.missing(t, reference, answer))
        else:
            papers[reference] = answer
    if sorted_links.is_over_limit:
        remarks.append(screens.enough_links(t, picks_links.LOOKUPS_A_DAY))
    return papers, remarks


async def _look_up(
    context: Context, reference: Reference
) -> StoredPaper | Missing:
    """Look a paper up, for as long as a reader waits; what takes longer is told later."""
    runtime = context.runtime
    now = runtime.clock()
    answer: StoredPaper | Missing
    try:
        paper = await asyncio.wait_for(
            apart(
                lookup.paper_by_reference,
                runtime.database,
                runtime.endpoints,
                reference,
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
        reference,
        now,
        is_open=answer is Missing.LATER,
    )
    return answer
