"""Loosely typed values from outside, made into what a Paper may hold."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from bot.markup import ids, people, reading
from recommender.papers import month_of, one_line

# Databases refuse lone surrogates and NUL; the other controls would only spoil a message.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
NEW = timedelta(days=14)
# Characters of a text and entries of a list: what is longer is none that a paper has, and would
# only cost time before it is refused.
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


def text(value: object) -> str:
    """Return a string as one printable line, and an empty one for anything else."""
    return (
        one_line(UNPRINTABLE.sub(" ", value[:LONGEST]))
        if isinstance(value, str)
        else ""
    )


def prose(value: object) -> str:
    """Return a title or an abstract as people read it, whatever markup it is written in."""
    return reading.plain(text(value)[:LONGEST_PROSE])


def texts(value: object) -> tuple[str, ...]:
    """Return the strings of a list, without empty ones."""
    lines = map(text, value[:MOST]) if isinstance(value, list) else ()
    return tuple(line for line in lines if line)


def keywords(value: object) -> tuple[str, ...]:
    """Return the keywords of a list as people read them."""
    return tuple(
        word for written in texts(value) if (word := reading.plain(written))
    )


def names(value: object) -> tuple[str, ...]:
    """Return the people of a list of names, or of `{name, hidden}` without the hidden ones.

    A text may name them all.
    """
    if isinstance(value, str):
        return people.listed(text(value))
    persons = value[:MOST] if isinstance(value, list) else []
    return people.several(texts([_name(person) for person in persons]))


def count(value: object) -> int | None:
    """Return a whole number that a database column holds, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < 2**31 else None


def moment(value: object) -> datetime | None:
    """Return an ISO 8601 moment in UTC (which is also meant where no zone is given)."""
    try:
        found = datetime.fromisoformat(text(value))
        return (
            found if found.tzinfo else found.replace(tzinfo=UTC)
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day(value: object) -> date | None:
    """Return the UTC day of an ISO 8601 moment or day."""
    found = moment(value)
    return found.date() if found else None


def listed(
    arxiv_id: str | None, published: datetime | None, today: date
) -> date:
    """Return the day a record was first listed that names none: the day it is read.

    What was published long ago is as new as it was then, whatever brings it.
    """
    month = month_of(arxiv_id)
    last = month + timedelta(days=30) if month else today
    written = min(published.date() if published else last, today)
    return written if today - written > NEW else today


def links(addresses: Mapping[str, object]) -> dict[str, str]:
    """Return the addresses that a browser opens, by what they lead to."""
    clean = {kind: text(address) for kind, address in addresses.items()}
    return {
        kind: address
        for kind, address in clean.items()
        if WEB_ADDRESS.fullmatch(address)
    }


def arxiv(value: object) -> str | None:
    """Return the id that a value is, or names as arXiv's, without its version."""
    return ids.cited(text(value))


def _name(person: object) -> object:
    if isinstance(person, dict):
        return None if person.get("hidden") is True else person.get("name")
    return person
