"""A log that somebody can fill by doing the same again and again is no log."""

import logging

import pytest

from bot.cli.logs import REPEAT_INTERVAL, RepeatFilter


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
