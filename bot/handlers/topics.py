"""Topics by command, words and button: wanted, muted, removed; the next picks know at once."""

import asyncio
import re
from collections.abc import Sequence

from telegram import Update

from bot import lessons, posting, schedule
from bot.handlers.context import Context, chat, data
from bot.messages import buttons, talk
from bot.messages import topics as screens
from bot.messages.screen import Screen
from bot.storage import feedback, readers
from bot.storage.feedback import MOST_TOPICS, TOPIC_LENGTH, Feedback, topic_key

DIALOGUE = "topics"
VERBS = {"add": "wanted", "mute": "muted", "remove": "gone"}


async def topics(update: Update, context: Context) -> None:
    """Show the list, or do what the words after /topics say."""
    words = ((update.message.text or "") if update.message else "").split(None, 1)[1:]
    written = words[0].strip() if words else ""
    verb, rest = (*written.split(None, 1), "", "")[:2]
    kind = VERBS.get(verb.casefold())
    if kind is not None and not rest.strip():
        screen = await listed(context, [screens.usage(context.t)])
    elif written:
        screen = await change(context, split(rest if kind else written, kind or "wanted"))
    else:
        screen = await listed(context)
    await asyncio.to_thread(
        readers.change, context.world.database, context.reader.id, dialogue=DIALOGUE
    )
    await posting.send(context.bot, chat(update).id, screen)


async def press(update: Update, context: Context) -> None:
    """Do what a topic's button says."""
    query, pressed = update.callback_query, buttons.TOPIC.fullmatch(data(update))
    if query is None or pressed is None:
        return
    action, text = pressed[1], pressed[2]
    mine = await asyncio.to_thread(feedback.topics, context.world.database, context.reader.id)
    if action in "x?":  # the text is the number of one of this reader's own topics
        text = next((written for number, written, _ in mine if str(number) == text), "")
    await posting.answer(query, None if text else talk.stale(context.t))
    if action == "?" and text:
        screen = await asyncio.to_thread(hidden, context, text)
        await posting.send(context.bot, chat(update).id, screen)
        return
    kind = {"+": "wanted", "-": "muted"}.get(action)
    said = split(text, kind) if kind else [(text, "gone")] if text else []
    screen = await change(context, said) if said else await listed(context)
    if query.message is not None:
        await posting.edit(context.bot, chat(update).id, query.message.message_id, screen)


async def listed(context: Context, notes: Sequence[str] = ()) -> Screen:
    """Return the list of topics as it stands."""
    mine = await asyncio.to_thread(feedback.topics, context.world.database, context.reader.id)
    return screens.topics(context.t, mine, notes)


async def change(context: Context, said: Sequence[tuple[str, str]]) -> Screen:
    """Want, mute and remove topics; return the new list and what that does to the next picks."""
    if not said:
        return await listed(context, [screens.unreadable(context.t)])
    notes = await asyncio.to_thread(apply, context, said)
    return await listed(context, notes)


def split(text: str, kind: str) -> list[tuple[str, str]]:
    """Return the topics in a text, by commas and lines; a line that starts with - mutes."""
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        stripped = line.strip()
        mutes = re.match(r"[-–−]\s*(?=\w)", stripped)
        what = "muted" if mutes and kind == "wanted" else kind
        parts = re.split(r"[,;]", stripped[mutes.end() :] if mutes else stripped)
        found += [(" ".join(part.split())[:TOPIC_LENGTH], what) for part in parts]
    return [(topic, what) for topic, what in found if topic_key(topic)]


def hidden(context: Context, topic: str) -> Screen:
    """Return the fresh papers that a muted topic hides."""
    papers, reader = context.world.papers, context.reader
    today = schedule.local_date(context.world.clock(), reader.zone)
    rows = papers.about([topic])[: papers.fresh(today)].nonzero()[0].tolist()
    return screens.hidden(context.t, topic, [papers.papers[row] for row in rows])


def apply(context: Context, said: Sequence[tuple[str, str]]) -> list[str]:
    """Want, mute and remove topics; return what is to be said of that."""
    world, reader, now = context.world, context.reader, context.world.clock()
    database = world.database
    today = schedule.local_date(now, reader.zone)
    before = feedback.of_reader(database, reader.id, reader.zone, today)
    gone = [topic for topic, kind in said if kind == "gone"]
    there = {topic_key(text) for text in feedback.remove_topics(database, reader.id, gone)}
    notes = [screens.not_there(context.t, text) for text in gone if topic_key(text) not in there]
    room = MOST_TOPICS - len(before.wanted) - len(before.muted)
    for kind in ("wanted", "muted"):
        some = [topic for topic, what in said if what == kind]
        feedback.set_topics(database, reader.id, some[: max(room, 0)], kind, now)
        if len(some) > max(room, 0):
            notes.append(screens.too_many(context.t, MOST_TOPICS))
        kept = some[: max(room, 0)][:5]
        notes += [found for topic in kept if (found := note(context, topic, kind))]
        room -= len(some)
    after = feedback.of_reader(database, reader.id, reader.zone, today)
    return notes + effect(context, before, after)


def note(context: Context, topic: str, kind: str) -> str:
    """Say what a topic finds in the papers that are here now."""
    papers = context.world.papers
    about = papers.about([topic])
    if kind == "muted":
        today = schedule.local_date(context.world.clock(), context.reader.zone)
        return screens.hides(context.t, topic, int(about[: papers.fresh(today)].sum()))
    heard = about.any() or bool(papers.topic(topic).sparse.nnz)
    return "" if heard or not len(papers) else screens.unheard(context.t, topic)


def effect(context: Context, before: Feedback, after: Feedback) -> list[str]:
    """Say what a change of what was said does to the next picks; nothing where none was made."""
    world, reader = context.world, context.reader
    if before == after or not len(world.papers):
        return []
    today = schedule.local_date(world.clock(), reader.zone)
    changed = lessons.changed(world.database, world.papers, (before, after), today, reader.picks)
    return [screens.changes(context.t, changed, reader.picks)]
