"""`/taste`: the learned taste, looked at and moved word by word."""

import asyncio
from collections.abc import Sequence

from telegram import Message, Update

from bot.handlers import topics
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.messages import taste as screens
from bot.messages import topics as topic_screens
from bot.messages.callback_data import TasteWord
from bot.messages.taste import Found, Line
from bot.picks import selection
from bot.storage import feedback, papers
from bot.storage import taste as stored
from bot.storage.feedback import MOST_TOPICS, Feedback, topic_key
from bot.transport.screen import Screen
from recommender import taste as tastes
from recommender.arrays import Rows
from recommender.phrases import contains, forms
from recommender.profile import Profile

# Words of which less is wanted, and liked papers: a phone's screen.
LESS = 2
STANDING = 3
DIRECTIONS = {"+": 1, "-": -1}
NO_ROWS: screens.Rows = {}


async def taste(_update: Update, context: Context) -> None:
    """Answer `/taste`: show the strongest words."""
    await context.send(await asyncio.to_thread(words, context))


async def press(press: Press[TasteWord], context: Context) -> None:
    """Open the words or the interests, or move one of them, as the button says."""
    query = context.query
    message = query.message if query is not None else None
    markup = message.reply_markup if isinstance(message, Message) else None
    toast, screen = await asyncio.to_thread(
        _pressed, context, press.button, screens.rows(markup)
    )
    await press.answer(toast)
    if screen is not None:
        await press.edit(screen)


def _pressed(
    context: Context, button: TasteWord, rows: screens.Rows
) -> tuple[str | None, Screen | None]:
    """Do what a button says; return the toast, and the new screen with its rows in place."""
    render = interests if button.screen == "i" else words
    term, state = button.term, button.state
    if not state:
        return None, render(context)
    past = context.feedback()
    if not _is_known(context, past, term):
        return screens.outdated(context.t), None
    if state in screens.LISTS:
        return _where(context, past, term), None
    notes = _move(context, past, term, state)
    new_state = _line(context.feedback(), term).state
    toast = screens.toast(context.t, term, new_state)
    return toast, render(context, notes, rows)


def words(
    context: Context, notes: Sequence[str] = (), rows: screens.Rows = NO_ROWS
) -> Screen:
    """Return the screen of the strongest words, or of those that `rows` hold in place."""
    past, catalogue = context.feedback(), context.runtime.catalogue
    database = context.runtime.database
    profile = selection.learn(database, catalogue, past)
    values = [rating.value for rating in past.ratings]
    if not profile.evidence and not any(values):
        return screens.nothing_yet(context.t, notes)
    month = catalogue.head(_month(context)).vectors
    best, worst = tastes.best_and_worst(profile, month)
    if rows:
        more = _carried(context, past, profile, best, rows[screens.MORE])
        less = _carried(context, past, profile, worst, rows[screens.LESS])
        moved = rows[screens.MOVED]
    else:
        more = _strongest(context, past, profile, best)
        less = []
        if any(piece.weight < 0 for piece in profile.evidence):
            less = _strongest(context, past, profile, worst, least=True)
        listed = {line.term for line in (*more, *less)}
        moved = [term for term, _ in past.edits if term not in listed]
    ids = tastes.representative_likes(
        profile, catalogue.candidates.vectors.take(best), STANDING
    )
    likes = papers.by_ids(database, ids, context.reader.id)
    summary = screens.Taste(
        likes=values.count(1),
        dislikes=values.count(-1),
        more=more,
        less=less,
        moved=[_line(past, term) for term in moved][-stored.MOST :],
        standing=[likes[i] for i in ids if i in likes],
    )
    return screens.words(context.t, summary, notes)


def interests(
    context: Context, notes: Sequence[str] = (), rows: screens.Rows = NO_ROWS
) -> Screen:
    """Return the screen of the interests that the likes fall into, first those in `rows`."""
    past, catalogue = context.feedback(), context.runtime.catalogue
    database = context.runtime.database
    profile = selection.learn(database, catalogue, past)
    named = selection.named_interests(catalogue, profile)
    examples = {
        name: tastes.example(profile, interest)
        for name, interest in named.items()
    }
    likes = papers.by_ids(database, list(examples.values()), context.reader.id)
    lines = [
        Found(
            _line(past, name),
            len(interest.members),
            likes.get(examples[name]),
        )
        for name, interest in named.items()
        if len(name.encode()) <= stored.LONGEST
    ]
    listed = rows.get(screens.MORE, ())
    order = {name: place for place, name in enumerate(listed)}
    lines.sort(key=lambda line: order.get(line.line.term, len(order)))
    liked = sum(rating.value > 0 for rating in past.ratings)
    alone = liked - sum(line.likes for line in lines)
    return screens.interests(context.t, lines, alone, notes)


def _month(context: Context) -> int:
    """Return how many papers show a taste: the newest month's, or all there are."""
    catalogue = context.runtime.catalogue
    return catalogue.count_month(context.today) or len(catalogue)


def _strongest(
    context: Context,
    past: Feedback,
    profile: Profile,
    rows: Rows,
    *,
    least: bool = False,
) -> list[Line]:
    """Return the concepts that carry some papers most, or with `least` sink them."""
    catalogue = context.runtime.catalogue
    if catalogue.model is None:
        return []
    strongest = tastes.words(
        profile,
        catalogue.model,
        catalogue.candidates.vectors.take(rows),
        [catalogue.mentions(row) for row in rows],
        LESS if least else tastes.MAX_WORDS,
        least=least,
    )
    full = max((abs(word.contribution) for word in strongest), default=1.0)
    return [
        _line(past, word.concept, abs(word.contribution) / full)
        for word in strongest
        # A longer word has no room in its button.
        if len(word.concept.encode()) <= stored.LONGEST
    ]


def _carried(
    context: Context,
    past: Feedback,
    profile: Profile,
    rows: Rows,
    terms: Sequence[str],
) -> list[Line]:
    """Return concepts in a given order, each with its share in the scores of some papers."""
    catalogue = context.runtime.catalogue
    if catalogue.model is None or not terms:
        return []
    added = tastes.concept_contributions(
        profile,
        catalogue.model,
        catalogue.candidates.vectors.take(rows),
        [catalogue.mentions(row) for row in rows],
    )
    amounts = {term: abs(added.get(term, 0.0)) for term in terms}
    full = max(amounts.values()) or 1.0
    return [_line(past, term, amounts[term] / full) for term in terms]


def _line(past: Feedback, term: str, share: float | None = None) -> Line:
    """Return a word with its state: moved up or down, muted, or none of these."""
    key = topic_key(term)
    moved = {topic_key(text): value for text, value in past.edits}
    state = {1: "+", -1: "-"}.get(moved.get(key, 0), "0")
    if key in {topic_key(text) for text in past.muted}:
        state = "m"
    return Line(term, term, share, state)


def _is_known(context: Context, past: Feedback, term: str) -> bool:
    """Tell whether a button may speak of a word; a forged one speaks of anything."""
    is_moved = term in dict(past.edits)
    return is_moved or term in context.runtime.catalogue.concepts


def _where(context: Context, past: Feedback, term: str) -> str:
    """Say in how many of the rated papers a word stands."""
    ids = [rating.paper_id for rating in past.ratings]
    rated = papers.by_ids(context.runtime.database, ids, context.reader.id)
    phrase = forms(term)
    naming = {
        i for i, paper in rated.items() if contains(forms(paper.text), phrase)
    }
    values = [
        rating.value for rating in past.ratings if rating.paper_id in naming
    ]
    return screens.where(context.t, term, values.count(1), values.count(-1))


def _move(context: Context, past: Feedback, term: str, state: str) -> list[str]:
    """Move a word, mute it, or let it be; return notes on what that does."""
    database, reader = context.runtime.database, context.reader
    now = context.runtime.clock()
    is_muted = _line(past, term).state == "m"
    topics_count = len(past.wanted) + len(past.muted)
    if state == "m" and not is_muted and topics_count >= MOST_TOPICS:
        return [topic_screens.too_many(context.t, MOST_TOPICS)]
    direction = DIRECTIONS.get(state, 0)
    if not stored.move_word(database, reader.id, term, direction, now):
        return [screens.too_many(context.t, stored.MOST)]
    notes = []
    if state == "m":
        if topic_key(term) in {topic_key(text) for text in past.wanted}:
            notes.append(screens.no_longer_wanted(context.t, term))
        feedback.set_topics(database, reader.id, [term], "muted", now)
        notes.append(topics.note(context, term, "muted"))
    elif is_muted:
        feedback.remove_topics(database, reader.id, [term])
    return notes + topics.effect(context, past, context.feedback())
