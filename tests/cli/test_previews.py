"""A preview shows papers, names and reasons as they are, and who would be sent something."""

import io
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console

from bot.cli import preview
from bot.jobs.fetch import Places
from bot.runtime import World
from bot.storage import deliveries, outbox, readers
from bot.storage.database import Database
from tests.storage.factories import NOW, join, store, there

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOWHERE = Places(
    "http://127.0.0.1:9", "http://127.0.0.1:9", "http://127.0.0.1:9"
)


@pytest.fixture
def world(database: Database) -> World:
    return World(database=database, places=NOWHERE, clock=lambda: NOW)


@pytest.fixture
def console() -> Console:
    """A wide console with markup on: what is printed must not need it off."""
    return Console(file=io.StringIO(), width=200)


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_titles_names_and_reasons_are_shown_as_they_are(
    world: World, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(world.database, "Beyond [/INST] :smile: [bold]tokens[/bold]")
    before = join(world.database, "Ada")
    ada = there(
        readers.change(world.database, before.id, name="Ada [/b] :smile:")
    )
    await world.reload()
    topic: dict[str, Any] = {"kind": "topic", "topic": "Q&A <now> [/x]"}
    monkeypatch.setattr("bot.picks.selection.reason", lambda *_: topic)

    preview.reader(console, world, ada)

    shown = printed(console)
    assert "Ada [/b] :smile:: 1 of 1 new paper," in shown
    assert "Beyond [/INST] :smile: [bold]tokens[/bold]" in shown
    assert "Your topic: Q&A <now> [/x]" in shown


def people(database: Database) -> None:
    """Let in Ada, who is due, Bo, who is too late, and Cy, who left a delivery to be sent."""
    join(database, "Cy", next_due_at=NOW - 5 * HOUR)
    deliveries.make_due(database, NOW - 4 * HOUR)
    join(database, "Ada", next_due_at=NOW - MINUTE)
    join(database, "Bo", next_due_at=NOW - 6 * HOUR, at=(NOW - 6 * HOUR).time())


def test_those_waiting_are_those_that_a_delivery_finds(
    database: Database,
) -> None:
    people(database)

    waiting = deliveries.waiting(database, NOW)

    deliveries.make_due(database, NOW)
    found = [each.reader.name for each in outbox.claim(database, NOW, 10)]
    assert [each.name for each in waiting] == found == ["Cy", "Ada"]


def test_nobody_waits_who_left_or_is_being_sent_to_or_had_the_day(
    database: Database,
) -> None:
    join(database, "Ada", next_due_at=NOW - MINUTE)
    deliveries.make_due(database, NOW)
    [sending] = outbox.claim(database, NOW, 10)
    join(database, "Bo", next_due_at=NOW - MINUTE, active=False)
    readers.change(database, sending.reader.id, next_due_at=NOW)

    waiting = deliveries.waiting(database, NOW)

    assert waiting == []


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_dry_run_names_those_waiting_and_changes_nothing(
    world: World, console: Console
) -> None:
    people(world.database)
    before = deliveries.counts(world.database, NOW - 24 * HOUR)

    preview.due(console, world)

    shown = printed(console)
    assert "2 readers are due." in shown
    assert ("Ada:" in shown, "Bo:" in shown, "Cy:" in shown) == (
        True,
        False,
        True,
    )
    assert deliveries.counts(world.database, NOW - 24 * HOUR) == before
