"""Serves the bot, unchanged, in a process that can be killed, from a given moment on."""

import asyncio
import sys
import time
from datetime import datetime, timedelta

from bot import app
from bot.cli import logs
from bot.runtime import Runtime
from bot.sources.endpoints import Endpoints
from bot.storage.database import Database

# An address at which no source answers.
NOBODY = "http://127.0.0.1:9"


def main() -> None:
    """Serve; the arguments are a token, the API, the database, a moment and the send rate."""
    token, api_base, database_url, moment, send_rate = sys.argv[1:]
    start = datetime.fromisoformat(moment)
    monotonic_start = time.monotonic()

    def clock() -> datetime:
        seconds = time.monotonic() - monotonic_start
        return start + timedelta(seconds=seconds)

    logs.set_up("ERROR", token)
    database = Database(database_url)
    runtime = Runtime(
        database=database,
        endpoints=Endpoints(NOBODY, NOBODY, NOBODY),
        clock=clock,
        send_rate=float(send_rate),
    )
    asyncio.run(app.run(runtime, token, api_base, adopt=False))


if __name__ == "__main__":
    main()
