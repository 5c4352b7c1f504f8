"""What commands work with, as the settings say: the database, the runtime, the sources."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.cli import doctor
from bot.errors import Failure
from bot.runtime import Runtime
from bot.settings import Settings, env_files
from bot.sources.endpoints import Endpoints
from bot.storage import permissions, schema
from bot.storage.database import Database


@contextmanager
def database(settings: Settings, *, prepare: bool = True) -> Iterator[Database]:
    """Open the database until the block ends; brought to its schema, unless told not to."""
    try:
        permissions.folder(settings.data_dir)
    except OSError as error:
        raise Failure(
            f"DATA_DIR {settings.data_dir}: {error.strerror}", passing=False
        ) from None
    opened = Database(settings.database)
    try:
        if prepare:
            schema.prepare(opened)
        else:
            schema.check(opened)
        yield opened
    finally:
        opened.close()


def private(settings: Settings, database: Database) -> list[Path]:
    """Return the files and folders that are nobody else's to read: of data, and of settings."""
    paths = [
        settings.data_dir,
        *permissions.databases(settings.data_dir),
        *env_files(),
    ]
    elsewhere = Path(database.url.database or "")
    if not database.is_sqlite or elsewhere in paths or not elsewhere.is_file():
        return paths
    permissions.database(elsewhere)
    return [*paths, elsewhere]


def line(settings: Settings) -> doctor.Line | None:
    """Return how Telegram is reached, None without a token."""
    if settings.telegram_bot_token is None:
        return None
    secret = settings.telegram_bot_token.get_secret_value()
    return doctor.Line(secret, settings.telegram_api_base, settings.webhook_url)


@contextmanager
def runtime(settings: Settings) -> Iterator[Runtime]:
    """Open everything that serving readers needs."""
    with database(settings) as opened:
        yield Runtime(
            database=opened,
            endpoints=endpoints(settings),
            admins=settings.admin_user_ids,
            access=settings.admitted,
            max_readers=settings.max_readers,
            picks_per_day=settings.picks_per_day,
            send_rate=settings.send_rate,
        )


def endpoints(settings: Settings) -> Endpoints:
    """Return where papers come from."""
    return Endpoints(
        settings.hf_endpoint,
        settings.arxiv_rss_url,
        settings.arxiv_api_url,
        settings.arxiv_categories,
    )
