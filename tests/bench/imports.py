"""Measures how long the taps of one reader wait while files of other readers are imported.

python -m tests.bench.imports [how many at once]
"""

import asyncio
import json
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path

from bot.picks import fitting
from bot.runtime import Runtime
from bot.sandbox.localchat.limits import Limits
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.sources.endpoints import Endpoints
from bot.storage import papers, schema
from bot.storage.database import Database
from tests.bot_api.server import FaultyServer
from tests.corpus import library
from tests.e2e.talk import (
    MONDAY,
    NOBODY,
    TOKEN,
    Clock,
    Talk,
    buttons,
    says,
    talking,
    taps,
)

# So many that a file has nearly 2 MB, which is the most that is accepted.
N_RATINGS = 9_900
N_ENTRIES = 4_000

# The settings in a document.
SETTINGS = {
    "language": "en",
    "zone": "UTC",
    "at": "08:00:00",
    "weekdays": 31,
    "picks": 5,
    "name": "Ada",
    "style": "digest",
    "explores": False,
    "sound": False,
}


def document(owner: str) -> bytes:
    """Return a document of nearly 2 MB."""
    papers = [
        {
            "title": f"{owner} {number} on robots",
            "listed": "2024-01-01",
            "authors": ["Ada", "Bo"],
        }
        for number in range(N_RATINGS)
    ]
    ratings = [
        {
            "paper": number,
            "value": 1,
            "rated_at": "2025-01-01T00:00:00Z",
            "origin": "tap",
        }
        for number in range(N_RATINGS)
    ]
    takeout = {
        "format": "paperpicks",
        "version": 1,
        "telegram_id": 5,
        "settings": SETTINGS,
        "taken_at": "2026-01-01T00:00:00Z",
        "since": "2025-01-01T00:00:00Z",
        "papers": papers,
        "ratings": ratings,
    }
    return json.dumps(takeout, separators=(",", ":")).encode()


def bibliography(owner: str) -> bytes:
    """Return a BibTeX file of nearly 2 MB."""
    abstract = "Robots learn words and {more} contact policies. " * 7
    entries = [
        f"@article{{k{number}, title={{{owner} paper {number} about arms}}, "
        f"abstract={{{abstract}}}}}\n"
        for number in range(N_ENTRIES)
    ]
    return "".join(entries).encode()


# The file of each kind, by the name under which it is sent.
FILES = {
    "takeout.json": document,
    "library.bib": bibliography,
}


async def measure(talk: Talk, senders: list[Person], name: str) -> list[float]:
    """Return how long each tap of another reader took until all files were imported."""
    bo = await talk.started("Bo")
    picks = await says(bo, "/picks")
    create_file = FILES[name]
    files = {
        sender: sender.send_document(name, create_file(sender.user.first_name))
        for sender in senders
    }

    waits = list[float]()
    for thumb in cycle("👍👎"):
        if all(map(is_imported, files, files.values())):
            return waits

        button = next(text for text in buttons(picks) if text.startswith(thumb))
        start = time.perf_counter()
        picks = await taps(bo, picks, button)
        waits.append(time.perf_counter() - start)
        # A person who taps too often gets no answer.
        talk.clock.forward(seconds=10)
        await asyncio.sleep(0.05)
    return waits


def is_imported(person: Person, file: Message) -> bool:
    """Return whether the bot has answered a file with its result."""
    answers = [
        message
        for message in person.messages
        if message.by_bot and message.id > file.id
    ]
    return any(
        not answer.text.startswith("Reading your file") for answer in answers
    )


async def main(at_once: int) -> None:
    """Print the longest wait for each kind of file."""
    for name in FILES:
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
            schema.prepare(database)
            papers.store(database, library(MONDAY.date()))
            fitting.fit(database, MONDAY)
            clock = Clock()
            runtime = Runtime(
                database=database,
                endpoints=Endpoints(NOBODY, NOBODY, NOBODY),
                clock=clock,
            )
            limits = Limits(clock=clock.seconds)
            with FaultyServer(TOKEN, clock=clock, limits=limits) as server:
                async with talking(runtime, server) as talk:
                    senders = [
                        await talk.started(f"Ada {number}")
                        for number in range(at_once)
                    ]
                    waits = sorted(await measure(talk, senders, name))
            database.close()
        median = waits[len(waits) // 2]
        what = (
            f"longest wait for a tap beside {at_once} × {name}, and the median"
        )
        print(  # noqa: T201 - a table
            f"| {what} | {waits[-1]:.2f} s, {median:.2f} s |", flush=True
        )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 4))
