"""Builds the screens of `/taste` from a reader's feedback and the papers on offer."""

from collections.abc import Sequence

from bot.handlers.context import Context
from bot.messages import taste as screens
from bot.messages.taste import Interest, Word
from bot.picks import selection, tastes
from bot.storage import papers
from bot.storage import taste as stored
from bot.storage.feedback import Feedback, topic_key
from bot.transport.screen import Screen
from recommender import taste as taste_terms
from recommender.arrays import Rows
from recommender.profile import Profile

# Words of which less is wanted, and liked papers: a phone's screen.
LESS = 2
REPRESENTATIVES = 3
NO_LISTS: screens.WordLists = {}


def words(
    context: Context,
    notes: Sequence[str] = (),
    lists: screens.WordLists = NO_LISTS,
) -> Screen:
    """Return the screen of the strongest words, or of those in `lists` in the same order."""
    past, catalogue = context.feedback(), context.runtime.catalogue
    database = context.runtime.database
    profile = tastes.learn(database, catalogue, past)
    values = [rating.value for rating in past.ratings]
    if not profile.evidence and not any(values):
        return screens.nothing_yet(context.t, notes)
    month = catalogue.head(catalogue.count_month(context.today)).vectors
    best, worst = taste_terms.best_and_worst(profile, month)
    if lists:
        more = _carried(context, past, profile, best, lists[screens.MORE])
        less = _carried(context, past, profile, worst, lists[screens.LESS])
        moved = lists[screens.MOVED]
    else:
        more = _strongest(context, past, profile, best)
        less = []
        if any(piece.weight < 0 for piece in profile.evidence):
            less = _strongest(context, past, profile, worst, least=True)
        listed = {line.term for line in (*more, *less)}
        moved = [term for term, _ in past.edits if term not in listed]
    ids = taste_terms.representative_likes(
        profile, catalogue.candidates.vectors.take(best), REPRESENTATIVES
    )
    likes = papers.by_ids(database, ids, context.reader.id)
    summary = screens.Taste(
        likes=values.count(1),
        dislikes=values.count(-1),
        more=more,
        less=less,
        moved=[line(past, term) for term in moved][-stored.MOST :],
        representatives=[likes[i] for i in ids if i in likes],
    )
    return screens.words(context.t, summary, notes)


def interests(
    context: Context,
    notes: Sequence[str] = (),
    lists: screens.WordLists = NO_LISTS,
) -> Screen:
    """Return the screen of the interests that the likes fall into, first those in `lists`."""
    past, catalogue = context.feedback(), context.runtime.catalogue
    database = context.runtime.database
    profile = tastes.learn(database, catalogue, past)
    named = selection.named_interests(catalogue, profile)
    examples = {
        name: taste_terms.example(profile, interest)
        for name, interest in named.items()
    }
    likes = papers.by_ids(database, list(examples.values()), context.reader.id)
    lines = [
        Interest(
            line(past, name),
            len(interest.members),
            likes.get(examples[name]),
        )
        for name, interest in named.items()
        if len(name.encode()) <= stored.LONGEST
    ]
    listed = lists.get(screens.MORE, ())
    order = {name: place for place, name in enumerate(listed)}
    lines.sort(key=lambda line: order.get(line.word.term, len(order)))
    liked = sum(rating.value > 0 for rating in past.ratings)
    alone = liked - sum(line.likes for line in lines)
    return screens.interests(context.t, lines, alone, notes)


def _strongest(
    context: Context,
    past: Feedback,
    profile: Profile,
    rows: Rows,
    *,
    least: bool = False,
) -> list[Word]:
    """Return the concepts that carry some papers most, or with `least` sink them."""
    catalogue = context.runtime.catalogue
    if catalogue.model is None:
        return []
    strongest = taste_terms.words(
        profile,
        catalogue.model,
        catalogue.candidates.vectors.take(rows),
        catalogue.mentions_of(rows),
        LESS if least else taste_terms.MAX_WORDS,
        least=least,
    )
    full = max((abs(word.contribution) for word in strongest), default=1.0)
    return [
        line(past, word.concept, abs(word.contribution) / full)
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
) -> list[Word]:
    """Return concepts in a given order, each with its share in the scores of some papers."""
    catalogue = context.runtime.catalogue
    if catalogue.model is None or not terms:
        return []
    added = taste_terms.concept_contributions(
        profile,
        catalogue.model,
        catalogue.candidates.vectors.take(rows),
        catalogue.mentions_of(rows),
    )
    amounts = {term: abs(added.get(term, 0.0)) for term in terms}
    full = max(amounts.values()) or 1.0
    return [line(past, term, amounts[term] / full) for term in terms]


def line(past: Feedback, term: str, share: float | None = None) -> Word:
    """Return a word with its state: moved up or down, muted, or none of these."""
    key = topic_key(term)
    moved = {topic_key(text): value for text, value in past.edits}
    state = {1: "+", -1: "-"}.get(moved.get(key, 0), "0")
    if key in {topic_key(text) for text in past.muted}:
        state = "m"
    return Word(term, term, share, state)
