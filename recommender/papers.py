"""What a paper and a rating are."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

# The archives of the ids before April 2007, as in "math.GT/0309136".
ARCHIVES = "acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg"
ARCHIVES += " comp-gas cond-mat cs dg-ga funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph"
ARCHIVES += " mtrl-th nlin nucl-ex nucl-th patt-sol physics plasm-ph q-alg q-bio quant-ph solv-int"
ARCHIVES += " supr-con"
ARXIV_ID = re.compile(
    r"(?<![0-9])[0-9]{4}\.[0-9]{4,5}(?![0-9])"
    rf"|(?<![a-z-])(?:{'|'.join(ARCHIVES.split())})(?:\.[a-z-]{{2,12}})?/[0-9]{{7}}(?![0-9])",
    re.IGNORECASE,
)
DASHES = dict.fromkeys(range(0x2010, 0x2016), "-") | {0x2212: "-"}


# What a bibliography names without a year was "listed" then: long ago, and never new.
UNDATED = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper as its source tells it.

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

    @property
    def written(self) -> date | None:
        """The day a paper is from, else the day it was listed; None where nobody tells either."""
        if self.published:
            return self.published.date()
        return self.listed if self.listed > UNDATED else month_of(self.arxiv_id)

    @property
    def text(self) -> str:
        """Everything a reader could recognise a topic by."""
        return ". ".join((self.title, self.abstract, ", ".join(self.keywords)))

    @property
    def content(self) -> str:
        """What features are made of: the title counts twice, keywords are others' words."""
        return f"{self.title}. {self.title}. {self.abstract}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPaper(Paper):
    """A paper in storage, under its number there."""

    id: int


@dataclass(frozen=True, slots=True)
class Rating:
    """What one reader said of one paper: 1 like, −1 dislike, 0 taken back; `age` in whole days."""

    paper_id: int
    value: int
    age: int = 0


def arxiv_id(text: str) -> str | None:
    """Return the first arXiv id in `text` as arXiv writes it today, or None.

    So without its version, and an old one without its subject class: "math/0309136".
    """
    found = ARXIV_ID.search(spelled(text))
    return re.sub(r"\.[a-z-]+/", "/", found.group().lower()) if found else None


def month_of(arxiv_id: str | None) -> date | None:
    """Return the first day of the month that an arXiv id was given in."""
    found = re.match(r"(?:.*/)?([0-9]{2})(0[1-9]|1[0-2])", arxiv_id or "")
    if not found:
        return None
    year = int(found[1])
    return date(year + (1900 if year > 90 else 2000), int(found[2]), 1)


def spelled(text: str) -> str:
    """Return `text` with digits, letters and dashes of every width and script as ASCII has them."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text).translate(DASHES)
    digits = (
        str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain
    )
    return "".join(c for c in digits if unicodedata.category(c) != "Cf")


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
    kept = "".join(
        c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)
    )
    return " ".join(sorted(kept.split()))
