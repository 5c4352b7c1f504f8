"""Measures the outbox: claims on both databases, the pace, and taps while a broadcast runs."""

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

MANY, BATCH = 2_000, 16
DUE, TAPPING, RATE = 1_000, 10, 25.0
BEFORE = timedelta(seconds=45)  # the bot starts so long before everybody is due
BETWEEN = 2.1  # seconds between one person's taps: nobody is let tap faster
Row = Callable[[str, str], None]


def measure(row: Row) -> None:
    """Print every figure by `row`."""
    with tempfile.TemporaryDirectory() as folder, Cluster() as cluster:
        urls = {
            "SQLite": f"sqlite:///{folder}/claims.db",
            "PostgreSQL": cluster.create_database(),
        }
        for name, url in urls.items():
            row(
                f"deliveries made and claimed a second, {name}",
                f"{claims(url):,.0f}",
            )
        asyncio.run(
            broadcast(f"sqlite:///{Path(folder) / 'broadcast.db'}", row)
        )


def claims(url: str) -> float:
    """Return how many due readers a second become claimed deliveries."""
    with closing(Database(url)) as database:
        schema.migrate(database)
        let_in(database, range(MANY))
        start, claimed = time.perf_counter(), 0
        while deliveries.create_due(database, NINE):
            pass
        while some := outbox.claim(database, NINE, BATCH):
            claimed += len(some)
        return claimed / (time.perf_counter() - start)


def let_in(database: Database, chats: range) -> None:
    """Let readers in who are due at nine."""
    values = {
        "name": "one of many",
        "at": clock(9),
        "created_at": NINE,
        "weekdays": EVERY_DAY,
    }
    for chat in chats:
        readers.find_or_create(
            database, chat + 1, {**values, "next_due_at": NINE}
        )


async def broadcast(url: str, row: Row) -> None:
    """Let ten people tap, alone at first, and then while hundreds of digests go out."""
    fill(url)
    with FaultyServer(TOKEN) as server, closing(Database(url)) as database:
        due = [server.person("one of many") for _ in range(DUE)]
        for person in due:
            server.bots[TOKEN].chats[person.id].is_open = True
        let_in(database, range(due[0].id - 1, due[-1].id))
        with child(server, url):
            people = [
                await met(server.person(f"Reader {n}")) for n in range(TAPPING)
            ]
            quiet = await taps(people, 4)
            ids = {str(person.id) for person in due}
            await sent(server, ids, 1)
            busy = await taps(people, 6)
            times = await sent(server, ids, DUE)
    rate = (DUE - 1) / (times[-1] - times[0])
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
    """Run the bot in a process of its own, shortly before nine."""
    base, at = server.base_url.removesuffix("/bot"), (NINE - BEFORE).isoformat()
    told = [
        sys.executable,
        "-m",
        "tests.soak.child",
        TOKEN,
        base,
        url,
        at,
        str(RATE),
    ]
    process = subprocess.Popen(told, env=os.environ)
    try:
        yield
    finally:
        process.terminate()
        process.wait(15)


async def met(person: Person) -> tuple[Person, Message]:
    """Let a person start and get picks; return them with the message to tap on."""
    person.start()
    await person.wait_for(lambda _: True, 60)
    person.write("/picks")
    return person, await person.wait_for(
        lambda m: any("👍 1" in b.text for b in m.keyboard[0]), 60
    )


async def taps(
    people: list[tuple[Person, Message]], rounds: int
) -> list[float]:
    """Let everybody tap in turn, so many times; return the seconds to each toast."""
    taken = []
    for number in range(rounds):
        for person, shown in people:
            start = time.perf_counter()
            button = shown.keyboard[number % 5][number // 5 % 2].data or ""
            await person.answer_to(person.press_data(shown.id, button), 30)
            taken.append(time.perf_counter() - start)
            await asyncio.sleep(max(BETWEEN / TAPPING - taken[-1], 0))
    return taken


async def sent(server: FaultyServer, due: set[str], many: int) -> list[float]:
    """Wait for so many digests of the broadcast; return when each came, in seconds."""
    while True:
        found = [
            call.at.timestamp()
            for call in server.calls
            if call.method == "sendMessage"
            and call.parameters.get("chat_id") in due
        ]
        if len(found) >= many:
            return found
        await asyncio.sleep(0.1)
