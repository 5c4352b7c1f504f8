"""A port of this machine that is listened on: bound, opened and closed at the right moments."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette

from bot.errors import Failure
from bot.transport.http_limits import BACKLOG, LimitedProtocol


class Port:
    """A port that serves an application; what can't work with it is a Failure of one line.

    `remedy` says what to do about a port that can't be used, `last_answers` how many seconds
    requests get that are under way when it closes. A port that is shared may be listened on by
    other processes of this machine.
    """

    def __init__(
        self,
        application: Starlette,
        host: str,
        number: int,
        *,
        remedy: str,
        last_answers: int,
        is_shared: bool = False,
    ) -> None:
        self._host = host
        self._number = number
        self._remedy = remedy
        self._is_shared = is_shared
        self._server = PortServer(
            uvicorn.Config(
                application,
                http=LimitedProtocol,
                backlog=BACKLOG,
                lifespan="off",
                ws="none",
                log_config=None,
                # A path may be secret.
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=last_answers,
            )
        )
        self._socket: socket.socket | None = None
        self._running: asyncio.Task[None] | None = None

    def bind(self) -> socket.socket:
        """Take the port, but refuse callers until it is opened; may be called again."""
        with self._explained():
            self._socket = self._socket or self._take()

        return self._socket

    def open(self) -> None:
        """Listen, and answer from now on."""
        listener = self.bind()
        with self._explained():
            listener.listen()

        self._running = asyncio.create_task(self._server.serve([listener]))

    async def last(self) -> None:
        """Wait until the port is closed; raises what closed it."""
        if self._running is not None:
            await asyncio.wait([self._running])
            self._running.result()

    async def close(self) -> None:
        """Take no more requests, and answer those that are under way."""
        self._server.should_exit = True
        if self._running is not None:
            await asyncio.wait([self._running])
        elif self._socket is not None:
            self._socket.close()

    def _take(self) -> socket.socket:
        """Return a socket that has its port already, but refuses callers until it listens."""
        addresses = socket.getaddrinfo(
            self._host,
            self._number,
            type=socket.SOCK_STREAM,
            flags=socket.AI_PASSIVE,
        )
        family, kind, protocol, _, address = addresses[0]
        bound = socket.socket(family, kind, protocol)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # Windows has no such option, and there each process needs a port of its own.
            if self._is_shared and hasattr(socket, "SO_REUSEPORT"):
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            bound.bind(address)
        except OSError:
            bound.close()
            raise
        return bound

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Say in one line why a port can't be used."""
        try:
            yield
        except OSError as error:
            raise Failure(
                f"Port {self._number} of {self._host} can't be used ({error.strerror}). Stop "
                f"what listens there, or {self._remedy}.",
                passing=False,
            ) from None


class PortServer(uvicorn.Server):
    """A server that leaves the signals to the process it is a part of."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield
