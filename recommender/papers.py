"""What a paper and a rating are."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

ARXIV_ID = re.compile(r"(?<!\d)\d{4}\.\d{4,5}(?!\d)|[a-z-]+(?:\.[A-Z]{2})?/\d{7}(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper as its source tells it; `id` is None until it is stored.

    `listed` is the day a list first named it (not the day it was written), `published` the
    moment its first version appeared, `upvotes` None where the source counts none. `links`
    maps what a link leads to (`code`, `project`) to its address.
    """

    title: str
    listed: date
    source: str
    abstract: str = ""
    arxiv_id: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    published: datetime | None = None
    upvotes: int | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    id: int | None = None

    @property
    def text(self) -> str:
        """Everything a reader could recognise a topic by."""
        return ". ".join((self.title, self.abstract, ", ".join(self.keywords)))

    @property
    def content(self) -> str:
        """What features are made of: the title counts twice, keywords are others' words."""
        return f"{self.title}. {self.title}. {self.abstract}"


@dataclass(frozen=True, slots=True)
class Rating:
    """What one reader said of one paper: 1 like, −1 dislike, 0 taken back; `age` in whole days."""

    paper_id: int
    value: int
    age: int = 0


def arxiv_id(text: str) -> str | None:
    """Return the first arXiv id in `text`, without its version, or None."""
    found = ARXIV_ID.search(text)
    return found.group() if found else None


def title_key(title: str) -> str:
    """Return what two spellings of one title have in common: its letters and digits alone."""
    plain = unicodedata.normalize("NFKD", title).casefold()
    return "".join(c for c in plain if c.isalnum())


def one_line(text: str) -> str:
    """Fold white space, so that a title broken over lines reads as one."""
    return " ".join(text.split())


def author_key(name: str) -> str:
    """Return what two spellings of one person's name have in common: accents and order aside."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(sorted(kept.split()))
