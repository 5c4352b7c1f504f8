"""Readers who tap on their picks: what each tap teaches, and what each would get next.

`python -m tests.picks.tapping` records it anew; do that only if a change is meant to change it.
"""

import json
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from bot.picks import fitting, learning, selection
from bot.picks.catalogue import Catalogue, load
from bot.storage import feedback, follows, papers, readers, schema, taste
from bot.storage.database import Database
from bot.storage.digests import Digest
from bot.storage.feedback import RatingEvent
from bot.storage.readers import Reader
from bot.storage.receipts import to_row
from tests.corpus import FIELDS, field_of, library

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
RECORD = Path(__file__).parents[1] / "data" / "taps.json"

PAPERS_PER_FIELD = 50

# The oldest papers are in no catalogue, as after months of running.
N_OLDER_PAPERS = 30

# Taps of each reader.
N_TAPS = 16

# The digits of a score that are recorded: processors differ in those behind them.
DIGITS = 5


@dataclass(frozen=True)
class Habit:
    """What a reader said before they tap.

    `likes` and `dislikes` are numbers of papers; the likes are spread over the first `interests`
    fields, the dislikes over all papers.
    """

    likes: int = 0
    dislikes: int = 0
    interests: int = 1
    wanted: tuple[str, ...] = ()
    muted: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    fitting: tuple[str, ...] = ()
    moved: tuple[tuple[str, int], ...] = ()
    picks: int = 5


HABITS = {
    "nothing": Habit(),
    "a topic": Habit(wanted=("diffusion models",)),
    "three topics": Habit(
        wanted=("robot learning", "language models", "speech recognition"),
        picks=8,
    ),
    "a topic and a mute": Habit(
        likes=3, wanted=("language models",), muted=("medical imaging",)
    ),
    "follows": Habit(
        likes=4, follows=("Gina Graph",), fitting=("Sam Speech", "Dan Denoise")
    ),
    "moved words": Habit(
        likes=5,
        dislikes=2,
        moved=(("image generation", 1), ("robot arm", -1)),
    ),
    "one interest": Habit(likes=14, dislikes=4),
    "two interests": Habit(likes=18, dislikes=6, interests=2),
    "four interests": Habit(
        likes=40, dislikes=20, interests=4, wanted=("graph networks",)
    ),
    "mostly dislikes": Habit(likes=2, dislikes=60, wanted=("robot learning",)),
    "ten picks": Habit(likes=24, dislikes=9, interests=3, picks=10),
    "one pick": Habit(likes=9, dislikes=1, interests=2, picks=1),
}


def create_catalogue(database: Database) -> Catalogue:
    """Store the papers, and return a catalogue without the oldest ones."""
    listed = library(NOW.date(), per_field=PAPERS_PER_FIELD, days=25)
    papers.store(database, listed)
    fitting.fit(database, NOW)
    whole = load(database)
    newest = slice(len(whole) - N_OLDER_PAPERS)
    return Catalogue(
        whole.papers[newest],
        whole.candidates.vectors.take(newest),
        version=whole.version,
        model=whole.model,
    )


def simulate(
    database: Database, catalogue: Catalogue, name: str
) -> list[dict[str, Any]]:
    """Let a reader tap on their picks; return what each tap taught and led to."""
    habit = HABITS[name]
    rng = random.Random(name)
    reader = _create_reader(database, habit, chat=list(HABITS).index(name) + 1)
    _rate(database, reader, habit, rng)
    digest = selection.choose(database, catalogue, reader, NOW, kind="now")
    return list(_tap(database, catalogue, reader, digest, rng))


def _create_reader(database: Database, habit: Habit, chat: int) -> Reader:
    values = {"name": "Ada", "at": time(9), "created_at": NOW}
    reader = readers.find_or_create(database, chat, values)
    assert reader is not None
    typed = NOW - timedelta(days=3)
    feedback.set_topics(database, reader.id, habit.wanted, "wanted", typed)
    feedback.set_topics(database, reader.id, habit.muted, "muted", typed)
    for author in (*habit.follows, *habit.fitting):
        fitting_only = author in habit.fitting
        follows.follow(database, reader.id, author, NOW, fitting=fitting_only)
    for word, value in habit.moved:
        taste.move_word(database, reader.id, word, value, typed)
    # Nothing is drawn at random.
    changed = readers.change(
        database, reader.id, picks=habit.picks, explores=False
    )
    assert changed is not None
    return changed


def _rate(
    database: Database, reader: Reader, habit: Habit, rng: random.Random
) -> None:
    """Rate papers over the last month, some of them older than the catalogue."""
    interests = list(FIELDS)[: habit.interests]
    everything = papers.newest(database, 1_000)
    rng.shuffle(everything)
    liked = [p for p in everything if field_of(p) in interests][: habit.likes]
    others = [p for p in everything if p not in liked][: habit.dislikes]

    rated = [(paper, 1) for paper in liked] + [(paper, -1) for paper in others]
    rng.shuffle(rated)
    for paper, value in rated:
        event = RatingEvent(
            reader_id=reader.id,
            paper_id=paper.id,
            value=value,
            rated_at=NOW - timedelta(days=30 * rng.random()),
            origin="pick",
        )
        feedback.rate(database, event)


def _tap(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    digest: Digest,
    rng: random.Random,
) -> Iterator[dict[str, Any]]:
    """Tap at random; yield each receipt and the picks that would come next."""
    for number in range(N_TAPS if digest.picks else 0):
        moment = NOW + timedelta(minutes=number)
        pick = rng.choice(digest.picks)
        result = learning.rate_pick(
            database,
            catalogue,
            reader,
            pick_id=pick.id,
            value=rng.choice([1, 1, -1, -1, 0]),
            now=moment,
            origin="pick",
        )
        assert result is not None
        ranking = selection.rank(
            database,
            catalogue,
            selection.read_feedback(database, reader, moment),
            reader.local_date(moment),
            reader.picks,
        )
        yield {
            "receipt": to_row(result.digest.receipt),
            "picks": [(pick.paper_id, pick.policy) for pick in ranking.picks],
            "scores": [round(pick.score, DIGITS) for pick in ranking.picks],
        }


def main() -> None:
    """Record what the present code does."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/paperpicks.db")
        schema.prepare(database)
        catalogue = create_catalogue(database)
        record = {name: simulate(database, catalogue, name) for name in HABITS}
        database.close()
    lines = [
        f'"{name}": [\n' + ",\n".join(json.dumps(tap) for tap in taps) + "\n]"
        for name, taps in record.items()
    ]
    RECORD.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main()
