"""Papers from a file: a saved Daily Papers page, JSON lines or BibTeX, told apart by content."""

import gzip
import io
import itertools
import json
import logging
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, TextIO

from bot.sources import bibtex, encodings, entries, jsonlines, page
from bot.sources.errors import BadFile
from bot.sources.withdrawn import left
from recommender.papers import Paper

MOST_CHARACTERS = (
    32_000_000  # of a line of JSON lines, and of each other form as a whole
)
FORMS = "give a saved Daily Papers page as plain text, JSON lines (gzip too) or BibTeX"

GZIP = b"\x1f\x8b"
ARRAY = re.compile(r"\s*\[\s*[{\]]")

log = logging.getLogger(__name__)


def read(
    path: Path, today: date, *, on_fault: Callable[[str], None] = log.warning
) -> Iterator[Paper]:
    """Yield the papers of a file while it is read.

    `today` dates papers whose file names no day. BibTeX entries that can't be used are left out,
    each told to `on_fault` in one line. Raises BadFile for everything else that is wrong; JSON
    lines before a broken one have been yielded by then.
    """
    with opening(path) as text:
        try:
            yield from left(_papers(path, text, today, on_fault))
        except (
            UnicodeDecodeError
        ):  # only bibliographies come in other encodings than UTF-8
            decoded = encodings.decoded(_content(path)[:MOST_CHARACTERS])
            if decoded is None or not entries.is_bibliography(decoded):
                raise
            yield from _from_prose(path, decoded, today, on_fault)


@contextmanager
def opening(path: Path) -> Iterator[TextIO]:
    """Open a text file, gzip too; whatever is wrong with it is raised as BadFile."""
    if path.is_dir():
        raise BadFile(path, "this is a folder", "name a file in it")
    try:
        with path.open("rb") as raw, _text(raw) as text:
            yield text
    except FileNotFoundError:
        raise BadFile(path, "there is no such file", "check the path") from None
    except UnicodeDecodeError:
        raise BadFile(
            path, "this is binary, or text not in UTF-8", FORMS
        ) from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise BadFile(
            path, "the compressed data is damaged", "fetch the file again"
        ) from None
    except OSError as error:
        why = f"it can't be read ({error.strerror or error})"
        raise BadFile(
            path, why, "check that it is a file you may read"
        ) from None


def _text(raw: IO[bytes]) -> TextIO:
    magic = raw.read(2)
    raw.seek(0)
    data = gzip.GzipFile(fileobj=raw) if magic == GZIP else raw
    mark = data.read(2)
    data.seek(0)
    wide = mark in {b"\xff\xfe", b"\xfe\xff"}  # as a Windows shell writes
    return io.TextIOWrapper(data, encoding="utf-16" if wide else "utf-8-sig")


def _content(path: Path) -> bytes:
    with (gzip.open if path.read_bytes()[:2] == GZIP else open)(
        path, "rb"
    ) as file:
        return file.read(MOST_CHARACTERS + 1)


def _papers(
    path: Path, text: TextIO, today: date, on_fault: Callable[[str], None]
) -> Iterator[Paper]:
    lines = enumerate(iter(lambda: text.readline(MOST_CHARACTERS), ""), start=1)
    number, first = next(
        ((n, line) for n, line in lines if line.strip()), (0, "")
    )
    if not first:
        raise BadFile(path, "the file is empty", FORMS)
    if "\0" in first:
        raise BadFile(path, "this is binary", FORMS)
    if first.lstrip().startswith("{"):
        return _from_lines(
            path, itertools.chain([(number, first)], lines), today
        )
    whole = first + text.read(MOST_CHARACTERS)
    if text.read(1):
        raise BadFile(
            path, "the file is too large", "split it, or give JSON lines"
        )
    if ARRAY.match(whole):
        return _from_array(path, "\n" * (number - 1) + whole, today)
    return _from_prose(path, whole, today, on_fault)


def _from_lines(
    path: Path, lines: Iterator[tuple[int, str]], today: date
) -> Iterator[Paper]:
    for number, line in lines:
        if line.strip():
            row = decode(path, line, number)
            yield _known(path, jsonlines.paper_from(row, today), "this", number)


def _from_array(path: Path, array: str, today: date) -> Iterator[Paper]:
    rows = decode(path, array)
    for number, row in enumerate(
        rows if isinstance(rows, list) else [], start=1
    ):
        yield _known(
            path,
            jsonlines.paper_from(row, today),
            f"entry {number} of the list",
        )


def _known(
    path: Path, paper: Paper | None, place: str, line: int | None = None
) -> Paper:
    if paper is None:
        advice = "each needs at least a title; mend or delete it"
        raise BadFile(path, f"{place} is no paper", advice, line=line)
    return paper


def decode(path: Path, text: str, line: int | None = None) -> object:
    """Return what a piece of JSON says; BadFile names its line where it is broken."""
    advice = "mend or delete it, or fetch the file again"
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = line or error.lineno
        raise BadFile(
            path, f"broken JSON ({error.msg})", advice, line=where
        ) from None
    except (
        ValueError,
        RecursionError,
    ):  # a number of thousands of digits, endless nesting
        raise BadFile(
            path, "JSON beyond all measure", advice, line=line
        ) from None


def _from_prose(
    path: Path, text: str, today: date, on_fault: Callable[[str], None]
) -> Iterator[Paper]:
    if text.lstrip().startswith("<"):
        raise BadFile(
            path, "this is a web page", "open it and save it as plain text"
        )
    if entries.is_bibliography(text):
        papers, faults = bibtex.parse(text, today)
        for fault in faults:
            on_fault(f"{path}, {fault}")
    else:
        papers = page.parse(text, today)
    if not papers:
        raise BadFile(path, "no papers found in it", FORMS)
    return iter(papers)
