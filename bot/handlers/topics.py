"""Topics by command, words and button: wanted, muted, removed; the next picks know at once."""

import asyncio
from collections.abc import Mapping, Sequence

from telegram import Update

from bot.handlers import links
from bot.handlers.context import Context, chat, data
from bot.messages import callback_data, intents, replies, small_talk
from bot.messages import topics as screens
from bot.messages.intents import Topic, Wishes
from bot.picks import learning
from bot.picks.catalogue import Catalogue
from bot.schedule import due
from bot.storage import feedback, readers
from bot.storage.feedback import MOST_TOPICS, TOPIC_LENGTH, Feedback, topic_key
from bot.transport import sender
from bot.transport.screen import Screen

DIALOGUE = "topics"
# Topics of one message whose spelling is looked at.
MOST_DOUBTED = 5


async def topics(update: Update, context: Context) -> None:
    """Show the list, or do what the words after /topics say."""
    words = ((update.message.text or "") if update.message else "").split(
        None, 1
    )[1:]
    written = words[0].strip() if words else ""
    if update.message is not None and links.ids(update.message):
        await links.links(update, context)
        return
    screen = (
        await _do_words(context, written) if written else await listed(context)
    )
    await asyncio.to_thread(
        readers.change,
        context.runtime.database,
        context.reader.id,
        dialogue=DIALOGUE,
    )
    await sender.send(context.bot, chat(update).id, screen)


async def _do_words(context: Context, written: str) -> Screen:
    """Do what the words after /topics say; small talk and questions are answered."""
    said = await asyncio.to_thread(read, context, written)
    if said.topics:
        return await change(context, said.topics)
    if said.links:
        return replies.no_such_link(context.t)
    if said.kind and not said.plainly:
        return small_talk.answer(
            context.t, said.kind, context.reader.name, written
        )
    if intents.VERB.fullmatch(written):
        return await listed(context, [screens.usage(context.t)])
    return await listed(context, [screens.unreadable(context.t)])


async def press(update: Update, context: Context) -> None:
    """Do what a topic's button says."""
    query, pressed = (
        update.callback_query,
        callback_data.TOPIC.fullmatch(data(update)),
    )
    if query is None or pressed is None:
        return
    action, text = pressed[1], pressed[2]
    if action == "=":
        notes = await asyncio.to_thread(respell, context, text)
        await context.answer(
            None if notes is not None else replies.stale(context.t)
        )
        await _edit(update, context, await listed(context, notes or []))
        return
    mine = await asyncio.to_thread(
        feedback.topics, context.runtime.database, context.reader.id
    )
    if (
        action in "x?"
    ):  # the text is the number of one of this reader's own topics
        text = next(
            (written for number, written, _ in mine if str(number) == text), ""
        )
    await context.answer(None if text else replies.stale(context.t))
    if action == "?" and text:
        screen = await asyncio.to_thread(hidden, context, text)
        await sender.send(context.bot, chat(update).id, screen)
        return
    kind = {"+": "wanted", "-": "muted"}.get(action, "gone")
    said = [
        (topic, kind)
        for part in text.split(",")
        if topic_key(topic := part.strip())
    ]
    screen = await change(context, said) if said else await listed(context)
    await _edit(update, context, screen)


async def _edit(update: Update, context: Context, screen: Screen) -> None:
    query = update.callback_query
    if query is not None and query.message is not None:
        await sender.edit(
            context.bot, chat(update).id, query.message.message_id, screen
        )


async def listed(
    context: Context,
    notes: Sequence[str] = (),
    meant: Mapping[int, str] | None = None,
) -> Screen:
    """Return the list of topics as it stands; `meant` are other spellings, by topic."""
    mine = await asyncio.to_thread(
        feedback.topics, context.runtime.database, context.reader.id
    )
    return screens.topics(context.t, mine, notes, meant or {})


async def change(context: Context, said: Sequence[Topic]) -> Screen:
    """Want, mute and remove topics; return the new list and what that does to the next picks."""
    if not said:
        return await listed(context, [screens.unreadable(context.t)])
    notes = await asyncio.to_thread(apply, context, said)
    return await listed(
        context, notes, await asyncio.to_thread(misspelt, context, said)
    )


def read(context: Context, written: str, kind: str = "wanted") -> Wishes:
    """Read what a reader typed, who may have topics with an "and" in them."""
    mine = feedback.topics(context.runtime.database, context.reader.id)
    keys = {topic_key(text) for _, text, _ in mine}

    def is_one(phrase: str) -> bool:
        return topic_key(phrase) in keys or _is_one(
            context.runtime.catalogue, phrase
        )

    return intents.read(written, kind, is_one)


def _is_one(papers: Catalogue, phrase: str) -> bool:
    """Tell whether words with an "and" in them are one name, as papers say it."""
    if phrase in papers.concepts:
        return True
    if all(piece in papers.concepts for piece in intents.JOINT.split(phrase)):
        return False
    return bool(papers.about([phrase]).any())


def misspelt(context: Context, said: Sequence[Topic]) -> dict[int, str]:
    """Return what topics that no paper names may be meant to be, by their numbers."""
    papers = context.runtime.catalogue
    unsaid = [
        topic
        for topic, kind in said
        if kind != "gone" and not papers.about([topic]).any()
    ]
    keys = (
        {topic_key(topic) for topic in unsaid[:MOST_DOUBTED]}
        if len(papers)
        else set()
    )
    mine = feedback.topics(context.runtime.database, context.reader.id)
    meant = {
        n: papers.spelling.phrase(text)
        for n, text, _ in mine
        if topic_key(text) in keys
    }
    return {number: name for number, name in meant.items() if name}


def respell(context: Context, pressed: str) -> list[str] | None:
    """Put what was meant in the place of a misspelt topic; None where that is gone."""
    number, _, name = pressed.partition(" ")
    mine = feedback.topics(context.runtime.database, context.reader.id)
    there = next(
        ((text, kind) for n, text, kind in mine if str(n) == number), None
    )
    if there is None or not topic_key(name):
        return None
    return apply(context, [(there[0], "gone"), (name, there[1])])


def hidden(context: Context, topic: str) -> Screen:
    """Return the fresh papers that a muted topic hides."""
    papers, reader = context.runtime.catalogue, context.reader
    today = due.local_date(context.runtime.clock(), reader.zone)
    rows = papers.about([topic])[: papers.fresh(today)].nonzero()[0].tolist()
    return screens.hidden(
        context.t, topic, [papers.papers[row] for row in rows]
    )


def apply(context: Context, said: Sequence[Topic]) -> list[str]:
    """Want, mute and remove topics; return what is to be said of that."""
    short = [
        (topic, kind) for topic, kind in said if len(topic) <= TOPIC_LENGTH
    ]
    notes = (
        [screens.too_long(context.t, TOPIC_LENGTH)]
        if len(short) < len(said)
        else []
    )
    return notes + _apply(context, short)


def _apply(context: Context, said: Sequence[Topic]) -> list[str]:
    runtime, reader, now = (
        context.runtime,
        context.reader,
        context.runtime.clock(),
    )
    database = runtime.database
    today = due.local_date(now, reader.zone)
    before = feedback.of_reader(database, reader.id, reader.zone, today)
    gone = [topic for topic, kind in said if kind == "gone"]
    there = {
        topic_key(text)
        for text in feedback.remove_topics(database, reader.id, gone)
    }
    notes = [
        screens.not_there(context.t, text)
        for text in gone
        if topic_key(text) not in there
    ]
    room = MOST_TOPICS - len(before.wanted) - len(before.muted)
    for kind in ("wanted", "muted"):
        some = [topic for topic, what in said if what == kind]
        feedback.set_topics(
            database, reader.id, some[: max(room, 0)], kind, now
        )
        if len(some) > max(room, 0):
            notes.append(screens.too_many(context.t, MOST_TOPICS))
        kept = some[: max(room, 0)][:5]
        notes += [
            found for topic in kept if (found := note(context, topic, kind))
        ]
        room -= len(some)
    after = feedback.of_reader(database, reader.id, reader.zone, today)
    return notes + effect(context, before, after)


def note(context: Context, topic: str, kind: str) -> str:
    """Say what a topic finds in the papers that are here now."""
    papers = context.runtime.catalogue
    about = papers.about([topic])
    if kind == "muted":
        today = due.local_date(context.runtime.clock(), context.reader.zone)
        return screens.hides(
            context.t, topic, int(about[: papers.fresh(today)].sum())
        )
    heard = about.any() or bool(papers.topic(topic).sparse.nnz)
    return "" if heard or not len(papers) else screens.unheard(context.t, topic)


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
