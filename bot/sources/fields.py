"""Parsers for loosely typed values from outside, into the fields of a Paper."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.markup import dois, ids, people, reading, references
from recommender.papers import month_of, one_line

# Databases refuse lone surrogates and NUL. The other control characters would only spoil
# a message.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)

# How old a paper without a listing date may be to be listed as new.
NEW = timedelta(days=14)

# The longest texts, in characters, and the longest lists. No paper has longer ones, and
# they would only cost time before they are refused.
LONGEST = 200_000
LONGEST_PROSE = 40_000
MOST = 5_000

MONTHS = [
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
]


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The arXiv id and the DOIs that a record names."""

    arxiv_id: str | None = None
    doi: str | None = None
    preprint_doi: str | None = None


def text(value: object) -> str:
    """Return a string on one printable line, or "" if the value is no string."""
    if not isinstance(value, str):
        return ""

    return one_line(UNPRINTABLE.sub(" ", value[:LONGEST]))


def prose(value: object) -> str:
    """Return a title or an abstract without its markup: LaTeX, HTML or entities."""
    return reading.plain(text(value)[:LONGEST_PROSE])


def texts(value: object) -> tuple[str, ...]:
    """Return the strings of a list, without empty ones."""
    if not isinstance(value, list):
        return ()

    lines = map(text, value[:MOST])
    return tuple(line for line in lines if line)


def keywords(value: object) -> tuple[str, ...]:
    """Return the keywords of a list without their markup."""
    plain_keywords = map(reading.plain, texts(value))

    return tuple(keyword for keyword in plain_keywords if keyword)


def names(value: object) -> tuple[str, ...]:
    """Return the names of people.

    The value is one string with all names, or a list of names or of `{name, hidden}`
    objects; hidden people are left out.
    """
    if isinstance(value, str):
        return people.listed(text(value))

    persons = value[:MOST] if isinstance(value, list) else []
    return people.several(texts([_name(person) for person in persons]))


def count(value: object) -> int | None:
    """Return a whole number that fits a database column, or None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None

    return value if 0 <= value < 2**31 else None


def moment(value: object) -> datetime | None:
    """Return an ISO 8601 time in UTC, which is also the default zone."""
    try:
        parsed = datetime.fromisoformat(text(value))
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=UTC)
        return parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day(value: object) -> date | None:
    """Return the UTC date of an ISO 8601 time or date."""
    parsed = moment(value)

    return parsed.date() if parsed else None


def listed(
    arxiv_id: str | None, published: datetime | None, today: date
) -> date:
    """Return the listing date of a record without one: today if the paper is new.

    The date of an older paper is its publication, or the end of its id's month.
    """
    month = month_of(arxiv_id)
    if published is not None:
        publication_day = published.date()
    elif month is not None:
        publication_day = month + timedelta(days=30)
    else:
        publication_day = today

    publication_day = min(publication_day, today)
    return publication_day if today - publication_day > NEW else today


def links(addresses: Mapping[str, object]) -> dict[str, str]:
    """Return the web addresses among some values, by their kind."""
    plain_addresses = {kind: text(value) for kind, value in addresses.items()}

    return {
        kind: address
        for kind, address in plain_addresses.items()
        if WEB_ADDRESS.fullmatch(address)
    }


def venue(name: str) -> str:
    """Return the name of a journal or of proceedings; arXiv is neither."""
    return "" if re.search(r"\barxiv\b|\bcorr\b", name, re.IGNORECASE) else name


def doi(*values: str) -> str | None:
    """Return the first DOI in some fields or addresses, or None if they have none."""
    named = (one for value in values for one in references.named(text(value)))

    return next((one.id for one in named if one.kind == references.DOI), None)


def arxiv(value: object) -> str | None:
    """Return the arXiv id in a value, without its version, or None if it has none."""
    return ids.cited(text(value))


def identifiers(*values: object) -> Identifiers:
    """Return the first arXiv id, DOI and preprint's DOI that some values name."""
    plain_values = list(map(text, values))
    all_dois = [doi for value in plain_values for doi in dois.named(value)]
    arxiv_ids = [
        *map(ids.cited, plain_values),
        *map(dois.arxiv_id_of, all_dois),
    ]
    others = [doi for doi in all_dois if not dois.arxiv_id_of(doi)]

    return Identifiers(
        arxiv_id=next(filter(None, arxiv_ids), None),
        doi=next((doi for doi in others if not dois.is_preprint(doi)), None),
        preprint_doi=next(filter(dois.is_preprint, others), None),
    )


def _name(person: object) -> object:
    if not isinstance(person, dict):
        return person

    return None if person.get("hidden") is True else person.get("name")
