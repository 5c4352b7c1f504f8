"""A process is ready if every check finds nothing wrong, and each says what is."""

import asyncio

import pytest

from bot.errors import Failure
from bot.monitoring import readiness
from bot.monitoring.readiness import BROKEN, DATABASE_AWAY, Check, Readiness


def check(
    name: str, cause: str | None = None, error: Exception | None = None
) -> Check:
    async def examine() -> str | None:
        if error is not None:
            raise error
        return cause

    return Check(name, examine)


async def test_each_check_says_what_it_finds() -> None:
    checks = [check("queue"), check("telegram", "it refuses the token")]

    causes = await Readiness(checks).examine()

    assert causes == {"queue": None, "telegram": "it refuses the token"}


async def test_a_database_that_fails_is_named_without_what_the_driver_says() -> (
    None
):
    error = Failure("the database did not answer (password of user bot)")

    causes = await Readiness([check("queue", error=error)]).examine()

    assert causes == {"queue": DATABASE_AWAY}


async def test_a_check_that_is_broken_is_logged_and_makes_no_other_one_fail(
    caplog: pytest.LogCaptureFixture,
) -> None:
    checks = [check("queue", error=ZeroDivisionError()), check("papers")]

    causes = await Readiness(checks).examine()

    assert causes == {"queue": BROKEN, "papers": None}
    assert "The check of the queue failed" in caplog.text


async def test_a_check_that_hangs_holds_up_nobody_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(readiness, "PATIENCE", 0.05)

    async def hang() -> str | None:
        await asyncio.Event().wait()
        return None

    checks = [Check("telegram", hang, silence="it is silent"), check("papers")]
    async with asyncio.timeout(5):
        causes = await Readiness(checks).examine()

    assert causes == {"telegram": "it is silent", "papers": None}
