"""Fits and extends the shared feature model, in a child process that ends."""

import asyncio
import multiprocessing
import signal
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot import orphans
from bot.errors import Failure
from bot.storage import features
from bot.storage.database import Database
from recommender.features import PaperFeatures
from recommender.papers import Paper

STALE = timedelta(hours=20)  # once a day, whatever the minute the first fit ended at
CHANGED, SAME = 0, 3  # exit codes of the child
PATIENCE = 0.5  # seconds between looks at whether we were told to stop
AT_ONCE = 100  # papers that get their vectors while other readers' taps wait
FEWEST = 2  # papers that can tell a common word from a rare one


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
    features.add(database, newest.id, fresh, model.transform([paper.content for paper in fresh]))
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
    except ValueError:  # no words in common, no two different words: wait for more papers
        return False
    own = features.own(database)
    vectors = model.transform([*texts, *(paper.content for paper in own)])
    features.save(database, model, [*covered, *own], vectors, now)
    return True


async def refresh_apart(url: str, now: datetime) -> bool:
    """Run `refresh` in a process of its own, so that taps never wait and memory goes back."""
    spawn = multiprocessing.get_context("spawn")  # a fork would copy threads in mid-air
    child = spawn.Process(target=_child, args=(url, now), name="features", daemon=True)
    child.start()
    try:
        while child.is_alive():
            await asyncio.to_thread(child.join, PATIENCE)
    finally:
        child.kill()  # of no effect on one that ended; else we were told to stop
    if child.exitcode not in {CHANGED, SAME}:
        raise Failure(f"the features could not be refreshed (exit code {child.exitcode})")
    return child.exitcode == CHANGED


def cover(database: Database, version: int, model: PaperFeatures, papers: Sequence[Paper]) -> None:
    """Give papers their vectors at once: the reader who brought them is waiting."""
    for start in range(0, len(papers), AT_ONCE):
        some = papers[start : start + AT_ONCE]
        ids = [paper.id or 0 for paper in some]
        known = set(features.vectors(database, version, model.width, ids)[0])
        new = [paper for paper in some if paper.id not in known]
        if new:
            features.add(database, version, new, model.transform([paper.content for paper in new]))


def _child(url: str, now: datetime) -> None:
    parent = multiprocessing.parent_process()
    orphans.end_with_parent(parent.pid if parent else None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    database = Database(url)
    changed = refresh(database, now)
    database.close()
    sys.exit(CHANGED if changed else SAME)
