"""The JSON document with everything of one reader, which any instance can restore."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    Field,
    TypeAdapter,
    ValidationError,
)

from bot.errors import Failure
from bot.markup import references
from recommender.papers import ARXIV_ID, arxiv_id

# The most entries of a list.
MOST = 20_000

# The fields of a paper that are lists.
LISTS = ("authors", "categories", "keywords")

# The largest document that can be sent to the chat, in bytes.
LARGEST = 2_000_000


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


def _reference(text: str) -> str:
    kind = references.parse(text).kind
    if kind == references.ARXIV:
        return _arxiv_id(text)
    if kind not in references.KINDS:
        raise ValueError("is no reference to a paper")
    return _storable(text)


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
Doi = Annotated[
    str,
    Field(max_length=256, pattern=r"^10\.[0-9.]+/"),
    AfterValidator(_storable),
]
Address = Annotated[
    str,
    Field(max_length=2_000, pattern=r"^(https?://.+)?$"),
    AfterValidator(_storable),
]
Id = Annotated[str, Field(max_length=32), AfterValidator(_arxiv_id)]
# The field has another name in documents of the time when links were to arXiv alone.
ReferenceText = Annotated[
    str,
    Field(
        max_length=references.LONGEST,
        validation_alias=AliasChoices("reference", "arxiv_id"),
    ),
    AfterValidator(_reference),
]
Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e9, le=1e9)]
Place = Annotated[
    int,
    Field(ge=0, lt=MOST, description="Which of the document's papers, from 0."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a reader wants their picks, and when they wrote last; bit 0 of `weekdays` is Monday."""

    name: Text
    language: Annotated[str, Field(pattern=r"^[A-Za-z-]{1,16}$")]
    zone: Annotated[str, AfterValidator(_zone)]
    at: time
    weekdays: Annotated[int, Field(ge=0, le=127)]
    picks: Annotated[int, Field(ge=1, le=10)]
    style: Literal["digest", "cards"]
    bar: Literal["strict", "normal", "off"] = "normal"
    explores: bool
    votes_count: bool = True
    sound: bool
    weekly: bool = True
    weekly_day: Annotated[int, Field(ge=0, le=6)] | None = None
    paused_until: date | None = None
    text: Literal["gist", "both", "abstract"] = "gist"
    previews: bool = True
    seen_at: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic that is wanted or muted."""

    text: Name
    kind: Literal["wanted", "muted"]
    created_at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """A followed author; with `fitting`, only papers that fit the taste are wanted."""

    author: Name
    fitting: bool = False
    created_at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A list of papers that the reader chose; a feed is known by its address.

    The number in the key of a feed is that of the instance that wrote the document.
    """

    key: Annotated[
        str,
        Field(max_length=96, pattern=r"^[a-z]{1,16}(:.+)?$"),
        AfterValidator(_storable),
    ]
    name: Annotated[str, Field(max_length=256), AfterValidator(_storable)] = ""
    address: Address = ""
    created_at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A word of the taste, moved up (1) or down (−1) by hand; 0 after that was taken back."""

    term: Name
    value: Literal[-1, 0, 1]
    edited_at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPaper:
    """A paper that other entries name; it has an abstract if it was rated, saved or voted on."""

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
    doi: Doi | None = None
    preprint_doi: Doi | None = None
    venue: Annotated[
        str, Field(max_length=1_000), AfterValidator(_storable)
    ] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A rating of a paper: 1, −1, or 0 after it was taken back."""

    paper: Place
    value: Literal[-1, 0, 1]
    rated_at: Moment
    origin: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """A saved paper."""

    paper: Place
    saved_at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """A vote on a paper that others see, too: 1, −1, or 0 after it was taken back.

    Its card was in a group, in a channel, or shared in a chat that nobody knows. Votes are for
    the reader's information and are not restored: their cards are of another instance.
    """

    paper: Place
    value: Literal[-1, 0, 1]
    voted_at: Moment
    place: Literal["group", "channel", "shared"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link to a paper that was looked up: its arXiv id, or the kind of its id and the id."""

    reference: ReferenceText
    asked_at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """The words of a recent search, for the reader's information; they are not restored."""

    words: Annotated[str, Field(max_length=300), AfterValidator(_storable)]
    created_at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingSearch:
    """A search whose new papers the reader is told of."""

    words: Annotated[
        str, Field(min_length=1, max_length=300), AfterValidator(_storable)
    ]
    created_at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPick:
    """A paper that was shown, and the stored reason why it was picked.

    The reason is for the reader's information and is not restored: it names rows of its
    own database, and no message of another one would show it.
    """

    paper: Place
    rank: Annotated[int, Field(ge=1, le=MOST)]
    score: Number
    policy: Kind
    team: Kind
    popularity: Annotated[float, Field(ge=0, le=1)]
    reason: dict[str, Any]
    sent_at: Moment
    opened_at: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The papers of one message, or of the cards of one day, and the topics offered."""

    kind: Literal["daily", "now", "ask"]
    local_date: Days
    style: Literal["digest", "cards"]
    new_papers: Annotated[int, Field(ge=0, le=1_000_000)]
    created_at: Moment
    picks: Annotated[tuple[ShownPick, ...], Field(max_length=50)]
    offers: Annotated[tuple[Name, ...], Field(max_length=10)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Takeout:
    """Everything of one reader, but for rows that only serve messages being sent."""

    format: Literal["paperpicks"] = "paperpicks"
    version: Literal[1] = 1
    taken_at: Moment
    telegram_id: Annotated[int, Field(ge=-(2**52), le=2**52)]
    since: Moment
    settings: Settings
    papers: Annotated[tuple[DocumentPaper, ...], Field(max_length=MOST)] = ()
    topics: Annotated[tuple[Topic, ...], Field(max_length=MOST)] = ()
    follows: Annotated[tuple[Follow, ...], Field(max_length=MOST)] = ()
    # Documents from before readers chose sources have none.
    subscriptions: Annotated[
        tuple[Subscription, ...], Field(max_length=MOST)
    ] = ()
    taste: Annotated[tuple[Edit, ...], Field(max_length=MOST)] = ()
    ratings: Annotated[tuple[Rating, ...], Field(max_length=MOST)] = ()
    saved: Annotated[tuple[Save, ...], Field(max_length=MOST)] = ()
    votes: Annotated[tuple[Vote, ...], Field(max_length=MOST)] = ()
    links: Annotated[tuple[Link, ...], Field(max_length=MOST)] = ()
    searches: Annotated[tuple[Search, ...], Field(max_length=MOST)] = ()
    standing: Annotated[tuple[StandingSearch, ...], Field(max_length=MOST)] = ()
    digests: Annotated[tuple[Digest, ...], Field(max_length=MOST)] = ()

    def __post_init__(self) -> None:
        """Check that every entry about a paper names one of `papers`."""
        places = [rating.paper for rating in self.ratings]
        places += [save.paper for save in self.saved]
        places += [vote.paper for vote in self.votes]
        places += [
            pick.paper for digest in self.digests for pick in digest.picks
        ]
        if max(places, default=-1) >= len(self.papers):
            raise ValueError(
                "an entry names a paper that is not among the papers"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class VoterTakeout:
    """Everything of somebody who voted on papers, and never started the bot."""

    format: Literal["paperpicks-votes"] = "paperpicks-votes"
    version: Literal[1] = 1
    taken_at: Moment
    telegram_id: int
    papers: tuple[DocumentPaper, ...]
    votes: tuple[Vote, ...]


@cache
def _adapter() -> TypeAdapter[Takeout]:
    return TypeAdapter(Takeout)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the document."""
    return _adapter().json_schema()


def to_json(takeout: Takeout | VoterTakeout) -> bytes:
    """Return a document as JSON."""
    return TypeAdapter(type(takeout)).dump_json(takeout)


def looks_like_document(content: bytes) -> bool:
    """Return whether a file is meant to be a document, so that its faults are of interest."""
    return content.lstrip()[:1] == b"{" and b'"paperpicks"' in content[:200]


def without_future_dates(takeout: Takeout, now: datetime) -> Takeout:
    """Return a document with every date of papers and feedback up to `now`."""

    def limit_paper(paper: DocumentPaper) -> DocumentPaper:
        published = min(paper.published, now) if paper.published else None
        listed = min(paper.listed, now.date())
        return replace(paper, listed=listed, published=published)

    return replace(
        takeout,
        papers=tuple(map(limit_paper, takeout.papers)),
        ratings=tuple(
            replace(rating, rated_at=min(rating.rated_at, now))
            for rating in takeout.ratings
        ),
        subscriptions=tuple(
            replace(entry, created_at=min(entry.created_at, now))
            for entry in takeout.subscriptions
        ),
        taste=tuple(
            replace(edit, edited_at=min(edit.edited_at, now))
            for edit in takeout.taste
        ),
    )


def read(content: bytes) -> Takeout:
    """Return the document in a file; raise Failure with the first fault if it is none."""
    try:
        return _adapter().validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        fault = first["msg"].removeprefix("Value error, ")

        others = error.error_count() - 1
        suffix = f" ({others} more like it)" if others else ""
        raise Failure(f"{place}: {fault}{suffix}", passing=False) from None
