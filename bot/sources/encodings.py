"""The text of a file whose encoding nobody told: known by what it would say, never guessed."""

import re
import unicodedata
from collections.abc import Iterator

WIDE = {b"\xff\xfe\x00\x00": "utf-32", b"\x00\x00\xfe\xff": "utf-32"}
WIDE |= {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
SAMPLE = 200_000  # bytes by which an encoding is known
# Of one byte a letter: Western, Central European, the old Mac's and DOS's.
NARROW = ("cp1252", "cp1250", "iso8859-2", "mac-roman", "cp850")
# Of Chinese characters in use nearly all lie in the first half of GB 2312, those of Korean in a
# part of that; Japanese is full of kana.
COMMON_CHINESE = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]")
ALSO_KOREAN = re.compile(rb"[\xb0-\xc8][\xa1-\xfe]")
HIGH = re.compile(rb"[\x80-\xff]+")
PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
KANA, HANGUL = re.compile(r"[\u3040-\u30ff]"), re.compile(r"[\uac00-\ud7a3]")
TWICE = re.compile(r"[\u0080-\u02dc\u2013-\u203a\u20ac\u2122]{2,}")
STRAY = 0.02  # of what is not ASCII: so much of a text in UTF-8 may be broken


def decoded(content: bytes) -> str | None:
    """Return what a file says; None where its encoding can't be told for sure."""
    wide = next(
        (name for mark, name in WIDE.items() if content.startswith(mark)), None
    )
    wide = wide or _unmarked(content)
    if wide:
        return _in(content, wide)
    text = _in(content, "utf-8-sig")
    if text is None:
        text = (
            _mostly_utf8(content) or _many_bytes(content) or _one_byte(content)
        )
    return None if text is None else TWICE.sub(_once, text)


def _in(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _unmarked(content: bytes) -> str | None:
    """Know UTF-16 without its mark by the NUL in every other byte of Latin letters."""
    sample = content[:1000]
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(sample) > 3 and sample[start::2].count(0) > 0.8 * len(
            sample[start::2]
        ):
            return name if not sample[1 - start :: 2].count(0) else None
    return None


def _mostly_utf8(content: bytes) -> str | None:
    """Read UTF-8 in which a few bytes are another program's."""
    text = content.decode("utf-8-sig", "surrogateescape")
    broken = sum("\udc80" <= c <= "\udcff" for c in text)
    whole = sum(c > "\x7f" for c in text) - broken
    if not whole or broken > max(2, STRAY * whole):
        return None
    alone = (c.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
             if "\udc80" <= c <= "\udcff" else c for c in text)  # fmt: skip
    said = "".join(alone)
    return None if "\ufffd" in said else said


def _many_bytes(content: bytes) -> str | None:
    """Read Chinese, Japanese or Korean, known by its pairs of bytes and the characters in use."""
    runs = HIGH.findall(content[:SAMPLE])
    if sum(len(run) for run in runs if len(run) > 1) * 2 < sum(map(len, runs)):
        return None
    for encoding in ("euc-jp", "shift-jis"):
        text = _in(content, encoding)
        letters = [c for c in text or "" if c > "\x7f"]
        if letters and len(KANA.findall("".join(letters))) > 0.2 * len(letters):
            return text
    pairs = [pair for run in runs for pair in PAIR.findall(run)]
    korean, chinese = _share(ALSO_KOREAN, pairs), _share(COMMON_CHINESE, pairs)
    trailing = {pair[1] >> 5 for pair in pairs}
    if korean > 0.99:
        return _in(content, "euc-kr") if len(pairs) >= 10 else None
    if chinese > 0.8 and len(trailing) > 1:
        return _in(content, "gb18030")
    return None


def _share(pattern: re.Pattern[bytes], pairs: list[bytes]) -> float:
    letters = [
        pair for pair in pairs if pair[0] >= 0xB0
    ]  # below stand their signs
    return sum(bool(pattern.fullmatch(pair)) for pair in letters) / max(
        len(letters), 1
    )


def _one_byte(content: bytes) -> str | None:
    """Read a Western encoding, where that makes no sign, and no capital, stand inside a word."""
    western = _in(content, NARROW[0])
    for encoding in NARROW:
        central = encoding in {"cp1250", "iso8859-2"}
        text = None if central and western is None else _in(content, encoding)
        if text is not None and not any(_odd(text[:SAMPLE])):
            return text
    return None


def _odd(text: str) -> Iterator[bool]:
    """Tell of each letter and sign that is not ASCII whether it can't stand where it does."""
    for match in re.finditer(r"[^\x00-\x7f]", text):
        at, kind = match.start(), unicodedata.category(match[0])
        before, after = text[max(at - 1, 0) : at], text[at + 1 : at + 2]
        inside = before.isalpha() and after.isalpha()
        if kind in {"Cc", "Cn", "Co"}:
            yield True
        elif kind == "Lu":  # "rŽs" is "rés"
            yield before.islower() or (
                before.isalpha() and after.islower() and before.isupper()
            )
        elif kind[0] in "SN" or (
            kind[0] == "P" and match[0] not in "’‘–—·“”«»"
        ):
            yield inside or (
                kind in {"Sc", "So"} and match[0] != "°" and after.isalpha()
            )


def _once(found: re.Match[str]) -> str:
    """Read again what was UTF-8 and was read as Windows-1252, as in "JÃ¶rg"."""
    try:
        return b"".join(map(_byte, found[0])).decode("utf-8")
    except UnicodeError:
        return found[0]


def _byte(character: str) -> bytes:
    # Five bytes are no character of Windows-1252, and programs keep them.
    return character.encode(
        "latin-1" if "\x80" <= character <= "\x9f" else "cp1252"
    )
