"""The Bot API over HTTP: which call is for which bot, and how results and refusals are told."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.localchat import refusals
from bot.localchat.bots import Bot
from bot.localchat.messages import Json
from bot.localchat.methods import METHODS, begin_polling, take_updates
from bot.localchat.parameters import Parameters, Upload, parsed
from bot.localchat.refusals import Refusal, Refused

MAX_POLL_SECONDS = 50


@dataclass(frozen=True, slots=True)
class Call:
    """One call that a bot made, whether or not it was refused."""

    bot_id: int
    method: str
    parameters: Mapping[str, str | Upload]
    at: datetime


@dataclass(frozen=True, slots=True)
class Fault:
    """A refusal that waits for the next call of `method`, which may have had its effect by then."""

    method: str
    refusal: Refusal
    took_effect: bool


class BotApi:
    """The routes of the Bot API, with the calls that came and the faults that wait for them."""

    def __init__(self, bots: Mapping[str, Bot]) -> None:
        self._bots = bots
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._faults: list[Fault] = []

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls so far, oldest first."""
        with self._lock:
            return tuple(self._calls)

    def add_fault(self, fault: Fault) -> None:
        """Let the next call of the fault's method fail."""
        with self._lock:
            self._faults.append(fault)

    def application(self) -> Starlette:
        """Return the ASGI application."""
        methods = ["GET", "POST"]
        routes = [
            Route("/bot{token}/{method}", self._call, methods=methods),
            Route("/file/bot{token}/{path:path}", self._download),
        ]
        return Starlette(routes=routes, exception_handlers={404: _not_found, Refused: _refused})

    async def _call(self, request: Request) -> Response:
        bot = self._bot(request)
        method = request.path_params["method"]
        if method not in METHODS and method != "getUpdates":
            raise Refused(refusals.NOT_FOUND)
        content_type = request.headers.get("content-type", "")
        parameters = parsed(request.url.query, content_type, await request.body())
        fault = self._note(Call(bot.account.id, method, parameters.values, bot.clock()))
        bot.changes.announce()
        if fault and not fault.took_effect:
            raise Refused(fault.refusal)
        result = await self._result(bot, method, parameters)
        if fault:
            raise Refused(fault.refusal)
        return JSONResponse({"ok": True, "result": result})

    async def _result(self, bot: Bot, method: str, parameters: Parameters) -> object:
        if method == "getUpdates":
            return await _get_updates(bot, parameters)
        with bot.lock:
            result = METHODS[method](bot, parameters)
        bot.changes.announce()
        return result

    async def _download(self, request: Request) -> Response:
        files = self._bot(request).files.values()
        for file in files:
            if file.path == request.path_params["path"]:
                return Response(file.content, media_type="application/octet-stream")
        raise Refused(refusals.NOT_FOUND)

    def _bot(self, request: Request) -> Bot:
        bot = self._bots.get(request.path_params["token"])
        if bot is None:
            raise Refused(refusals.UNAUTHORIZED)
        return bot

    def _note(self, call: Call) -> Fault | None:
        with self._lock:
            self._calls.append(call)
            fault = next((fault for fault in self._faults if fault.method == call.method), None)
            if fault:
                self._faults.remove(fault)
            return fault


async def _get_updates(bot: Bot, parameters: Parameters) -> list[Json]:
    def look() -> list[Json] | None:
        with bot.lock:
            return take_updates(bot, parameters) or None

    with bot.lock:
        begin_polling(bot, parameters)
    seconds = min(max(parameters.integer("timeout"), 0), MAX_POLL_SECONDS)
    return await bot.changes.wait_until(look, seconds) or []


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101 - it is registered for nothing else
    return JSONResponse(error.refusal.as_json(), status_code=error.refusal.code)


async def _not_found(_: Request, __: Exception) -> Response:
    return JSONResponse(refusals.NOT_FOUND.as_json(), status_code=404)
