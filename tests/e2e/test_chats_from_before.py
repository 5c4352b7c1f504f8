"""Chats and a database of an earlier version go on: migrated, with every button working.

The version before the modules moved into rooms talked to six people, and left its database as
SQL and its messages as JSON in `tests/data/before_rooms`.
"""

import gzip
import json
import logging
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.messages import callback_data, privacy, replies, search, taste
from bot.messages import digest as digest_screens
from bot.messages.callback_data import SavePick
from bot.messages.translation import of
from bot.runtime import Runtime
from bot.sandbox.localchat.messages import Message, User
from bot.sandbox.localchat.people import Person
from bot.sandbox.localchat.text.formatting import normalize
from bot.sandbox.localchat.text.html import parse_html
from bot.storage import digests, feedback, papers, readers, saves, schema
from bot.storage.database import Database
from bot.storage.readers import Reader
from tests.bot_api.people import restore_chat
from tests.e2e.talk import Clock, Talk, says

DATA = Path(__file__).parents[1] / "data" / "before_rooms"

# Who wrote a paper, beside its upvotes; that it is new, is no longer said.
BYLINE = re.compile(r"^.+( · ▲ \d+)(?: · today)?", re.MULTILINE)

# Kinds of buttons that the earlier version had.
N_KINDS = 30

# How a press is answered if its button is out of date.
OUT_OF_DATE = {
    replies.stale(of("en")),
    taste.outdated(of("en")),
    search.outdated(of("en")),
    privacy.old_question(of("en")),
}

# Buttons after which others of the same message have nothing to do any more.
ENDS_NEIGHBOURS = (
    callback_data.AnswerQuestion,
    callback_data.EndQuestions,
    callback_data.EditTopic,
    callback_data.Forget,
    callback_data.RespellTopic,
)


@dataclass(frozen=True, slots=True)
class OldMessage:
    """A message with buttons, as the earlier version left it in somebody's chat."""

    user: User
    id: int
    text: str
    # The Bot API's rows of buttons.
    keyboard: list[list[dict[str, str]]]

    @property
    def button_data(self) -> list[str]:
        """What its buttons send, row by row."""
        return [
            button["callback_data"] for row in self.keyboard for button in row
        ]

    def __str__(self) -> str:
        return f"{self.user.first_name} {self.id}"


def read_chats() -> tuple[datetime, list[OldMessage]]:
    """Return when the conversations ended, and their messages with buttons."""
    chats = json.loads((DATA / "chats.json").read_text(encoding="utf-8"))
    messages = [
        OldMessage(
            user=User(id=person["id"], first_name=person["name"]),
            id=message["id"],
            text=message["text"],
            keyboard=message["keyboard"],
        )
        for person in chats["people"]
        for message in person["messages"]
    ]
    return datetime.fromisoformat(chats["at"]), messages


END, MESSAGES = read_chats()
ADA = next(message.user for message in MESSAGES)
DIGESTS = [
    message
    for message in MESSAGES
    if any(
        isinstance(callback_data.parse(data), SavePick)
        for data in message.button_data
    )
]


def presses() -> Iterator[tuple[OldMessage, list[str]]]:
    """Yield the buttons to press on one start of the bot: all of a message.

    A button that takes its neighbours away is pressed alone.
    """
    for message in MESSAGES:
        neighbours = []
        for data in message.button_data:
            if isinstance(callback_data.parse(data), ENDS_NEIGHBOURS):
                yield message, [data]
            else:
                neighbours.append(data)
        if neighbours:
            yield message, neighbours


def label(value: OldMessage | list[str]) -> str:
    """Name a press in the report of the tests."""
    return str(value) if isinstance(value, OldMessage) else value[0]


@pytest.fixture(scope="session")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database as the earlier version left it and the start migrates it."""
    path = tmp_path_factory.mktemp("before") / "paperpicks.db"
    statements = gzip.decompress((DATA / "database.sql.gz").read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(statements.decode())
    with closing(Database(f"sqlite:///{path}")) as database:
        schema.prepare(database)
    return path


@pytest.fixture
def runtime(runtime: Runtime) -> Runtime:
    """A bot that starts when the conversations ended."""
    runtime.clock = Clock(END, END)
    return runtime


def restore_person(talk: Talk, user: User) -> Person:
    """Put a person's messages back into their chat."""
    sender = next(iter(talk.server.bots.values())).user
    messages = [
        Message(
            id=message.id,
            sender=sender,
            date=END,
            text=message.text,
            markup={"inline_keyboard": message.keyboard},
        )
        for message in MESSAGES
        if message.user == user
    ]
    return restore_chat(talk.server, user, messages)


def reader_of(database: Database, user: User) -> Reader:
    reader = readers.find(database, user.id)
    assert reader is not None
    return reader


def columns_of(path: Path) -> set[tuple[str, ...]]:
    """Return the columns of each table and index of a SQLite file, with their types."""
    columns = (
        "SELECT m.type, m.name, c.name, c.type FROM sqlite_master AS m "
        "JOIN pragma_table_info(m.name) AS c"
    )
    with closing(sqlite3.connect(path)) as connection:
        return set(connection.execute(columns))


def test_the_database_is_migrated_to_the_schema_of_today(
    learned: Path, sqlite_template: Path
) -> None:
    with closing(Database(f"sqlite:///{learned}")) as database:
        current, newest = schema.revisions(database)

    assert current == newest
    assert columns_of(learned) == columns_of(sqlite_template)


def test_papers_of_before_stand_in_the_lists_of_their_source(
    learned: Path,
) -> None:
    with closing(Database(f"sqlite:///{learned}")) as database:
        stored = papers.newest(database, 1_000)

    assert stored
    assert all(paper.lists for paper in stored)


def test_the_chats_have_every_kind_of_button_of_their_time() -> None:
    buttons = [
        callback_data.parse(data)
        for message in MESSAGES
        for data in message.button_data
    ]

    assert None not in buttons
    assert len({type(button) for button in buttons}) == N_KINDS


@pytest.mark.parametrize(("message", "button_data"), list(presses()), ids=label)
async def test_every_button_of_an_old_message_is_answered(
    talk: Talk,
    caplog: pytest.LogCaptureFixture,
    message: OldMessage,
    button_data: list[str],
) -> None:
    person = restore_person(talk, message.user)

    toasts = {}
    for data in button_data:
        # Nobody is let press many buttons a minute.
        talk.clock.forward(seconds=10)
        press = person.press_data(message.id, data)
        toasts[data] = (await person.answer_to(press, 30)).text
    # Its answer comes after all that the presses led to.
    await says(person, "/help")

    errors = [r.message for r in caplog.records if r.levelno >= logging.ERROR]
    assert not OUT_OF_DATE & set(toasts.values()), toasts
    assert errors == []


@pytest.mark.parametrize("message", DIGESTS, ids=str)
def test_an_old_digest_is_rendered_as_it_stands_in_its_chat(
    runtime: Runtime, message: OldMessage
) -> None:
    """So its reasons, its receipt and its offers are read back as they were stored.

    Only its authors are told in full since.
    """
    reader = replace(reader_of(runtime.database, message.user), text="abstract")
    pick_id = next(
        button.pick_id
        for button in map(callback_data.parse, message.button_data)
        if isinstance(button, SavePick)
    )
    digest = digests.by_pick(runtime.database, reader.id, pick_id)
    assert digest is not None
    part = digest.part(pick_id)

    screen = digest_screens.digest(of("en"), part, reader, END.date())

    text, _ = normalize(*parse_html(screen.text))
    # The end of a receipt reads otherwise since.
    old = message.text.replace(
        "from what is here now", "among the papers I have now"
    )
    assert BYLINE.sub(r"\1", text) == BYLINE.sub(r"\1", old)
    assert screen.keyboard is not None
    keyboard = screen.keyboard.to_dict()["inline_keyboard"]
    assert [
        [(button["text"], button["callback_data"]) for button in row]
        for row in keyboard
    ] == [
        [(button["text"], button["callback_data"]) for button in row]
        for row in message.keyboard
    ]


def test_the_stored_feedback_is_read_back(runtime: Runtime) -> None:
    reader = reader_of(runtime.database, ADA)

    past = feedback.of_reader(
        runtime.database, reader.id, reader.zone, END.date()
    )

    saved = saves.of_reader(runtime.database, reader.id)
    values = Counter(rating.value for rating in past.ratings)
    assert values == {1: 17, -1: 2}
    assert past.wanted == (
        "medical imaging",
        "difusion models",
        "graph networks",
        "speach recognition",
    )
    assert past.muted == ("speech recognition", "diffusion model")
    assert past.follows == ("Gus Node", "Gina Graph", "Zora Zumpfnagel")
    assert past.edits == (("manipulation policy", 1),)
    assert len(past.shown) == 10
    assert len(saved) == 20
