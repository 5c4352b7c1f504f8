"""Tells who watches over the process that it lives, and whether it can serve."""

import asyncio

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.concurrency import apart
from bot.errors import Failure
from bot.runtime import World

# Seconds for the database.
PATIENCE = 5.0


class Probes:
    """Two paths that anybody may ask, so they tell nothing else and cost next to nothing."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._asking: asyncio.Task[None] | None = None

    def routes(self) -> list[Route]:
        """Return where to ask."""
        return [
            Route("/healthz", self._healthz),
            Route("/readyz", self._readyz),
        ]

    async def _healthz(self, _: Request) -> Response:
        return PlainTextResponse("alive")

    async def _readyz(self, _: Request) -> Response:
        if not len(self._world.papers):
            return PlainTextResponse("no papers yet", 503)
        try:
            await asyncio.wait_for(asyncio.shield(self._database()), PATIENCE)
        except (Failure, TimeoutError):
            return PlainTextResponse("the database does not answer", 503)
        return PlainTextResponse("ready")

    def _database(self) -> "asyncio.Task[None]":
        """Ask the database; whoever comes meanwhile waits for the same answer."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(
                apart(self._world.database.check)
            )
        return self._asking
