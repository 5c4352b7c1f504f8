"""What is stored beside a digest and its picks: the receipt of the last tap, each pick's reason."""

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class PicksChange:
    """How many of a reader's next picks a change replaces: `changed` of `of`."""

    changed: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the last tap on a digest taught.

    `pick` is the rated pick, `value` its new rating, `previous` the one an undo brings back;
    `restored` says that this tap was the undo. `words` are the concepts that moved, and
    `learned` whether the taste moved at all. `changed` of `of` next picks are others now; if
    none is, `lead` names the concept that led before too, or `missing` counts the likes that
    would weigh as much as the typed topics. `doubted` is a typed topic that this tap leaves
    little of. A tap on an offered topic has `offer` and `wanted` instead of a pick.
    """

    changed: int = 0
    of: int = 0
    pick: int | None = None
    value: int = 0
    previous: int = 0
    restored: bool = False
    words: tuple[str, ...] = ()
    learned: bool = False
    lead: str = ""
    missing: int = 0
    doubted: str = ""
    offer: str = ""
    wanted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a paper was picked: the `kind` of sentence, what it names, and every share.

    `words` and `against` are concepts with what they add to the score, `evidence` is
    (kind, topic or paper id, share) of what the reader said. `taste` and `popularity` are their
    parts of the score, `strength` and `expected` what such a pick is worth to this reader.
    """

    kind: str = ""
    author: str = ""
    topic: str = ""
    title: str = ""
    upvotes: int | None = None
    popular: bool = False
    about: tuple[str, ...] = ()
    words: tuple[tuple[str, float], ...] = ()
    against: tuple[tuple[str, float], ...] = ()
    evidence: tuple[tuple[str, int | str, float], ...] = ()
    taste: float | None = None
    popularity: float | None = None
    strength: str | None = None
    expected: float | None = None


_RECEIPTS = TypeAdapter(Receipt)
_REASONS = TypeAdapter(Reason)


def receipt_of(row: dict[str, Any]) -> Receipt:
    """Return a stored receipt; what older versions stored with fewer keys is read too."""
    return _RECEIPTS.validate_python(row)


def reason_of(row: dict[str, Any]) -> Reason:
    """Return a stored reason; what older versions stored with fewer keys is read too."""
    return _REASONS.validate_python(row)


def to_row(record: Receipt | Reason) -> dict[str, Any]:
    """Return a record as JSON can hold it, without the fields that have their defaults."""
    adapter: TypeAdapter[Any] = (
        _RECEIPTS if isinstance(record, Receipt) else _REASONS
    )
    row: dict[str, Any] = adapter.dump_python(
        record, mode="json", exclude_defaults=True
    )
    return row
