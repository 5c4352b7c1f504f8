"""Papers from a file: a saved Daily Papers page, JSON lines or a bibliography."""

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

from bot.sources import bibliographies, encodings, jsonlines, page
from bot.sources.errors import BadFile
from bot.sources.withdrawals import without_withdrawn
from recommender.papers import Paper

# The longest line of JSON lines, and the longest file of any other form, in characters.
MOST_CHARACTERS = 32_000_000

FORMS = (
    "give a saved Daily Papers page as plain text, JSON lines (gzip too), "
    "BibTeX, RIS or .nbib"
)

GZIP = b"\x1f\x8b"
ARRAY = re.compile(r"\s*\[\s*[{\]]")

log = logging.getLogger(__name__)


def read(
    path: Path, today: date, *, on_fault: Callable[[str], None] = log.warning
) -> Iterator[Paper]:
    """Yield the papers of a file while it is read.

    `today` dates papers without a date. `on_fault` gets one line for each entry of a bibliography
    that is left out because it is unusable.

    Raises BadFile for any other fault of the file, after the JSON lines before it were
    yielded.
    """
    with opening(path) as text:
        try:
            yield from without_withdrawn(
                _read_papers(path, text, today, on_fault)
            )
        except UnicodeDecodeError:
            # Bibliographies are the only files in other encodings than UTF-8.
            content = _read_bytes(path)[:MOST_CHARACTERS]
            bibliography = encodings.decode(content)
            if bibliography is None or not bibliographies.is_bibliography(
                bibliography
            ):
                raise
            yield from _read_prose(path, bibliography, today, on_fault)


@contextmanager
def opening(path: Path) -> Iterator[TextIO]:
    """Open a text file, also with gzip; raise BadFile for any error within the block."""
    if path.is_dir():
        raise BadFile(path, "this is a folder", "name a file in it")

    try:
        with path.open("rb") as raw, _open_text(raw) as text:
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


def _open_text(raw: IO[bytes]) -> TextIO:
    magic = raw.read(2)
    raw.seek(0)
    data = gzip.GzipFile(fileobj=raw) if magic == GZIP else raw

    mark = data.read(2)
    data.seek(0)
    # A Windows shell writes UTF-16.
    is_wide = mark in {b"\xff\xfe", b"\xfe\xff"}

    return io.TextIOWrapper(data, encoding="utf-16" if is_wide else "utf-8-sig")


def _read_bytes(path: Path) -> bytes:
    is_compressed = path.read_bytes()[:2] == GZIP
    open_file = gzip.open if is_compressed else open

    with open_file(path, "rb") as file:
        return file.read(MOST_CHARACTERS + 1)


def _read_papers(
    path: Path, text: TextIO, today: date, on_fault: Callable[[str], None]
) -> Iterator[Paper]:
    """Return the papers of an open file, whose form shows in its first line."""
    lines = enumerate(iter(lambda: text.readline(MOST_CHARACTERS), ""), start=1)

    number, first_line = next(
        ((number, line) for number, line in lines if line.strip()), (0, "")
    )
    if not first_line:
        raise BadFile(path, "the file is empty", FORMS)
    if "\0" in first_line:
        raise BadFile(path, "this is binary", FORMS)

    if first_line.lstrip().startswith("{"):
        all_lines = itertools.chain([(number, first_line)], lines)
        return _read_lines(path, all_lines, today)

    content = first_line + text.read(MOST_CHARACTERS)
    if text.read(1):
        raise BadFile(
            path, "the file is too large", "split it, or give JSON lines"
        )

    if ARRAY.match(content):
        # With its blank lines, so that errors name the right line.
        return _read_array(path, "\n" * (number - 1) + content, today)

    return _read_prose(path, content, today, on_fault)


def _read_lines(
    path: Path, lines: Iterator[tuple[int, str]], today: date
) -> Iterator[Paper]:
    for number, line in lines:
        if line.strip():
            row = decode(path, line, number)
            yield _parse_row(path, row, today, "this", line=number)


def _read_array(path: Path, array: str, today: date) -> Iterator[Paper]:
    rows = decode(path, array)
    if not isinstance(rows, list):
        return

    for number, row in enumerate(rows, start=1):
        yield _parse_row(path, row, today, f"entry {number} of the list")


def _parse_row(
    path: Path,
    row: object,
    today: date,
    place: str,
    *,
    line: int | None = None,
) -> Paper:
    paper = jsonlines.paper_from(row, today)
    if paper is None:
        advice = "each needs at least a title; mend or delete it"
        raise BadFile(path, f"{place} is no paper", advice, line=line)

    return paper


def decode(path: Path, text: str, line: int | None = None) -> object:
    """Return the value of a piece of JSON; raise BadFile with its line if it is broken."""
    advice = "mend or delete it, or fetch the file again"
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise BadFile(
            path,
            f"broken JSON ({error.msg})",
            advice,
            line=line or error.lineno,
        ) from None
    except (ValueError, RecursionError):
        # A number of thousands of digits, or endless nesting.
        raise BadFile(
            path, "JSON beyond all measure", advice, line=line
        ) from None


def _read_prose(
    path: Path, text: str, today: date, on_fault: Callable[[str], None]
) -> Iterator[Paper]:
    """Return the papers of a bibliography, or of a saved page."""
    if text.lstrip().startswith("<"):
        raise BadFile(
            path, "this is a web page", "open it and save it as plain text"
        )

    if bibliographies.is_bibliography(text):
        papers, faults = bibliographies.parse(text, today)
        for fault in faults:
            on_fault(f"{path}, {fault}")
    else:
        papers = page.parse(text, today)

    if not papers:
        raise BadFile(path, "no papers found in it", FORMS)

    return iter(papers)
