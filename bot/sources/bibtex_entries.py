"""Reads the entries of a BibTeX file, and mends what programs commonly get wrong."""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Block, Entry, ParsingFailedBlock, String

from bot.sources.fields import MONTHS

# The longest value, in characters: values can be joined without end.
LONGEST = 20_000

FIELDS = "title author editor abstract keywords year date month doi url eprint archiveprefix"
FIELDS += (
    " eprinttype journal journaltitle booktitle note howpublished number volume"
)
USED_FIELDS = frozenset(FIELDS.split())
FIELD_NAME = rf"(?:{FIELDS.replace(' ', '|')}|publisher|pages|issn|isbn|series|address|school|type)"

# The beginning of an entry.
OPENING = re.compile(
    r"^([^\S\n]*@)(\s*+)([a-z]++)(\s*+)([{(])", re.IGNORECASE | re.MULTILINE
)

# The beginning of an entry that has no key.
KEYLESS = re.compile(
    r"(@(?!string|comment|preamble)[a-z]++[{(])(?=\s*+[a-z][\w-]{0,30}+\s*+=)",
    re.IGNORECASE,
)

# Where a comma is missing before the next field.
NO_COMMA = (
    # After the key of an entry.
    re.compile(
        rf"(@[a-z]+[{{(]\s*+[^\s,={{}}()\"]++)(?=\s++{FIELD_NAME}\s*+=)",
        re.IGNORECASE,
    ),
    # After a value in braces or quotes.
    re.compile(
        rf"([}}\"])(?=\s*+{FIELD_NAME}\s*+=\s*+[{{\"\d])", re.IGNORECASE
    ),
    # After a number.
    re.compile(
        rf"(=\s*+\d++)(?=\s++{FIELD_NAME}\s*+=\s*+[{{\"\d])", re.IGNORECASE
    ),
)

MARK = re.compile(r"\\.|[{}\"#]", re.DOTALL)

# The parser would log every fault that is returned here.
logging.getLogger("bibtexparser").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class BibEntry:
    """One entry: its fields by lower-case name, with strings resolved, and its place."""

    fields: Mapping[str, str]
    place: str


def read(text: str) -> tuple[list[BibEntry], list[str]]:
    """Return the entries of a bibliography, and one line for each broken one.

    Two entries with the same key are both returned: only LaTeX has a problem with them.
    """
    strings = {month: month for month in MONTHS}
    entries: list[BibEntry] = []
    faults: list[str] = []

    for block in parse_string(_mend(text), parse_stack=[]).blocks:
        content: Block | None = block
        if isinstance(block, ParsingFailedBlock):
            # This is set if the block was read, and fails only for its key.
            content = block.ignore_error_block

        if isinstance(content, Entry):
            entries.append(
                BibEntry(_resolve_fields(content, strings), _place(content))
            )
        elif isinstance(content, String):
            name = content.key.lower()
            strings[name] = _resolve(str(content.value), strings)
        elif isinstance(block, ParsingFailedBlock):
            faults.append(f"{_place(block)} is broken")

    return entries, faults


def is_bibliography(text: str) -> bool:
    """Return whether a text has the beginning of an entry in it."""
    return OPENING.search(text) is not None


def _mend(text: str) -> str:
    """Add what programs leave out: keys, commas, the brace on the line of its entry."""
    text = OPENING.sub(r"\1\3\5\2\4", text)
    text = KEYLESS.sub(r"\1unnamed,", text)
    for pattern in NO_COMMA:
        text = pattern.sub(r"\1,", text)

    return text


def _resolve_fields(entry: Entry, strings: Mapping[str, str]) -> dict[str, str]:
    values = {field.key.lower(): str(field.value) for field in entry.fields}

    return {
        name: _resolve(values[name], strings)
        for name in USED_FIELDS & values.keys()
    }


def _resolve(value: str, strings: Mapping[str, str]) -> str:
    """Return the text of a value, which may join several parts with #."""
    parts = (_resolve_part(part.strip(), strings) for part in _split(value))

    return "".join(part[:LONGEST] for part in parts)[:LONGEST].strip()


def _resolve_part(part: str, strings: Mapping[str, str]) -> str:
    """Return the text of a part: in braces, in quotes, or the name of a string."""
    if len(part) > 1 and part[0] + part[-1] in {"{}", '""'}:
        return part[1:-1]

    return strings.get(part.lower(), part)


def _split(value: str) -> Iterator[str]:
    """Split a value at each # outside of braces and quotes."""
    depth = 0
    is_quoted = False
    start = 0

    for mark in MARK.finditer(value):
        depth += (mark[0] == "{") - (mark[0] == "}")
        is_quoted ^= mark[0] == '"' and not depth
        if mark[0] == "#" and not depth and not is_quoted:
            yield value[start : mark.start()]
            start = mark.end()

    yield value[start:]


def _place(block: Block) -> str:
    opening = (block.raw or "").strip().split("\n")[0].rstrip(" ,")
    return f"line {(block.start_line or 0) + 1}: {opening[:60]}"
