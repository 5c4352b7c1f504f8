"""The environment, read once into a frozen value; a malformed setting stops the start."""

import hashlib
import hmac
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import Failure
from bot.storage.database import driver_url, file_url

PROJECT = Path(__file__).resolve().parent.parent
TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
# What Telegram takes.
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("should be an address such as https://example.org")
    return value.rstrip("/")


def _database(value: str) -> str:
    try:
        driver_url(value)
    except ValueError as error:
        raise ValueError(
            f"{error}; it should look like sqlite:////folder/file.db "
            "or postgresql://user:password@host/name"
        ) from error
    return value


def _token(value: SecretStr) -> SecretStr:
    if not TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError(
            "should look like 123456:ABC-DEF…, as @BotFather gives it"
        )
    return value


def _secret(value: SecretStr) -> SecretStr:
    if not SECRET.fullmatch(value.get_secret_value()):
        raise ValueError(
            "should be 1 to 256 characters of A-Z, a-z, 0-9, _ and -"
        )
    return value


def _items(value: Any) -> Any:  # noqa: ANN401 - whatever the environment holds
    if not isinstance(value, str):
        return value
    return [item.strip() for item in value.split(",") if item.strip()]


def _upper(value: Any) -> Any:  # noqa: ANN401 - whatever the environment holds
    return value.upper() if isinstance(value, str) else value


def _categories(value: tuple[str, ...]) -> tuple[str, ...]:
    for category in value:
        if not re.fullmatch(r"[a-z-]+(\.[A-Za-z-]+)?", category):
            raise ValueError(
                f"{category!r} is no arXiv category; they look like cs.LG,stat.ML"
            )
    return value


def _folder(value: Any) -> Any:  # noqa: ANN401 - whatever the environment holds
    try:
        return Path(value).expanduser()
    except RuntimeError as error:
        raise ValueError(
            f"{value} names the home of a user who is not here"
        ) from error


Address = Annotated[str, AfterValidator(_address)]


class Settings(BaseSettings):
    """Everything an operator can set; nothing is required."""

    model_config = SettingsConfigDict(
        env_file=(PROJECT / ".env", ".env"),
        env_file_encoding="utf-8-sig",
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
    )

    telegram_bot_token: Annotated[SecretStr, AfterValidator(_token)] | None = (
        None
    )
    telegram_api_base: Address = "https://api.telegram.org"
    database_url: Annotated[str, AfterValidator(_database)] | None = None
    data_dir: Annotated[Path, BeforeValidator(_folder)] = PROJECT / "data"
    webhook_url: Address | None = None
    webhook_secret: Annotated[SecretStr, AfterValidator(_secret)] | None = None
    host: str = "0.0.0.0"  # noqa: S104 - Telegram comes from outside
    port: Annotated[int, Field(ge=1, le=65535)] = 8443
    hf_endpoint: Address = "https://huggingface.co"
    arxiv_rss_url: Address = "https://rss.arxiv.org/rss"
    arxiv_api_url: Address = "https://export.arxiv.org/api/query"
    arxiv_categories: Annotated[
        tuple[str, ...],
        NoDecode,
        BeforeValidator(_items),
        AfterValidator(_categories),
    ] = ()
    admin_user_ids: Annotated[
        frozenset[int], NoDecode, BeforeValidator(_items)
    ] = frozenset()
    access: Literal["open", "invite", "admins"] | None = None
    max_readers: Annotated[int, Field(ge=1)] = 10_000
    picks_per_day: Annotated[int, Field(ge=1, le=10)] = 5
    send_rate: Annotated[float, Field(gt=0, le=1000)] = 25
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)
    ] = "INFO"

    @property
    def database(self) -> str:
        """The database's address, by default a SQLite file in the data folder."""
        return self.database_url or file_url(
            self.data_dir.resolve() / "paperpicks.db"
        )

    @property
    def admitted(self) -> str:
        """Who may start: `open`, `invite` or `admins`; by invitation once there are admins."""
        return self.access or ("invite" if self.admin_user_ids else "open")


def env_files() -> list[Path]:
    """Return the files that settings are read from, as far as they are there."""
    named = Settings.model_config.get("env_file") or ()
    paths = [named] if isinstance(named, str | Path) else named
    return list(
        dict.fromkeys(
            path for each in paths if (path := Path(each).resolve()).is_file()
        )
    )


def read() -> Settings:
    """Read the environment and `.env`; raise a Failure whose one line names what is malformed."""
    for path in env_files():
        _legible(path)
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(
            include_url=False, include_context=False, include_input=False
        )[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "The settings"
        said = first["msg"].removeprefix("Value error, ")
        raise Failure(
            f"{name}: {said[0].lower()}{said[1:]}.", passing=False
        ) from None


def _legible(path: Path) -> None:
    """Raise a Failure for a file of settings that is there and can't be read as UTF-8."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise Failure(f"{path} can't be read: {why}.", passing=False) from None
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:  # UTF-16 without its mark
        raise Failure(
            f"{path} is not in UTF-8. Open it in an editor and save it as UTF-8; "
            "in PowerShell write it with Set-Content -Encoding utf8.",
            passing=False,
        )


def token(settings: Settings) -> str:
    """Return the bot's token; without one, say what to do, and touch no database."""
    if not is_local(settings) and settings.telegram_bot_token is not None:
        return settings.telegram_bot_token.get_secret_value()
    raise Failure(
        "TELEGRAM_BOT_TOKEN is missing. Write to @BotFather in Telegram, send /newbot, and put "
        "the token it gives you into a file named .env as TELEGRAM_BOT_TOKEN=123456:ABC…",
        passing=False,
    )


def proof(settings: Settings) -> str:
    """Return what proves that Telegram calls; who knows it can derive no token from it."""
    if settings.webhook_secret is not None:
        return settings.webhook_secret.get_secret_value()
    return hmac.new(
        token(settings).encode(), b"webhook secret", hashlib.sha256
    ).hexdigest()


def is_local(settings: Settings) -> bool:
    """Tell whether there is no token; then nothing real may be set, for it could be hurt."""
    if settings.telegram_bot_token is not None:
        return False
    for name in ("DATABASE_URL", "WEBHOOK_URL"):
        if getattr(settings, name.lower()) is not None:
            raise Failure(
                f"{name} is set, but TELEGRAM_BOT_TOKEN is not, so nothing was started and no "
                f"database was touched. Set the token, or unset {name}.",
                passing=False,
            )
    return True
