"""A local server that records calls, fails on purpose, goes away and brings updates."""

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
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.sandbox.localchat.account import BotAccount
from bot.sandbox.localchat.api.endpoints import BotApi, Call
from bot.sandbox.localchat.api.method_table import METHODS
from bot.sandbox.localchat.api.parameters import Parameters, Upload
from bot.sandbox.localchat.messages import Json
from bot.sandbox.localchat.refusals import Refusal, Refused
from bot.sandbox.localchat.server import ChatServer
from bot.transport.http_limits import LimitedProtocol
from tests.bot_api import webhooks
from tests.bot_api.faults import Break, Fault, Faults, RandomFaults
from tests.bot_api.webhooks import Courier

# SO_LINGER on, for no time: the connection is reset when it is closed.
LINGER_NONE = struct.pack("ii", 1, 0)
BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n"
    "<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)

Cut = Callable[[Request, Break], None]


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One call of a bot, refused or not."""

    bot_id: int
    method: str
    parameters: Mapping[str, str | Upload]
    at: datetime


class FaultyApi(BotApi):
    """The Bot API with webhooks and faults, which records its calls.

    `cut` ends the connection of a request. `leaving` ends every wait, so that the
    server can stop.
    """

    def __init__(
        self, bots: Mapping[str, BotAccount], faults: Faults, cut: Cut
    ) -> None:
        self._faults = faults
        self._cut = cut
        self._lock = threading.Lock()
        self._recorded: list[RecordedCall] = []
        self._couriers = {
            bot.user.id: Courier(bot, faults) for bot in bots.values()
        }
        self.refused: Counter[int] = Counter()
        self.leaving = False
        webhook_methods = {
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._get_webhook_info,
        }
        super().__init__(bots, {**METHODS, **webhook_methods})

    @property
    def calls(self) -> tuple[RecordedCall, ...]:
        """The calls so far, oldest first."""
        with self._lock:
            return tuple(self._recorded)

    def courier(self, bot: BotAccount) -> Courier:
        """Return the courier of a bot, which holds its webhook."""
        return self._couriers[bot.user.id]

    def application(self) -> Starlette:
        app = super().application()
        app.router.lifespan_context = self._delivering
        return app

    async def respond(self, call: Call) -> Response:
        self._record(call)
        call.bot.notifier.notify()

        fault = self._faults.take(call.method)
        if fault and not fault.took_effect:
            return await self._fail(call, fault.outcome)
        response = await super().respond(call)
        if fault:
            return await self._fail(call, fault.outcome)
        return response

    async def refuse(self, request: Request, error: Exception) -> Response:
        response = await super().refuse(request, error)
        self.refused[response.status_code] += 1
        return response

    def begin_poll(self, bot: BotAccount, parameters: Parameters) -> int:
        if self.courier(bot).webhook is not None:
            raise Refused(webhooks.POLL_WITH_WEBHOOK)
        return super().begin_poll(bot, parameters)

    def poll_result(
        self, bot: BotAccount, parameters: Parameters, poll: int
    ) -> list[Json] | None:
        if self.leaving:
            return []
        if self.courier(bot).webhook is not None:
            raise Refused(webhooks.POLL_ENDED)
        return super().poll_result(bot, parameters, poll)

    def _set_webhook(self, bot: BotAccount, parameters: Parameters) -> bool:
        return self.courier(bot).set_webhook(parameters)

    def _delete_webhook(self, bot: BotAccount, parameters: Parameters) -> bool:
        return self.courier(bot).delete_webhook(parameters)

    def _get_webhook_info(self, bot: BotAccount, _: Parameters) -> Json:
        return self.courier(bot).webhook_info()

    @asynccontextmanager
    async def _delivering(self, _: Starlette) -> AsyncIterator[None]:
        """Deliver updates to webhooks while the server runs."""
        async with httpx.AsyncClient(
            # Webhooks of tests are on this machine, without certificates, which take long to read.
            timeout=webhooks.TIMEOUT,
            trust_env=False,
            verify=False,
        ) as client:
            tasks = [
                asyncio.create_task(courier.run(client))
                for courier in self._couriers.values()
            ]
            yield
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _record(self, call: Call) -> None:
        recorded = RecordedCall(
            bot_id=call.bot.user.id,
            method=call.method,
            parameters=call.parameters.values,
            at=call.bot.clock(),
        )
        with self._lock:
            self._recorded.append(recorded)

    async def _fail(self, call: Call, outcome: Refusal | Break) -> Response:
        if isinstance(outcome, Refusal):
            raise Refused(outcome)
        if outcome is Break.BAD_GATEWAY:
            return HTMLResponse(BAD_GATEWAY, 502)
        if outcome is Break.SILENCE:
            await self._keep_silent(call)

        self._cut(call.request, outcome)
        # The connection has to notice before it writes a response.
        await asyncio.sleep(0)
        return Response()

    async def _keep_silent(self, call: Call) -> None:
        """Wait until the caller hangs up or the server leaves."""
        hang_up = asyncio.ensure_future(call.request.receive())
        leaving = asyncio.ensure_future(
            call.bot.notifier.wait_until(lambda: self.leaving or None, 3600)
        )
        await asyncio.wait(
            {hang_up, leaving}, return_when=asyncio.FIRST_COMPLETED
        )
        hang_up.cancel()
        leaving.cancel()


class FaultyServer(ChatServer):
    """The local server with a `FaultyApi`."""

    @property
    def base_url(self) -> str:
        """What python-telegram-bot takes as `base_url`."""
        return f"{self.origin}/bot"

    @property
    def base_file_url(self) -> str:
        """What python-telegram-bot takes as `base_file_url`."""
        return f"{self.origin}/file/bot"

    @property
    def calls(self) -> tuple[RecordedCall, ...]:
        """The calls of bots so far, oldest first."""
        return self._faulty_api.calls

    @property
    def refused(self) -> Counter[int]:
        """The number of refused calls so far, by code."""
        return self._faulty_api.refused

    @property
    def faults(self) -> Counter[str]:
        """The number of faults so far, by name."""
        return self._faults.counts

    def courier(self, token: str) -> Courier:
        """Return the courier of a bot, which holds its webhook."""
        return self._faulty_api.courier(self.bots[token])

    async def wait_for_call(
        self, matches: Callable[[RecordedCall], bool], seconds: float = 5
    ) -> RecordedCall:
        """Wait for a call that matches, and return the first one."""
        call = await self._notifier.wait_until(
            lambda: next(filter(matches, self.calls), None), seconds
        )
        if call is None:
            count = len(self.calls)
            raise TimeoutError(f"no such call within {seconds} s of {count}")
        return call

    def fail_next(
        self,
        method: str,
        outcome: Refusal | Break,
        *,
        took_effect: bool = False,
        times: int = 1,
    ) -> None:
        """Refuse or break the next calls of `method`, before or after they take effect.

        With the method `WEBHOOK` the server never calls the bot, or loses its answer.
        """
        self._faults.add(Fault(method, outcome, took_effect), times)

    def fail_at_random(
        self,
        seed: int,
        share: float,
        methods: Collection[str],
        outcomes: Sequence[Refusal | Break],
    ) -> None:
        """Refuse or break this share of all calls of `methods`; a share of 0 ends it."""
        self._faults.random = RandomFaults(
            rng=random.Random(seed),
            share=share,
            methods=frozenset(methods),
            outcomes=outcomes,
        )

    @contextmanager
    def away(self) -> Iterator[None]:
        """Refuse every connection for a while, and keep all state."""
        self._shut_down()
        try:
            yield
        finally:
            self._start()

    def _create_api(self) -> BotApi:
        self._faults = Faults()
        self._faulty_api = FaultyApi(self.bots, self._faults, self._cut)
        return self._faulty_api

    def _start(self) -> None:
        self._faulty_api.leaving = False
        super()._start()

    def _shut_down(self) -> None:
        self._faulty_api.leaving = True
        self._notifier.notify()
        super()._shut_down()

    def _cut(self, request: Request, outcome: Break) -> None:
        for connection in self._uvicorn.server_state.connections:
            if (
                isinstance(connection, LimitedProtocol)
                and connection.client == request.client
            ):
                transport = connection.transport
                if outcome is Break.RESET:
                    raw_socket = transport.get_extra_info("socket")
                    raw_socket.setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE
                    )
                transport.abort()
