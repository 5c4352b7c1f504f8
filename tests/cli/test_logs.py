"""A log that somebody can fill by doing the same again and again is no log."""

import asyncio
import json
import logging
import subprocess
import sys
from typing import Any

import pytest
from apscheduler.events import EVENT_JOB_MAX_INSTANCES
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.cli import logs
from bot.cli.logs import REPEAT_INTERVAL, RepeatFilter

TOKEN = "424242:AAE-a-secret-token-of-ours"
SECRETS = ('hidden"words of ours', "/ping/a-hidden-path")


class ListHandler(logging.Handler):
    """Appends each formatted record to a list."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def log(lines: list[str]) -> logging.Logger:
    """A logger whose clock moves on by a minute after a thousand records."""
    moments = iter([0.0] * 1000 + [REPEAT_INTERVAL + 1] * 1000)
    handler = ListHandler(lines)
    handler.addFilter(RepeatFilter(moments.__next__))

    log = logging.Logger("paperpicks")
    log.addHandler(handler)
    return log


def test_the_same_error_is_logged_once_a_minute_and_counted(
    log: logging.Logger, lines: list[str]
) -> None:
    for _ in range(1001):
        log.error("socket.accept() out of system resource")

    assert lines == [
        "socket.accept() out of system resource",
        "socket.accept() out of system resource (and 999 times since)",
    ]


def test_different_warnings_and_all_information_are_logged_each_time(
    log: logging.Logger, lines: list[str]
) -> None:
    for number in (1, 2):
        log.warning("reader %d will be tried again", number)
        log.info("listening")

    assert len(lines) == 4


def set_up() -> None:
    logs.set_up("INFO", *SECRETS, log_format="json")


def read(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Return the objects that were logged since."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def fail(text: str) -> None:
    raise ValueError(text)


def test_each_record_is_one_object_with_its_exception_in_a_field(
    restored_logging: None, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up()
    log = logging.getLogger("bot.jobs.fetch")
    log.info("%d papers of Jörg\nand others", 3)
    try:
        fail("two\nlines")
    except ValueError:
        log.exception("It failed")

    first, second = read(capsys)
    assert first["message"] == "3 papers of Jörg\nand others"
    assert (first["level"], first["logger"]) == ("INFO", "bot.jobs.fetch")
    assert first["time"].endswith("+00:00")
    assert second["exception"].startswith("Traceback")
    assert second["exception"].endswith("ValueError: two\nlines")


def test_no_secret_is_in_an_object_however_it_is_written(
    restored_logging: None, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up()
    log = logging.getLogger("bot")
    text = f"https://api.example/bot{TOKEN} {SECRETS[0]} {SECRETS[1]}"
    log.warning("%s", text)
    log.warning("again", extra={"detail": text})
    try:
        fail(text)
    except ValueError:
        log.exception("It failed")

    output = capsys.readouterr().err
    assert output.count("\n") == 3
    assert all(json.loads(line) for line in output.splitlines())
    assert "hidden" not in output
    assert "424242" not in output


def test_repeated_warnings_are_counted_in_json_too(
    restored_logging: None, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up()
    for _ in range(5):
        logging.getLogger("bot").warning("Telegram does not answer")

    assert len(read(capsys)) == 1


def test_the_exception_that_ends_a_process_is_an_object_too() -> None:
    program = "from bot.cli import logs; logs.set_up('INFO', log_format='json'); 1 / 0"
    process = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        capture_output=True,
        text=True,
    )

    [line] = process.stderr.splitlines()
    assert process.returncode == 1
    assert "ZeroDivisionError" in json.loads(line)["exception"]


async def test_a_round_that_is_left_out_while_the_last_one_runs_is_no_news(
    restored_logging: None, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up()
    is_late = asyncio.Event()
    scheduler = AsyncIOScheduler()
    scheduler.add_listener(lambda _: is_late.set(), EVENT_JOB_MAX_INSTANCES)
    scheduler.add_job(asyncio.Event().wait, "interval", seconds=0.01)

    scheduler.start()
    await asyncio.wait_for(is_late.wait(), 5)
    scheduler.shutdown(wait=False)
    logging.getLogger("bot").warning("something else")

    assert [record["message"] for record in read(capsys)] == ["something else"]
