"""The learned taste by command and button: looked at, and moved word by word."""

import asyncio
from collections.abc import Sequence

from telegram import Update

from bot import digest, posting, schedule
from bot.handlers import topics
from bot.handlers.context import Context, chat, data
from bot.messages import buttons, talk
from bot.messages import taste as screens
from bot.messages import topics as topic_screens
from bot.messages.screen import Screen
from bot.messages.taste import Found, Line
from bot.storage import feedback, papers
from bot.storage import taste as stored
from bot.storage.feedback import Feedback, topic_key
from recommender import taste
from recommender.features import Vectors
from recommender.profile import Profile
from recommender.taste import Word

MORE, LESS, STANDING = 4, 2, 3  # words and papers shown: a phone's screen
DIRECTIONS = {"+": 1, "-": -1}


async def show(update: Update, context: Context) -> None:
    """Show the strongest words."""
    screen = await asyncio.to_thread(words, context)
    await posting.send(context.bot, chat(update).id, screen)


async def press(update: Update, context: Context) -> None:
    """Open the words or the interests, or move one of them, as the button says."""
    query, pressed = update.callback_query, buttons.TASTE.fullmatch(data(update))
    if query is None or pressed is None:
        return
    name, state, term = pressed[1], pressed[2], pressed[3] or ""
    toast, screen = await asyncio.to_thread(_pressed, context, name, state, term)
    await posting.answer(query, toast)
    if screen is not None and query.message is not None:
        await posting.edit(context.bot, chat(update).id, query.message.message_id, screen)


def _pressed(
    context: Context, name: str, state: str | None, term: str
) -> tuple[str | None, Screen | None]:
    """Do what a button says; return the blink and the screen as it is now."""
    render = interests if name == "i" else words
    if state is None:
        return None, render(context)
    said = spoken(context)
    if not _is_known(context, said, term):
        return talk.stale(context.t), None
    if state == "?":
        return _where(context, said, term), None
    notes = _move(context, said, term, state)
    stands = _line(spoken(context), term, None).state
    return screens.toast(context.t, term, stands), render(context, notes, term)


def words(context: Context, notes: Sequence[str] = (), also: str = "") -> Screen:
    """Return the screen of the strongest words; `also` is one to keep on it, just moved."""
    said, catalogue = spoken(context), context.world.papers
    profile = digest.learn(context.world.database, catalogue, said)
    values = [rating.value for rating in said.ratings]
    if not profile.evidence and not any(values):
        return screens.nothing_yet(context.t, notes)
    best, worst = taste.ends(profile, _month(context))
    more, less = _strongest(context, said, profile, best, worst)
    there = {line.term for line in (*more, *less)}
    moved = dict.fromkeys([*(term for term, _ in said.edits), *([also] if also else [])])
    ids = taste.standing_for(profile, best, STANDING)
    found = papers.by_ids(context.world.database, ids)
    seen = screens.Taste(
        likes=values.count(1),
        dislikes=values.count(-1),
        more=more,
        less=less,
        moved=[_line(said, term, None) for term in moved if term not in there][-stored.MOST :],
        standing=[found[i] for i in ids if i in found],
    )
    return screens.words(context.t, seen, notes)


def interests(context: Context, notes: Sequence[str] = (), _also: str = "") -> Screen:
    """Return the screen of the interests found in the likes."""
    said, catalogue, database = spoken(context), context.world.papers, context.world.database
    profile = digest.learn(database, catalogue, said)
    named = digest.named(catalogue, profile)
    examples = {name: taste.example(profile, each) for name, each in named.items()}
    known = papers.by_ids(database, list(examples.values()))
    found = [
        Found(_line(said, name, None), len(each.members), known.get(examples[name]))
        for name, each in named.items()
        if len(name.encode()) <= stored.LONGEST
    ]
    alone = sum(rating.value > 0 for rating in said.ratings) - sum(each.likes for each in found)
    return screens.interests(context.t, found, alone, notes)


def spoken(context: Context) -> Feedback:
    """Return all that the reader said, as of today."""
    reader = context.reader
    today = schedule.local_date(context.world.clock(), reader.zone)
    return feedback.of_reader(context.world.database, reader.id, reader.zone, today)


def _month(context: Context) -> Vectors:
    """Return the papers on which a taste is looked at: the newest month's, or all there are."""
    catalogue = context.world.papers
    today = schedule.local_date(context.world.clock(), context.reader.zone)
    return catalogue.first(catalogue.month(today) or len(catalogue)).vectors


def _strongest(
    context: Context, said: Feedback, profile: Profile, best: Vectors, worst: Vectors
) -> tuple[list[Line], list[Line]]:
    """Return the words that carry the papers that fit best, and those that sink the others."""
    model = context.world.papers.model
    if model is None:
        return [], []
    more = taste.words(profile, model, best, MORE)
    less = taste.words(profile, model, worst, LESS, least=True)
    return _lines(said, more), _lines(said, less)


def _lines(said: Feedback, found: Sequence[Word]) -> list[Line]:
    """Return words beside the strongest of them; one too long for its button is left out."""
    most = max((abs(word.added) for word in found), default=1.0)
    short = [word for word in found if len(word.term.encode()) <= stored.LONGEST]
    return [_line(said, word.term, abs(word.added) / most) for word in short]


def _line(said: Feedback, term: str, share: float | None) -> Line:
    if topic_key(term) in {topic_key(text) for text in said.muted}:
        return Line(term, share, "m")
    return Line(term, share, {1: "+", -1: "-"}.get(dict(said.edits).get(term, 0), "0"))


def _is_known(context: Context, said: Feedback, term: str) -> bool:
    """Tell whether a button may speak of this word: forged ones speak of anything."""
    model = context.world.papers.model
    return term in dict(said.edits) or (model is not None and term in model.vocabulary_)


def _where(context: Context, said: Feedback, term: str) -> str:
    """Say in how many of the rated papers a word stands."""
    catalogue, database = context.world.papers, context.world.database
    column = catalogue.model.vocabulary_.get(term) if catalogue.model else None
    counts = []
    for value in (1, -1):
        ids = [rating.paper_id for rating in said.ratings if rating.value == value]
        _, vectors = digest.vectors_of(database, catalogue, ids)
        counts.append(int((vectors.sparse.indices == column).sum()) if column is not None else 0)
    return screens.where(context.t, term, *counts)


def _move(context: Context, said: Feedback, term: str, state: str) -> list[str]:
    """Move a word, mute it, or let it be; return what is to be said of that."""
    database, reader, now = context.world.database, context.reader, context.world.clock()
    is_muted = _line(said, term, None).state == "m"
    if state == "m" and not is_muted and len(said.wanted) + len(said.muted) >= feedback.MOST_TOPICS:
        return [topic_screens.too_many(context.t, feedback.MOST_TOPICS)]
    if not stored.move(database, reader.id, term, DIRECTIONS.get(state, 0), now):
        return [screens.too_many(context.t, stored.MOST)]
    notes = []
    if state == "m":
        feedback.set_topics(database, reader.id, [term], "muted", now)
        notes.append(topics.note(context, term, "muted"))
    elif is_muted:
        feedback.remove_topics(database, reader.id, [term])
    return notes + topics.effect(context, said, spoken(context))
