"""Cleans values from outside, so that they can be stored and sent back later."""

import json
import re
import unicodedata

# Characters of a file name.
MAX_FILE_NAME = 255
# JavaScript loses precision from this number on.
MAX_NUMBER = 2**53
# The name of a file whose name is empty once it is cleaned.
DEFAULT_FILE_NAME = "file"
# The type of a file whose type is malformed.
DEFAULT_MIME_TYPE = "application/octet-stream"
MIME_TYPE = re.compile(r"[\w.+-]{1,80}/[\w.+-]{1,80}", re.ASCII)


def load_json(text: bytes | str) -> object:
    """Return parsed JSON, or raise ValueError if it is invalid or can't be written again.

    The latter is half an emoji (a UnicodeError), NaN, or brackets nested too deeply.
    """
    try:
        value: object = json.loads(text)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def replace_surrogates(text: str) -> str:
    """Return the text with every unpaired surrogate (half an emoji) replaced by `?`."""
    return text.encode(errors="replace").decode()


def whole_number(value: object) -> int | None:
    """Return an int that JavaScript can count, or None for any other value."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if abs(value) < MAX_NUMBER else None


def file_name(name: str) -> str:
    """Return the last part of a path, without control characters."""
    printable = "".join(
        character
        for character in name
        if unicodedata.category(character)[0] != "C"
    )
    last_part = re.split(r"[/\\]", printable)[-1].strip(" .")
    return last_part[-MAX_FILE_NAME:] or DEFAULT_FILE_NAME


def mime_type(name: str) -> str:
    """Return a MIME type that is well formed, or the default one."""
    return name if MIME_TYPE.fullmatch(name) else DEFAULT_MIME_TYPE
