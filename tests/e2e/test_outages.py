"""Nothing is lost while the database is away, the disk is full, or the clock jumps."""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from bot.errors import Failure
from bot.picks import fitting
from bot.runtime import Runtime
from bot.sources.endpoints import Endpoints
from bot.storage import papers, readers, schema
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
    stop_deliveries,
    talking,
)
from tests.postgres import Cluster
from tests.storage.factories import last_date


def count_digests(talk: Talk, chat_id: int) -> int:
    person = talk.server.people[chat_id]
    return sum("👍 1" in " ".join(buttons(m)) for m in person.messages)


@asynccontextmanager
async def running(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Talk]:
    """Run the bot on a database, without deliveries of its own."""
    stop_deliveries(monkeypatch)
    runtime = Runtime(
        database=database,
        endpoints=Endpoints(NOBODY, NOBODY, NOBODY),
        clock=Clock(),
    )
    with FaultyServer(TOKEN, clock=runtime.clock, limits=None) as server:
        async with talking(runtime, server) as talk:
            yield talk


@pytest.fixture
async def on_postgres(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Talk]:
    with closing(Database(cluster.create_database())) as database:
        schema.migrate(database)
        papers.store(database, library(MONDAY.date()))
        fitting.fit(database, MONDAY)
        async with running(database, monkeypatch) as talk:
            yield talk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 12 MB; skips the test if none can be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(disk)]
    if (
        os.geteuid() != 0
        or subprocess.run(mount, check=False, capture_output=True).returncode
    ):
        pytest.skip("only root may make a small disk, and not everywhere")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
async def on_small_disk(
    small_disk: Path, learned: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Talk]:
    copy = shutil.copy(learned, small_disk / "paperpicks.db")
    with closing(Database(f"sqlite:///{copy}")) as database:
        async with running(database, monkeypatch) as talk:
            yield talk


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Fill a disk to the last byte."""
    filler = disk / "rest"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass
    try:
        yield
    finally:
        filler.unlink()


async def test_nothing_is_lost_while_postgresql_is_away(
    on_postgres: Talk, cluster: Cluster
) -> None:
    talk = on_postgres
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    talk.clock.forward(hours=2)

    with cluster.outage():
        with pytest.raises(Failure):
            await talk.deliver()
        toast_while_away = await ada.answer_to(ada.press(digest, "👍 1"), 20)
    n_sent = await talk.deliver()
    toast = await ada.answer_to(ada.press(digest, "👍 1"), 20)

    assert (
        toast_while_away.text == "I couldn't save that tap. Please tap again."
    )
    assert n_sent == 1
    assert count_digests(talk, ada.id) == 2
    assert toast.text.startswith("👍 noted")


async def test_a_lock_on_postgresql_lets_no_press_wait_for_its_answer(
    on_postgres: Talk,
) -> None:
    ada = await on_postgres.started("Ada")
    digest = await says(ada, "/picks")
    url = on_postgres.runtime.database.url.set(drivername="postgresql")

    with psycopg.connect(
        url.render_as_string(hide_password=False)
    ) as connection:
        connection.execute("LOCK TABLE readers IN ACCESS EXCLUSIVE MODE")
        presses = [ada.press(digest, f"👍 {number}") for number in (1, 2, 3)]
        toasts = [await ada.answer_to(press, 6) for press in presses]
    rated = await ada.wait_for(
        lambda m: {"👍 1 ✓", "👍 2 ✓", "👍 3 ✓"} <= set(buttons(m)), 20
    )

    assert {toast.text.partition(" If")[0] for toast in toasts} == {
        "That is taking longer than usual."
    }
    assert rated.id == digest.id


async def test_nothing_is_lost_while_the_disk_is_full(
    on_small_disk: Talk, small_disk: Path
) -> None:
    talk = on_small_disk
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    talk.clock.forward(hours=2)

    with full(small_disk):
        with pytest.raises(Failure):
            await talk.deliver()
        toast_while_full = await ada.answer_to(ada.press(digest, "👍 1"), 20)
    n_sent = await talk.deliver()
    toast = await ada.answer_to(ada.press(digest, "👍 1"), 20)

    assert (
        toast_while_full.text == "I couldn't save that tap. Please tap again."
    )
    assert n_sent == 1
    assert toast.text.startswith("👍 noted")


@pytest.mark.parametrize(
    "jump", [timedelta(hours=-3), timedelta(days=-2), timedelta(hours=5)]
)
async def test_a_clock_that_jumps_sends_nothing_twice(
    talk: Talk, jump: timedelta
) -> None:
    ada = await talk.started("Ada")
    talk.clock.forward(hours=2)
    first = await talk.deliver()

    talk.clock.now += jump
    jumped = await talk.deliver()
    talk.clock.now -= jump
    back = await talk.deliver()

    assert (first, jumped, back) == (1, 0, 0)
    assert count_digests(talk, ada.id) == 1


async def test_a_clock_that_jumped_ahead_and_back_sends_the_days_between(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    talk.clock.forward(days=1, hours=2)
    ahead = await talk.deliver()
    talk.clock.forward(days=-1)
    back = await talk.deliver()
    talk.clock.forward(days=2)
    later = await talk.deliver()

    reader = readers.find(talk.database, ada.id)
    assert reader is not None
    assert (ahead, back, later) == (1, 0, 1)
    assert last_date(talk.database, reader) == talk.clock().date()


async def test_a_backup_of_a_running_bot_is_whole(
    talk: Talk, tmp_path: Path
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics add robots")

    schema.backup(talk.database, tmp_path / "copy.db")

    with closing(
        Database(
            f"sqlite:///{shutil.copy(tmp_path / 'copy.db', tmp_path / 'r.db')}"
        )
    ) as backup:
        assert readers.find(backup, ada.id) is not None
        assert schema.revisions(backup)[0] == schema.revisions(backup)[1]
