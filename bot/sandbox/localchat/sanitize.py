"""JSON and names as far as they can be kept: what is stored here is read and told again later."""

import json
import re
import unicodedata

# Characters of a file's name.
LONGEST_NAME = 255
# From here on JavaScript counts wrong.
LARGEST = 2**53
# What a file is called whose name says nothing.
NAMELESS = "file"
# What a file is whose kind says nothing.
PLAIN = "application/octet-stream"
MIME_TYPE = re.compile(r"[\w.+-]{1,80}/[\w.+-]{1,80}", re.ASCII)


def read(text: bytes | str) -> object:
    """Read JSON; raise ValueError where it is none, or holds what could never be written again.

    That is half an emoji (a UnicodeError), a number that is none, or an abyss of brackets.
    """
    try:
        value: object = json.loads(text)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def without_halves(text: str) -> str:
    """Return a text with a question mark for every half of an emoji: as long as it was."""
    return text.encode(errors="replace").decode()


def whole_number(value: object) -> int | None:
    """Return what is a number of something, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if abs(value) < LARGEST else None


def file_name(name: str) -> str:
    """Return a file's name without the folders before it, and without what no name holds."""
    printable = "".join(c for c in name if unicodedata.category(c)[0] != "C")
    last = re.split(r"[/\\]", printable)[-1].strip(" .")
    return last[-LONGEST_NAME:] or NAMELESS


def mime_type(name: str) -> str:
    """Return the kind of a file, as far as it is one."""
    return name if MIME_TYPE.fullmatch(name) else PLAIN
