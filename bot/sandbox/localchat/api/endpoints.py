"""The Bot API over HTTP: finds the bot of a call and returns its result or refusal."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.localchat import refusals
from bot.sandbox.localchat.account import BotAccount
from bot.sandbox.localchat.api.method_table import (
    METHODS,
    Method,
    set_allowed_updates,
)
from bot.sandbox.localchat.api.parameters import Parameters, parse_parameters
from bot.sandbox.localchat.limits import LIMITED_METHODS
from bot.sandbox.localchat.messages import Json
from bot.sandbox.localchat.refusals import Refused
from bot.transport import http_limits

MAX_POLL_SECONDS = 50
MAX_UPDATES = 100
# Bytes of a call: as many as a file may have that a bot sends.
MAX_BODY = 50 * 1024 * 1024
# nginx's status for a client that hung up; nobody reads the response.
CLIENT_CLOSED_REQUEST = 499


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method that exists, by a bot that is known."""

    request: Request
    bot: BotAccount
    method: str
    parameters: Parameters


class BotApi:
    """The routes of the Bot API for these bots, by their tokens."""

    def __init__(
        self,
        bots: Mapping[str, BotAccount],
        methods: Mapping[str, Method] = METHODS,
    ) -> None:
        self._bots = bots
        self._methods = methods

    def application(self) -> Starlette:
        """Return the ASGI application."""
        routes = [
            Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._download),
        ]
        exception_handlers = {
            404: _not_found,
            Refused: self.refuse,
            ClientDisconnect: _hung_up,
        }
        return Starlette(routes=routes, exception_handlers=exception_handlers)

    async def respond(self, call: Call) -> Response:
        """Return the response to a call."""
        if call.method == "getUpdates":
            result: object = await self._get_updates(call.bot, call.parameters)
        else:
            result = self._call_method(call)
        return JSONResponse({"ok": True, "result": result})

    async def refuse(self, _: Request, error: Exception) -> Response:
        """Return the response to a refused call."""
        assert isinstance(error, Refused)  # noqa: S101 - it is registered for nothing else
        refusal = error.refusal
        return JSONResponse(refusal.as_json(), status_code=refusal.code)

    def begin_poll(self, bot: BotAccount, parameters: Parameters) -> int:
        """Confirm the updates before `offset`, and return the number of this poll."""
        set_allowed_updates(bot, parameters)
        bot.updates.confirm(parameters.integer("offset"))
        bot.updates.polls += 1
        return bot.updates.polls

    def poll_result(
        self, bot: BotAccount, parameters: Parameters, poll: int
    ) -> list[Json] | None:
        """Return the updates for a poll, or None if it has to wait.

        Only the newest poll gets any; an older one is refused.
        """
        if bot.updates.polls != poll:
            raise Refused(refusals.POLLED_ELSEWHERE)

        limit = min(
            max(parameters.integer("limit", MAX_UPDATES), 1), MAX_UPDATES
        )
        updates = bot.updates.pending()[:limit]
        return [update.as_json() for update in updates] or None

    async def _call(self, request: Request) -> Response:
        bot = self._find_bot(request)
        method = request.path_params["method"]
        if method not in self._methods and method != "getUpdates":
            raise Refused(refusals.NOT_FOUND)

        body = await http_limits.read_body(request, MAX_BODY)
        if body is None:
            raise Refused(refusals.TOO_LARGE)
        content_type = request.headers.get("content-type", "")
        parameters = parse_parameters(request.url.query, content_type, body)
        return await self.respond(Call(request, bot, method, parameters))

    def _call_method(self, call: Call) -> object:
        bot = call.bot
        with bot.lock:
            if call.method in LIMITED_METHODS and bot.traffic is not None:
                # A message sent via the bot stands in a chat that the bot does not know.
                place = call.parameters.text("chat_id") or (
                    call.parameters.text("inline_message_id")
                )
                seconds = bot.traffic.admit(call.method, place)
                if seconds > 0:
                    raise Refused(refusals.too_many_requests(seconds))
            result = self._methods[call.method](bot, call.parameters)

        bot.notifier.notify()
        return result

    async def _get_updates(
        self, bot: BotAccount, parameters: Parameters
    ) -> list[Json]:
        """Answer `getUpdates`, waiting up to its `timeout` for a first update."""
        with bot.lock:
            poll = self.begin_poll(bot, parameters)
        # Older polls look again, and are refused.
        bot.notifier.notify()

        def check() -> list[Json] | None:
            with bot.lock:
                return self.poll_result(bot, parameters, poll)

        seconds = min(max(parameters.integer("timeout"), 0), MAX_POLL_SECONDS)
        return await bot.notifier.wait_until(check, seconds) or []

    async def _download(self, request: Request) -> Response:
        for file in self._find_bot(request).files.values():
            if file.path == request.path_params["path"]:
                return Response(
                    file.content, media_type="application/octet-stream"
                )
        raise Refused(refusals.NOT_FOUND)

    def _find_bot(self, request: Request) -> BotAccount:
        bot = self._bots.get(request.path_params["token"])
        if bot is None:
            raise Refused(refusals.UNAUTHORIZED)
        return bot


async def _hung_up(_: Request, __: Exception) -> Response:
    return Response(status_code=CLIENT_CLOSED_REQUEST)


async def _not_found(_: Request, __: Exception) -> Response:
    return JSONResponse(refusals.NOT_FOUND.as_json(), status_code=404)
