"""Reads the entries of RIS, and of PubMed's form of it: a tag, a dash and a value a line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# The longest value, in characters: it may go over any number of lines.
LONGEST = 20_000

# The tags of RIS, which some programs write with too few or too many spaces.
RIS_TAG = (
    r"A[1-4BDNUV]|BT|C[1-8ANPRTY]|D[ABIOPS]|E[DPRT]|I[DS]|J[12AFO]|KW|L[1-4ABK]"
    r"|M[1-3]|N[12V]|OP|P[BPY]|R[INP]|S[ENPTV]|T[1-3AITY]|U[1-5R]|V[LO]|Y[12]"
)

# Old programs end lines with a carriage return alone.
LINE_END = re.compile(r"\r\n?|\n")

# A line with a tag. In the proper place, behind four characters, the dash tells any tag.
LINE = re.compile(
    rf"\s?(?:(?=.{{4}}-(?:\s|$))(?P<proper>[A-Z][A-Z0-9]{{1,3}})[ ]*"
    rf"|(?P<padded>[A-Z][A-Z0-9])[ ]{{2}}"
    rf"|(?P<loose>{RIS_TAG})[ \t]{{0,4}}(?=-(?:\s|$)))-[ \t]*(?P<value>.*)"
)

# The beginning of an entry in either form.
START = re.compile(
    r"^[ \t]?(?:TY[ \t]{0,4}-[ \t]*(?=[A-Za-z])|PMID[ ]?-[ ]*(?=[0-9]))",
    re.MULTILINE,
)


@dataclass(slots=True)
class RisEntry:
    """One entry: the values of each tag, and where it begins."""

    place: str
    values: dict[str, list[str]] = field(default_factory=dict)

    def add(self, tag: str, value: str) -> None:
        """Add the value of a line, or the beginning of one that goes on."""
        self.values.setdefault(tag, []).append(value.strip()[:LONGEST])

    def extend(self, tag: str, line: str) -> None:
        """Add a line to the last value of a tag."""
        values = self.values.get(tag)
        if values and len(values[-1]) < LONGEST:
            values[-1] = f"{values[-1]} {line.strip()}".strip()[:LONGEST]

    def all(self, *tags: str) -> list[str]:
        """Return every value of some tags, in the order of the tags."""
        return [value for tag in tags for value in self.values.get(tag, ())]

    def first(self, *tags: str) -> str:
        """Return the first value of some tags that is not empty, else ""."""
        return next(filter(None, self.all(*tags)), "")


def is_ris(text: str) -> bool:
    """Return whether a text has the beginning of an entry in it."""
    return START.search(text) is not None


def read(text: str) -> Iterator[RisEntry]:
    """Yield the entries of a text; one that is never closed ends where the next begins."""
    entry: RisEntry | None = None
    tag = ""

    for number, line in enumerate(LINE_END.split(text), start=1):
        match = LINE.fullmatch(line)
        if match is None:
            if entry is not None:
                entry.extend(tag, line)
            continue

        tag = match["proper"] or match["padded"] or match["loose"]
        is_start = START.match(line) is not None
        if entry is not None and (is_start or tag == "ER"):
            yield entry
            entry = None
        if is_start:
            entry = RisEntry(f"line {number}: {line.strip()[:60]}")
        if entry is not None:
            entry.add(tag, match["value"] or "")

    if entry is not None:
        yield entry
