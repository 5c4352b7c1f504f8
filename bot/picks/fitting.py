"""Fits the shared feature model and extends it to new papers, in a child process that ends."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot import concurrency
from bot.errors import Failure
from bot.storage import features, signals
from bot.storage.database import Database
from recommender.features import PaperFeatures
from recommender.papers import StoredPaper

# The age from which a version is fitted anew: once a day, whenever the first fit ended.
MAX_AGE = timedelta(hours=20)

# What the child process answers.
CHANGED = b"changed"
SAME = b"same"

# Seconds; a fit on fifty thousand papers takes minutes.
PATIENCE = 6 * 3600.0

# Papers that get their vectors in one transaction, while other readers' taps wait.
CHUNK = 100

# Fewer papers can't tell a common word from a rare one.
MIN_PAPERS = 2


def refresh(database: Database, now: datetime) -> bool:
    """Bring the features up to date with the stored papers; return whether anything changed.

    Fits a new version if the newest one is a day old and papers came since, or if the papers
    more than doubled. Otherwise it gives the new papers vectors under the newest version.
    """
    newest = features.newest(database)
    if newest is None:
        return fit(database, now)

    uncovered = features.uncovered(database, newest.id)
    model = features.model(database, newest.id)
    is_old = now - newest.created_at > MAX_AGE
    is_small = len(uncovered) > newest.papers
    if model is None or (uncovered and (is_old or is_small)):
        return fit(database, now)

    uncovered += features.own(database, newest.id)
    if not uncovered:
        return False
    vectors = model.transform([paper.content for paper in uncovered])
    features.add(database, newest.id, uncovered, vectors)
    return True


def fit(database: Database, now: datetime) -> bool:
    """Fit a new version on the papers that it has to cover; return False if they are too few.

    Readers' own papers get vectors like all others, but the model does not learn from them.
    """
    papers = features.to_cover(database)
    if len(papers) < MIN_PAPERS:
        return False

    texts = [paper.content for paper in papers]
    try:
        model = PaperFeatures().fit(texts)
    except ValueError:
        # The papers have no words in common, or no two different words: more have to come.
        return False

    own = features.own(database)
    vectors = model.transform([*texts, *(paper.content for paper in own)])
    features.save(database, model, [*papers, *own], vectors, now)
    return True


async def refresh_apart(url: str, now: datetime) -> bool:
    """Run `refresh` in a child process, so that no tap waits and its memory is given back.

    Raises Failure if the child does not answer.
    """
    order = json.dumps({"url": url, "now": now.isoformat()}).encode()
    answer = await concurrency.answer(
        __name__, message=order, patience=PATIENCE, shows_errors=True
    )
    if answer is None:
        raise Failure("the features could not be refreshed")
    return answer == CHANGED


def cover(
    database: Database,
    version: int | None,
    model: PaperFeatures | None,
    papers: Sequence[StoredPaper],
    chunk: int = CHUNK,
) -> None:
    """Give papers without a vector one at once, as the reader who named them is waiting.

    Before the first fit there is neither version nor model, and nothing is done.
    """
    if version is None or model is None:
        return
    for start in range(0, len(papers), chunk):
        batch = papers[start : start + chunk]
        ids = [paper.id for paper in batch]
        covered, _ = features.vectors(database, version, model.width, ids)
        covered_ids = set(covered)
        new = [paper for paper in batch if paper.id not in covered_ids]
        if new:
            vectors = model.transform([paper.content for paper in new])
            features.add(database, version, new, vectors)


def main() -> None:
    """Refresh the database that the standard input names; write whether anything changed."""
    concurrency.end_with_parent()
    order = json.load(sys.stdin)
    database = Database(order["url"])
    changed = refresh(database, datetime.fromisoformat(order["now"]))
    if changed:
        signals.send(database, signals.FEATURES)
    database.close()
    sys.stdout.buffer.write(CHANGED if changed else SAME)


if __name__ == "__main__":
    main()
