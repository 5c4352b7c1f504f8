"""A preview shows papers, names and reasons as they are, and who would be sent something."""

import io
from datetime import timedelta

import pytest
from rich.console import Console

from bot.cli import preview
from bot.runtime import Runtime
from bot.sources.endpoints import Endpoints
from bot.storage import deliveries, outbox, readers
from bot.storage.database import Database
from bot.storage.receipts import Reason
from tests.storage.factories import NOW, join, store, there

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOWHERE = Endpoints(
    "http://127.0.0.1:9", "http://127.0.0.1:9", "http://127.0.0.1:9"
)


@pytest.fixture
def runtime(database: Database) -> Runtime:
    return Runtime(database=database, endpoints=NOWHERE, clock=lambda: NOW)


@pytest.fixture
def console() -> Console:
    """A wide console with markup on: what is printed must not need it off."""
    return Console(file=io.StringIO(), width=200)


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_titles_names_and_reasons_are_shown_as_they_are(
    runtime: Runtime, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(runtime.database, "Beyond [/INST] :smile: [bold]tokens[/bold]")
    before = join(runtime.database, "Ada")
    ada = there(
        readers.change(runtime.database, before.id, name="Ada [/b] :smile:")
    )
    await runtime.reload()
    topic = Reason(kind="topic", topic="Q&A <now> [/x]")
    monkeypatch.setattr("bot.picks.selection.reason", lambda *_: topic)

    preview.reader(console, runtime, ada)

    shown = printed(console)
    assert "Ada [/b] :smile:: 1 of 1 new paper," in shown
    assert "Beyond [/INST] :smile: [bold]tokens[/bold]" in shown
    assert "Your topic: Q&A <now> [/x]" in shown


def people(database: Database) -> None:
    """Let in Ada, who is due, Bo, who is too late, and Cy, who left a delivery to be sent."""
    join(database, "Cy", next_due_at=NOW - 5 * HOUR)
    deliveries.create_due(database, NOW - 4 * HOUR)
    join(database, "Ada", next_due_at=NOW - MINUTE)
    join(database, "Bo", next_due_at=NOW - 6 * HOUR, at=(NOW - 6 * HOUR).time())


def test_those_waiting_are_those_that_a_delivery_finds(
    database: Database,
) -> None:
    people(database)

    waiting = deliveries.waiting_readers(database, NOW)

    deliveries.create_due(database, NOW)
    found = [each.reader.name for each in outbox.claim(database, NOW, 10)]
    assert [each.name for each in waiting] == found == ["Cy", "Ada"]


def test_nobody_waits_who_left_or_is_being_sent_to_or_had_the_day(
    database: Database,
) -> None:
    join(database, "Ada", next_due_at=NOW - MINUTE)
    deliveries.create_due(database, NOW)
    [sending] = outbox.claim(database, NOW, 10)
    join(database, "Bo", next_due_at=NOW - MINUTE, active=False)
    readers.change(database, sending.reader.id, next_due_at=NOW)

    waiting = deliveries.waiting_readers(database, NOW)

    assert waiting == []


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_dry_run_names_those_waiting_and_changes_nothing(
    runtime: Runtime, console: Console
) -> None:
    people(runtime.database)
    before = deliveries.count_by_state(runtime.database, NOW - 24 * HOUR)

    preview.due(console, runtime)

    shown = printed(console)
    assert "2 readers are due." in shown
    assert ("Ada:" in shown, "Bo:" in shown, "Cy:" in shown) == (
        True,
        False,
        True,
    )
    assert (
        deliveries.count_by_state(runtime.database, NOW - 24 * HOUR) == before
    )
