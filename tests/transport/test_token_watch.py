"""Whether the token is good is told by the calls that are made, or by asking Telegram."""

import asyncio

import pytest
from telegram.error import InvalidToken, TimedOut

from bot.transport import send_errors, token_watch
from bot.transport.token_watch import FRESH, REFUSED, SILENT, TokenWatch


class Telegram:
    """Counts how often it is asked who the bot is, and fails if it has an error."""

    def __init__(self) -> None:
        self.now = 0.0
        self.questions = 0
        self.error: Exception | None = None
        self.watch = TokenWatch(lambda: self.now)

    async def get_me(self) -> None:
        self.questions += 1
        if self.error is not None:
            raise self.error
        self.note(send_errors.ACCEPTED)

    def note(self, outcome: str) -> None:
        self.watch.note("getMe", outcome, 0.1)

    async def examine(self) -> str | None:
        return await self.watch.examine(self.get_me)


async def test_a_call_that_telegram_accepts_spares_the_question_for_a_while() -> (
    None
):
    telegram = Telegram()
    telegram.note(send_errors.ACCEPTED)

    causes = [await telegram.examine()]
    questions = telegram.questions
    telegram.now = FRESH
    causes.append(await telegram.examine())

    assert causes == [None, None]
    assert (questions, telegram.questions) == (0, 1)


async def test_without_any_call_telegram_is_asked_twice_a_minute_at_most() -> (
    None
):
    telegram = Telegram()

    for second in range(60):
        telegram.now = float(second)
        assert await telegram.examine() is None

    assert telegram.questions == 2


async def test_a_refusal_is_believed_for_a_while_and_then_asked_about() -> None:
    telegram = Telegram()
    telegram.note(send_errors.TOKEN_REFUSED)

    telegram.now = FRESH - 1
    early = await telegram.examine()
    telegram.now = FRESH
    late = await telegram.examine()

    assert (early, late) == (REFUSED, None)
    assert telegram.questions == 1


async def test_any_call_that_refuses_the_token_shows_it_at_once() -> None:
    telegram = Telegram()
    telegram.note(send_errors.ACCEPTED)
    telegram.note(send_errors.TOKEN_REFUSED)

    refused = await telegram.examine()
    telegram.note(send_errors.ACCEPTED)
    accepted = await telegram.examine()

    assert (refused, accepted) == (REFUSED, None)
    assert telegram.questions == 0


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (InvalidToken("Unauthorized"), REFUSED),
        (TimedOut(), SILENT),
        (RuntimeError("This HTTPXRequest is not initialized!"), SILENT),
    ],
)
async def test_a_question_that_fails_tells_a_bad_token_from_a_silent_telegram(
    error: Exception, cause: str
) -> None:
    telegram = Telegram()
    telegram.error = error

    assert await telegram.examine() == cause


async def test_a_telegram_that_hangs_is_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(token_watch, "PATIENCE", 0.02)

    async def hang() -> None:
        await asyncio.Event().wait()

    assert await TokenWatch().examine(hang) == SILENT


async def test_what_is_no_word_on_the_token_changes_nothing() -> None:
    telegram = Telegram()
    telegram.note(send_errors.ACCEPTED)
    for outcome in ("unknown", "too_fast", "unreachable", "unfit"):
        telegram.note(outcome)

    assert await telegram.examine() is None
    assert telegram.questions == 0
