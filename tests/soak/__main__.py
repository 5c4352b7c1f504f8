"""Runs in full what the tests run small: kills, faults and a year; prints one table."""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bot.sandbox.localchat.refusals import Refusal, too_many_requests
from tests.bot_api.faults import Break
from tests.bot_api.server import FaultyServer
from tests.postgres import Cluster
from tests.processes import fleet
from tests.processes.chaos import Chaos
from tests.processes.chaos import Tally as FleetTally
from tests.soak.crash import TOKEN, Crash, Tally, fill
from tests.soak.year import year

# How often the bot is killed, with so many readers, at so many messages a second.
KILLS = 50
READERS = 200
RATE = 25.0

FAULTS: list[Refusal | Break] = [
    Break.CLOSED,
    Break.RESET,
    Break.BAD_GATEWAY,
    too_many_requests(1),
]

# Readers of several processes, of whom some tap, and how long these are killed.
READERS_OF_A_FLEET = 2000
TAPPERS = 40
FLEET_SECONDS = 600

# The length of a year, and its readers.
DAYS = 365
READERS_OF_A_YEAR = 50


def main() -> None:
    """Print a row for each run: what happened to the bot, and to its digests."""
    row(
        "what",
        "kills",
        "faults",
        "due",
        "sent",
        "given up",
        "lost",
        "doubled",
        "in doubt",
        "s",
    )
    row(*["---"] * 10)
    with sqlite() as url:
        crashes("killed, SQLite", url, KILLS)
    with Cluster() as cluster:
        fill(url := cluster.create_database())
        crashes("killed, PostgreSQL", url, KILLS)
    with sqlite() as url:
        crashes("network faults too, SQLite", url, 5, faulty=0.05)
    kill_a_fleet()
    live_a_year()


def kill_a_fleet() -> None:
    """Kill and start processes of every kind for ten minutes, and restart the database twice."""
    start = time.perf_counter()
    tally = asyncio.run(_kill_a_fleet())
    row(
        "processes of every kind killed, PostgreSQL restarted",
        tally.kills,
        tally.outages,
        tally.due,
        tally.sent,
        0,
        tally.lost,
        tally.doubled,
        tally.in_progress,
        round(time.perf_counter() - start),
    )
    row("— taps", tally.taps)
    row("— of them without an answer", tally.unanswered)
    row("— of people who tapped too fast after a pause", tally.slowed)
    row("— people whose last tap is not what is stored", tally.disordered)


async def _kill_a_fleet() -> FleetTally:
    with (
        tempfile.TemporaryDirectory() as folder,
        Cluster() as cluster,
        FaultyServer(fleet.TOKEN, limits=None) as server,
    ):
        fleet.fill(url := cluster.create_database())
        with fleet.Fleet(server, url, Path(folder)) as processes:
            people = processes.readers(READERS_OF_A_FLEET)
            tappers = people[:TAPPERS]
            chaos = Chaos(processes, cluster, people, tappers, random.Random(1))
            return await chaos.run(FLEET_SECONDS, outages=2)


def crashes(name: str, url: str, kills: int, *, faulty: float = 0.0) -> None:
    """Kill the bot again and again, and print what its readers got."""
    start = time.perf_counter()
    tally = asyncio.run(_crashes(url, kills, faulty))
    row(
        name,
        tally.kills,
        sum(tally.faults.values()),
        tally.due,
        tally.sent,
        tally.given_up,
        tally.lost,
        tally.doubled,
        tally.in_doubt(),
        round(time.perf_counter() - start),
    )


async def _crashes(url: str, kills: int, faulty: float) -> Tally:
    with (
        FaultyServer(TOKEN, limits=None) as server,
        Crash(server, url, many=READERS, rate=RATE, seed=1) as bot,
    ):
        server.fail_at_random(2, faulty, ["sendMessage"], FAULTS)
        return await bot.mornings(kills)


def live_a_year() -> None:
    """Live through a year; the first day with something wrong stops it."""
    start = time.perf_counter()
    events, faults = asyncio.run(_live_a_year())
    seconds = round(time.perf_counter() - start)
    given_up = events["given up after two broken calls"]
    due = events["digests"] + given_up
    row(
        "a year, 50 readers",
        0,
        faults,
        due,
        events["digests"],
        given_up,
        0,
        "-",
        "-",
        seconds,
    )
    for event in (
        "blocks",
        "returns",
        "refits",
        "days without papers",
        "days without a source",
    ):
        row(f"— {event}", events[event])


async def _live_a_year() -> tuple[Mapping[str, int], int]:
    with sqlite(filled=False) as url:
        async with year(url, READERS_OF_A_YEAR) as simulation:
            events = await simulation.live(DAYS)
            return events, sum(simulation.server.faults.values())


@contextmanager
def sqlite(*, filled: bool = True) -> Iterator[str]:
    """Yield the address of a SQLite database, which is deleted at the end."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'soak.db'}"
        if filled:
            fill(url)
        yield url


def row(*cells: object) -> None:
    """Print one line of the table."""
    sys.stdout.write(f"| {' | '.join(map(str, cells))} |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
