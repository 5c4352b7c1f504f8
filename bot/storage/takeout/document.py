"""Everything that is kept of one reader, as one JSON document that any instance takes in."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    TypeAdapter,
    ValidationError,
)

from bot.errors import Failure
from recommender.papers import ARXIV_ID, arxiv_id

MOST = 20_000  # entries of one list
LISTS = ("authors", "categories", "keywords")  # of a paper
LARGEST = 2_000_000  # bytes of a document that comes through a chat


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds a character that is none")
    return text


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is no IANA time zone")
    return name


def _arxiv_id(text: str) -> str:
    if not ARXIV_ID.fullmatch(text):
        raise ValueError("is no arXiv id")
    return arxiv_id(text) or text


Text = Annotated[str, Field(max_length=128), AfterValidator(_storable)]
Name = Annotated[
    str, Field(min_length=1, max_length=128), AfterValidator(_storable)
]
Long = Annotated[str, Field(max_length=20_000), AfterValidator(_storable)]
Kind = Annotated[str, Field(max_length=16, pattern=r"^[a-z]*$")]
Days = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2999, 12, 31))]
Moment = Annotated[
    AwareDatetime,
    Field(
        ge=datetime(1990, 1, 1, tzinfo=UTC), le=datetime(2999, 1, 1, tzinfo=UTC)
    ),
]
Id = Annotated[str, Field(max_length=32), AfterValidator(_arxiv_id)]
Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e9, le=1e9)]
Place = Annotated[
    int,
    Field(ge=0, lt=MOST, description="Which of the document's papers, from 0."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a reader wants their picks; bit 0 of `weekdays` is Monday."""

    name: Text
    language: Annotated[str, Field(pattern=r"^[A-Za-z-]{1,16}$")]
    zone: Annotated[str, AfterValidator(_zone)]
    at: time
    weekdays: Annotated[int, Field(ge=0, le=127)]
    picks: Annotated[int, Field(ge=1, le=10)]
    style: Literal["digest", "cards"]
    bar: Literal["strict", "normal", "off"] = "normal"
    explores: bool
    sound: bool
    paused_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic that is wanted or muted."""

    text: Name
    kind: Literal["wanted", "muted"]
    created_at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """An author whose papers are always wanted; those that are `fitting` only where they fit."""

    author: Name
    fitting: bool = False
    created_at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A word of the learned taste, moved up (1) or down (−1) by hand; 0 after taking it back."""

    term: Name
    value: Literal[-1, 0, 1]
    edited_at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A paper that the other entries name; its abstract is there where it was rated or saved."""

    title: Annotated[
        str, Field(min_length=1, max_length=1_000), AfterValidator(_storable)
    ]
    listed: Days
    arxiv_id: Id | None = None
    abstract: Long = ""
    authors: Annotated[tuple[Text, ...], Field(max_length=MOST)] = ()
    categories: Annotated[tuple[Text, ...], Field(max_length=100)] = ()
    keywords: Annotated[tuple[Text, ...], Field(max_length=100)] = ()
    published: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """What was said of a paper: 1, −1, or 0 after it was taken back."""

    paper: Place
    value: Literal[-1, 0, 1]
    rated_at: Moment
    origin: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A paper kept for later."""

    paper: Place
    saved_at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that was looked up."""

    arxiv_id: Id
    asked_at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Words that were searched for lately: for who reads the document, and taken in nowhere."""

    words: Annotated[str, Field(max_length=300), AfterValidator(_storable)]
    created_at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A paper that was shown, and the stored reason why.

    The reason is for who reads the document: it speaks of rows of its own instance, and where it
    is taken in there is no message that would show it.
    """

    paper: Place
    rank: Annotated[int, Field(ge=1, le=MOST)]
    score: Number
    policy: Kind
    team: Kind
    popularity: Annotated[float, Field(ge=0, le=1)]
    reason: dict[str, Any]
    sent_at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The papers of one message, or of the cards of one day, and the topics it offered."""

    kind: Literal["daily", "now", "ask"]
    local_date: Days
    style: Literal["digest", "cards"]
    new_papers: Annotated[int, Field(ge=0, le=1_000_000)]
    created_at: Moment
    picks: Annotated[tuple[Shown, ...], Field(max_length=50)]
    offers: Annotated[tuple[Name, ...], Field(max_length=10)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Takeout:
    """One reader, whole. What is only of use while a message is under way is not in it."""

    format: Literal["paperpicks"] = "paperpicks"
    version: Literal[1] = 1
    taken_at: Moment
    telegram_id: Annotated[int, Field(ge=-(2**52), le=2**52)]
    since: Moment
    settings: Settings
    papers: Annotated[tuple[Known, ...], Field(max_length=MOST)] = ()
    topics: Annotated[tuple[Topic, ...], Field(max_length=MOST)] = ()
    follows: Annotated[tuple[Follow, ...], Field(max_length=MOST)] = ()
    taste: Annotated[tuple[Edit, ...], Field(max_length=MOST)] = ()
    ratings: Annotated[tuple[Rated, ...], Field(max_length=MOST)] = ()
    saved: Annotated[tuple[Saved, ...], Field(max_length=MOST)] = ()
    links: Annotated[tuple[Link, ...], Field(max_length=MOST)] = ()
    searches: Annotated[tuple[Search, ...], Field(max_length=MOST)] = ()
    digests: Annotated[tuple[Digest, ...], Field(max_length=MOST)] = ()

    def __post_init__(self) -> None:
        """Hold that each place is a paper's."""
        shown = (pick.paper for digest in self.digests for pick in digest.picks)
        places = (
            *(r.paper for r in self.ratings),
            *(s.paper for s in self.saved),
            *shown,
        )
        if max(places, default=-1) >= len(self.papers):
            raise ValueError(
                "an entry names a paper that is not among the papers"
            )


@cache
def _document() -> TypeAdapter[Takeout]:
    return TypeAdapter(Takeout)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the document."""
    return _document().json_schema()


def written(taken: Takeout) -> bytes:
    """Return the document."""
    return _document().dump_json(taken)


def looks_like_one(content: bytes) -> bool:
    """Tell whether a file means to be such a document, so that what is wrong with it is worth
    saying."""
    return content.lstrip()[:1] == b"{" and b'"paperpicks"' in content[:200]


def not_ahead(taken: Takeout, now: datetime) -> Takeout:
    """Return a document without a date that lies ahead: what is still to come is of today."""

    def paper(known: Known) -> Known:
        published = min(known.published, now) if known.published else None
        return replace(
            known, listed=min(known.listed, now.date()), published=published
        )

    return replace(
        taken,
        papers=tuple(map(paper, taken.papers)),
        ratings=tuple(
            replace(r, rated_at=min(r.rated_at, now)) for r in taken.ratings
        ),
        taste=tuple(
            replace(e, edited_at=min(e.edited_at, now)) for e in taken.taste
        ),
    )


def read(content: bytes) -> Takeout:
    """Read a document; raise Failure, saying where it is wrong, for anything else."""
    try:
        return _document().validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        more = (
            f" ({error.error_count() - 1} more like it)"
            if error.error_count() > 1
            else ""
        )
        what = first["msg"].removeprefix("Value error, ")
        raise Failure(f"{where}: {what}{more}", passing=False) from None
