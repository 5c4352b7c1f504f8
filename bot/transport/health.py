"""Answers whoever watches the process: that it lives, and whether it can serve."""

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.concurrency import apart
from bot.errors import Failure

# Seconds for the database.
PATIENCE = 5.0


class Probes:
    """Two paths that anybody may request, so they tell no more and cost next to nothing.

    `count_papers` returns how many papers are on offer; `check_database` raises Failure if the
    database does not answer.
    """

    def __init__(
        self,
        count_papers: Callable[[], int],
        check_database: Callable[[], None],
    ) -> None:
        self._count_papers = count_papers
        self._check_database = check_database
        self._check: asyncio.Task[None] | None = None

    def routes(self) -> list[Route]:
        """Return the routes of both paths."""
        return [
            Route("/healthz", self._healthz),
            Route("/readyz", self._readyz),
        ]

    async def _healthz(self, _: Request) -> Response:
        return PlainTextResponse("alive")

    async def _readyz(self, _: Request) -> Response:
        if not self._count_papers():
            return PlainTextResponse("no papers yet", 503)
        try:
            await asyncio.wait_for(asyncio.shield(self._database()), PATIENCE)
        except (Failure, TimeoutError):
            return PlainTextResponse("the database does not answer", 503)
        return PlainTextResponse("ready")

    def _database(self) -> "asyncio.Task[None]":
        """Check the database once for all who request it meanwhile."""
        if self._check is None or self._check.done():
            self._check = asyncio.create_task(apart(self._check_database))
        return self._check
