"""Reads data sets of JSON lines, gzip too, and names the line of whatever is wrong in them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.sources import file
from bot.sources.errors import BadFile

MEND = "mend or delete the line"


def rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of JSON lines with their line numbers; an empty file is refused."""
    number = 0
    with file.opening(path) as text:
        for number, line in enumerate(text, start=1):
            if line.strip():
                row = file.decode(path, line, number)
                if not isinstance(row, dict):
                    raise BadFile(
                        path, "this is no JSON object", MEND, line=number
                    )
                yield number, row
    if not number:
        raise BadFile(path, "the file is empty", "name a file of JSON lines")


def texts(path: Path, number: int, row: dict[str, Any], key: str) -> list[str]:
    """Return a list of texts, for which a missing key is an empty one."""
    value = row.get(key, [])
    if not isinstance(value, list) or not all(
        isinstance(one, str) for one in value
    ):
        raise BadFile(
            path, f'"{key}" is not a list of texts', MEND, line=number
        )
    return value
