"""What a setting may hold: each kind checks a text, and says what it should look like."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import httpx
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from bot.errors import Failure
from bot.markup import list_keys
from bot.storage.database import driver_url

# A token as @BotFather writes it: the bot's id and a secret.
TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")

# What Telegram accepts as the secret of a webhook.
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")

# An archive of arXiv, and mostly a subject class: `math`, `cs.LG`.
ARXIV_CATEGORY = re.compile(r"[a-z-]+(\.[A-Za-z-]+)?")

# The kinds of lists that readers may choose from, by the names that an operator writes.
SOURCE_KINDS = {
    "huggingface": list_keys.DAILY,
    "arxiv": list_keys.ARXIV,
    "biorxiv": list_keys.BIORXIV,
    "medrxiv": list_keys.MEDRXIV,
    "journals": list_keys.JOURNAL,
    "feeds": list_keys.FEED,
}


def _check_web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("should be an address such as https://example.org")

    return value.rstrip("/")


def _check_secret_address(value: SecretStr) -> SecretStr:
    _check_web_address(value.get_secret_value())
    return value


def _check_database_url(value: str) -> str:
    try:
        driver_url(value)
    except ValueError as error:
        raise ValueError(
            f"{error}; it should look like sqlite:////folder/file.db "
            "or postgresql://user:password@host/name"
        ) from error

    return value


def _check_token(value: SecretStr) -> SecretStr:
    if not TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError(
            "should look like 123456:ABC-DEF…, as @BotFather gives it"
        )

    return value


def _check_webhook_secret(value: SecretStr) -> SecretStr:
    if not WEBHOOK_SECRET.fullmatch(value.get_secret_value()):
        raise ValueError(
            "should be 1 to 256 characters of A-Z, a-z, 0-9, _ and -"
        )

    return value


def _check_categories(categories: tuple[str, ...]) -> tuple[str, ...]:
    for category in categories:
        if not ARXIV_CATEGORY.fullmatch(category):
            raise ValueError(
                f"{category!r} is no arXiv category; they look like cs.LG,stat.ML"
            )

    return categories


def _check_source_kinds(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in SOURCE_KINDS:
            raise ValueError(
                f"{name!r} is no kind of source; the kinds are {', '.join(SOURCE_KINDS)}"
            )

    return names


def _split_at_commas(value: Any) -> Any:  # noqa: ANN401 - whatever the environment holds
    if not isinstance(value, str):
        return value

    items = [item.strip() for item in value.split(",")]
    return [item for item in items if item]


def _upper_case(value: Any) -> Any:  # noqa: ANN401 - whatever the environment holds
    return value.upper() if isinstance(value, str) else value


def _lower_case(value: Any) -> Any:  # noqa: ANN401 - whatever the environment holds
    return value.lower() if isinstance(value, str) else value


def _expand_home(value: Any) -> Any:  # noqa: ANN401 - whatever the environment holds
    try:
        return Path(value).expanduser()
    except RuntimeError as error:
        raise ValueError(
            f"{value} names the home of a user who is not here"
        ) from error


Token = Annotated[SecretStr, AfterValidator(_check_token)]
WebAddress = Annotated[str, AfterValidator(_check_web_address)]
SecretAddress = Annotated[SecretStr, AfterValidator(_check_secret_address)]
WebhookSecret = Annotated[SecretStr, AfterValidator(_check_webhook_secret)]
DatabaseUrl = Annotated[str, AfterValidator(_check_database_url)]
FilePath = Annotated[Path, BeforeValidator(_expand_home)]
Port = Annotated[int, Field(ge=1, le=65535)]
Access = Literal["open", "invite", "admins"]
LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR"],
    BeforeValidator(_upper_case),
]

LogFormat = Annotated[
    Literal["text", "json"],
    BeforeValidator(_lower_case),
]

# Lists are written with commas, so pydantic must not decode them as JSON (NoDecode).
Categories = Annotated[
    tuple[str, ...],
    NoDecode,
    BeforeValidator(_split_at_commas),
    AfterValidator(_check_categories),
]
SourceKinds = Annotated[
    tuple[str, ...],
    NoDecode,
    BeforeValidator(_split_at_commas),
    AfterValidator(_check_source_kinds),
]
UserIds = Annotated[
    frozenset[int],
    NoDecode,
    BeforeValidator(_split_at_commas),
]

# The settings that a file may hold, named by `NAME_FILE`, and how each is checked.
SECRETS: dict[str, Callable[[str], object]] = {
    "telegram_bot_token": lambda value: _check_token(SecretStr(value)),
    "database_url": _check_database_url,
    "webhook_secret": lambda value: _check_webhook_secret(SecretStr(value)),
}


def secrets_in_files(settings: dict[str, Any]) -> dict[str, str]:
    """Return the secrets whose files are named, by setting; raise a Failure for a bad one."""
    named = [name for name in SECRETS if settings.get(f"{name}_file")]

    for name in named:
        if settings.get(name):
            label = name.upper()
            raise Failure(
                f"{label} and {label}_FILE are both set. Unset one of them.",
                passing=False,
            )

    return {name: _secret(name, settings[f"{name}_file"]) for name in named}


def _secret(name: str, file: str) -> str:
    """Return what the file of a secret holds; raise a Failure that names the setting."""
    try:
        secret = _read(_expand_home(file))
        SECRETS[name](secret)
    except ValueError as error:
        raise Failure(
            f"{name.upper()}_FILE: {file} {error}.", passing=False
        ) from None

    return secret


def _read(file: Path) -> str:
    """Return the text of a file without the newline that editors end it with."""
    try:
        text = file.read_text("utf-8-sig").strip()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ValueError(f"can't be read: {reason}") from None
    except UnicodeError:
        raise ValueError("holds no text") from None

    if not text:
        raise ValueError("is empty")

    return text


def check_proxies(proxies: Mapping[str, str]) -> None:
    """Raise a Failure for a proxy that can't be used, without its password."""
    for scheme in ("http", "https", "all"):
        if not _is_usable_proxy(proxies.get(scheme, "")):
            raise Failure(
                f"{scheme.upper()}_PROXY names no proxy that can be used. It should look like "
                "http://proxy.example.org:3128; SOCKS is not spoken here.",
                passing=False,
            )


def _is_usable_proxy(address: str) -> bool:
    if not address:
        return True

    try:
        url = httpx.URL(address if "://" in address else f"http://{address}")
    except httpx.InvalidURL:
        return False

    return url.scheme in {"http", "https"} and bool(url.host)
