"""The buttons of standing searches: below a search, in `/topics`, and below a digest."""

from dataclasses import dataclass
from typing import Annotated

from bot.messages.button_codec import Button, Written
from bot.messages.button_fields import Flag, Number


@dataclass(frozen=True)
class StandSearch(Button):
    """Tell of new papers that a search finds, or not any more; it stands on a page of it."""

    FORM = "h3:{search_id}:{page}:{stands}"
    search_id: Number
    page: Annotated[int, Written(r"\d{1,3}", int)]
    stands: Flag


@dataclass(frozen=True)
class StopSearch(Button):
    """Stop a standing search in the list of topics."""

    FORM = "h4:{standing_id}"
    standing_id: Number


@dataclass(frozen=True)
class MoreMatches(Button):
    """Show the new papers of a digest's searches after the first ones, which it names."""

    FORM = "h5:{digest_id}:{shown}"
    digest_id: Number
    shown: Annotated[int, Written(r"\d{1,2}", int)]
