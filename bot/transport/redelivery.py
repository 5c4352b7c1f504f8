"""Whether the update under way is to come again: by a webhook Telegram can be asked for that."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Visit:
    """One of the times that a webhook was brought the same update, counted from 1.

    `again` is after how many seconds it is to come once more; None once nothing is left to do.
    """

    number: int = 1
    again: float | None = None


# Telegram's library keeps errors of handlers to itself, so this is how the route hears of them.
under_way: ContextVar[Visit | None] = ContextVar("visit", default=None)


def was_here() -> bool:
    """Tell whether the update under way came before, and could not be dealt with then."""
    visit = under_way.get()
    return visit is not None and visit.number > 1
