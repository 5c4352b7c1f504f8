"""A port that nobody can fill: few connections, each with little time to say what it wants."""

import asyncio
import contextlib
from typing import Any, cast

import h11
from starlette.requests import ClientDisconnect, Request
from uvicorn.protocols.http.h11_impl import H11Protocol

# Connections in all: the process has a few hundred handles for everything.
MOST = 160
# Of one address: a proxy in front brings those of everybody.
MOST_OF_ONE = 128
# Connections that are taken at once, before any of them can be let go.
BACKLOG = 128
# Seconds to say what is wanted, to send what belongs to it, and to finish what nobody reads.
PATIENCE = {"headers": 10.0, "body": 30.0, "rest": 1.0}
# Bytes of a body that may follow its answer: a short one is often on its way.
REST = 65_536


class Guarded(H11Protocol):
    """A connection that is let go where it is slow, or where others need its place."""

    def __init__(self, *args: Any, **named: Any) -> None:  # noqa: ANN401 - the library's own
        super().__init__(*args, **named)
        self.stage = (
            ""  # what the other side is to send, none while it is our turn
        )
        self.since = 0.0
        self._rest = REST
        self._clock: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request, in the place of who has waited longest if need be."""
        super().connection_made(transport)
        self._look()
        self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        super().connection_lost(exc)
        if self._clock is not None:
            self._clock.cancel()

    def data_received(self, data: bytes) -> None:
        """Take what was sent; it makes nobody's time longer, and no body endless."""
        if self.stage == "rest":
            self._rest -= len(data)
            if self._rest < 0:
                self.let_go()
                return
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the rest of a body that was answered early."""
        super().on_response_complete()
        self._look()

    @property
    def address(self) -> str:
        """From where it comes."""
        return self.client[0] if self.client else ""

    def let_go(self) -> None:
        """Close the connection now, whatever is under way."""
        self.transport.abort()

    def _look(self) -> None:
        """Give each stage its own time, from where it begins."""
        stage = self._now()
        if stage != self.stage:
            self._rest = REST
            self.stage, self.since = stage, self.loop.time()
            self._let_go_in(PATIENCE.get(stage))

    def _now(self) -> str:
        if self.cycle is not None and not self.cycle.response_complete:
            return "body" if self.cycle.more_body else ""
        return "rest" if self.conn.their_state is h11.SEND_BODY else "headers"

    def _let_go_in(self, seconds: float | None) -> None:
        if self._clock is not None:
            self._clock.cancel()
        if seconds is not None:
            self._clock = self.loop.call_later(seconds, self.let_go)

    def _make_room(self) -> None:
        there = [cast("Guarded", one) for one in self.connections]
        crowd = [one for one in there if not one.transport.is_closing()]
        beside = [one for one in crowd if one.address == self.address]
        if len(beside) > MOST_OF_ONE:
            crowd = beside
        elif len(crowd) <= MOST:
            return
        waiting = [one for one in crowd if one.stage and one is not self]
        min(waiting, key=lambda one: one.since, default=self).let_go()


async def body(request: Request, most: int) -> bytes | None:
    """Return a request's body; None where it is longer than `most`, or never came whole."""
    size = request.headers.get("content-length", "0")
    if not size.isdecimal() or int(size) > most:
        return None
    whole = bytearray()
    try:
        async for chunk in request.stream():
            whole += chunk
            if len(whole) > most:
                return None
    except ClientDisconnect:
        return None
    return bytes(whole)


async def skip(request: Request, most: int) -> None:
    """Let somebody we know finish a body that is too long, so that they read why."""
    skipped = 0
    with contextlib.suppress(
        ClientDisconnect, RuntimeError
    ):  # RuntimeError: it was read already
        async for chunk in request.stream():
            skipped += len(chunk)
            if skipped > most:
                return
