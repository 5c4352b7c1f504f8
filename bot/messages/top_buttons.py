"""The buttons of lists by upvotes, of a day's list, and of the weekly message."""

from dataclasses import dataclass
from typing import Annotated

from bot.messages.button_codec import Button, Written
from bot.messages.button_fields import Flag, Page


@dataclass(frozen=True)
class TopPage(Button):
    """Show a page of the most upvoted papers of a period."""

    FORM = "z1:{period}[:{page}]"
    period: Annotated[str, Written("today|week|month")]
    page: Page = 0


@dataclass(frozen=True)
class DayPage(Button):
    """Show a page of the papers of a day, which stands as an ISO date."""

    FORM = "z2:{day}[:{page}]"
    day: Annotated[str, Written(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")]
    page: Page = 0


@dataclass(frozen=True)
class WeeklySwitch(Button):
    """Send the reader's weeks, or no more of them."""

    FORM = "z3:{on}"
    on: Flag
