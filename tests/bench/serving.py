"""Measures speed and memory of the bot, beside a bare bot in the same run."""

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

from bot.jobs.parts import SETTLED
from bot.picks import catalogue, fitting, selection
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.sources import file
from bot.storage import features, feedback, papers, readers, schema
from bot.storage.database import Database
from bot.storage.feedback import RatingEvent
from recommender.papers import Paper
from tests.bench import delivery, inline, search
from tests.bench import tap as taps
from tests.bot_api.server import FaultyServer

N_PAPERS = 10_000
N_READERS = 40

# Taps on each bot one after the other, and rounds in which all readers tap at once.
N_TAPS = 60
N_ROUNDS = 5

# Days over which the papers are spread: within those that features cover.
N_DAYS = 80

# How often the catalogue is loaded again, to see whether memory grows.
N_RELOADS = 6

DATA = Path(__file__).parents[3] / "shared" / "data"

# The names of the two bots, and their tokens.
PAPERPICKS = "ours"
BARE = "bare"
TOKENS = {
    PAPERPICKS: "1000001:OURSOURSOURS",
    BARE: "1000002:BAREBAREBARE",
}

NOW = datetime.now(UTC)


def corpus() -> list[Paper]:
    """Return 10,000 papers: real ones if the data is there, or made-up ones."""
    return real_papers() if DATA.is_dir() else made_up_papers()


def real_papers() -> list[Paper]:
    """Return papers of the data sets, listed within the days that features cover."""
    papers = [
        paper
        for name in ("hf-daily-papers.jsonl.gz", "arxiv-2026-04.jsonl.gz")
        for paper in file.read(DATA / name, NOW.date())
    ]
    return [
        replace(paper, listed=NOW.date() - timedelta(number % N_DAYS))
        for number, paper in enumerate(papers[:N_PAPERS])
    ]


def made_up_papers() -> list[Paper]:
    """Return papers of words that are made of syllables."""
    rng = random.Random(0)
    words = [
        f"{beginning}{ending}"
        for beginning in "bdfglmnprst"
        for ending in ("arel", "ionic", "ulor", "eptan", "iska")
    ]
    return [
        Paper(
            title=f"{' '.join(rng.choices(words, k=6))} {number}",
            abstract=" ".join(rng.choices(words, k=180)),
            listed=NOW.date() - timedelta(days=number % N_DAYS),
            upvotes=rng.randrange(100),
            source="file",
        )
        for number in range(N_PAPERS)
    ]


def create_database(folder: Path) -> Database:
    """Return a database with the corpus and its features; measure storing and fitting."""
    database = Database(f"sqlite:///{folder}/paperpicks.db")
    schema.prepare(database)
    listed = corpus()

    start = time.perf_counter()
    papers.store(database, listed)
    row("storing 10,000 papers", f"{time.perf_counter() - start:.1f} s")

    start = time.perf_counter()
    fitting.fit(database, NOW)
    covered = features.to_cover(database)
    row(
        f"fitting features on {len(covered):,} of them",
        f"{time.perf_counter() - start:.1f} s",
    )
    return database


def measure_ranking(database: Database) -> None:
    """Measure the ranking of all stored papers for one reader."""
    loaded = catalogue.load(database)
    values = {"name": "Ada", "at": datetime.min.time(), "created_at": NOW}
    ada = readers.find_or_create(database, 7, values)
    assert ada is not None
    feedback.set_topics(database, ada.id, ["diffusion models"], "wanted", NOW)
    for number, paper in enumerate(papers.newest(database, 30)):
        rating = RatingEvent(
            reader_id=ada.id,
            paper_id=paper.id,
            value=1 if number % 3 else -1,
            rated_at=NOW,
            origin="pick",
        )
        feedback.rate(database, rating)

    reader_feedback = feedback.of_reader(database, ada.id, "UTC", NOW.date())
    durations = []
    for _ in range(30):
        start = time.perf_counter()
        selection.rank(database, loaded, reader_feedback, NOW.date(), 5)
        durations.append(time.perf_counter() - start)
    row(
        f"ranking one reader (30 ratings) over {len(loaded):,} papers",
        f"{statistics.median(durations) * 1000:.1f} ms",
    )


def measure_reloads(folder: Path) -> None:
    """Measure the memory after loading the catalogue again and again, as in days of running."""
    database = Database(f"sqlite:///{folder}/paperpicks.db")
    loaded = catalogue.load(database)
    for _ in range(N_RELOADS):
        loaded = catalogue.load(database)
        loaded.about(["model"])
        loaded.topic("diffusion models")
    row(
        f"memory after six reloads of {len(loaded):,} papers",
        f"{memory(os.getpid()):.0f} MB",
    )
    database.close()


def memory(pid: int) -> float:
    """Return the memory that a process holds now, in MB."""
    output = subprocess.check_output(["ps", "-o", "rss=", "-p", str(pid)])
    return int(output) / 1024


@contextmanager
def bot(server: FaultyServer, command: list[str], **env: str) -> Iterator[int]:
    """Run a bot in a process of its own; the bare bot has arguments instead of settings."""
    base = server.base_url.removesuffix("/bot")
    process = subprocess.Popen(
        [*command, *([] if env else [TOKENS[BARE], base])],
        env={**os.environ, **env, "TELEGRAM_API_BASE": base},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(15)


async def start_chats(server: FaultyServer) -> list[tuple[Person, Message]]:
    """Let all readers start and ask for picks; return each with the message to tap on."""
    people = [server.person(f"Reader {number}") for number in range(N_READERS)]
    for person in people:
        person.start()
    for person in people:
        await person.wait_for(lambda _: True, 60)
        person.write("/picks")

    messages = [
        await person.wait_for(
            lambda message: "👍 2" in button_texts(message), 60
        )
        for person in people
    ]
    return list(zip(people, messages, strict=True))


def button_texts(message: Message) -> list[str]:
    """Return the texts of a message's buttons."""
    return [button.text for row in message.keyboard or [] for button in row]


# Buttons with these in their text change no message, or one that was tapped before.
SKIPPED_BUTTONS = ("✓", "Undo", "🔖", "⋯")


async def tap(person: Person, digest: Message, number: int) -> float:
    """Press a button of a message; return the seconds until the message is edited."""
    message = next(
        message for message in person.messages if message.id == digest.id
    )
    texts = [
        text
        for text in button_texts(message)
        if not any(part in text for part in SKIPPED_BUTTONS)
    ]

    start = time.perf_counter()
    person.press(message, texts[number % len(texts)])
    await person.wait_for(
        lambda newer: newer.id == message.id and newer.edits > message.edits,
        30,
    )
    return time.perf_counter() - start


async def compare(server: FaultyServer, bare_server: FaultyServer) -> None:
    """Measure taps on both bots in turn, one after the other and all at once."""
    chats = {
        PAPERPICKS: await start_chats(server),
        BARE: await start_chats(bare_server),
    }

    durations: dict[str, list[float]] = {PAPERPICKS: [], BARE: []}
    for number in range(N_TAPS):
        for name, pairs in chats.items():
            person, message = pairs[number % N_READERS]
            durations[name].append(await tap(person, message, number))

    rates: dict[str, list[float]] = {PAPERPICKS: [], BARE: []}
    for number in range(N_ROUNDS):
        for name, pairs in chats.items():
            start = time.perf_counter()
            await asyncio.gather(
                *(tap(person, message, number) for person, message in pairs)
            )
            rates[name].append(N_READERS / (time.perf_counter() - start))

    print_comparison(durations, rates)


def print_comparison(
    durations: dict[str, list[float]], rates: dict[str, list[float]]
) -> None:
    """Print the medians of both bots, and their ratios."""
    duration = {
        name: statistics.median(values) for name, values in durations.items()
    }
    rate = {name: statistics.median(values) for name, values in rates.items()}

    for name, seconds in duration.items():
        row(f"tap to edited card, {name}", f"{seconds * 1000:.1f} ms")
    row(
        "tap to edited card, ours to bare (goal: at most 1.5)",
        f"{duration[PAPERPICKS] / duration[BARE]:.2f}",
    )
    for name, updates in rate.items():
        row(f"updates a second, {name}", f"{updates:.0f}")
    row(
        "updates a second, ours to bare (goal: at least 0.7)",
        f"{rate[PAPERPICKS] / rate[BARE]:.2f}",
    )


async def measure_first_minute(server: FaultyServer) -> None:
    """Measure how long a new reader waits in all, from Start over a topic to picks."""
    fay = server.person("Fay")
    start = time.perf_counter()
    fay.start()
    greeting = await fay.wait_for(
        lambda message: "What are you into" in message.text, 30
    )
    await tap(fay, greeting, 0)
    fay.press(greeting, "Show my picks →")
    await fay.wait_for(lambda message: "👍 1" in button_texts(message), 30)
    row(
        "Start, a chip, Show my picks: until they are there",
        f"{time.perf_counter() - start:.2f} s",
    )


async def measure_serving(folder: Path) -> None:
    """Start both bots, and measure them side by side."""
    env = {
        "TELEGRAM_BOT_TOKEN": TOKENS[PAPERPICKS],
        "DATA_DIR": str(folder),
        # Nothing answers there; the papers are stored already.
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "LOG_LEVEL": "ERROR",
    }
    with (
        FaultyServer(TOKENS[PAPERPICKS], limits=None) as server,
        FaultyServer(TOKENS[BARE], limits=None) as bare_server,
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
            # Until the bot has read the words of every paper.
            await asyncio.sleep(SETTLED + 10)
            await measure_first_minute(server)

            bare_bot = [sys.executable, "-m", "tests.bench.bare_bot"]
            with bot(bare_server, bare_bot):
                await compare(server, bare_server)
            megabytes = await asyncio.to_thread(memory, pid)
            row(
                "memory of the serving process (goal: under 300)",
                f"{megabytes:.0f} MB",
            )


def row(name: str, figure: str) -> None:
    """Print one line of the table."""
    sys.stdout.write(f"| {name} | {figure} |\n")
    sys.stdout.flush()


def main() -> None:
    """Measure everything, and print each figure as soon as it is there."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = create_database(folder)
        measure_ranking(database)
        taps.measure(row, database)
        database.close()
        asyncio.run(measure_serving(folder))

        # In a process of its own, so that its memory is only its own.
        child = multiprocessing.get_context("spawn").Process(
            target=measure_reloads, args=(folder,)
        )
        child.start()
        child.join()
    delivery.measure(row)
    search.measure(row, corpus())
    inline.measure(row, corpus())


if __name__ == "__main__":
    main()
