"""Measures speed and memory: ratios to a bare bot in the same run, and a few plain figures."""

import asyncio
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.jobs.ticks import SETTLED
from bot.picks import catalogue, fitting, selection
from bot.sandbox.localchat.messages import Button, Message
from bot.sandbox.localchat.people import Person
from bot.sources import file
from bot.storage import features, feedback, papers, readers, schema
from bot.storage.database import Database
from bot.storage.feedback import RatingEvent
from recommender.papers import Paper
from tests.bench import delivery, search
from tests.bot_api.server import FaultyServer

PAPERS, READERS, TAPS = 10_000, 40, 60
DAYS, RELOADS = 80, 6
DATA = Path(__file__).parent.parent.parent / "shared" / "data"
OURS, BARE = "1000001:OURSOURSOURS", "1000002:BAREBAREBARE"
NOW = datetime.now(UTC)


def corpus() -> list[Paper]:
    """Return 10,000 papers: real ones where the data is at hand, else made of common words."""
    if DATA.is_dir():
        found = [
            paper
            for name in ("hf-daily-papers.jsonl.gz", "arxiv-2026-04.jsonl.gz")
            for paper in file.read(DATA / name, NOW.date())
        ][:PAPERS]
        # Within the days that features cover, so that all of them are on offer.
        return [
            replace(p, listed=NOW.date() - timedelta(n % DAYS))
            for n, p in enumerate(found)
        ]
    rng = random.Random(0)
    words = [
        f"{a}{b}"
        for a in "bdfglmnprst"
        for b in ("arel", "ionic", "ulor", "eptan", "iska")
    ]
    return [
        Paper(
            title=f"{' '.join(rng.choices(words, k=6))} {number}",
            abstract=" ".join(rng.choices(words, k=180)),
            listed=NOW.date() - timedelta(days=number % DAYS),
            upvotes=rng.randrange(100),
            source="file",
        )
        for number in range(PAPERS)
    ]


def stored(folder: Path) -> Database:
    """Return a database with the corpus and its features, and tell how long both took."""
    database = Database(f"sqlite:///{folder}/paperpicks.db")
    schema.prepare(database)
    found = corpus()
    start = time.perf_counter()
    papers.store(database, found)
    row("storing 10,000 papers", f"{time.perf_counter() - start:.1f} s")
    start = time.perf_counter()
    fitting.fit(database, NOW)
    covered = features.to_cover(database)
    row(
        f"fitting features on {len(covered):,} of them",
        f"{time.perf_counter() - start:.1f} s",
    )
    return database


def ranking(database: Database) -> None:
    """Time one reader's ranking over everything stored."""
    offered = catalogue.load(database)
    values = {"name": "Ada", "at": datetime.min.time(), "created_at": NOW}
    ada = readers.find_or_create(database, 7, values)
    assert ada is not None
    feedback.set_topics(database, ada.id, ["diffusion models"], "wanted", NOW)
    for number, paper in enumerate(papers.newest(database, 30)):
        said = RatingEvent(
            reader_id=ada.id,
            paper_id=paper.id,
            value=1 if number % 3 else -1,
            rated_at=NOW,
            origin="pick",
        )
        feedback.rate(database, said)
    mine = feedback.of_reader(database, ada.id, "UTC", NOW.date())
    times = []
    for _ in range(30):
        start = time.perf_counter()
        selection.rank(database, offered, mine, NOW.date(), 5)
        times.append(time.perf_counter() - start)
    what = f"ranking one reader (30 ratings) over {len(offered):,} papers"
    row(what, f"{statistics.median(times) * 1000:.1f} ms")


def reload(folder: Path) -> None:
    """Take the papers on offer again and again, as a bot does that runs for days."""
    database = Database(f"sqlite:///{folder}/paperpicks.db")
    offered = catalogue.load(database)
    for _ in range(RELOADS):
        offered = catalogue.load(database)
        offered.about(["model"])
        offered.topic("diffusion models")
    row(
        f"memory after six reloads of {len(offered):,} papers",
        f"{memory(os.getpid()):.0f} MB",
    )
    database.close()


def memory(pid: int) -> float:
    """Return what a process holds in memory now, in MB."""
    return (
        int(subprocess.check_output(["ps", "-o", "rss=", "-p", str(pid)]))
        / 1024
    )


@contextmanager
def bot(server: FaultyServer, command: list[str], **env: str) -> Iterator[int]:
    """Run a bot against a server of its own, in a process of its own."""
    base = server.base_url.removesuffix("/bot")
    process = subprocess.Popen(
        [*command, *([] if env else [BARE, base])],
        env={**os.environ, **env, "TELEGRAM_API_BASE": base},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(15)


async def met(server: FaultyServer) -> list[tuple[Person, Message]]:
    """Let every reader start and ask for picks; return each with the message to tap on."""
    people = [server.person(f"Reader {number}") for number in range(READERS)]
    for person in people:
        person.start()
    for person in people:
        await person.wait_for(lambda _: True, 60)
        person.write("/picks")
    found = [
        await person.wait_for(
            lambda m: any(b.text == "👍 2" for b in buttons(m)), 60
        )
        for person in people
    ]
    return list(zip(people, found, strict=True))


def buttons(message: Message) -> list[Button]:
    """Return the buttons of a message."""
    return [button for line in message.keyboard or [] for button in line]


OTHERS = ("✓", "Undo", "🔖", "⋯")


async def tap(person: Person, shown: Message, number: int) -> float:
    """Press a button that changes its message; return the seconds until it was edited."""
    message = next(m for m in person.messages if m.id == shown.id)
    texts = [
        b.text
        for b in buttons(message)
        if not any(part in b.text for part in OTHERS)
    ]
    start = time.perf_counter()
    person.press(message, texts[number % len(texts)])
    await person.wait_for(
        lambda m: m.id == shown.id and m.edits > message.edits, 30
    )
    return time.perf_counter() - start


async def compare(ours: FaultyServer, bare: FaultyServer) -> None:
    """Tap on both bots in turn, one at a time and all at once."""
    pairs = {"ours": await met(ours), "bare": await met(bare)}
    single: dict[str, list[float]] = {"ours": [], "bare": []}
    rate: dict[str, list[float]] = {"ours": [], "bare": []}
    for number in range(TAPS):
        for name, people in pairs.items():
            single[name].append(await tap(*people[number % READERS], number))
    for number in range(5):
        for name, people in pairs.items():
            start = time.perf_counter()
            await asyncio.gather(*(tap(*pair, number) for pair in people))
            rate[name].append(READERS / (time.perf_counter() - start))
    for name, numbers in single.items():
        row(
            f"tap to edited card, {name}",
            f"{statistics.median(numbers) * 1000:.1f} ms",
        )
    slower = statistics.median(single["ours"]) / statistics.median(
        single["bare"]
    )
    row("tap to edited card, ours to bare (goal: at most 2)", f"{slower:.2f}")
    for name, numbers in rate.items():
        row(f"updates a second, {name}", f"{statistics.median(numbers):.0f}")
    share = statistics.median(rate["ours"]) / statistics.median(rate["bare"])
    row("updates a second, ours to bare (goal: at least 0.7)", f"{share:.2f}")


async def meeting(server: FaultyServer) -> None:
    """Measure what a new reader waits for in all, from Start over a chip to tailored picks."""
    fay, start = server.person("Fay"), time.perf_counter()
    fay.start()
    greeting = await fay.wait_for(lambda m: "What are you into" in m.text, 30)
    await tap(fay, greeting, 0)
    fay.press(greeting, "Show my picks →")
    await fay.wait_for(
        lambda m: "👍 1" in [button.text for button in buttons(m)], 30
    )
    row(
        "Start, a chip, Show my picks: until they are there",
        f"{time.perf_counter() - start:.2f} s",
    )


async def serving(folder: Path) -> None:
    """Start both bots and measure them side by side."""
    env = {
        "TELEGRAM_BOT_TOKEN": OURS,
        "DATA_DIR": str(folder),
        "HF_ENDPOINT": "http://127.0.0.1:9",  # nobody there: papers are stored already
        "LOG_LEVEL": "ERROR",
    }
    with (
        FaultyServer(OURS, limits=None) as server,
        FaultyServer(BARE, limits=None) as other,
    ):
        eve = server.person("Eve")
        eve.start()
        start = time.perf_counter()
        with bot(server, [sys.executable, "-m", "bot", "run"], **env) as pid:
            await eve.wait_for(lambda _: True, 60)
            row(
                "start to first answer (goal: under 4)",
                f"{time.perf_counter() - start:.1f} s",
            )
            await asyncio.sleep(
                SETTLED + 10
            )  # until it has read every paper's words
            await meeting(server)
            with bot(other, [sys.executable, "-m", "tests.bench.bare_bot"]):
                await compare(server, other)
            held = await asyncio.to_thread(memory, pid)
            row(
                "memory of the serving process (goal: under 300)",
                f"{held:.0f} MB",
            )


def row(what: str, figure: str) -> None:
    """Print one line of the table."""
    sys.stdout.write(f"| {what} | {figure} |\n")
    sys.stdout.flush()


def main() -> None:
    """Print every figure, in the order it is measured."""
    row("what", "figure")
    row("---", "---")
    with tempfile.TemporaryDirectory() as name:
        database = stored(Path(name))
        ranking(database)
        database.close()
        asyncio.run(serving(Path(name)))
        apart = multiprocessing.get_context("spawn").Process(
            target=reload, args=(Path(name),)
        )
        apart.start()
        apart.join()
    delivery.measure(row)
    search.measure(row, corpus())


if __name__ == "__main__":
    main()
