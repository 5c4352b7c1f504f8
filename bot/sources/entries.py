"""The entries of a bibliography, as forgiving as the programs that write them are free."""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Block, Entry, ParsingFailedBlock, String

from bot.sources.fields import MONTHS

LONGEST = 20_000  # characters of a value: strings can be joined to no end
FIELDS = "title author editor abstract keywords year date month doi url eprint archiveprefix"
FIELDS += (
    " eprinttype journal journaltitle booktitle note howpublished number volume"
)
WANTED = frozenset(FIELDS.split())
KNOWN = rf"(?:{FIELDS.replace(' ', '|')}|publisher|pages|issn|isbn|series|address|school|type)"
OPENING = re.compile(
    r"^([^\S\n]*@)(\s*+)([a-z]++)(\s*+)([{(])", re.IGNORECASE | re.MULTILINE
)
KEYLESS = re.compile(
    r"(@(?!string|comment|preamble)[a-z]++[{(])(?=\s*+[a-z][\w-]{0,30}+\s*+=)",
    re.IGNORECASE,
)
NO_COMMA = (
    # after the key, after a value in braces or quotes, after a number
    re.compile(
        rf"(@[a-z]+[{{(]\s*+[^\s,={{}}()\"]++)(?=\s++{KNOWN}\s*+=)",
        re.IGNORECASE,
    ),
    re.compile(rf"([}}\"])(?=\s*+{KNOWN}\s*+=\s*+[{{\"\d])", re.IGNORECASE),
    re.compile(rf"(=\s*+\d++)(?=\s++{KNOWN}\s*+=\s*+[{{\"\d])", re.IGNORECASE),
)
MARK = re.compile(r"\\.|[{}\"#]", re.DOTALL)

# It would tell every fault a second time, in more lines.
logging.getLogger("bibtexparser").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Read:
    """One entry: what its fields say (names small, strings put in), and where it stands."""

    said: Mapping[str, str]
    place: str


def read(text: str) -> tuple[list[Read], list[str]]:
    """Return the entries of a bibliography, and one line for each that is broken.

    Two entries under one key are two: they are only in each other's way for LaTeX.
    """
    blocks = parse_string(_mended(text), parse_stack=[]).blocks
    strings = {month: month for month in MONTHS}
    entries: list[Read] = []
    faults: list[str] = []
    for block in blocks:
        known = (
            block.ignore_error_block
            if isinstance(block, ParsingFailedBlock)
            else block
        )
        if isinstance(known, Entry):
            entries.append(Read(_said(known, strings), _place(known)))
        elif isinstance(known, String):
            strings[known.key.lower()] = _value(str(known.value), strings)
        elif isinstance(block, ParsingFailedBlock):
            faults.append(f"{_place(block)} is broken")
    return entries, faults


def is_bibliography(text: str) -> bool:
    """Tell whether a text has the beginning of an entry in it."""
    return OPENING.search(text) is not None


def _mended(text: str) -> str:
    """Put in what programs leave out: keys and commas, the brace on the line of its entry."""
    text = OPENING.sub(r"\1\3\5\2\4", text)
    text = KEYLESS.sub(r"\1unnamed,", text)
    for pattern in NO_COMMA:
        text = pattern.sub(r"\1,", text)
    return text


def _said(entry: Entry, strings: Mapping[str, str]) -> dict[str, str]:
    written = {field.key.lower(): str(field.value) for field in entry.fields}
    return {
        name: _value(written[name], strings) for name in WANTED & written.keys()
    }


def _value(written: str, strings: Mapping[str, str]) -> str:
    """Return what a value says: in braces, in quotes, by a string's name, or all of it joined."""
    parts = (_part(part.strip(), strings) for part in _joined(written))
    return "".join(part[:LONGEST] for part in parts)[:LONGEST].strip()


def _part(written: str, strings: Mapping[str, str]) -> str:
    if len(written) > 1 and written[0] + written[-1] in {"{}", '""'}:
        return written[1:-1]
    return strings.get(written.lower(), written)


def _joined(written: str) -> Iterator[str]:
    """Part a value at each # that stands outside of braces and quotes."""
    depth, quoted, start = 0, False, 0
    for mark in MARK.finditer(written):
        depth += (mark[0] == "{") - (mark[0] == "}")
        quoted ^= mark[0] == '"' and not depth
        if mark[0] == "#" and not depth and not quoted:
            yield written[start : mark.start()]
            start = mark.end()
    yield written[start:]


def _place(block: Block) -> str:
    opening = (block.raw or "").strip().split("\n")[0].rstrip(" ,")
    return f"line {(block.start_line or 0) + 1}: {opening[:60]}"
