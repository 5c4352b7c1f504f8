"""A log that somebody can fill by doing the same again and again is no log."""

import logging

import pytest

from bot.cli.logs import MINUTE, OnceAMinute


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def log(lines: list[str]) -> logging.Logger:
    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    moments = iter([0.0] * 1000 + [MINUTE + 1] * 1000)
    handler = Kept()
    handler.addFilter(OnceAMinute(moments.__next__))
    log = logging.Logger("ours")
    log.addHandler(handler)
    return log


def test_the_same_error_is_written_once_a_minute_and_counted(
    log: logging.Logger, lines: list[str]
) -> None:
    for _ in range(1001):
        log.error("socket.accept() out of system resource")

    assert lines == [
        "socket.accept() out of system resource",
        "socket.accept() out of system resource (and 999 times since)",
    ]


def test_other_errors_and_what_informs_are_written_each_time(
    log: logging.Logger, lines: list[str]
) -> None:
    for number in (1, 2):
        log.warning("reader %d will be tried again", number)
        log.info("listening")

    assert len(lines) == 4
