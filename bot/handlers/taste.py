"""The learned taste by command and button: looked at, and moved word by word."""

import asyncio
from collections.abc import Sequence

from telegram import Message, Update

from bot.handlers import topics
from bot.handlers.context import Context, chat, data
from bot.messages import callback_data
from bot.messages import taste as screens
from bot.messages import topics as topic_screens
from bot.messages.taste import Found, Line
from bot.picks import selection
from bot.schedule import due
from bot.storage import feedback, papers
from bot.storage import taste as stored
from bot.storage.feedback import Feedback, topic_key
from bot.transport import sender
from bot.transport.screen import Screen
from recommender import taste
from recommender.phrases import forms, says
from recommender.profile import Profile
from recommender.ranking import Rows

# Words and papers shown: a phone's screen.
LESS, STANDING = 2, 3
DIRECTIONS = {"+": 1, "-": -1}
NO_ROWS: screens.Rows = {}


async def show(update: Update, context: Context) -> None:
    """Show the strongest words."""
    screen = await asyncio.to_thread(words, context)
    await sender.send(context.bot, chat(update).id, screen)


async def press(update: Update, context: Context) -> None:
    """Open the words or the interests, or move one of them, as the button says."""
    query, pressed = (
        update.callback_query,
        callback_data.TASTE.fullmatch(data(update)),
    )
    if query is None or pressed is None:
        return
    name, state, term = pressed[1], pressed[2], pressed[3] or ""
    here = query.message if isinstance(query.message, Message) else None
    rows = screens.rows(here.reply_markup if here else None)
    toast, screen = await asyncio.to_thread(
        _pressed, context, name, state, term, rows
    )
    await context.answer(toast)
    if screen is not None and query.message is not None:
        await sender.edit(
            context.bot, chat(update).id, query.message.message_id, screen
        )


def _pressed(
    context: Context,
    name: str,
    state: str | None,
    term: str,
    rows: screens.Rows,
) -> tuple[str | None, Screen | None]:
    """Do what a button says; return the blink and the screen as it is now, its rows in place."""
    render = interests if name == "i" else words
    if state is None:
        return None, render(context)
    said = spoken(context)
    if not _is_known(context, said, term):
        return screens.outdated(context.t), None
    if state in screens.LISTS:
        return _where(context, said, term), None
    notes = _move(context, said, term, state)
    stands = _line(spoken(context), term).state
    return screens.toast(context.t, term, stands), render(context, notes, rows)


def words(
    context: Context, notes: Sequence[str] = (), rows: screens.Rows = NO_ROWS
) -> Screen:
    """Return the screen of the strongest words, or of those that stand in `rows` already."""
    said, catalogue = spoken(context), context.runtime.catalogue
    profile = selection.learn(context.runtime.database, catalogue, said)
    values = [rating.value for rating in said.ratings]
    if not profile.evidence and not any(values):
        return screens.nothing_yet(context.t, notes)
    best, worst = taste.ends(profile, catalogue.first(_month(context)).vectors)
    if rows:
        more = _carried(context, said, profile, best, rows[screens.MORE])
        less = _carried(context, said, profile, worst, rows[screens.LESS])
        moved = rows[screens.MOVED]
    else:
        more, less = _strongest(context, said, profile, best), []
        if any(piece.weight < 0 for piece in profile.evidence):
            less = _strongest(context, said, profile, worst, least=True)
        there = {line.term for line in (*more, *less)}
        moved = [term for term, _ in said.edits if term not in there]
    ids = taste.standing_for(
        profile, catalogue.candidates.vectors.take(best), STANDING
    )
    found = papers.by_ids(context.runtime.database, ids, context.reader.id)
    seen = screens.Taste(
        likes=values.count(1),
        dislikes=values.count(-1),
        more=more,
        less=less,
        moved=[_line(said, term) for term in moved][-stored.MOST :],
        standing=[found[i] for i in ids if i in found],
    )
    return screens.words(context.t, seen, notes)


def interests(
    context: Context, notes: Sequence[str] = (), rows: screens.Rows = NO_ROWS
) -> Screen:
    """Return the screen of the interests found in the likes, first those in `rows`."""
    said, catalogue, database = (
        spoken(context),
        context.runtime.catalogue,
        context.runtime.database,
    )
    profile = selection.learn(database, catalogue, said)
    named = selection.named_interests(catalogue, profile)
    examples = {
        name: taste.example(profile, each) for name, each in named.items()
    }
    known = papers.by_ids(database, list(examples.values()), context.reader.id)
    found = [
        Found(_line(said, name), len(each.members), known.get(examples[name]))
        for name, each in named.items()
        if len(name.encode()) <= stored.LONGEST
    ]
    first = {
        name: place for place, name in enumerate(rows.get(screens.MORE, ()))
    }
    found.sort(key=lambda each: first.get(each.line.term, len(first)))
    alone = sum(rating.value > 0 for rating in said.ratings) - sum(
        each.likes for each in found
    )
    return screens.interests(context.t, found, alone, notes)


def spoken(context: Context) -> Feedback:
    """Return all that the reader said, as of today."""
    reader = context.reader
    today = due.local_date(context.runtime.clock(), reader.zone)
    return feedback.of_reader(
        context.runtime.database, reader.id, reader.zone, today
    )


def _month(context: Context) -> int:
    """Return how many papers a taste is looked at on: the newest month's, or all there are."""
    catalogue = context.runtime.catalogue
    today = due.local_date(context.runtime.clock(), context.reader.zone)
    return catalogue.month(today) or len(catalogue)


def _strongest(
    context: Context,
    said: Feedback,
    profile: Profile,
    rows: Rows,
    *,
    least: bool = False,
) -> list[Line]:
    """Return the concepts that carry some papers, or sink them."""
    catalogue = context.runtime.catalogue
    if catalogue.model is None:
        return []
    some, mentions = (
        catalogue.candidates.vectors.take(rows),
        list(map(catalogue.mentions, rows)),
    )
    most = LESS if least else taste.MORE
    strongest = taste.words(
        profile, catalogue.model, some, mentions, most, least=least
    )
    full = max((abs(word.added) for word in strongest), default=1.0)
    return [
        _line(said, word.concept, abs(word.added) / full)
        for word in strongest
        if len(word.concept.encode())
        <= stored.LONGEST  # else its button has no room for it
    ]


def _carried(
    context: Context,
    said: Feedback,
    profile: Profile,
    rows: Rows,
    terms: Sequence[str],
) -> list[Line]:
    """Return concepts in a given order, each with what it carries of some papers."""
    catalogue = context.runtime.catalogue
    if catalogue.model is None or not terms:
        return []
    some, mentions = (
        catalogue.candidates.vectors.take(rows),
        list(map(catalogue.mentions, rows)),
    )
    added = taste.carried(profile, catalogue.model, some, mentions)
    full = max(abs(added.get(term, 0.0)) for term in terms) or 1.0
    return [
        _line(said, term, abs(added.get(term, 0.0)) / full) for term in terms
    ]


def _line(said: Feedback, term: str, share: float | None = None) -> Line:
    moved = {topic_key(text): value for text, value in said.edits}
    state = {1: "+", -1: "-"}.get(moved.get(topic_key(term), 0), "0")
    if topic_key(term) in {topic_key(text) for text in said.muted}:
        state = "m"
    return Line(term, term, share, state)


def _is_known(context: Context, said: Feedback, term: str) -> bool:
    """Tell whether a button may speak of this word: forged ones speak of anything."""
    return (
        term in dict(said.edits) or term in context.runtime.catalogue.concepts
    )


def _where(context: Context, said: Feedback, term: str) -> str:
    """Say in how many of the rated papers a word stands."""
    ids = [rating.paper_id for rating in said.ratings]
    rated = papers.by_ids(context.runtime.database, ids, context.reader.id)
    here = {
        i for i, paper in rated.items() if says(forms(paper.text), forms(term))
    }
    values = [
        rating.value for rating in said.ratings if rating.paper_id in here
    ]
    return screens.where(context.t, term, values.count(1), values.count(-1))


def _move(context: Context, said: Feedback, term: str, state: str) -> list[str]:
    """Move a word, mute it, or let it be; return what is to be said of that."""
    database, reader, now = (
        context.runtime.database,
        context.reader,
        context.runtime.clock(),
    )
    is_muted = _line(said, term).state == "m"
    if (
        state == "m"
        and not is_muted
        and len(said.wanted) + len(said.muted) >= feedback.MOST_TOPICS
    ):
        return [topic_screens.too_many(context.t, feedback.MOST_TOPICS)]
    if not stored.move_word(
        database, reader.id, term, DIRECTIONS.get(state, 0), now
    ):
        return [screens.too_many(context.t, stored.MOST)]
    notes = []
    if state == "m":
        if topic_key(term) in {topic_key(text) for text in said.wanted}:
            notes.append(screens.no_longer_wanted(context.t, term))
        feedback.set_topics(database, reader.id, [term], "muted", now)
        notes.append(topics.note(context, term, "muted"))
    elif is_muted:
        feedback.remove_topics(database, reader.id, [term])
    return notes + topics.effect(context, said, spoken(context))
