"""Limits what callers of our servers can take: few connections, each with little time."""

import asyncio
import contextlib
from typing import Any, cast

import h11
from starlette.requests import ClientDisconnect, Request
from uvicorn.protocols.http.h11_impl import H11Protocol

# Connections in all: the process has a few hundred file handles for everything.
MOST = 160
# Connections of one address: a proxy in front brings those of everybody.
MOST_PER_ADDRESS = 128
# Connections that wait to be accepted.
BACKLOG = 128
# Seconds for the headers of a request, for its body, and for a rest of a body that nobody reads.
PATIENCE = {"headers": 10.0, "body": 30.0, "rest": 1.0}
# Bytes of a body that may follow its answer: a short one is often on its way.
LONGEST_REST = 65_536


class LimitedProtocol(H11Protocol):
    """A connection that is closed if it is slow, or if others need its place.

    `stage` is what the other side is to send: headers, body or rest; empty while we answer.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the library's own
        super().__init__(*args, **kwargs)
        self.stage = ""
        self.since = 0.0
        self._rest = LONGEST_REST
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request, in place of the slowest connection if there are too many."""
        super().connection_made(transport)
        self._update_stage()
        self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer."""
        super().connection_lost(exc)
        if self._timer is not None:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Read data; they give nobody more time, and no body may be endless."""
        if self.stage == "rest":
            self._rest -= len(data)
            if self._rest < 0:
                self.abort()
                return
        super().data_received(data)
        self._update_stage()

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the rest of a body that was answered early."""
        super().on_response_complete()
        self._update_stage()

    @property
    def address(self) -> str:
        """The address of the caller."""
        return self.client[0] if self.client else ""

    def abort(self) -> None:
        """Close the connection now, whatever it is doing."""
        self.transport.abort()

    def _update_stage(self) -> None:
        """Give each stage its own time, counted from its begin."""
        stage = self._current_stage()
        if stage != self.stage:
            self._rest = LONGEST_REST
            self.stage = stage
            self.since = self.loop.time()
            self._abort_after(PATIENCE.get(stage))

    def _current_stage(self) -> str:
        if self.cycle is not None and not self.cycle.response_complete:
            return "body" if self.cycle.more_body else ""
        return "rest" if self.conn.their_state is h11.SEND_BODY else "headers"

    def _abort_after(self, seconds: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if seconds is not None:
            self._timer = self.loop.call_later(seconds, self.abort)

    def _make_room(self) -> None:
        """Close the connection that has waited longest, if there are too many."""
        connections = [
            cast("LimitedProtocol", connection)
            for connection in self.connections
        ]
        crowd = [c for c in connections if not c.transport.is_closing()]
        same_address = [c for c in crowd if c.address == self.address]
        if len(same_address) > MOST_PER_ADDRESS:
            crowd = same_address
        elif len(crowd) <= MOST:
            return
        waiting = [c for c in crowd if c.stage and c is not self]
        slowest = min(waiting, key=lambda c: c.since, default=self)
        slowest.abort()


async def read_body(request: Request, most: int) -> bytes | None:
    """Return a request's body; None if it is longer than `most` bytes, or is cut off."""
    size = request.headers.get("content-length", "0")
    if not size.isdecimal() or int(size) > most:
        return None
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)


async def skip_body(request: Request, most: int) -> None:
    """Read over a body that is too long, up to `most` bytes, so that its sender reads why."""
    skipped = 0
    # A RuntimeError says that the body was read already.
    with contextlib.suppress(ClientDisconnect, RuntimeError):
        async for chunk in request.stream():
            skipped += len(chunk)
            if skipped > most:
                return
