"""Define a paper and a rating, and the keys by which two spellings of one thing are the same."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

# The archives of the ids before April 2007, as in "math.GT/0309136".
ARCHIVES = """
acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas
cond-mat cs dg-ga funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin nucl-ex
nucl-th patt-sol physics plasm-ph q-alg q-bio quant-ph solv-int supr-con
"""

ARXIV_ID = re.compile(
    r"(?<![0-9])[0-9]{4}\.[0-9]{4,5}(?![0-9])"
    rf"|(?<![a-z-])(?:{'|'.join(ARCHIVES.split())})(?:\.[a-z-]{{2,12}})?/[0-9]{{7}}(?![0-9])",
    re.IGNORECASE,
)

# Unicode's hyphens, dashes and the minus sign.
DASHES = dict.fromkeys(range(0x2010, 0x2016), "-") | {0x2212: "-"}

# What a bibliography names without a year was "listed" then: long ago, and never new.
UNDATED = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper as its source describes it.

    Attributes
    ----------
    listed
        The day a list first named it, which is not the day it is from.
    published
        The moment its first version appeared.
    upvotes
        None if the source counts none.
    links
        The address of each thing that a link leads to: `code`, `project`.
    doi, preprint_doi
        The DOI of the published version, and that of the preprint if it is no paper of arXiv.
    venue
        The journal or the proceedings that published it.
    lists
        The day on which each list named it, by the key of the list; None if its source does not
        say, so that its lists follow from its source and its categories.
    gist, gist_source
        What it is about in one sentence, and who wrote that: a source, or a language model.
    organization, stars, thumbnail
        Where it is from, how many stars its code has, and the address of a picture of it.

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
    doi: str | None = None
    preprint_doi: str | None = None
    venue: str = ""
    lists: Mapping[str, date] | None = None
    gist: str = ""
    gist_source: str = ""
    organization: str = ""
    stars: int | None = None
    thumbnail: str = ""

    @property
    def publication_date(self) -> date | None:
        """Return the day a paper is from, else the day it was listed, or None if neither is known.

        Of an undated paper the month of its arXiv id is known.
        """
        if self.published:
            return self.published.date()
        if self.listed > UNDATED:
            return self.listed
        return month_of(self.arxiv_id)

    @property
    def text(self) -> str:
        """Return everything a reader could recognise a topic by."""
        return ". ".join((self.title, self.abstract, ", ".join(self.keywords)))

    @property
    def content(self) -> str:
        """Return what features are made of: the title twice, and none of the keywords."""
        return f"{self.title}. {self.title}. {self.abstract}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPaper(Paper):
    """A paper in storage, under its number there."""

    id: int


class Rating(NamedTuple):
    """A reader's rating of one paper: 1 like, −1 dislike, 0 taken back; `age` in whole days.

    A named tuple, as each tap creates one for every rating before it.
    """

    paper_id: int
    value: int
    age: int = 0


def arxiv_id(text: str) -> str | None:
    """Return the first arXiv id in a text as arXiv writes it today, or None.

    So without its version, and an old one without its subject class: "math/0309136".
    """
    match = ARXIV_ID.search(to_ascii(text))
    if match is None:
        return None
    return re.sub(r"\.[a-z-]+/", "/", match.group().lower())


def month_of(arxiv_id: str | None) -> date | None:
    """Return the first day of the month in which an arXiv id was given."""
    match = re.match(r"(?:.*/)?([0-9]{2})(0[1-9]|1[0-2])", arxiv_id or "")
    if match is None:
        return None

    year, month = int(match[1]), int(match[2])
    century = 1900 if year > 90 else 2000
    return date(century + year, month, 1)


def to_ascii(text: str) -> str:
    """Return a text with digits, letters and dashes of every width and script as in ASCII."""
    if text.isascii():
        return text

    plain = unicodedata.normalize("NFKC", text).translate(DASHES)
    characters: list[str] = []
    for character in plain:
        if character.isdecimal():
            characters.append(str(unicodedata.decimal(character)))
        elif unicodedata.category(character) != "Cf":
            characters.append(character)
    return "".join(characters)


def title_key(title: str) -> str:
    """Return what two spellings of one title have in common: its letters and digits alone."""
    plain = unicodedata.normalize("NFKD", title).casefold()
    return "".join(character for character in plain if character.isalnum())


def one_line(text: str) -> str:
    """Collapse white space, so that a title broken over lines reads as one."""
    return " ".join(text.split())


def author_key(name: str) -> str:
    """Return what two spellings of one person's name have in common: accents and order aside."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(
        character if character.isalnum() else " "
        for character in plain
        if not unicodedata.combining(character)
    )
    return " ".join(sorted(letters.split()))
