"""`paperpicks preview` and `deliver --dry-run`: who would get which picks, and why."""

import io
from datetime import timedelta

import pytest
from rich.console import Console

from bot.cli import preview
from bot.picks import fitting
from bot.runtime import Runtime
from bot.sources.endpoints import Endpoints
from bot.storage import deliveries, outbox, papers, readers, subscriptions
from bot.storage.database import Database
from bot.storage.receipts import Reason
from recommender.papers import Paper
from tests.corpus import library
from tests.picks.shelf_factories import read_feed
from tests.storage.factories import NOW, existing, join, store

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
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
    newcomer = join(runtime.database, "Ada")
    ada = existing(
        readers.change(runtime.database, newcomer.id, name="Ada [/b] :smile:")
    )
    await runtime.reload()
    topic = Reason(kind="topic", topic="Q&A <now> [/x]")
    monkeypatch.setattr("bot.cli.preview.reasons_of", lambda *_: [topic])

    preview.print_picks(console, runtime, ada)

    output = printed(console)
    assert "Ada [/b] :smile:: 1 of 1 new paper," in output
    assert "Beyond [/INST] :smile: [bold]tokens[/bold]" in output
    assert "Your topic: Q&A <now> [/x]" in output


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_nobody_but_its_reader_reads_the_title_of_an_own_paper(
    runtime: Runtime, console: Console
) -> None:
    database = runtime.database
    papers.store(database, library(NOW.date()))
    fitting.fit(database, NOW)
    await runtime.reload()
    ada = join(database, "Ada")
    secret = Paper(title="Arms of our lab", listed=NOW.date(), source="feed")
    read_feed(database, runtime.catalogue, ada, [secret])
    subscriptions.remove(database, ada.id, "huggingface")

    preview.print_picks(console, runtime, ada)

    assert "a paper of their own" in printed(console)
    assert secret.title not in printed(console)


def add_readers(database: Database) -> None:
    """Add Ada, who is due, Bo, who is due for too long, and Cy, who has an open delivery."""
    join(database, "Cy", next_due_at=NOW - 5 * HOUR)
    deliveries.create_due(database, NOW - 4 * HOUR)
    join(database, "Ada", next_due_at=NOW - MINUTE)
    join(database, "Bo", next_due_at=NOW - 6 * HOUR, at=(NOW - 6 * HOUR).time())


def test_those_waiting_are_those_that_a_delivery_finds(
    database: Database,
) -> None:
    add_readers(database)

    waiting = deliveries.waiting_readers(database, NOW)

    deliveries.create_due(database, NOW)
    claimed = outbox.claim(database, NOW, 10)
    names = [delivery.reader.name for delivery in claimed]
    assert [reader.name for reader in waiting] == names == ["Cy", "Ada"]


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
    add_readers(runtime.database)
    before = deliveries.count_by_state(runtime.database, NOW - 24 * HOUR)

    preview.print_due_readers(console, runtime)

    output = printed(console)
    assert "2 readers are due." in output
    assert "Ada:" in output
    assert "Bo:" not in output
    assert "Cy:" in output
    after = deliveries.count_by_state(runtime.database, NOW - 24 * HOUR)
    assert after == before
