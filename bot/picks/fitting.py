"""Fits and extends the shared feature model, in a child process that ends."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot import concurrency
from bot.errors import Failure
from bot.storage import features
from bot.storage.database import Database
from recommender.features import PaperFeatures
from recommender.papers import StoredPaper

# Once a day, whatever the minute the first fit ended at.
STALE = timedelta(hours=20)
# What the child says.
CHANGED, SAME = b"changed", b"same"
# Seconds; a fit on fifty thousand papers takes minutes.
LONGEST = 6 * 3600.0
# Papers that get their vectors while other readers' taps wait.
AT_ONCE = 100
# Papers that can tell a common word from a rare one.
FEWEST = 2


def refresh(database: Database, now: datetime) -> bool:
    """Bring the features up to date with the stored papers; tell whether anything changed.

    Fits anew when the newest version is a day old and papers came since, or when they more
    than doubled; otherwise gives the new papers their vectors under that version.
    """
    newest = features.newest(database)
    if newest is None:
        return fit(database, now)
    fresh = features.uncovered(database, newest.id)
    model = features.model(database, newest.id)
    outdated = now - newest.created_at > STALE or len(fresh) > newest.papers
    if model is None or (fresh and outdated):
        return fit(database, now)
    fresh += features.own(database, newest.id)
    if not fresh:
        return False
    features.add(
        database,
        newest.id,
        fresh,
        model.transform([paper.content for paper in fresh]),
    )
    return True


def fit(database: Database, now: datetime) -> bool:
    """Fit a new version on the papers it has to cover; False while there are too few.

    Readers' own papers are read by it, like any other text, and teach it nothing.
    """
    covered = features.to_cover(database)
    if len(covered) < FEWEST:
        return False
    texts = [paper.content for paper in covered]
    try:
        model = PaperFeatures().fit(texts)
    except (
        ValueError
    ):  # no words in common, no two different words: wait for more papers
        return False
    own = features.own(database)
    vectors = model.transform([*texts, *(paper.content for paper in own)])
    features.save(database, model, [*covered, *own], vectors, now)
    return True


async def refresh_apart(url: str, now: datetime) -> bool:
    """Run `refresh` in a process of its own, so that taps never wait and memory goes back."""
    told = json.dumps({"url": url, "now": now.isoformat()}).encode()
    said = await concurrency.answer(
        __name__, message=told, patience=LONGEST, shows_errors=True
    )
    if said is None:
        raise Failure("the features could not be refreshed")
    return said == CHANGED


def cover(
    database: Database,
    version: int,
    model: PaperFeatures,
    papers: Sequence[StoredPaper],
    at_once: int = AT_ONCE,
) -> None:
    """Give papers their vectors at once: the reader who brought them is waiting."""
    for start in range(0, len(papers), at_once):
        some = papers[start : start + at_once]
        ids = [paper.id for paper in some]
        known = set(features.vectors(database, version, model.width, ids)[0])
        new = [paper for paper in some if paper.id not in known]
        if new:
            features.add(
                database,
                version,
                new,
                model.transform([paper.content for paper in new]),
            )


def main() -> None:
    """Refresh the database that the standard input names; say whether anything changed."""
    concurrency.end_with_parent()
    told = json.load(sys.stdin)
    database = Database(told["url"])
    changed = refresh(database, datetime.fromisoformat(told["now"]))
    database.close()
    sys.stdout.buffer.write(CHANGED if changed else SAME)


if __name__ == "__main__":
    main()
