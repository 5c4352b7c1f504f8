"""Opens what commands work with, as the settings say: the database, the runtime, the sources."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from bot.errors import Failure
from bot.monitoring.heartbeat import Heartbeat
from bot.monitoring.metrics import Metrics
from bot.runtime import Runtime
from bot.settings import Settings, env_files
from bot.settings.values import SOURCE_KINDS
from bot.sources import web
from bot.sources.endpoints import Endpoints
from bot.sources.summaries import Model
from bot.storage import permissions, places, schema
from bot.storage.database import Database
from bot.storage.subscriptions import Limits
from bot.transport.health_port import HealthAddress


@contextmanager
def open_database(
    settings: Settings, *, prepare: bool = True
) -> Iterator[Database]:
    """Open the database, and close it at the end of the block.

    With `prepare` a SQLite database is created, or migrated to the newest schema; one
    of PostgreSQL must be there already. Without it the database is only checked.
    """
    try:
        permissions.folder(settings.data_dir)
    except OSError as error:
        raise Failure(
            f"DATA_DIR {settings.data_dir}: {error.strerror}", passing=False
        ) from None

    database = Database(settings.effective_database_url)
    try:
        if prepare:
            schema.prepare(database)
        else:
            schema.check(database)
        yield database
    finally:
        database.close()


@contextmanager
def open_runtime(
    settings: Settings, *, is_one_of_many: bool = False
) -> Iterator[Runtime]:
    """Open everything that serving readers needs, by this process or one of many."""
    metrics = Metrics()
    with open_database(settings) as database:
        yield Runtime(
            database=database,
            metrics=metrics,
            heartbeat=Heartbeat(
                heartbeat_address(settings), metrics.count_heartbeat
            ),
            endpoints=_endpoints(settings, database),
            admins=settings.admin_user_ids,
            access=settings.effective_access,
            max_readers=settings.max_readers,
            picks_per_day=settings.picks_per_day,
            send_rate=settings.send_rate,
            limits=source_limits(settings),
            is_one_of_many=is_one_of_many,
        )


def _endpoints(settings: Settings, database: Database) -> Endpoints:
    """Return the addresses, and for arXiv the pace that all processes keep together."""
    endpoints = source_endpoints(settings)
    if database.is_sqlite:
        return endpoints

    pause = timedelta(seconds=endpoints.throttle.seconds)
    turn = partial(places.reserve, database, places.ARXIV, 1, pause)
    return replace(endpoints, throttle=web.Throttle(turn=turn))


def heartbeat_address(settings: Settings) -> str | None:
    """Return the address to call after each round of delivery, if the operator named one."""
    address = settings.heartbeat_url
    return address.get_secret_value() if address else None


def health_address(settings: Settings) -> HealthAddress | None:
    """Return where this process is watched, if the operator named a port."""
    if settings.health_port is None:
        return None

    return HealthAddress(settings.health_host, settings.health_port)


def summary_model(settings: Settings) -> Model | None:
    """Return the language model that writes gists, if the operator named one."""
    if settings.summary_api_base is None or settings.summary_model is None:
        return None

    key = settings.summary_api_key
    return Model(
        api_base=settings.summary_api_base,
        name=settings.summary_model,
        api_key=key.get_secret_value() if key else "",
    )


def source_endpoints(settings: Settings) -> Endpoints:
    """Return the addresses that papers are fetched from."""
    return Endpoints(
        hf_endpoint=settings.hf_endpoint,
        arxiv_rss_url=settings.arxiv_rss_url,
        arxiv_api_url=settings.arxiv_api_url,
        arxiv_categories=settings.arxiv_categories,
        crossref_api_url=settings.crossref_api_url,
        biorxiv_api_url=settings.biorxiv_api_url,
        openreview_api_url=settings.openreview_api_url,
        allow_private_feeds=settings.allow_private_feeds,
        summaries=summary_model(settings),
    )


def source_limits(settings: Settings) -> Limits:
    """Return which sources readers may choose, and how many."""
    return Limits(
        kinds=frozenset(SOURCE_KINDS[name] for name in settings.sources),
        categories=settings.max_categories,
        feeds=settings.max_feeds,
    )


def private_paths(settings: Settings, database: Database) -> list[Path]:
    """Return the files and folders that other users of this machine must not read.

    These are the data folder, the databases in it, and the files of settings. A SQLite
    database in another folder is closed to others on the way.
    """
    paths = [
        settings.data_dir,
        *permissions.databases(settings.data_dir),
        *env_files(),
    ]
    if not database.is_sqlite:
        return paths

    file = Path(database.url.database or "")
    if file not in paths and file.is_file():
        permissions.database(file)
        paths.append(file)

    return paths
