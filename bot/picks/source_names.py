"""Which lists of papers exist, in words and groups: the same for every reader."""

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.markup import list_keys
from bot.picks import source_lookup
from bot.sources import arxiv_categories, biorxiv_subjects
from bot.storage.takeout.document import Subscription, Takeout

ISSN = re.compile(r"\d{4}-?\d{3}[\dxX]")

# The groups of arXiv's categories, in the order in which they are offered, by the beginning
# of their codes. What begins otherwise belongs to physics.
GROUPS = {
    "cs": "cs",
    "stat": "stat",
    "math": "math",
    "physics": "",
    "eess": "eess",
    "q-bio": "q-bio",
    "q-fin": "q-fin",
    "econ": "econ",
}
PHYSICS = "physics"


def group_of(code: str) -> str:
    """Return the group that a category of arXiv belongs to."""
    archive = code.partition(".")[0]
    return archive if archive in GROUPS else PHYSICS


def groups() -> list[str]:
    """Return the groups that have categories."""
    present = set(map(group_of, arxiv_categories.NAMES))
    return [group for group in GROUPS if group in present]


def category_keys(group: str) -> list[str]:
    """Return the keys of a group's categories, by code."""
    return [
        list_keys.key(list_keys.ARXIV, code)
        for code in sorted(arxiv_categories.NAMES)
        if group_of(code) == group
    ]


def subjects(server: str) -> list[str]:
    """Return the keys of a server's subjects, in the order of the alphabet."""
    names = biorxiv_subjects.SUBJECTS.get(server, ())
    return sorted(list_keys.key(server, name) for name in names)


def code_of(text: str) -> str | None:
    """Return the category of arXiv that a text is the code of, in any case."""
    code = text.strip().casefold().removeprefix("arxiv:")
    return arxiv_categories.exact(code)


def issn_of(text: str) -> str | None:
    """Return the ISSN that a text consists of, as Crossref writes it."""
    plain = text.strip().casefold().removeprefix("issn").strip(" :")
    if not ISSN.fullmatch(plain):
        return None

    digits = plain.replace("-", "").upper()
    return f"{digits[:4]}-{digits[4:]}" if _has_check_digit(digits) else None


def search(words: str, kinds: Iterable[str], most: int) -> list[str]:
    """Return the keys of categories and subjects that some words mean, the best of each first."""
    keys: list[str] = []
    for kind in kinds:
        if kind == list_keys.ARXIV:
            names = arxiv_categories.search(words)
        elif kind in biorxiv_subjects.SUBJECTS:
            names = biorxiv_subjects.search(kind, words)
        else:
            continue
        keys += [list_keys.key(kind, name) for name in names[:most]]
    return keys


def exists(key: str) -> bool:
    """Tell whether a key is that of a list, for all that can be known here."""
    kind, name = list_keys.kind(key), list_keys.name(key)
    if kind == list_keys.ARXIV:
        return name in arxiv_categories.NAMES
    if kind in biorxiv_subjects.SUBJECTS:
        return key in subjects(kind)
    if kind == list_keys.JOURNAL:
        return issn_of(name) is not None
    return kind == list_keys.FEED or key == list_keys.DAILY


def all_keys() -> list[str]:
    """Return the keys of all categories and subjects."""
    keys = [
        list_keys.key(list_keys.ARXIV, code) for code in arxiv_categories.NAMES
    ]
    for server in biorxiv_subjects.SUBJECTS:
        keys += subjects(server)
    return keys


def by_beginning(text: str) -> str | None:
    """Return the key of a list that begins with a text: buttons have no room for long ones."""
    if exists(text):
        return text

    return next((key for key in all_keys() if key.startswith(text)), None)


def with_existing_sources(document: Takeout) -> Takeout:
    """Return a reader's document without lists that don't exist, and feeds without address."""
    return replace(
        document,
        subscriptions=tuple(
            entry
            for entry in document.subscriptions
            if exists(entry.key) and _is_whole(entry)
        ),
    )


def _is_whole(entry: Subscription) -> bool:
    """Tell whether an entry has the address of a feed, if it needs one."""
    if list_keys.kind(entry.key) != list_keys.FEED:
        return True

    return source_lookup.web_address(entry.address) == entry.address


def _has_check_digit(digits: str) -> bool:
    """Tell whether the last of the eight digits of an ISSN follows from the others."""
    values = [10 if digit == "X" else int(digit) for digit in digits]
    weighted = sum(
        value * weight
        for value, weight in zip(values, range(8, 0, -1), strict=True)
    )
    return weighted % 11 == 0
