"""Parses author names from sources into one name for each person."""

import re
from collections.abc import Iterable, Iterator

from bot.markup import latex, reading, tags

# Words that only the names of groups have.
GROUPS = {
    "team",
    "teams",
    "lab",
    "labs",
    "laboratory",
    "research",
    "group",
    "collaboration",
    "inc",
    "inc.",
    "ltd",
    "ltd.",
    "gmbh",
    "llc",
    "corp",
    "corp.",
    "corporation",
    "company",
    "center",
    "centre",
    "institute",
    "institut",
    "university",
    "department",
    "foundation",
    "consortium",
    "committee",
    "initiative",
    "society",
    "agency",
    "association",
    "organization",
    "organisation",
    "community",
    "alliance",
    "network",
    "project",
}
# Words before a family name that belong to it.
PARTICLES = {
    "van",
    "von",
    "de",
    "der",
    "den",
    "del",
    "della",
    "di",
    "da",
    "dos",
    "du",
    "la",
    "le",
    "el",
    "al",
    "ter",
}

SUFFIXES = {"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"}

# What stands for authors that are not named.
OTHERS = re.compile(
    r"(?<![\s,;])[\s,;]*+(?:\bet\.?\s+al\b|\band (?:others|\d+ more)\b|\(\d+ additional authors).*",
    re.IGNORECASE,
)

# Titles and such, which follow a name after a comma and are no names: "Ada Bo, Ph.D.",
# "Cy Do, Senior Member, IEEE".
NO_NAME = re.compile(
    r"(?:and\s+)?(?:others?|(?:(?:senior|student|life)\s+)?(?:member|fellow)|ieee|acm|esq\.?"
    r"|ph\.?\s?d\.?|m\.?\s?d\.?|m\.?\s?sc\.?|b\.?\s?sc\.?|d\.?\s?phil\.?|prof\.?|dr\.?)",
    re.IGNORECASE,
)
TITLES = re.compile(
    rf"(?:\s*,\s*{NO_NAME.pattern}(?![\w.]))+\s*$", re.IGNORECASE
)
CONJUNCTION = re.compile(r"\s*(?:and|&)\s+", re.IGNORECASE)
# Footnote marks of affiliations, and addresses, behind a name.
MARKS = re.compile(
    r"(?:\s*(?:[*†‡§¶∗⋆,;:]|[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]|\^\(?[\w,*†‡]++\)?|<[^<>]*@[^<>]*>))+$"
)
SUFFIX = re.compile(r"\s*(?:[js]r\.?|I{2,3}|IV)\s*(?=[,;]|$)", re.IGNORECASE)
DEPTH_CHANGES = dict.fromkeys("({[", 1) | dict.fromkeys(")}]", -1)

# The longest name with its affiliation, in characters.
LONGEST = 1000

# A name that needs no parsing, as nearly all are.
PLAIN = re.compile(
    r"(?!and |.*\b(?:et|others|member|fellow)\b)(?=\S+ \S)[^\W\d_]++(?:[ '’-][^\W\d_]++\.?)*+",
    re.IGNORECASE,
)
SEPARATORS = re.compile(r"\\.|[(){}\[\],;]")


def several(names: Iterable[str]) -> tuple[str, ...]:
    """Return the people in a list of names, each once, without empty names."""
    people = [
        person for name in _join_split_names(names) for person in _people(name)
    ]
    return tuple(dict.fromkeys(filter(None, people)))


def listed(text: str) -> tuple[str, ...]:
    """Return the people in a text with all names, separated by commas or semicolons."""
    return several(_split_list(OTHERS.sub("", tags.plain(text))))


def named(raw_name: str) -> str:
    """Return a person's name without markup, given names first, or "" if it is no name."""
    if PLAIN.fullmatch(raw_name):
        return raw_name

    without_latex = latex.whole(tags.plain(raw_name[:LONGEST]))
    name = reading.plain(re.sub(r"[{}]", "", without_latex))

    if CONJUNCTION.match(name):
        name = CONJUNCTION.sub("", OTHERS.sub("", name), count=1)
    name = _without_affiliation(OTHERS.sub("", name)).lstrip(" ,;")
    name = _given_name_first(TITLES.sub("", name))

    has_letters = any(character.isalpha() for character in name)
    return name if has_letters and not NO_NAME.fullmatch(name) else ""


def is_group(name: str) -> bool:
    """Return whether a name is that of an organisation or a team."""
    words = name.replace(",", " ").split()
    if len(words) > 2 and not {"and", "of", "for"}.isdisjoint(words):
        return True

    if words and words[0].casefold() == "the":
        return True

    return _has_group_word(name)


def _has_group_word(name: str) -> bool:
    words = name.replace(",", " ").split()

    return "AI" in words or any(word.casefold() in GROUPS for word in words)


def _given_name_first(name: str) -> str:
    """Return "Lovelace, Ada" as "Ada Lovelace"; the names of groups stay."""
    family, _, given = (part.strip() for part in name.partition(","))

    is_inverted = (
        given and "," not in given and given.casefold() not in SUFFIXES
    )
    if is_inverted and not is_group(name):
        return f"{given} {family}"

    return name


def _without_affiliation(name: str) -> str:
    """Remove affiliations, footnote marks and addresses behind a name."""
    before = None
    while before != name:
        before = name
        bare = name[: _bracket_start(name)].rstrip(" ^") or name
        name = MARKS.sub("", bare).strip()

    return name


def _bracket_start(name: str) -> int:
    """Return where the brackets at the end of a name begin, else its length."""
    depth = 0
    for at in range(len(name) - 1, -1, -1):
        depth += (name[at] in ")]") - (name[at] in "([")
        is_last = depth == 0 and name[-1] in ")]"
        if name[at] in "([" and (depth < 0 or is_last):
            return at

    return len(name)


def _people(name: str) -> Iterator[str]:
    """Yield the people in a name, which may be "The Team: Ada Lovelace"."""
    # In a bibliography, braces around a name say that it is one.
    if re.fullmatch(r"\s*\{[^{}]*\}\s*", name):
        yield named(name)
        return

    group, colon, members = name.partition(":")
    yield from map(named, _split_pair(group))
    if colon:
        yield from listed(members)


def _join_split_names(names: Iterable[str]) -> Iterator[str]:
    """Join names that were split at a comma inside brackets."""
    joined = ""
    for name in names:
        joined = f"{joined}, {name}" if joined else name
        if joined.count("(") <= joined.count(")"):
            yield joined
            joined = ""

    if joined:
        yield joined


def _split_list(text: str) -> Iterator[str]:
    """Split names at the commas and semicolons outside of brackets."""
    depth = 0
    start = 0

    for mark in SEPARATORS.finditer(text):
        depth = max(depth + DEPTH_CHANGES.get(mark[0], 0), 0)
        is_separator = mark[0] in ",;" and not depth
        if is_separator and not SUFFIX.match(text, mark.end()):
            yield from _split_pair(text[start : mark.start()])
            start = mark.end()

    yield from _split_pair(text[start:])


def _split_pair(names: str) -> list[str]:
    """Split "Ada Lovelace and Bo Peep", but not "Center for Hands and Arms"."""
    if _has_group_word(names):
        return [names]

    return re.split(r"\s+(?:and|&)\s+", names)
