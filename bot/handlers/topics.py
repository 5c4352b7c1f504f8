"""`/topics`: topics wanted, muted and removed, by command, words and button."""

import asyncio
from collections.abc import Mapping, Sequence

from telegram import Update

from bot.handlers import links
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.messages import intents, replies, small_talk
from bot.messages import topics as screens
from bot.messages.callback_data import EditTopic, RespellTopic
from bot.messages.intents import TopicChange, Wishes
from bot.picks import learning
from bot.picks.catalogue import Catalogue
from bot.storage import feedback, readers
from bot.storage.feedback import (
    MOST_TOPICS,
    TOPIC_LENGTH,
    Feedback,
    Topic,
    topic_key,
)
from bot.transport.screen import Screen

DIALOGUE = "topics"
# Topics of one message whose spelling is looked at.
MOST_DOUBTED = 5
# Topics of one message that are told about.
MOST_NOTES = 5


async def topics(update: Update, context: Context) -> None:
    """Answer `/topics`: show the list, or do what the words after the command say."""
    message = update.message
    _, *rest = (message.text or "").split(None, 1) if message else [""]
    text = rest[0].strip() if rest else ""
    if message is not None and links.ids(message):
        await links.links(update, context)
        return
    screen = await _follow_words(context, text) if text else await show(context)
    await asyncio.to_thread(
        readers.change,
        context.runtime.database,
        context.reader.id,
        dialogue=DIALOGUE,
    )
    await context.send(screen)


async def _follow_words(context: Context, text: str) -> Screen:
    """Do what the words after `/topics` say; answer small talk and questions."""
    wishes = await asyncio.to_thread(read, context, text)
    if wishes.topics:
        return await change(context, wishes.topics)
    if wishes.links:
        return replies.no_such_link(context.t)
    if wishes.kind and not wishes.plainly:
        return small_talk.answer(
            context.t, wishes.kind, context.reader.name, text
        )
    if intents.VERB.fullmatch(text):
        return await show(context, [screens.usage(context.t)])
    return await show(context, [screens.unreadable(context.t)])


async def edit_topic(press: Press[EditTopic], context: Context) -> None:
    """Want, mute or remove a topic, or show what a muted one hides."""
    action, text = press.button.action, press.button.text
    if action in "x?":
        text = await asyncio.to_thread(_own_topic, context, text)
    await press.answer(None if text else replies.stale(context.t))
    if action == "?" and text:
        await context.send(await asyncio.to_thread(hidden, context, text))
        return
    kind = {"+": "wanted", "-": "muted"}.get(action, "gone")
    texts = [part.strip() for part in text.split(",")]
    changes = [TopicChange(t, kind) for t in texts if topic_key(t)]
    if changes:
        await press.edit(await change(context, changes))
    else:
        await press.edit(await show(context))


async def respell_topic(press: Press[RespellTopic], context: Context) -> None:
    """Replace a misspelt topic by the one that was meant."""
    button = press.button
    notes = await asyncio.to_thread(
        respell, context, button.topic_id, button.name
    )
    await press.answer(None if notes is not None else replies.stale(context.t))
    await press.edit(await show(context, notes or []))


def _own_topic(context: Context, number: str) -> str:
    """Return the text of one of the reader's topics by its number; empty if there is none."""
    for topic in _own_topics(context):
        if str(topic.id) == number:
            return topic.text
    return ""


def _own_topics(context: Context) -> list[Topic]:
    return feedback.topics(context.runtime.database, context.reader.id)


async def show(
    context: Context,
    notes: Sequence[str] = (),
    meant: Mapping[int, str] | None = None,
) -> Screen:
    """Return the list of topics; `meant` are other spellings, by the number of the topic."""
    own_topics = await asyncio.to_thread(_own_topics, context)
    return screens.topics(context.t, own_topics, notes, meant or {})


async def change(context: Context, changes: Sequence[TopicChange]) -> Screen:
    """Want, mute and remove topics; return the new list, with what that does."""
    if not changes:
        return await show(context, [screens.unreadable(context.t)])
    notes = await asyncio.to_thread(apply, context, changes)
    meant = await asyncio.to_thread(misspelt, context, changes)
    return await show(context, notes, meant)


def read(context: Context, text: str, kind: str = "wanted") -> Wishes:
    """Read what a reader typed, who may have topics with an "and" in them."""
    keys = {topic_key(topic.text) for topic in _own_topics(context)}

    def is_one(phrase: str) -> bool:
        is_own = topic_key(phrase) in keys
        return is_own or _is_one_name(context.runtime.catalogue, phrase)

    return intents.read(text, kind, is_one)


def _is_one_name(catalogue: Catalogue, phrase: str) -> bool:
    """Tell whether words with an "and" in them are one name, as papers write it."""
    if phrase in catalogue.concepts:
        return True
    parts = intents.JOINT.split(phrase)
    if all(part in catalogue.concepts for part in parts):
        return False
    return bool(catalogue.about([phrase]).any())


def misspelt(
    context: Context, changes: Sequence[TopicChange]
) -> dict[int, str]:
    """Return what topics that no paper names may be meant to be, by their numbers."""
    catalogue = context.runtime.catalogue
    if not len(catalogue):
        return {}
    unknown = [
        change.text
        for change in changes
        if change.kind != "gone" and not catalogue.about([change.text]).any()
    ]
    keys = {topic_key(text) for text in unknown[:MOST_DOUBTED]}
    spellings = {
        topic.id: catalogue.spelling.phrase(topic.text)
        for topic in _own_topics(context)
        if topic_key(topic.text) in keys
    }
    return {number: name for number, name in spellings.items() if name}


def respell(context: Context, topic_id: int, name: str) -> list[str] | None:
    """Replace a misspelt topic by the one that was meant; None if it is gone."""
    if not topic_key(name):
        return None
    for topic in _own_topics(context):
        if topic.id == topic_id:
            return apply(
                context,
                [
                    TopicChange(topic.text, "gone"),
                    TopicChange(name, topic.kind),
                ],
            )
    return None


def hidden(context: Context, topic: str) -> Screen:
    """Return the fresh papers that a muted topic hides."""
    catalogue = context.runtime.catalogue
    fresh = catalogue.about([topic])[: catalogue.count_fresh(context.today)]
    papers = [catalogue.papers[row] for row in fresh.nonzero()[0].tolist()]
    return screens.hidden(context.t, topic, papers)


def apply(context: Context, changes: Sequence[TopicChange]) -> list[str]:
    """Want, mute and remove topics; return notes on what that does."""
    short = [change for change in changes if len(change.text) <= TOPIC_LENGTH]
    notes = []
    if len(short) < len(changes):
        notes.append(screens.too_long(context.t, TOPIC_LENGTH))
    before = context.feedback()
    notes += _remove(
        context, [change.text for change in short if change.kind == "gone"]
    )
    room = max(MOST_TOPICS - len(before.wanted) - len(before.muted), 0)
    for kind in ("wanted", "muted"):
        names = [change.text for change in short if change.kind == kind]
        notes += _add(context, names, kind, room)
        room = max(room - len(names), 0)
    return notes + effect(context, before, context.feedback())


def _remove(context: Context, names: Sequence[str]) -> list[str]:
    """Remove topics; return a note on each that the reader did not have."""
    removed = feedback.remove_topics(
        context.runtime.database, context.reader.id, names
    )
    keys = {topic_key(text) for text in removed}
    return [
        screens.not_there(context.t, name)
        for name in names
        if topic_key(name) not in keys
    ]


def _add(
    context: Context, names: Sequence[str], kind: str, room: int
) -> list[str]:
    """Want or mute topics as far as there is room; return notes on them."""
    added = names[:room]
    feedback.set_topics(
        context.runtime.database,
        context.reader.id,
        added,
        kind,
        context.runtime.clock(),
    )
    notes = []
    if len(names) > room:
        notes.append(screens.too_many(context.t, MOST_TOPICS))
    notes += [note(context, topic, kind) for topic in added[:MOST_NOTES]]
    return [text for text in notes if text]


def note(context: Context, topic: str, kind: str) -> str:
    """Say what a topic matches in the papers on offer; empty if there is nothing to say."""
    catalogue = context.runtime.catalogue
    about = catalogue.about([topic])
    if kind == "muted":
        fresh = about[: catalogue.count_fresh(context.today)]
        return screens.hides(context.t, topic, int(fresh.sum()))
    is_heard = about.any() or bool(catalogue.topic(topic).sparse.nnz)
    if is_heard or not len(catalogue):
        return ""
    return screens.unheard(context.t, topic)


def effect(context: Context, before: Feedback, after: Feedback) -> list[str]:
    """Say what a change of feedback does to the next picks; nothing if there was no change."""
    runtime, reader = context.runtime, context.reader
    if before == after or not len(runtime.catalogue):
        return []
    change = learning.picks_change(
        runtime.database,
        runtime.catalogue,
        before,
        after,
        today=context.today,
        n=reader.picks,
    )
    return [screens.changes(context.t, change.changed, change.of)]
