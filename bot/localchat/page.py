"""The chat page: its files, what it shows live, and what a person does on it."""

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

from bot.localchat import doing
from bot.localchat.again import Again
from bot.localchat.doing import Impossible
from bot.localchat.door import Door
from bot.localchat.feed import Feed
from bot.localchat.messages import Json
from bot.localchat.server import ChatServer
from bot.localchat.stored import Stored
from bot.transport import http_limits

STATIC = Path(__file__).with_name("static")
FILES = {path.name: path for path in STATIC.iterdir()}
LIVE_SECONDS = 25.0
LARGEST_FILE = 20 * 1024 * 1024
LARGEST_WISH = 1024 * 1024
NO_DAY = (
    "The next day did not come: something went wrong. "
    "Try again; the terminal says what it was."
)

log = logging.getLogger(__name__)
Tomorrow = Callable[[int], Awaitable[str]]


class Page:
    """The page of one running server; `about` says what a newcomer should know of its papers.

    `tomorrow` moves the clock on to the next digest of a person, and returns what to tell them.
    """

    def __init__(
        self, server: ChatServer, stored: Stored, token: str, tomorrow: Tomorrow
    ) -> None:
        self._server = server
        self._bot = next(iter(server.bots.values()))
        stored.restore(self._bot)
        self._feed = Feed(self._bot, stored)
        self._bot.changes.heard = self._feed.note
        self._token = token
        self._tomorrow = tomorrow
        self._about = ""
        self._going = ""
        self._again = Again(stored, f"/chat/{token}/")
        server.add(
            Mount("/again", Door(self._again.application(), self._origins))
        )
        server.add(
            Mount(
                "/chat/{token}", Door(self._application(), self._origins, token)
            )
        )

    @property
    def address(self) -> str:
        """Where the page is, for this run alone."""
        return f"{self._server.origin}/chat/{self._token}/"

    def tell(self, about: str) -> None:
        """Show a new note about the papers, and the time that the clock has now."""
        self._about = about
        self._feed.touch()
        self._bot.changes.announce()

    def going(self, moment: datetime | None) -> None:
        """Show to which moment the clock is moving on; None when it is there."""
        self._going = moment.isoformat() if moment else ""
        self.tell(self._about)

    def _application(self) -> Starlette:
        routes = [
            Route("/", self._index),
            Route("/static/{name}", self._static),
            Route("/live", self._live),
            Route("/do", self._do, methods=["POST"]),
            Route("/file", self._send_file, methods=["POST"]),
            Route("/file/{id}", self._file),
            Route("/tomorrow", self._move_on, methods=["POST"]),
        ]
        told = {Impossible: _impossible, ClientDisconnect: _nobody_there}
        return Starlette(routes=routes, exception_handlers=told)

    def _origins(self) -> list[str]:
        here = self._server.origin
        return [here, here.replace("127.0.0.1", "localhost")]

    async def _index(self, _: Request) -> Response:
        return FileResponse(FILES["index.html"])

    async def _static(self, request: Request) -> Response:
        path = FILES.get(request.path_params["name"])
        return FileResponse(path) if path else Response(status_code=404)

    async def _live(self, request: Request) -> Response:
        """Answer as soon as there is something the page has not seen."""
        epoch, number = (
            request.query_params.get("epoch", ""),
            request.query_params.get("number"),
        )
        seen = doing.number(number)
        news = await self._bot.changes.wait_until(
            lambda: self._feed.since(epoch, seen), LIVE_SECONDS
        )
        return JSONResponse(
            (news or {"epoch": epoch, "number": seen}) | self._surroundings()
        )

    def _surroundings(self) -> Json:
        now, menu = self._bot.clock().isoformat(), self._bot.menu
        told = {
            "now": now,
            "going": self._going,
            "about": self._about,
            "commands": menu,
        }
        return told | {"key": self._again.key}

    async def _do(self, request: Request) -> Response:
        wish = doing.read(await http_limits.body(request, LARGEST_WISH))
        person = doing.person(self._server, wish.get("person"))
        return JSONResponse(
            await asyncio.to_thread(doing.do, self._server, person, wish)
        )

    async def _send_file(self, request: Request) -> Response:
        person = doing.person(self._server, request.query_params.get("person"))
        content = await http_limits.body(request, LARGEST_FILE)
        if content is None:
            await http_limits.skip(request, LARGEST_FILE)
            raise Impossible("That file is too large: up to 20 MB.")
        asked = request.query_params
        name, caption = asked.get("name", ""), asked.get("caption", "")
        return JSONResponse(doing.send_file(person, name, content, caption))

    async def _file(self, request: Request) -> Response:
        """Return a photo to be shown, and anything else to be saved, never run."""
        file = self._bot.files.get(request.path_params["id"])
        if file is None:
            return Response(status_code=404)
        if file.size is not None:
            return Response(file.content, media_type="image/png")
        named = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}"
        }
        return Response(
            file.content, media_type="application/octet-stream", headers=named
        )

    async def _move_on(self, request: Request) -> Response:
        wish = doing.read(await http_limits.body(request, LARGEST_WISH))
        person = doing.person(self._server, wish.get("person"))
        try:
            said = await self._tomorrow(person.id)
        except Exception:
            log.exception("The next day did not come")
            raise Impossible(NO_DAY) from None
        finally:
            self.going(None)
        return JSONResponse({"said": said})


async def _impossible(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=400)


async def _nobody_there(_: Request, __: Exception) -> Response:
    return Response(
        status_code=499
    )  # whoever left in the middle reads no answer
