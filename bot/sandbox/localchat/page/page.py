"""The chat page: its files, its live feed, and the requests of a person on it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route

from bot.sandbox.localchat.account import MENU_SCOPES
from bot.sandbox.localchat.api.endpoints import CLIENT_CLOSED_REQUEST
from bot.sandbox.localchat.inline import InlineAnswer, InlineResult
from bot.sandbox.localchat.messages import Json
from bot.sandbox.localchat.page import actions, fields
from bot.sandbox.localchat.page.access import AccessGuard
from bot.sandbox.localchat.page.feed import Feed
from bot.sandbox.localchat.page.fields import ActionError
from bot.sandbox.localchat.page.reconnect import Reconnection
from bot.sandbox.localchat.page.store import ChatStore
from bot.sandbox.localchat.sanitize import DEFAULT_MIME_TYPE
from bot.sandbox.localchat.server import ChatServer
from bot.transport import http_limits

STATIC = Path(__file__).with_name("static")
STATIC_FILES = {path.name: path for path in STATIC.iterdir()}
# Seconds that a request for changes waits for one.
LIVE_TIMEOUT = 25.0
# Bytes of a file that a person sends, and of any other request.
MAX_FILE = 20 * 1024 * 1024
MAX_BODY = 1024 * 1024
# Seconds that the page waits for the results of inline mode.
INLINE_TIMEOUT = 10.0
NO_INLINE_ANSWER = "The bot has no answer to that yet."
TOMORROW_FAILED = (
    "The next day did not come: something went wrong. "
    "Try again; the terminal says what it was."
)
ENDING = "PaperPicks is ending, so the next day does not come."

log = logging.getLogger(__name__)
Tomorrow = Callable[[int], Awaitable[str]]


class Page:
    """The page of one running server, at an address that holds `token`.

    `tomorrow` moves the clock on to the next digest of a person or a group, by the id of
    the chat, and returns a report for whoever asked.
    """

    def __init__(
        self,
        server: ChatServer,
        store: ChatStore,
        token: str,
        tomorrow: Tomorrow,
    ) -> None:
        self._server = server
        self._bot = next(iter(server.bots.values()))
        self._token = token
        self._tomorrow = tomorrow
        self._note = ""
        self._moving_to = ""

        store.restore(self._bot)
        self._feed = Feed(self._bot, store)
        self._bot.notifier.on_notify = self._feed.update
        self._reconnection = Reconnection(store, self._path)
        self._add_routes()

    @property
    def address(self) -> str:
        """The page's URL, which is another one in each run."""
        return f"{self._server.origin}{self._path}"

    def show_note(self, note: str) -> None:
        """Show a note about the papers, and the current time of the clock."""
        self._note = note
        self._feed.touch()
        self._bot.notifier.notify()

    def show_moving(self, moment: datetime | None) -> None:
        """Show to which moment the clock is moving on, or None once it has arrived."""
        self._moving_to = moment.isoformat() if moment else ""
        self.show_note(self._note)

    @property
    def _path(self) -> str:
        return f"/chat/{self._token}/"

    def _add_routes(self) -> None:
        page = AccessGuard(self._application(), self._origins, self._token)
        self._server.add_route(Mount("/chat/{token}", page))

        # Pages of earlier versions ask at this path too.
        reconnection = self._reconnection.application()
        guard = AccessGuard(reconnection, self._origins)
        self._server.add_route(Mount("/again", guard))

    def _application(self) -> Starlette:
        routes = [
            Route("/", self._index),
            Route("/static/{name}", self._static_file),
            Route("/live", self._live),
            Route("/do", self._do, methods=["POST"]),
            Route("/inline", self._ask_inline, methods=["POST"]),
            Route("/file", self._receive_file, methods=["POST"]),
            Route("/file/{id}", self._file),
            Route("/tomorrow", self._move_on, methods=["POST"]),
        ]
        exception_handlers = {
            ActionError: _explain,
            ClientDisconnect: _hung_up,
        }
        return Starlette(routes=routes, exception_handlers=exception_handlers)

    def _origins(self) -> list[str]:
        origin = self._server.origin
        return [origin, origin.replace("127.0.0.1", "localhost")]

    async def _index(self, _: Request) -> Response:
        return FileResponse(STATIC_FILES["index.html"])

    async def _static_file(self, request: Request) -> Response:
        path = STATIC_FILES.get(request.path_params["name"])
        return FileResponse(path) if path else Response(status_code=404)

    async def _live(self, request: Request) -> Response:
        """Return the changes that the page has not seen, as soon as there is one."""
        epoch = request.query_params.get("epoch", "")
        number = fields.parse_id(request.query_params.get("number"))
        changes = await self._bot.notifier.wait_until(
            lambda: self._feed.changes_since(epoch, number), LIVE_TIMEOUT
        )
        if changes is None:
            changes = {"epoch": epoch, "number": number}
        return JSONResponse(changes | self._state())

    def _state(self) -> Json:
        """Return what the page shows beside the chats."""
        return {
            "now": self._bot.clock().isoformat(),
            "moving_to": self._moving_to,
            "note": self._note,
            "bot": self._bot.user.as_json(),
            "menus": {kind: self._bot.menu(kind) for kind in MENU_SCOPES},
            "own_menus": self._bot.own_menus(),
            "key": self._reconnection.key,
        }

    async def _do(self, request: Request) -> Response:
        body = await http_limits.read_body(request, MAX_BODY)
        form = fields.parse_body(body)
        person = fields.find_person(self._server, form.get("person"))
        result = await asyncio.to_thread(
            actions.perform, self._server, person, form
        )
        return JSONResponse(result)

    async def _ask_inline(self, request: Request) -> Response:
        """Ask the bot inline, and return its answer as soon as there is one."""
        body = await http_limits.read_body(request, MAX_BODY)
        form = fields.parse_body(body)
        person = fields.find_person(self._server, form.get("person"))
        query_id = person.inline_query(
            fields.read_text(form, "text"),
            fields.read_text(form, "offset"),
            self._inline_chat_type(form.get("chat")),
        )
        try:
            answer = await person.answer_to_query(query_id, INLINE_TIMEOUT)
        except TimeoutError:
            raise ActionError(NO_INLINE_ANSWER) from None
        return JSONResponse(_answer_json(answer))

    def _inline_chat_type(self, chat_id: object) -> str:
        """Return the Bot API's word for the kind of chat that a person writes in."""
        if fields.parse_id(chat_id) >= 0:
            return "sender"
        return fields.find_group(self._server, chat_id).chat.kind

    async def _receive_file(self, request: Request) -> Response:
        query = request.query_params
        person = fields.find_person(self._server, query.get("person"))
        content = await http_limits.read_body(request, MAX_FILE)
        if content is None:
            await http_limits.skip_body(request, MAX_FILE)
            raise ActionError("That file is too large: up to 20 MB.")

        result = actions.send_file(
            person,
            name=query.get("name", ""),
            content=content,
            caption=query.get("caption", ""),
        )
        return JSONResponse(result)

    async def _file(self, request: Request) -> Response:
        """Return a photo to show, or any other file to save, so that it never runs."""
        file = self._bot.files.get(request.path_params["id"])
        if file is None:
            return Response(status_code=404)
        if file.size is not None:
            return Response(file.content, media_type="image/png")

        name = quote(file.name)
        disposition = f"attachment; filename*=UTF-8''{name}"
        return Response(
            file.content,
            media_type=DEFAULT_MIME_TYPE,
            headers={"Content-Disposition": disposition},
        )

    async def _move_on(self, request: Request) -> Response:
        body = await http_limits.read_body(request, MAX_BODY)
        form = fields.parse_body(body)
        chat_id = fields.parse_id(form.get("chat"))
        if chat_id < 0:
            fields.find_group(self._server, chat_id)
        else:
            chat_id = fields.find_person(self._server, form.get("person")).id
        try:
            report = await self._tomorrow(chat_id)
        except asyncio.CancelledError:
            # The bot that moves on has ended; whether this request has is for its task to say.
            if _is_cancelled():
                raise
            raise ActionError(ENDING) from None
        except Exception:
            log.exception("The next day did not come")
            raise ActionError(TOMORROW_FAILED) from None
        finally:
            self.show_moving(None)
        return JSONResponse({"report": report})


def _is_cancelled() -> bool:
    """Tell whether the running task itself is asked to end."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _answer_json(answer: InlineAnswer) -> Json:
    return {
        "id": answer.query.id,
        "results": [_result_json(result) for result in answer.results],
        "next_offset": answer.next_offset,
        "button": answer.button,
    }


def _result_json(result: InlineResult) -> Json:
    return {
        "id": result.id,
        "title": result.title,
        "description": result.description,
        "thumbnail_url": result.thumbnail_url,
    }


async def _explain(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=400)


async def _hung_up(_: Request, __: Exception) -> Response:
    return Response(status_code=CLIENT_CLOSED_REQUEST)
