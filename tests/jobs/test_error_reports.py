"""Errors reach the admins' chats: of each kind once an hour, in words of the code alone."""

import ast
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from telegram.error import Forbidden

from bot import errors
from bot.errors import ErrorCount, ErrorReport
from bot.jobs.error_reports import report_errors
from bot.messages import error_report, translation
from bot.runtime import Runtime
from bot.sources.endpoints import Endpoints
from bot.storage import readers
from bot.storage.database import Database
from bot.transport.screen import Screen
from tests.storage.factories import CHATS, join

ROOT = Path(__file__).parents[2]
ADA, BO = CHATS["Ada"], CHATS["Bo"]
HOUR = timedelta(hours=1)
SECRET = "words of a reader 123456:AAE-a-secret-token"


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
def count() -> Iterator[ErrorCount]:
    """The errors of everything that belongs to the bot."""
    count = ErrorCount()
    logger = logging.getLogger("bot")
    logger.addHandler(count)
    yield count
    logger.removeHandler(count)


def fail(text: str = SECRET) -> None:
    """Log an error whose exception and values hold what nobody may read."""
    try:
        # A function of ours, so that its line is the last one of ours.
        translation.of(text).gettext(None)  # type: ignore[arg-type]
        readers.by_id(text, 1)  # type: ignore[arg-type]
    except Exception:
        logging.getLogger("bot.handlers.search").exception(
            "A search for %s failed", text
        )


def refuse() -> None:
    """Log an error without an exception."""
    logging.getLogger("bot.app").error(
        "%s is refused, %d of %5.1f", SECRET, 1, 2.0
    )


def now() -> datetime:
    return datetime.now(UTC)


def take(count: ErrorCount, moment: datetime) -> list[ErrorReport]:
    """Return what there is to tell, and count it as told."""
    reports = count.reports(moment)
    for report in reports:
        count.settle(report, moment)
    return reports


def test_a_report_tells_what_and_where_in_words_of_the_code(
    count: ErrorCount,
) -> None:
    fail()
    refuse()

    first, second = take(count, now())

    assert first.what == "A search for … failed (AttributeError)"
    assert first.where.startswith("bot.storage.readers, line ")
    assert second.what == "… is refused, … of …"
    assert second.where.startswith("bot.app, line ")
    assert "secret" not in repr((first, second))


def test_a_kind_is_told_once_an_hour_with_how_often_it_came_since(
    count: ErrorCount,
) -> None:
    begin = now()
    for _ in range(3):
        fail()
    first = take(count, begin)
    for _ in range(5):
        fail()

    too_early = take(count, begin + HOUR - timedelta(seconds=1))
    later = take(count, begin + HOUR)
    silent = take(count, begin + 3 * HOUR)

    assert [report.count for report in first] == [3]
    assert too_early == []
    assert [report.count for report in later] == [5]
    assert silent == []


def test_another_kind_does_not_wait_for_the_first(count: ErrorCount) -> None:
    fail()
    take(count, now())
    refuse()

    assert len(take(count, now())) == 1


def test_errors_of_very_many_kinds_are_one_kind(
    count: ErrorCount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errors, "MOST_KINDS", 3)
    for number in range(9):
        logging.getLogger("bot").error("kind " + "x" * number)

    reports = take(count, now())

    assert [report.count for report in reports] == [1, 1, 1, 6]


def test_warnings_are_no_errors_and_each_logger_has_its_own_count(
    count: ErrorCount,
) -> None:
    logging.getLogger("bot.app").warning("later")
    fail()
    refuse()
    refuse()

    assert count.by_logger == {"bot.handlers.search": 1, "bot.app": 2}
    assert count.count == 3


def test_every_error_is_logged_with_a_text_that_stands_in_the_code() -> None:
    """A text that is put together may hold a reader's words, and goes to the admins."""
    calls = [
        node
        for folder in ("bot", "recommender")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func)
        in {"log.error", "log.exception", "log.critical"}
    ]

    assert len(calls) > 10
    assert all(isinstance(call.args[0], ast.Constant) for call in calls)


def fixed(moment: datetime) -> Callable[[], datetime]:
    """Return a clock that stands still."""
    return lambda: moment


class Chats:
    """Keeps what is sent to whom, and refuses those who blocked the bot."""

    def __init__(self, blocked: int = 0) -> None:
        self.blocked = blocked
        self.sent: list[tuple[int, str]] = []

    async def send(self, _bot: object, chat_id: int, screen: Screen) -> None:
        if chat_id == self.blocked:
            raise Forbidden("bot was blocked by the user")
        self.sent.append((chat_id, screen.text))


async def reports_to(
    monkeypatch: pytest.MonkeyPatch, runtime: Runtime, chats: Chats
) -> list[tuple[int, str]]:
    """Tell the admins of errors; return what was sent."""
    monkeypatch.setattr("bot.transport.sender.send", chats.send)
    bot: Any = None
    await report_errors(runtime, bot)
    return chats.sent


def runtime(database: Database, count: ErrorCount, *admins: int) -> Runtime:
    return Runtime(
        database=database,
        endpoints=Endpoints("", "", "", lists=False),
        admins=frozenset(admins),
        errors=count,
    )


async def test_every_admin_is_told_in_their_language_and_one_who_left_is_not(
    database: Database, count: ErrorCount, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(database, "Bo", language="de")
    watched = runtime(database, count, ADA, BO, 999)
    fail()

    sent = await reports_to(monkeypatch, watched, Chats(blocked=999))
    again = await reports_to(monkeypatch, watched, Chats())

    assert [chat_id for chat_id, _ in sent] == [ADA, BO]
    assert "A search for … failed (AttributeError)" in sent[0][1]
    assert "1 time since" in sent[0][1]
    assert sent[0][1] != sent[1][1]
    assert "secret" not in str(sent)
    assert again == []


async def test_without_admins_errors_wait_for_nobody(
    database: Database, count: ErrorCount, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail()

    assert (
        await reports_to(monkeypatch, runtime(database, count), Chats()) == []
    )


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_of_several_processes_one_tells_of_a_kind_within_an_hour(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = [ErrorCount(), ErrorCount()]
    processes = [runtime(database, count, ADA) for count in counts]
    record = logging.LogRecord(
        "bot.app", logging.ERROR, "app", 1, "%s failed", ("it",), None
    )
    begin = datetime.fromtimestamp(record.created, UTC)
    texts = []
    for minutes in (1, 2, 62):
        for count, process in zip(counts, processes, strict=True):
            count.emit(record)
            moment = begin + timedelta(minutes=minutes)
            process.clock = fixed(moment)
            chats = Chats()
            texts += await reports_to(monkeypatch, process, chats)
            await process.locks.close()

    times = [
        text.rpartition(": ")[2].partition(" since")[0] for _, text in texts
    ]
    assert times == ["1 time", "2 times"]


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_errors_wait_for_a_database_that_is_away_but_not_for_long(
    database: Database, count: ErrorCount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def admit(*_: object, **__: object) -> bool:
        raise errors.Failure("the database did not answer")

    monkeypatch.setattr("bot.storage.deeds.admit", admit)
    process = runtime(database, count, ADA)
    fail()

    early = await reports_to(monkeypatch, process, Chats())
    process.clock = lambda: now() + timedelta(minutes=10)
    late = await reports_to(monkeypatch, process, Chats())
    await process.locks.close()

    assert (len(early), len(late)) == (0, 1)


async def test_a_database_that_is_away_keeps_no_report_back(
    database: Database, count: ErrorCount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(*_: object) -> None:
        raise errors.Failure("the database did not answer")

    monkeypatch.setattr("bot.storage.readers.find", find)
    fail()

    sent = await reports_to(monkeypatch, runtime(database, count, ADA), Chats())

    assert len(sent) == 1


def test_a_message_holds_ten_kinds_and_counts_the_others() -> None:
    reports = [
        ErrorReport(f"kind <{number}>", "bot.app, line 1", number, now())
        for number in range(1, 13)
    ]

    text = error_report.error_report(translation.of("en"), reports).text

    assert "kind &lt;10&gt;" in text
    assert "kind &lt;11&gt;" not in text
    assert text.endswith("2 more kinds of errors")
    assert len(text) < 4096
