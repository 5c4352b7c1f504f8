"""Measures what two weeks of 2,000 papers a day cost, with 200,000 papers stored."""

import asyncio
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bot.jobs.parts import SETTLED
from bot.picks import catalogue, fitting, selection, tastes
from bot.picks import shelf as shelves
from bot.picks.catalogue import Catalogue
from bot.storage import features, papers, schema
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from recommender import policy
from recommender.papers import Paper, Rating
from tests.bench.serving import (
    NOW,
    TOKENS,
    bot,
    button_texts,
    corpus,
    memory,
    row,
)
from tests.bot_api.server import FaultyServer

N_STORED = 200_000
A_DAY = 2_000
DAYS_ON_OFFER = 14

# Papers of a day that the list with votes has.
DAILY = 40

# Each has as many papers of the two weeks as a reader's sources are to leave.
CATEGORIES = (
    "cs.CV",
    "cs.CL",
    "cs.LG",
    "cs.RO",
    "cs.AI",
    "cs.SD",
    "cs.CR",
    "cs.SE",
    "cs.HC",
    "cs.DS",
    "eess.AS",
    "stat.ML",
    "q-bio.NC",
    "math.OC",
)

N_RATINGS = 30
TOPICS = ("diffusion models", "robot learning")
ROUNDS = 21

# Papers that one transaction stores.
BATCH = 5_000


def recombined() -> Iterator[Paper]:
    """Yield as many papers as are to be stored: sentences of real ones in new orders."""
    rng = random.Random(0)
    real = corpus()
    sentences = [
        sentence
        for paper in real
        for sentence in re.split(r"(?<=[.])\s", paper.abstract)
    ]
    for number in range(N_STORED):
        first, second = rng.choice(real), rng.choice(real)
        words = [*first.title.split()[:5], *second.title.split()[-4:]]
        day = NOW.date() - timedelta(days=number // A_DAY)
        yield Paper(
            title=f"{' '.join(words)} {number}",
            abstract=" ".join(rng.sample(sentences, 8)),
            authors=(f"First Author{number % 9_000}", f"Last {number % 7_001}"),
            listed=day,
            **_listing(number, day, rng),
        )


def _listing(number: int, day: date, rng: random.Random) -> dict[str, Any]:
    category = CATEGORIES[number % len(CATEGORIES)]
    lists = {f"arxiv:{category}": day}
    if number % A_DAY >= DAILY:
        return {"source": "arxiv", "categories": (category,), "lists": lists}
    return {
        "source": "huggingface",
        "categories": (category,),
        "upvotes": rng.randrange(100),
        "lists": lists | {"huggingface": day},
    }


def create_database(folder: Path) -> Database:
    """Return a database with all papers and their features."""
    database = Database(f"sqlite:///{folder}/paperpicks.db")
    schema.prepare(database)
    batch: list[Paper] = []
    start = time.perf_counter()
    for paper in recombined():
        batch.append(paper)
        if len(batch) == BATCH:
            papers.store(database, batch)
            batch = []
    row(f"storing {N_STORED:,} papers", f"{time.perf_counter() - start:.0f} s")

    start = time.perf_counter()
    fitting.fit(database, NOW)
    version = features.newest(database)
    covered = version.papers if version else 0
    seconds = time.perf_counter() - start
    row(f"fitting features on {covered:,} of them", f"{seconds:.0f} s")
    return database


def measure_ranking(database: Database) -> None:
    """Measure the ranking for a reader of one list, and for one of all."""
    loaded = catalogue.load(database)
    rng = random.Random(1)
    rated = rng.sample(range(len(loaded)), N_RATINGS)
    ratings = tuple(
        Rating(loaded.papers[place].id, 1 if number % 3 else -1, number)
        for number, place in enumerate(rated)
    )
    one = frozenset({f"arxiv:{CATEGORIES[0]}"})
    every = frozenset(f"arxiv:{category}" for category in CATEGORIES)
    for lists, goal in ((one, 5), (every, 12)):
        past = Feedback(ratings, wanted=TOPICS, lists=lists)
        _measure_reader(database, loaded, past, goal)


def _measure_reader(
    database: Database, loaded: Catalogue, past: Feedback, goal: int
) -> None:
    taste = tastes.learn(database, loaded, past)
    shelf = shelves.of_reader(database, loaded, past)
    offer = selection.offer(shelf, past, taste, NOW.date())
    fresh = f"{len(offer.new):,}"

    milliseconds = _median(lambda: policy.choose(taste, offer, 5, bar="normal"))
    row(
        f"ranking one reader of {fresh} candidates, learning apart "
        f"(goal: at most {goal})",
        f"{milliseconds:.1f} ms",
    )
    milliseconds = _median(
        lambda: selection.rank(
            database, loaded, past, NOW.date(), 5, bar="normal"
        )
    )
    row(f"the same with learning, {fresh}", f"{milliseconds:.1f} ms")


def _median(call: Callable[[], object]) -> float:
    """Return the median of the milliseconds that a call takes."""
    durations = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        durations.append(time.perf_counter() - start)
    return 1000 * statistics.median(durations)


async def measure_serving(folder: Path) -> None:
    """Measure the start and the memory of a bot with all papers."""
    env = {
        "TELEGRAM_BOT_TOKEN": TOKENS["ours"],
        "DATA_DIR": str(folder),
        # Nothing answers there; the papers are stored already.
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "LOG_LEVEL": "ERROR",
    }
    with FaultyServer(TOKENS["ours"], limits=None) as server:
        eve = server.person("Eve")
        eve.start()
        start = time.perf_counter()
        with bot(server, [sys.executable, "-m", "bot", "run"], **env) as pid:
            await eve.wait_for(lambda _: True, 60)
            seconds = time.perf_counter() - start
            row("start to first answer (goal: under 6)", f"{seconds:.1f} s")

            # Until the bot has read the words of every paper on offer.
            await asyncio.sleep(SETTLED + 60)
            eve.write("/picks")
            await eve.wait_for(lambda m: "👍 1" in button_texts(m), 60)
            megabytes = await asyncio.to_thread(memory, pid)
            row(
                "memory of the serving process (goal: under 450)",
                f"{megabytes:.0f} MB",
            )


def main() -> None:
    """Measure everything, and print each figure as soon as it is there."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = create_database(folder)
        measure_ranking(database)
        database.close()
        asyncio.run(measure_serving(folder))


if __name__ == "__main__":
    main()
