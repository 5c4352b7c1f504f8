"""Why no updates come is said in one line, and once."""

import logging

import pytest
from telegram.error import Conflict, NetworkError, TelegramError

from bot.localchat import refusals
from bot.polling import QUIET, Complaints

TWO = Conflict(refusals.POLLED_ELSEWHERE.description)
SET = Conflict(refusals.WEBHOOK_IS_SET.description)
ENDED = Conflict(refusals.POLL_ENDED_BY_WEBHOOK.description)
AWAY = NetworkError("httpx.ConnectError: all attempts failed")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (TWO, "Another process polls with the same token"),
        (SET, "Somebody set a webhook for this bot"),
        (ENDED, "Somebody set a webhook for this bot"),
        (AWAY, "Telegram does not answer (httpx.ConnectError"),
    ],
    ids=["two", "set", "ended", "away"],
)
def test_it_is_one_line_for_as_long_as_it_lasts(
    caplog: pytest.LogCaptureFixture, error: TelegramError, line: str
) -> None:
    complaints = Complaints(iter(range(0, 600, 30)).__next__)

    for _ in range(20):
        complaints(error)

    assert [record.getMessage().startswith(line) for record in caplog.records] == [True]
    assert caplog.records[0].levelno == logging.WARNING
    assert caplog.records[0].exc_info is None


def test_it_is_said_again_once_it_was_well_or_something_else_is_wrong(
    caplog: pytest.LogCaptureFixture,
) -> None:
    complaints = Complaints(iter([0.0, 1.0, 2.0, 3.0 + QUIET]).__next__)

    for error in (TWO, AWAY, AWAY, AWAY):
        complaints(error)

    assert len(caplog.records) == 3
