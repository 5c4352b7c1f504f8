"""How long one reader's taps wait while others' files of 2 MB are taken in.

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

RATED = 9_900
ENTRIES = 4_000
SETTINGS = {
    "language": "en",
    "zone": "UTC",
    "at": "08:00:00",
    "weekdays": 31,
    "picks": 5,
}
SETTINGS |= {
    "name": "Ada",
    "style": "digest",
    "explores": False,
    "sound": False,
}


def document(owner: str) -> bytes:
    """Return a document of nearly 2 MB."""
    authors = ["Ada", "Bo"]
    known = [
        {
            "title": f"{owner} {number} on robots",
            "listed": "2024-01-01",
            "authors": authors,
        }
        for number in range(RATED)
    ]
    said = {"value": 1, "rated_at": "2025-01-01T00:00:00Z", "origin": "tap"}
    moments = {
        "taken_at": "2026-01-01T00:00:00Z",
        "since": "2025-01-01T00:00:00Z",
    }
    taken = {
        "format": "paperpicks",
        "version": 1,
        "telegram_id": 5,
        "settings": SETTINGS,
    }
    taken |= moments | {"papers": known}
    taken |= {"ratings": [{"paper": number, **said} for number in range(RATED)]}
    return json.dumps(taken, separators=(",", ":")).encode()


def bibliography(owner: str) -> bytes:
    """Return a BibTeX file of nearly 2 MB."""
    abstract = "Robots learn words and {more} contact policies. " * 7
    entry = "@article{{k{n}, title={{{owner} paper {n} about arms}}, abstract={{{abstract}}}}}\n"
    told = (
        entry.format(n=n, owner=owner, abstract=abstract)
        for n in range(ENTRIES)
    )
    return "".join(told).encode()


async def measure(talk: Talk, senders: list[Person], kind: str) -> list[float]:
    """Return how long each tap of another reader took until all files were taken in."""
    bo = await talk.started("Bo")
    picks = await says(bo, "/picks")
    made = {"mine.json": document, "mine.bib": bibliography}[kind]
    sent = {
        each: each.send_document(kind, made(each.user.first_name))
        for each in senders
    }
    waits = list[float]()
    for thumb in cycle("👍👎"):
        if all(map(answered, sent, sent.values())):
            return waits
        button = next(text for text in buttons(picks) if text.startswith(thumb))
        began = time.perf_counter()
        picks = await taps(bo, picks, button)
        waits.append(time.perf_counter() - began)
        talk.clock.forward(
            seconds=10
        )  # nobody taps more often than a person may
        await asyncio.sleep(0.05)
    return waits


def answered(person: Person, sent: Message) -> bool:
    """Tell whether a file was taken in."""
    later = [
        each for each in person.messages if each.id > sent.id and each.by_bot
    ]
    return any(not each.text.startswith("Reading your file") for each in later)


async def main(at_once: int) -> None:
    """Print the longest wait for each kind of file."""
    for kind in ("mine.json", "mine.bib"):
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
                        await talk.started(f"Ada {n}") for n in range(at_once)
                    ]
                    waits = sorted(await measure(talk, senders, kind))
            database.close()
        median = waits[len(waits) // 2]
        line = f"longest wait {waits[-1]:.2f} s, median {median:.2f} s"
        print(f"{at_once} × {kind}: {line}")  # noqa: T201 - a report


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 4))
