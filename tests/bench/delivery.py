"""Measures deliveries: claims on both databases, the pace, and taps during a broadcast."""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import time as clock
from datetime import timedelta
from pathlib import Path

from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.schedule.due import EVERY_DAY
from bot.storage import deliveries, outbox, readers, schema
from bot.storage.database import Database
from tests.bot_api.server import FaultyServer
from tests.postgres import Cluster
from tests.soak.crash import NINE, TOKEN, fill

# Readers whose deliveries are created and claimed, and how many a claim takes.
N_CLAIMS = 2_000
BATCH = 16

# Readers who are due during the broadcast, and others who tap meanwhile.
N_DUE = 1_000
N_TAPPING = 10

# Messages a second.
RATE = 25.0

# The bot starts this long before the readers are due.
HEAD_START = timedelta(seconds=45)

# Seconds between two taps of a person; the bot answers no faster ones.
TAP_INTERVAL = 2.1

# Prints a line of the table: what was measured, and the figure.
PrintRow = Callable[[str, str], None]


def measure(row: PrintRow) -> None:
    """Measure everything, and print the figures with `row`."""
    with tempfile.TemporaryDirectory() as folder, Cluster() as cluster:
        urls = {
            "SQLite": f"sqlite:///{folder}/claims.db",
            "PostgreSQL": cluster.create_database(),
        }
        for name, url in urls.items():
            row(
                f"deliveries made and claimed a second, {name}",
                f"{claim_rate(url):,.0f}",
            )
        asyncio.run(
            broadcast(f"sqlite:///{Path(folder) / 'broadcast.db'}", row)
        )


def claim_rate(url: str) -> float:
    """Return how many deliveries a second are created and claimed."""
    with closing(Database(url)) as database:
        schema.migrate(database)
        add_due_readers(database, range(N_CLAIMS))

        start = time.perf_counter()
        count = 0
        while deliveries.create_due(database, NINE):
            pass
        while batch := outbox.claim(database, NINE, BATCH):
            count += len(batch)
        return count / (time.perf_counter() - start)


def add_due_readers(database: Database, chats: range) -> None:
    """Add readers who are due at nine."""
    values = {
        "name": "one of many",
        "at": clock(9),
        "created_at": NINE,
        "weekdays": EVERY_DAY,
        "next_due_at": NINE,
        # As of any reader after their first morning.
        "weekly_due_at": NINE + timedelta(days=3),
    }
    for chat in chats:
        readers.find_or_create(database, chat + 1, values)


async def broadcast(url: str, row: PrintRow) -> None:
    """Measure the taps of ten people, before a broadcast and during it."""
    fill(url)
    with FaultyServer(TOKEN) as server, closing(Database(url)) as database:
        receivers = [server.person("one of many") for _ in range(N_DUE)]
        for person in receivers:
            server.bots[TOKEN].chats[person.id].is_open = True
        add_due_readers(database, range(receivers[0].id - 1, receivers[-1].id))
        with child(server, url):
            people = [
                await start_chat(server.person(f"Reader {number}"))
                for number in range(N_TAPPING)
            ]
            quiet = await tap_in_turn(people, rounds=4)

            receiver_ids = {str(person.id) for person in receivers}
            await digest_times(server, receiver_ids, 1)
            busy = await tap_in_turn(people, rounds=6)
            times = await digest_times(server, receiver_ids, N_DUE)

    rate = (N_DUE - 1) / (times[-1] - times[0])
    row(f"digests a second, at SEND_RATE {RATE:.0f}", f"{rate:.2f}")
    row(
        "refused as too fast, by a server as strict as Telegram",
        str(server.refused[429]),
    )
    row(
        "tap to toast, nothing else to do",
        f"{statistics.median(quiet) * 1000:.0f} ms",
    )
    row(
        "tap to toast, during a broadcast",
        f"{statistics.median(busy) * 1000:.0f} ms",
    )
    row(
        "during to before",
        f"{statistics.median(busy) / statistics.median(quiet):.2f}",
    )


@contextmanager
def child(server: FaultyServer, url: str) -> Iterator[None]:
    """Run the bot in a process of its own, beginning shortly before nine."""
    command = [
        sys.executable,
        "-m",
        "tests.soak.child",
        TOKEN,
        server.base_url.removesuffix("/bot"),
        url,
        (NINE - HEAD_START).isoformat(),
        str(RATE),
    ]
    process = subprocess.Popen(command, env=os.environ)
    try:
        yield
    finally:
        process.terminate()
        process.wait(15)


async def start_chat(person: Person) -> tuple[Person, Message]:
    """Let a person start and ask for picks; return the person and the message with them."""
    person.start()
    await person.wait_for(lambda _: True, 60)
    person.write("/picks")
    digest = await person.wait_for(
        lambda message: any(
            "👍 1" in button.text for button in message.keyboard[0]
        ),
        60,
    )
    return person, digest


async def tap_in_turn(
    people: list[tuple[Person, Message]], rounds: int
) -> list[float]:
    """Let each person tap once a round; return the seconds until each toast."""
    durations = []
    for number in range(rounds):
        for person, message in people:
            start = time.perf_counter()
            button = message.keyboard[number % 5][number // 5 % 2]
            press = person.press_data(message.id, button.data or "")
            await person.answer_to(press, 30)
            duration = time.perf_counter() - start
            durations.append(duration)
            await asyncio.sleep(max(TAP_INTERVAL / N_TAPPING - duration, 0))
    return durations


async def digest_times(
    server: FaultyServer, receiver_ids: set[str], count: int
) -> list[float]:
    """Wait for `count` digests of the broadcast; return the time of each in seconds."""
    while True:
        times = [
            call.at.timestamp()
            for call in server.calls
            if call.method == "sendMessage"
            and call.parameters.get("chat_id") in receiver_ids
        ]
        if len(times) >= count:
            return times
        await asyncio.sleep(0.1)
