"""Every press is answered within seconds, whatever the database is doing."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.sandbox.localchat.messages import Message
from tests.e2e.talk import Talk, says


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let somebody else write to a database, and take their time."""
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.rollback()


@pytest.fixture
async def digests(talk: Talk) -> list[Message]:
    people = [await talk.started(name) for name in ("Ada", "Bo", "Cy")]
    return [await says(person, "/picks") for person in people]


@pytest.mark.parametrize(
    ("address", "each"), [("polling", 4), ("webhook", 1)], indirect=["address"]
)
async def test_presses_are_answered_within_five_seconds_while_somebody_else_writes(
    talk: Talk, digests: list[Message], each: int
) -> None:
    people = list(talk.server.people.values())
    path = Path(talk.runtime.database.url.database or "")
    began = time.monotonic()
    with locked(path):
        presses = [
            (person, person.press(digest, f"👍 {number}"))
            for person, digest in zip(people, digests, strict=True)
            for number in range(1, each + 1)
        ]
        toasts = [
            await person.answer_to(press, 10) for person, press in presses
        ]
        took = time.monotonic() - began

    assert took < 5.5
    assert {toast.text for toast in toasts} == {
        "That takes longer than usual. If nothing changes, please tap again."
    }
