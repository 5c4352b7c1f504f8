"""The local chat's server: it holds the bots and the people, and serves them in a thread."""

import asyncio
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Iterator,
    Sequence,
)
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from itertools import count
from types import TracebackType
from typing import Self

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import BaseRoute

from bot.localchat.api import BotApi, Call
from bot.localchat.bots import Bot
from bot.localchat.changes import Changes
from bot.localchat.faults import Break, Fault, Faults, Weather
from bot.localchat.limits import Limits
from bot.localchat.messages import Account
from bot.localchat.people import Person
from bot.localchat.refusals import Refusal
from bot.localchat.updates import Clock
from bot.localchat.webhooks import PATIENCE, Courier
from bot.transport.http_limits import BACKLOG, Guarded

TELEGRAM = Limits()
RESET_AT_ONCE = struct.pack("ii", 1, 0)  # linger: on, for no time


def _now() -> datetime:
    return datetime.now(UTC)


class ChatServer:
    """A Bot API server for the given tokens, on the loopback interface while it is entered.

    The people made by `person` talk to the bot of the first token. Without `limits` a bot may
    send as fast as it can. Without a `port` it takes any free one; entering raises OSError where
    the port is taken.
    """

    def __init__(
        self,
        *tokens: str,
        clock: Clock = _now,
        limits: Limits | None = TELEGRAM,
        port: int = 0,
    ) -> None:
        self._changes = Changes()
        self.bots = {
            token: Bot(token, clock, self._changes, limits) for token in tokens
        }
        self.people: dict[int, Person] = {}
        self._faults = Faults()
        self._api = BotApi(self.bots, self._faults, self._cut)
        self._person_ids = count(1001)
        self._port = port
        self._beside: list[BaseRoute] = []

    def __enter__(self) -> Self:
        self._open()
        return self

    def add(self, route: BaseRoute) -> None:
        """Serve something beside the Bot API, from when it is entered on."""
        self._beside.append(route)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End every long poll and stop serving; stopping twice is stopping once."""
        self._changes.close()
        self._close()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Be away for a while: connections are refused, and nothing is forgotten."""
        self._close()
        try:
            yield
        finally:
            self._open()

    @property
    def base_url(self) -> str:
        """What python-telegram-bot takes as `base_url`."""
        return f"{self.origin}/bot"

    @property
    def base_file_url(self) -> str:
        """What python-telegram-bot takes as `base_file_url`."""
        return f"{self.origin}/file/bot"

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls that bots made so far, oldest first."""
        return self._api.calls

    @property
    def refused(self) -> Counter[int]:
        """How many calls were refused with each code so far."""
        return self._api.refused

    @property
    def faults(self) -> Counter[str]:
        """How many of each fault were met so far."""
        return self._faults.met

    async def wait_for_call(
        self, wanted: Callable[[Call], bool], seconds: float = 5
    ) -> Call:
        """Return the first call that is `wanted`, waiting until it comes."""
        found = await self._changes.wait_until(
            lambda: next(filter(wanted, self.calls), None), seconds
        )
        if found is None:
            raise TimeoutError(
                f"no such call within {seconds} s of {len(self.calls)}"
            )
        return found

    def fail_next(
        self,
        method: str,
        outcome: Refusal | Break,
        *,
        took_effect: bool = False,
        times: int = 1,
    ) -> None:
        """Refuse or break the next calls of `method`; with `took_effect` only after their work.

        For the method `WEBHOOK` the server loses the bot's answer, or never calls the bot.
        """
        self._faults.add(Fault(method, outcome, took_effect), times)

    def fail_at_random(
        self,
        seed: int,
        share: float,
        methods: Collection[str],
        outcomes: Sequence[Refusal | Break],
    ) -> None:
        """Refuse or break this share of all calls of `methods`, until it is called with 0."""
        rng = random.Random(seed)  # noqa: S311 - faults need no secrecy
        self._faults.weather = Weather(rng, share, frozenset(methods), outcomes)

    def person(self, first_name: str, language_code: str = "en") -> Person:
        """Return a new person, who has not written to the bot yet."""
        bot = next(iter(self.bots.values()))
        account = Account(
            next(self._person_ids), first_name, language_code=language_code
        )
        with bot.lock:
            person = self.people[account.id] = Person(bot, account)
        return person

    @property
    def origin(self) -> str:
        """Where the server is found, as browsers write it."""
        return f"http://127.0.0.1:{self._port}"

    def _open(self) -> None:
        """Serve in a thread, at the same port each time."""
        # Named, or asyncio leaves small answers to wait 40 ms for more to send (Nagle).
        self._socket = socket.socket(proto=socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind(("127.0.0.1", self._port))
        except OSError:
            self._socket.close()
            raise
        self._socket.listen()  # from here on callers may connect; they wait for the thread
        self._port = self._socket.getsockname()[1]
        self._api.leaving = False
        app = self._api.application(self._carrying)
        app.router.routes.extend(self._beside)
        self._uvicorn = uvicorn.Server(
            uvicorn.Config(
                app,
                http=Guarded,
                backlog=BACKLOG,
                ws="none",
                log_config=None,
                log_level="warning",
                access_log=False,  # the address of a call holds the token
            )
        )
        self._thread = threading.Thread(
            target=self._serve, name="local chat", daemon=True
        )
        self._thread.start()

    def _serve(self) -> None:
        self._uvicorn.run(sockets=[self._socket])

    def _close(self) -> None:
        self._api.leaving = True
        self._changes.announce()
        self._uvicorn.should_exit = True
        self._thread.join()
        self._socket.close()

    @asynccontextmanager
    async def _carrying(self, _: Starlette) -> AsyncIterator[None]:
        """Carry updates to webhooks while the server runs."""
        couriers = [Courier(bot, self._faults) for bot in self.bots.values()]
        async with httpx.AsyncClient(
            timeout=PATIENCE, trust_env=False
        ) as client:
            tasks = [
                asyncio.create_task(courier.run(client)) for courier in couriers
            ]
            yield
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _cut(self, request: Request, how: Break) -> None:
        for connection in self._uvicorn.server_state.connections:
            if (
                isinstance(connection, Guarded)
                and connection.client == request.client
            ):
                transport = connection.transport
                if how is Break.RESET:
                    raw = transport.get_extra_info("socket")
                    raw.setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_ONCE
                    )
                transport.abort()
