"""Reads the settings from the environment and `.env`, once, into a frozen object.

A malformed setting raises a Failure that names it, so that nothing starts half configured.
"""

from pathlib import Path
from typing import Annotated, Any, Self
from urllib.request import getproxies

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import Failure
from bot.settings.values import (
    SOURCE_KINDS,
    Access,
    Categories,
    DatabaseUrl,
    FilePath,
    LogFormat,
    LogLevel,
    Port,
    SecretAddress,
    SourceKinds,
    Token,
    UserIds,
    WebAddress,
    WebhookSecret,
    check_proxies,
    secrets_in_files,
)
from bot.storage.database import file_url

PROJECT = Path(__file__).resolve().parents[2]

# A checkout keeps everything beside its code. An installed package is replaced by the next
# version, so it keeps everything in the user's own data folder.
IS_CHECKOUT = (PROJECT / "pyproject.toml").is_file()
HOME = PROJECT if IS_CHECKOUT else user_data_path("paperpicks", appauthor=False)
DATA_DIR = HOME / "data" if IS_CHECKOUT else HOME


class Settings(BaseSettings):
    """Everything an operator can set, each by the environment variable of its name.

    Nothing is required: without a token the bot talks on a local chat page.
    """

    model_config = SettingsConfigDict(
        # The later file wins, and the environment wins over both.
        env_file=(HOME / ".env", ".env"),
        # Editors on Windows put a byte order mark at the beginning of a file.
        env_file_encoding="utf-8-sig",
        extra="ignore",
        frozen=True,
        # `NAME=` without a value means the default.
        env_ignore_empty=True,
    )

    # --- Telegram ---

    # The token that @BotFather gives.
    telegram_bot_token: Token | None = None

    # A file with the token, such as a secret of a container, in place of it.
    telegram_bot_token_file: FilePath | None = None

    # Any server of the Bot API, also one that an operator runs.
    telegram_api_base: WebAddress = "https://api.telegram.org"

    # --- Storage ---

    # PostgreSQL or SQLite; the default is a SQLite file in `data_dir`.
    database_url: DatabaseUrl | None = None

    # A file with that address, which holds a password, in place of it.
    database_url_file: FilePath | None = None

    # The folder of the SQLite file, closed to other users of the machine.
    data_dir: FilePath = DATA_DIR

    # --- Webhook ---

    # The public address that Telegram brings updates to; without it, long polling.
    webhook_url: WebAddress | None = None

    # Proves that a request comes from Telegram; derived from the token by default.
    webhook_secret: WebhookSecret | None = None

    # A file with that secret, in place of it.
    webhook_secret_file: FilePath | None = None

    # The interface that is listened on for the webhook and the health probes.
    host: str = "0.0.0.0"  # noqa: S104 - requests come from other machines

    # The port on it.
    port: Port = 8443

    # --- Sources of papers ---

    # Hugging Face, whose Daily Papers are fetched every hour.
    hf_endpoint: WebAddress = "https://huggingface.co"

    # The feeds of arXiv's announcements.
    arxiv_rss_url: WebAddress = "https://rss.arxiv.org/rss"

    # The query API of arXiv, for links, and for new papers if the feeds are down.
    arxiv_api_url: WebAddress = "https://export.arxiv.org/api/query"

    # ArXiv categories whose announcements are fetched too, as in `cs.LG,stat.ML`.
    arxiv_categories: Categories = ()

    # The API of bioRxiv and medRxiv.
    biorxiv_api_url: WebAddress = "https://api.biorxiv.org"

    # Crossref's API, for journals and for papers that a DOI names.
    crossref_api_url: WebAddress = "https://api.crossref.org"

    # OpenReview's API, for links.
    openreview_api_url: WebAddress = "https://api2.openreview.net"

    # The kinds of sources that readers may choose from; see `SOURCE_KINDS`.
    sources: SourceKinds = tuple(SOURCE_KINDS)

    # How many categories, subjects and journals readers may choose, all together.
    max_categories: Annotated[int, Field(ge=0)] = 60

    # How many feeds readers may choose, all together.
    max_feeds: Annotated[int, Field(ge=0)] = 200

    # Whether feeds may have addresses of this machine and its network: for tests.
    allow_private_feeds: bool = False

    # --- Gists ---

    # An OpenAI-compatible endpoint that writes a sentence about papers without one.
    summary_api_base: WebAddress | None = None

    # The model that is asked there.
    summary_model: str | None = None

    # The key that it is asked with.
    summary_api_key: SecretStr | None = None

    # --- Readers ---

    # Telegram ids of those who may use `/status` and `/invite`, as in `12,345`.
    admin_user_ids: UserIds = frozenset()

    # Who may start; see `effective_access` for the default.
    access: Access | None = None

    # How many people may start.
    max_readers: Annotated[int, Field(ge=1)] = 10_000

    # Picks a day of a new reader, who can change it.
    picks_per_day: Annotated[int, Field(ge=1, le=10)] = 5

    # --- Operation ---

    # Messages a second while many digests are due; Telegram allows about 30.
    send_rate: Annotated[float, Field(gt=0, le=1000)] = 25

    # The least severe messages that are logged.
    log_level: LogLevel = "INFO"

    # How they are written: as lines to read, or each as a JSON object.
    log_format: LogFormat = "text"

    # The port that `/healthz`, `/readyz` and `/metrics` are answered at; None for nowhere.
    health_port: Port | None = None

    # The interface that this port is on.
    health_host: str = "127.0.0.1"

    # Called after each round of delivery; its path is a secret.
    heartbeat_url: SecretAddress | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_secrets(cls, values: dict[str, Any]) -> dict[str, Any]:
        return values | secrets_in_files(values)

    @model_validator(mode="after")
    def _check_summaries(self) -> Self:
        if (self.summary_api_base is None) != (self.summary_model is None):
            raise ValueError(
                "SUMMARY_API_BASE and SUMMARY_MODEL are set together, or neither is"
            )
        return self

    @model_validator(mode="after")
    def _check_ports(self) -> Self:
        if self.webhook_url is not None and self.health_port == self.port:
            raise ValueError(
                f"HEALTH_PORT and the webhook's PORT are both {self.port}; each needs its own"
            )
        return self

    @property
    def effective_database_url(self) -> str:
        """`database_url`, or the address of the SQLite file in `data_dir`."""
        if self.database_url is not None:
            return self.database_url
        return file_url(self.data_dir.resolve() / "paperpicks.db")

    @property
    def effective_access(self) -> Access:
        """`access`, or by default `invite` if there are admins, else `open`."""
        if self.access is not None:
            return self.access
        return "invite" if self.admin_user_ids else "open"


def read_settings() -> Settings:
    """Return the settings; raise a Failure of one line that names a malformed one."""
    for path in env_files():
        _check_encoding(path)
    check_proxies(getproxies())

    try:
        return Settings()
    except ValidationError as error:
        raise _failure(error) from None


def env_files() -> list[Path]:
    """Return the existing `.env` files: of the project, and of the current folder."""
    paths = Settings.model_config.get("env_file") or ()
    if isinstance(paths, str | Path):
        paths = [paths]

    # Both are the same file if the current folder is the project.
    resolved = dict.fromkeys(Path(path).resolve() for path in paths)
    return [path for path in resolved if path.is_file()]


def _check_encoding(path: Path) -> None:
    """Raise a Failure if a file can't be read as UTF-8."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        # UTF-16 without a byte order mark passes as UTF-8, with a NUL in each letter.
        is_utf8 = "\0" not in text
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Failure(
            f"{path} can't be read: {reason}.", passing=False
        ) from None
    except UnicodeDecodeError:
        is_utf8 = False

    if not is_utf8:
        raise Failure(
            f"{path} is not in UTF-8. Open it in an editor and save it as UTF-8; "
            "in PowerShell write it with Set-Content -Encoding utf8.",
            passing=False,
        )


def _failure(error: ValidationError) -> Failure:
    """Return the first problem as a Failure, without the value, which may be a secret."""
    problem = error.errors(
        include_url=False,
        include_context=False,
        include_input=False,
    )[0]

    name = str(problem["loc"][0]).upper() if problem["loc"] else "The settings"
    reason = problem["msg"].removeprefix("Value error, ")
    # A reason may begin with the name of another setting.
    is_name = reason[:2].isupper()
    first = reason[0] if is_name else reason[0].lower()
    return Failure(f"{name}: {first}{reason[1:]}.", passing=False)
