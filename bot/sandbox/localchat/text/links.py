"""The addresses and bot commands that Telegram recognises in plain text."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

# Telegram knows every top-level domain. People paste these ones, and those of two
# letters, which are the countries.
_DOMAINS = (
    "com|org|net|edu|gov|info|dev|app|page|blog|science|research|xyz|[a-z]{2}"
)
_HOST = r"(?:[\w-]+\.)+"
_TAIL = r"(?::\d+)?(?:[/?#][^\s<>\"«»]*)?"
_URL = re.compile(
    rf"(?<![\w@./-])(?:https?://{_HOST}\w{{2,}}|{_HOST}(?:{_DOMAINS})\b(?![\w.-]*@)){_TAIL}",
    re.IGNORECASE,
)
_COMMAND = re.compile(
    r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/<>])"
)
_OPENING_BRACKETS = {")": "(", "]": "[", "}": "{"}


def urls(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of every address in a text, without the punctuation after it."""
    for match in _URL.finditer(text):
        url = _without_punctuation(match.group())
        yield match.start(), match.start() + len(url)


def commands(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of every bot command in a text."""
    for match in _COMMAND.finditer(text):
        yield match.span()


def normalize_url(url: str) -> str | None:
    """Return a URL as Telegram stores it, or None if Telegram ignores it."""
    if url.startswith("tg://"):
        return url

    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host = parts.hostname or ""
    except ValueError:
        # A bracket never closes, as in http://[
        return None

    if parts.scheme not in {"http", "https"} or "." not in host:
        return None
    if re.search(r"\s", url):
        return None
    normalized_parts = parts._replace(
        netloc=parts.netloc.lower(), path=parts.path or "/"
    )
    return normalized_parts.geturl()


def _without_punctuation(url: str) -> str:
    """Return an address without what ends the sentence, but with its closed brackets."""
    while url[-1] in ".,:;!?'…)]}":
        bracket = _OPENING_BRACKETS.get(url[-1])
        if bracket and url.count(bracket) >= url.count(url[-1]):
            break
        url = url[:-1]
    return url
