"""What is wrong with this installation, and how to mend it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import Failure
from bot.ingest import Places
from bot.storage import features, numbers, schema, sources
from bot.storage.database import Database

OLD_FETCH = timedelta(hours=26)
OLD_FEATURES = timedelta(days=4)  # a long weekend brings no papers, and so no new fit
SLOW_DELIVERY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, what was seen, and what to do if not."""

    well: bool
    seen: str
    mend: str = ""


def examine(database: Database, places: Places, now: datetime) -> Iterator[Finding]:
    """Look at everything that can be wrong without Telegram."""
    try:
        schema_now = _schema(database)
        yield schema_now
        if not schema_now.well:
            return  # the rest asks for tables that may not be there
        counted = numbers.count(database)
    except Failure as failure:
        yield Finding(well=False, seen=str(failure), mend="check DATABASE_URL and DATA_DIR")
        return
    yield Finding(
        well=counted.papers > 0,
        seen=f"{counted.papers} papers, the newest of {counted.newest_day or 'no day'}",
        mend="run `paperpicks fetch`",
    )
    yield _features(database, now, counted.papers)
    yield from _sources(database, places, now)
    late = numbers.stuck(database, now - SLOW_DELIVERY)
    yield Finding(
        well=late == 0,
        seen=f"{late} digests are late",
        mend="is `paperpicks run` running? `paperpicks deliver` sends what is due",
    )


def _schema(database: Database) -> Finding:
    current, newest = schema.revisions(database)
    return Finding(
        well=current == newest,
        seen=f"the database is at revision {current}",
        mend="run `paperpicks migrate`",
    )


def _features(database: Database, now: datetime, papers: int) -> Finding:
    newest = features.newest(database)
    if newest is None:
        return Finding(
            well=papers == 0, seen="no features yet", mend="`paperpicks run` fits them by itself"
        )
    age = now - newest.created_at
    return Finding(
        well=age < OLD_FEATURES,
        seen=f"features of {newest.papers} papers, fitted {_ago(age)}",
        mend="`paperpicks run` fits them by itself once new papers are fetched",
    )


def _sources(database: Database, places: Places, now: datetime) -> Iterator[Finding]:
    states = sources.states(database)
    names = ["huggingface"] + (["arxiv"] if places.arxiv_categories else [])
    for name in names:
        state = states.get(name)
        if state is None:
            yield Finding(
                well=False, seen=f"{name} was never fetched", mend="run `paperpicks fetch`"
            )
        elif state.note:
            mend = "it is tried again every hour"
            yield Finding(well=False, seen=f"{name}: {state.note}", mend=mend)
        else:
            age = now - state.tried_at
            seen = f"{name} brought {state.papers} papers, {_ago(age)}"
            yield Finding(well=age < OLD_FETCH, seen=seen, mend="is `paperpicks run` running?")


def _ago(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    return f"{hours // 24} days ago" if hours >= 48 else f"{hours} hours ago"
