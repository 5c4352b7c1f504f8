"""The bot, unchanged, in a process that can be killed, with a clock that is set."""

import asyncio
import sys
import time
from datetime import datetime, timedelta

from bot import app
from bot.cli import logs
from bot.runtime import Runtime
from bot.sources.endpoints import Endpoints
from bot.storage.database import Database

NOBODY = "http://127.0.0.1:9"  # no source answers there


def main() -> None:
    """Serve the bot of a token: its server, its database, the time it is, and its pace."""
    token, base, url, at, rate = sys.argv[1:]
    begun, start = time.monotonic(), datetime.fromisoformat(at)

    def clock() -> datetime:
        return start + timedelta(seconds=time.monotonic() - begun)

    logs.set_up("ERROR", token)
    database = Database(url)
    runtime = Runtime(
        database=database,
        endpoints=Endpoints(NOBODY, NOBODY, NOBODY),
        clock=clock,
        send_rate=float(rate),
    )
    asyncio.run(app.run(runtime, token, base, adopt=False))


if __name__ == "__main__":
    main()
