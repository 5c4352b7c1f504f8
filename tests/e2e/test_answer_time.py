"""Every press is answered within seconds, whatever the database is doing."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.messages import replies
from bot.messages.translation import of
from bot.sandbox.localchat.messages import Message
from tests.e2e.talk import Talk, says, taps


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Lock a database, as a long transaction of another process does."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.rollback()


@pytest.fixture
async def digests(talk: Talk) -> list[Message]:
    people = [await talk.started(name) for name in ("Ada", "Bo", "Cy")]
    return [await says(person, "/picks") for person in people]


@pytest.mark.parametrize(
    ("address", "n_presses"),
    [("polling", 4), ("webhook", 1)],
    indirect=["address"],
)
async def test_presses_are_answered_within_five_seconds_while_somebody_else_writes(
    talk: Talk, digests: list[Message], n_presses: int
) -> None:
    people = list(talk.server.people.values())
    path = Path(talk.database.url.database or "")
    start = time.monotonic()
    with locked(path):
        presses = [
            (person, person.press(digest, f"👍 {number}"))
            for person, digest in zip(people, digests, strict=True)
            for number in range(1, n_presses + 1)
        ]
        toasts = [
            await person.answer_to(press, 10) for person, press in presses
        ]
        seconds = time.monotonic() - start

    assert seconds < 5.5
    assert {toast.text for toast in toasts} == {
        "That is taking longer than usual. If nothing changes, please tap again."
    }


async def test_a_late_answer_is_in_the_language_that_the_reader_chose(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    settings = await says(ada, "/settings")
    choices = await taps(ada, settings, "🌐 English")
    await taps(ada, choices, "Deutsch")
    digest = await says(ada, "/picks")

    with locked(Path(talk.database.url.database or "")):
        toast = await ada.answer_to(ada.press(digest, "👍 1"), 10)

    assert toast.text == replies.takes_long(of("de"))
