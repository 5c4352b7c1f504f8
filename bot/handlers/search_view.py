"""Builds the pages of a search, and finds more papers like one."""

from bot.handlers.context import Context
from bot.markup import references
from bot.messages import intents
from bot.messages import search as screens
from bot.messages.search import PAGE_SIZE, RatedPaper
from bot.picks import search as finding
from bot.picks.standing import can_stand
from bot.storage import feedback, papers, searches, standing
from bot.storage.searches import Search
from bot.transport.screen import Screen
from recommender.papers import StoredPaper


def more_like(context: Context, paper: StoredPaper) -> Screen:
    """Return the papers that are like one."""
    runtime = context.runtime
    ids = finding.similar(
        runtime.database, runtime.catalogue, context.feedback(), paper
    )
    if not ids:
        return screens.nothing_like(context.t, paper)
    results = searches.record(
        runtime.database,
        context.reader.id,
        ids,
        runtime.clock(),
        like_id=paper.id,
    )
    return page(context, results, 0)


def page(
    context: Context,
    results: Search,
    number: int,
    rated_paper: RatedPaper | None = None,
) -> Screen:
    """Return a page of results with today's marks, without what was muted since."""
    database, reader = context.runtime.database, context.reader
    start = number * PAGE_SIZE
    hits = searches.hits(
        database, reader.id, results.paper_ids[start : start + PAGE_SIZE]
    )
    topics = feedback.topics(database, reader.id)
    muted = [topic.text for topic in topics if topic.kind == "muted"]
    hidden = finding.muted_ids([hit.paper for hit in hits], muted)
    original = None
    if results.like_id:
        by_id = papers.by_ids(database, [results.like_id], reader.id)
        original = by_id.get(results.like_id)
    return screens.results(
        context.t,
        results,
        number,
        [hit for hit in hits if hit.paper.id not in hidden],
        reader.language,
        original=original,
        rated_paper=rated_paper,
        stands=stands(context, results),
    )


def stands(context: Context, results: Search) -> bool | None:
    """Tell whether a reader is told of new papers for a search; None if it can't stand."""
    has_link = intents.is_link(results.words)
    is_id = bool(references.of_text(results.words))
    if results.like_id or has_link or is_id or not can_stand(results.words):
        return None

    key = standing.key_of(results.words)
    searches = standing.of_reader(context.runtime.database, context.reader.id)
    return any(search.key == key for search in searches)
