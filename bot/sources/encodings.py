"""Detects the encoding of a file by the text that each encoding would give."""

import re
import unicodedata

# The byte order marks of wide encodings.
WIDE = {b"\xff\xfe\x00\x00": "utf-32", b"\x00\x00\xfe\xff": "utf-32"}
WIDE |= {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

# How many bytes are examined.
SAMPLE = 200_000

# Encodings with one byte a letter: Western, Central European, the old Mac's and DOS's.
NARROW = ("cp1252", "cp1250", "iso8859-2", "mac-roman", "cp850")

# Nearly all Chinese characters in use are in the first half of GB 2312, and those of
# Korean in a part of that. Japanese is full of kana.
COMMON_CHINESE = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]")
ALSO_KOREAN = re.compile(rb"[\xb0-\xc8][\xa1-\xfe]")
HIGH = re.compile(rb"[\x80-\xff]+")
PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
KANA = re.compile(r"[\u3040-\u30ff]")

# Characters that result from reading UTF-8 as Windows-1252.
MOJIBAKE = re.compile(r"[\u0080-\u02dc\u2013-\u203a\u20ac\u2122]{2,}")

# The share of the characters beyond ASCII that may be broken in a text in UTF-8.
BROKEN_SHARE = 0.02


def decode(content: bytes) -> str | None:
    """Return the text of a file, or None if its encoding can't be told for sure."""
    encoding = _wide_encoding(content)
    if encoding is not None:
        return _try(content, encoding)

    text = _try(content, "utf-8-sig")
    if text is None:
        text = (
            _decode_mostly_utf8(content)
            or _decode_multibyte(content)
            or _decode_single_byte(content)
        )
    if text is None:
        return None

    return MOJIBAKE.sub(_repair, text)


def _try(content: bytes, encoding: str) -> str | None:
    """Return the content decoded, or None if it is not in this encoding."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _wide_encoding(content: bytes) -> str | None:
    """Return UTF-16 or UTF-32, by the byte order mark or else by the zero bytes."""
    for mark, encoding in WIDE.items():
        if content.startswith(mark):
            return encoding

    # Every other byte of Latin letters in UTF-16 is zero.
    sample = content[:1000]
    if len(sample) < 4:
        return None

    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        high_bytes = sample[start::2]
        low_bytes = sample[1 - start :: 2]
        if high_bytes.count(0) > 0.8 * len(high_bytes):
            return None if low_bytes.count(0) else encoding

    return None


def _decode_mostly_utf8(content: bytes) -> str | None:
    """Decode UTF-8 in which a few characters are in Windows-1252."""
    text = content.decode("utf-8-sig", "surrogateescape")
    broken = sum(map(_is_broken, text))
    intact = sum(character > "\x7f" for character in text) - broken
    if not intact or broken > max(2, BROKEN_SHARE * intact):
        return None

    repaired = "".join(
        _decode_broken(character) if _is_broken(character) else character
        for character in text
    )
    return None if "\ufffd" in repaired else repaired


def _is_broken(character: str) -> bool:
    return "\udc80" <= character <= "\udcff"


def _decode_broken(character: str) -> str:
    byte = character.encode("utf-8", "surrogateescape")

    return byte.decode("cp1252", "replace")


def _decode_multibyte(content: bytes) -> str | None:
    """Decode Chinese, Japanese or Korean, by the byte pairs and characters in use."""
    runs = HIGH.findall(content[:SAMPLE])
    bytes_in_runs = sum(len(run) for run in runs if len(run) > 1)
    if bytes_in_runs * 2 < sum(map(len, runs)):
        return None

    for encoding in ("euc-jp", "shift-jis"):
        text = _try(content, encoding)
        if text is not None and _is_japanese(text):
            return text

    pairs = [pair for run in runs for pair in PAIR.findall(run)]
    if _share(ALSO_KOREAN, pairs) > 0.99:
        return _try(content, "euc-kr") if len(pairs) >= 10 else None

    trailing_bytes = {pair[1] >> 5 for pair in pairs}
    if _share(COMMON_CHINESE, pairs) > 0.8 and len(trailing_bytes) > 1:
        return _try(content, "gb18030")

    return None


def _is_japanese(text: str) -> bool:
    letters = "".join(character for character in text if character > "\x7f")

    return len(KANA.findall(letters)) > 0.2 * len(letters)


def _share(pattern: re.Pattern[bytes], pairs: list[bytes]) -> float:
    """Return the share of the letters among byte pairs that match a pattern."""
    # The pairs below are signs.
    letters = [pair for pair in pairs if pair[0] >= 0xB0]
    matches = sum(bool(pattern.fullmatch(pair)) for pair in letters)

    return matches / max(len(letters), 1)


def _decode_single_byte(content: bytes) -> str | None:
    """Decode a European encoding in which no character stands where it can't."""
    is_western = _try(content, NARROW[0]) is not None

    for encoding in NARROW:
        if encoding in {"cp1250", "iso8859-2"} and not is_western:
            continue

        text = _try(content, encoding)
        if text is not None and not _has_misplaced(text[:SAMPLE]):
            return text

    return None


def _has_misplaced(text: str) -> bool:
    return any(
        _is_misplaced(text, match.start())
        for match in re.finditer(r"[^\x00-\x7f]", text)
    )


def _is_misplaced(text: str, at: int) -> bool:
    """Return whether a character can't stand between its neighbours.

    These are capitals and signs inside a word, as in "rŽs" for "rés".
    """
    character = text[at]
    category = unicodedata.category(character)
    before = text[max(at - 1, 0) : at]
    after = text[at + 1 : at + 2]

    if category in {"Cc", "Cn", "Co"}:
        return True

    if category == "Lu":
        is_capital = before.isalpha() and before.isupper()
        return before.islower() or (is_capital and after.islower())

    is_punctuation = category[0] == "P" and character not in "’‘–—·“”«»"
    if category[0] in "SN" or is_punctuation:
        is_inside_word = before.isalpha() and after.isalpha()
        is_symbol = category in {"Sc", "So"} and character != "°"
        return is_inside_word or (is_symbol and after.isalpha())

    return False


def _repair(match: re.Match[str]) -> str:
    """Decode UTF-8 that was read as Windows-1252, as in "JÃ¶rg"."""
    try:
        return b"".join(map(_byte, match[0])).decode("utf-8")
    except UnicodeError:
        return match[0]


def _byte(character: str) -> bytes:
    # Five bytes are no characters of Windows-1252, and programs leave them as they are.
    if "\x80" <= character <= "\x9f":
        return character.encode("latin-1")

    return character.encode("cp1252")
