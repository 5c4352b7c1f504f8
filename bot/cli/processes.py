"""The commands that serve with several processes: `web`, `worker` and `clock`."""

from typing import Annotated

import typer

from bot.cli.serve import serve_part
from bot.errors import Failure
from bot.jobs.parts import CLOCK, WEB, WORKER
from bot.settings import Settings, read_settings

NEEDS_POSTGRESQL = (
    "Several processes share their work through PostgreSQL: set DATABASE_URL to one. "
    "With SQLite `paperpicks run` does everything in one process."
)
NEEDS_WEBHOOK = (
    "`paperpicks web` takes updates by a webhook: set WEBHOOK_URL. "
    "Without one, `paperpicks run` asks for updates by long polling."
)


def web(
    *,
    port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65535, help="The port to listen on instead of PORT."
        ),
    ] = None,
) -> None:
    """Talk to people, at a webhook; any number of these processes may run.

    On one machine they can share a port.
    """
    settings = _shared_settings()
    if settings.webhook_url is None:
        raise Failure(NEEDS_WEBHOOK, passing=False)

    serve_part(settings, WEB, port=port)


def worker() -> None:
    """Send what is due, look links up and learn; any number of these processes may run."""
    serve_part(_shared_settings(), WORKER)


def clock() -> None:
    """Fetch papers and say what is due; of several such processes one works, others stand by."""
    serve_part(_shared_settings(), CLOCK)


def _shared_settings() -> Settings:
    """Return the settings; raise a Failure if they name no database that processes share."""
    settings = read_settings()
    if settings.effective_database_url.startswith("sqlite"):
        raise Failure(NEEDS_POSTGRESQL, passing=False)
    return settings
