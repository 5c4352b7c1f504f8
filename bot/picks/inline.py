"""Finds the public papers that somebody may share in any chat, by words or without any."""

from dataclasses import replace
from datetime import date

from bot.markup import references
from bot.picks import lookup, search
from bot.picks.catalogue import Catalogue
from bot.storage import papers, recommendations
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from recommender.papers import StoredPaper

# How many papers are offered at most.
MOST = 20

# The last picks that are looked at: some are a reader's own, or muted since.
LAST_PICKS = 50

# The papers with the words that are ranked: more would let somebody wait who still types.
RANKED = 100


def find(
    database: Database,
    catalogue: Catalogue,
    feedback: Feedback,
    text: str,
    today: date,
) -> list[StoredPaper]:
    """Return public papers to share, best first, and none that the feedback mutes.

    They are those that a link names, or that contain the words, in the order of the taste;
    nobody's feedback leaves the words and popularity. Without words they are the last picks
    of a reader, or the most popular new papers.
    """
    # Without its reader, so that no paper of theirs alone is read.
    public = replace(feedback, feed_papers=frozenset(), reader_id=None)
    if text.strip():
        ids = _by_text(database, catalogue, public, text)
    else:
        ids = _last_picks(database, feedback) or _popular(catalogue, today)

    stored = papers.by_ids(database, ids)
    muted = search.muted_ids(stored.values(), feedback.muted)
    visible = [
        stored[paper_id]
        for paper_id in ids
        if paper_id in stored and paper_id not in muted
    ]
    return visible[:MOST]


def _by_text(
    database: Database, catalogue: Catalogue, feedback: Feedback, text: str
) -> list[int]:
    """Return the papers that a text links to, or that contain its words."""
    links = references.of_text(text)
    if links:
        linked = lookup.stored_papers(database, links)
        return list(dict.fromkeys(paper.id for paper in linked.values()))

    if not search.is_specific(search.significant_words(text)):
        return []
    ids = search.by_words(database, catalogue, feedback, text, most=RANKED)
    return ids[:MOST]


def _last_picks(database: Database, feedback: Feedback) -> list[int]:
    if feedback.reader_id is None:
        return []
    return recommendations.last_papers(database, feedback.reader_id, LAST_PICKS)


def _popular(catalogue: Catalogue, today: date) -> list[int]:
    """Return the new papers with the most upvotes; of as many, the newest first."""
    new = catalogue.papers[: catalogue.count_fresh(today)]
    by_upvotes = sorted(
        new or catalogue.papers[:LAST_PICKS],
        key=lambda paper: -(paper.upvotes or 0),
    )
    return [paper.id for paper in by_upvotes[:LAST_PICKS]]
