"""Compares new papers with a reader's standing searches, and keeps those to tell of."""

from datetime import datetime

from bot.picks import literal, search, selection
from bot.storage import standing
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from bot.storage.readers import Reader
from bot.storage.standing import StandingSearch
from recommender.papers import StoredPaper


def can_stand(words: str) -> bool:
    """Tell whether a search asks for anything in particular."""
    query = literal.parse(words)
    parts = [part for word in query.words for part in word.parts]
    return bool(query.names or query.phrases) or search.is_specific(parts)


def collect(database: Database, reader: Reader, now: datetime) -> bool:
    """Match all papers that came since the last time; tell whether any is to be told of.

    Muted papers are left out, and those that the reader rated or was shown already.
    """
    reader_id = reader.id
    searches = standing.of_reader(database, reader_id)
    if not searches:
        return False

    last_id = min(search.matched_id for search in searches)
    while papers := standing.new_papers(database, reader_id, last_id):
        last_id = papers[-1].id
        standing.record(
            database, reader_id, _matches(searches, papers), last_id
        )

    feedback = selection.read_feedback(database, reader, now)
    return _drop_no_news(database, reader_id, feedback)


def _matches(
    searches: list[StandingSearch], papers: list[StoredPaper]
) -> dict[int, int]:
    """Return the first search that each new paper matches, by the paper."""
    matches: dict[int, int] = {}
    for standing_search in searches:
        query = literal.parse(standing_search.words)
        for paper in papers:
            if _is_new(paper, standing_search) and literal.matches(
                query, paper
            ):
                matches.setdefault(paper.id, standing_search.id)
    return matches


def _is_new(paper: StoredPaper, search: StandingSearch) -> bool:
    """Tell whether a paper was both stored and listed since a search stands."""
    is_listed_since = paper.listed >= search.created_at.date()
    return paper.id > search.matched_id and is_listed_since


def _drop_no_news(
    database: Database, reader_id: int, feedback: Feedback
) -> bool:
    """Drop what the reader knows or mutes; tell whether anything is left."""
    papers = standing.pending(database, reader_id)
    rated = {rating.paper_id for rating in feedback.ratings}
    no_news = feedback.shown | rated | search.muted_ids(papers, feedback.muted)
    dropped = [paper.id for paper in papers if paper.id in no_news]
    if dropped:
        standing.drop(database, reader_id, dropped)

    return len(dropped) < len(papers)
