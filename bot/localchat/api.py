"""The Bot API over HTTP: which call is for which bot, and how results and refusals are told."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.localchat import refusals
from bot.localchat.bots import Bot
from bot.localchat.faults import Break, Faults
from bot.localchat.limits import COUNTED
from bot.localchat.messages import Json
from bot.localchat.methods import METHODS, begin_polling, take_updates
from bot.localchat.parameters import Parameters, Upload, parsed
from bot.localchat.refusals import Refusal, Refused
from bot.transport import http_limits

MAX_POLL_SECONDS = 50
LARGEST = (
    50 * 1024 * 1024
)  # bytes of a call, as of the files that bots may send
BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n"
    "<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)
Cut = Callable[[Request, Break], None]
Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class Call:
    """One call that a bot made, whether or not it was refused."""

    bot_id: int
    method: str
    parameters: Mapping[str, str | Upload]
    at: datetime


class BotApi:
    """The routes of the Bot API, with the calls that came and the faults that wait for them.

    `cut` ends the connection that a request came by.
    """

    def __init__(
        self, bots: Mapping[str, Bot], faults: Faults, cut: Cut
    ) -> None:
        self._bots = bots
        self._faults = faults
        self._cut = cut
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self.refused: Counter[int] = Counter()
        self.leaving = False  # long polls end, so that the server can

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls so far, oldest first."""
        with self._lock:
            return tuple(self._calls)

    def application(self, lifespan: Lifespan) -> Starlette:
        """Return the ASGI application."""
        methods = ["GET", "POST"]
        routes = [
            Route("/bot{token}/{method}", self._call, methods=methods),
            Route("/file/bot{token}/{path:path}", self._download),
        ]
        told = {
            404: _not_found,
            Refused: self._tell,
            ClientDisconnect: _nobody_there,
        }
        return Starlette(
            routes=routes, exception_handlers=told, lifespan=lifespan
        )

    async def _call(self, request: Request) -> Response:
        bot = self._bot(request)
        method = request.path_params["method"]
        if method not in METHODS and method != "getUpdates":
            raise Refused(refusals.NOT_FOUND)
        content_type = request.headers.get("content-type", "")
        body = await http_limits.body(request, LARGEST)
        if body is None:
            raise Refused(refusals.TOO_LARGE)
        parameters = parsed(request.url.query, content_type, body)
        with self._lock:
            self._calls.append(
                Call(bot.account.id, method, parameters.values, bot.clock())
            )
        bot.changes.announce()
        fault = self._faults.take(method)
        if fault and not fault.took_effect:
            return await self._fail(request, bot, fault.outcome)
        result = await self._result(bot, method, parameters)
        if fault:
            return await self._fail(request, bot, fault.outcome)
        return JSONResponse({"ok": True, "result": result})

    async def _result(
        self, bot: Bot, method: str, parameters: Parameters
    ) -> object:
        if method == "getUpdates":
            return await self._get_updates(bot, parameters)
        with bot.lock:
            if method in COUNTED and bot.traffic is not None:
                wait = bot.traffic.admit(method, parameters.text("chat_id"))
                if wait:
                    raise Refused(refusals.too_many_requests(wait))
            result = METHODS[method](bot, parameters)
        bot.changes.announce()
        return result

    async def _get_updates(
        self, bot: Bot, parameters: Parameters
    ) -> list[Json]:
        def look() -> list[Json] | None:
            if self.leaving:
                return []
            with bot.lock:
                return take_updates(bot, parameters, poll) or None

        with bot.lock:
            poll = begin_polling(bot, parameters)
        bot.changes.announce()
        seconds = min(max(parameters.integer("timeout"), 0), MAX_POLL_SECONDS)
        return await bot.changes.wait_until(look, seconds) or []

    async def _fail(
        self, request: Request, bot: Bot, outcome: Refusal | Break
    ) -> Response:
        if isinstance(outcome, Refusal):
            raise Refused(outcome)
        if outcome is Break.BAD_GATEWAY:
            return HTMLResponse(BAD_GATEWAY, 502)
        if outcome is Break.SILENCE:
            hung_up = asyncio.ensure_future(request.receive())
            leaving = asyncio.ensure_future(
                bot.changes.wait_until(lambda: self.leaving or None, 3600)
            )
            await asyncio.wait(
                {hung_up, leaving}, return_when=asyncio.FIRST_COMPLETED
            )
            hung_up.cancel()
            leaving.cancel()
        self._cut(request, outcome)
        await asyncio.sleep(0)  # until the connection knows
        return Response()

    async def _download(self, request: Request) -> Response:
        files = self._bot(request).files.values()
        for file in files:
            if file.path == request.path_params["path"]:
                return Response(
                    file.content, media_type="application/octet-stream"
                )
        raise Refused(refusals.NOT_FOUND)

    async def _tell(self, _: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)  # noqa: S101 - it is registered for nothing else
        self.refused[error.refusal.code] += 1
        return JSONResponse(
            error.refusal.as_json(), status_code=error.refusal.code
        )

    def _bot(self, request: Request) -> Bot:
        bot = self._bots.get(request.path_params["token"])
        if bot is None:
            raise Refused(refusals.UNAUTHORIZED)
        return bot


async def _nobody_there(_: Request, __: Exception) -> Response:
    return Response(
        status_code=499
    )  # a caller who was killed in mid-call reads no answer


async def _not_found(_: Request, __: Exception) -> Response:
    return JSONResponse(refusals.NOT_FOUND.as_json(), status_code=404)
