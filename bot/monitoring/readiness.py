"""Whether this process can do its work: checks, each of which names what is wrong."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.errors import Failure
from bot.monitoring.shared import Shared

# Seconds for which the outcome of a check is good.
FRESH = 2.0

# Seconds that a check may take.
PATIENCE = 4.0

DATABASE_AWAY = "the database does not answer"
BROKEN = "this check itself fails; the log tells more"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Check:
    """Something that the work needs.

    `examine` returns what is wrong with it in a line without secrets, or None. `silence` is
    what is wrong if it takes too long, or raises Failure.
    """

    name: str
    examine: Callable[[], Awaitable[str | None]]
    silence: str = DATABASE_AWAY


class Readiness:
    """The checks of one process, made at once, and once for all who ask meanwhile."""

    def __init__(self, checks: Iterable[Check]) -> None:
        self._outcomes = {
            check.name: Shared(
                _outcome_of(check), fresh=FRESH, patience=PATIENCE
            )
            for check in checks
        }
        self._silences = {check.name: check.silence for check in checks}

    async def examine(self) -> Mapping[str, str | None]:
        """Return what is wrong by the name of each check; None where nothing is."""
        names = list(self._outcomes)
        causes = await asyncio.gather(*map(self._cause, names))
        return dict(zip(names, causes, strict=True))

    async def _cause(self, name: str) -> str | None:
        try:
            return await self._outcomes[name].get()
        except TimeoutError:
            return self._silences[name]


def _outcome_of(check: Check) -> Callable[[], Awaitable[str | None]]:
    """Return a call that makes a check, and never raises."""

    async def outcome() -> str | None:
        try:
            return await check.examine()
        except Failure:
            return check.silence
        except Exception:
            log.exception("The check of the %s failed", check.name)
            return BROKEN

    return outcome
