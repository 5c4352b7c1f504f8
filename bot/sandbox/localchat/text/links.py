"""The links and commands that Telegram recognises in plain text."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

# Telegram knows every top-level domain; two letters (all countries) and these are what people paste
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
_PAIRS = {")": "(", "]": "[", "}": "{"}


def urls(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of every address in `text`, without the punctuation after it."""
    for match in _URL.finditer(text):
        yield (
            match.start(),
            match.start() + len(_without_punctuation(match.group())),
        )


def commands(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of every bot command in `text`."""
    return (match.span() for match in _COMMAND.finditer(text))


def checked(url: str) -> str | None:
    """Return `url` as Telegram stores it, or None where Telegram would not take it."""
    if url.startswith("tg://"):
        return url
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host = parts.hostname or ""
    except ValueError:  # a bracket that never closes, as in http://[
        return None
    if (
        parts.scheme not in {"http", "https"}
        or "." not in host
        or re.search(r"\s", url)
    ):
        return None
    return parts._replace(
        netloc=parts.netloc.lower(), path=parts.path or "/"
    ).geturl()


def _without_punctuation(url: str) -> str:
    while url[-1] in ".,:;!?'…)]}":
        opening = _PAIRS.get(url[-1])
        if opening and url.count(opening) >= url.count(url[-1]):
            break
        url = url[:-1]
    return url
