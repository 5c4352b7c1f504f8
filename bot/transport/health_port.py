"""The port that whoever watches this process asks: `/healthz`, `/readyz` and `/metrics`."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.transport.port import Port

# Seconds for answers under way when the process is to end.
LAST_ANSWERS = 1

# What to do about a port that can't be used.
REMEDY = "set HEALTH_PORT and HEALTH_HOST to a free one"

log = logging.getLogger(__name__)

# Returns what is wrong by the name of each check, or None where nothing is.
Examine = Callable[[], Awaitable[Mapping[str, str | None]]]

# Returns all metrics in a format that a header `Accept` names, and their content type.
Expose = Callable[[str], Awaitable[tuple[bytes, str]]]


@dataclass(frozen=True, slots=True)
class HealthAddress:
    """Where this process is watched: an interface, and a port that is its own."""

    host: str
    port: int


class HealthPort:
    """An open port with three paths, from before Telegram answers until all else has ended."""

    def __init__(
        self, address: HealthAddress, examine: Examine, expose: Expose
    ) -> None:
        self._address = address
        self._examine = examine
        self._expose = expose
        self._port = Port(
            Starlette(routes=self.routes()),
            address.host,
            address.port,
            remedy=REMEDY,
            last_answers=LAST_ANSWERS,
        )

    def routes(self) -> list[Route]:
        """Return the routes of all paths."""
        return [
            Route("/healthz", self._healthz),
            Route("/readyz", self._readyz),
            Route("/metrics", self._metrics),
        ]

    async def begin(self) -> None:
        """Open the port; raises Failure if it can't be used."""
        self._port.open()
        log.info(
            "Health is told at port %d of %s",
            self._address.port,
            self._address.host,
        )

    async def end(self) -> None:
        """Close the port."""
        await self._port.close()

    async def _healthz(self, _: Request) -> Response:
        """Answer, which the loop of this process can only do while it lives."""
        return PlainTextResponse("alive")

    async def _readyz(self, _: Request) -> Response:
        """Answer 503 with a line for each thing that is wrong, or 200."""
        causes = await self._examine()
        lines = [f"{name}: {cause}" for name, cause in causes.items() if cause]
        if not lines:
            return PlainTextResponse("ready")

        return PlainTextResponse("\n".join(lines), 503)

    async def _metrics(self, request: Request) -> Response:
        content, media_type = await self._expose(
            request.headers.get("accept", "")
        )
        return Response(content, headers={"Content-Type": media_type})
