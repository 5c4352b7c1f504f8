"""Names as sources write them, made into one name for each person."""

import re
from collections.abc import Iterable, Iterator

from bot.markup import latex, reading, tags

GROUPS = {
    "team",
    "teams",
    "lab",
    "labs",
    "laboratory",
    "research",
    "group",
    "collaboration",
}
GROUPS |= {
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
}
GROUPS |= {
    "center",
    "centre",
    "institute",
    "institut",
    "university",
    "department",
    "foundation",
}
GROUPS |= {
    "consortium",
    "committee",
    "initiative",
    "society",
    "agency",
    "association",
}
GROUPS |= {
    "organization",
    "organisation",
    "community",
    "alliance",
    "network",
    "project",
}
SUFFIXES = {"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"}
OTHERS = re.compile(
    r"(?<![\s,;])[\s,;]*+(?:\bet\.?\s+al\b|\band (?:others|\d+ more)\b|\(\d+ additional authors).*",
    re.IGNORECASE,
)
# What follows a name after a comma and is no name: "Ada Bo, Ph.D.", "Cy Do, Senior Member, IEEE".
NOBODY = re.compile(
    r"(?:and\s+)?(?:others?|(?:(?:senior|student|life)\s+)?(?:member|fellow)|ieee|acm|esq\.?"
    r"|ph\.?\s?d\.?|m\.?\s?d\.?|m\.?\s?sc\.?|b\.?\s?sc\.?|d\.?\s?phil\.?|prof\.?|dr\.?)",
    re.IGNORECASE,
)
TITLES = re.compile(
    rf"(?:\s*,\s*{NOBODY.pattern}(?![\w.]))+\s*$", re.IGNORECASE
)
CONJUNCTION = re.compile(r"\s*(?:and|&)\s+", re.IGNORECASE)
# What marks an affiliation or an address, behind a name.
MARKS = re.compile(
    r"(?:\s*(?:[*†‡§¶∗⋆,;:]|[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]|\^\(?[\w,*†‡]++\)?|<[^<>]*@[^<>]*>))+$"
)
SUFFIX = re.compile(r"\s*(?:[js]r\.?|I{2,3}|IV)\s*(?=[,;]|$)", re.IGNORECASE)
DEEPER = dict.fromkeys("({[", 1) | dict.fromkeys(")}]", -1)
LONGEST = 1000  # characters of a name, with its affiliation
PLAIN = re.compile(
    r"(?!and |.*\b(?:et|others|member|fellow)\b)(?=\S+ \S)[^\W\d_]++(?:[ '’-][^\W\d_]++\.?)*+",
    re.IGNORECASE,
)
APART = re.compile(r"\\.|[(){}\[\],;]")


def several(written: Iterable[str]) -> tuple[str, ...]:
    """Return the people of a list of names, each once, without those that are none."""
    people = [person for name in _whole(written) for person in _told(name)]
    return tuple(dict.fromkeys(person for person in people if person))


def listed(written: str) -> tuple[str, ...]:
    """Return the people of one text that names them all, parted by commas or semicolons."""
    return several(_parted(OTHERS.sub("", tags.plain(written))))


def named(written: str) -> str:
    """Return one person's name as people read it, given names first; empty for what is none."""
    if PLAIN.fullmatch(written):  # as nearly all are
        return written
    name = reading.plain(
        re.sub(r"[{}]", "", latex.whole(tags.plain(written[:LONGEST])))
    )
    name = (
        CONJUNCTION.sub("", OTHERS.sub("", name), count=1)
        if CONJUNCTION.match(name)
        else name
    )
    name = TITLES.sub("", _bare(OTHERS.sub("", name)).lstrip(" ,;"))
    family, comma, given = (part.strip() for part in name.partition(","))
    turned = (
        comma
        and given
        and "," not in given
        and given.casefold() not in SUFFIXES
    )
    if turned and not is_group(name):
        name = f"{given} {family}"
    is_one = any(c.isalpha() for c in name) and not NOBODY.fullmatch(name)
    return name if is_one else ""


def is_group(name: str) -> bool:
    """Tell an organisation, or a team, from a person."""
    words = name.replace(",", " ").split()
    small = [word.casefold() for word in words]
    joined = len(words) > 2 and not {"and", "of", "for"}.isdisjoint(words)
    return joined or small[:1] == ["the"] or _says_group(name)


def _says_group(name: str) -> bool:
    words = name.replace(",", " ").split()
    return "AI" in words or any(word.casefold() in GROUPS for word in words)


def _bare(name: str) -> str:
    """Take away what follows a name: its affiliation, footnote marks, an address."""
    before = None
    while before != name:
        before = name
        name = MARKS.sub(
            "", name[: _bracketed(name)].rstrip(" ^") or name
        ).strip()
    return name


def _bracketed(name: str) -> int:
    """Return where the brackets begin that a name ends in, else its length."""
    depth = 0
    for at in range(len(name) - 1, -1, -1):
        depth += (name[at] in ")]") - (name[at] in "([")
        if name[at] in "([" and (
            depth < 0 or (depth == 0 and name[-1] in ")]")
        ):
            return at
    return len(name)


def _told(name: str) -> Iterator[str]:
    """Part the name of a group from those of its people: "The Team: Ada Lovelace"."""
    if re.fullmatch(
        r"\s*\{[^{}]*\}\s*", name
    ):  # a bibliography says that it is one name
        yield named(name)
        return
    group, colon, rest = name.partition(":")
    yield from map(named, _pair(group))
    if colon:
        yield from listed(rest)


def _whole(written: Iterable[str]) -> Iterator[str]:
    """Put together again what was parted at a comma inside brackets."""
    held = ""
    for part in written:
        held = f"{held}, {part}" if held else part
        if held.count("(") <= held.count(")"):
            yield held
            held = ""
    if held:
        yield held


def _parted(written: str) -> Iterator[str]:
    """Part names at the commas and semicolons that stand outside of brackets."""
    depth, start = 0, 0
    for mark in APART.finditer(written):
        depth = max(depth + DEEPER.get(mark[0], 0), 0)
        if (
            mark[0] in ",;"
            and not depth
            and not SUFFIX.match(written, mark.end())
        ):
            yield from _pair(written[start : mark.start()])
            start = mark.end()
    yield from _pair(written[start:])


def _pair(written: str) -> list[str]:
    """Part "Ada Lovelace and Bo Peep", but not "Center for Hands and Arms"."""
    return (
        [written]
        if _says_group(written)
        else re.split(r"\s+(?:and|&)\s+", written)
    )
