"""Takes updates that Telegram sends to an address: processed first, then acknowledged."""

import asyncio
import hmac
import json
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update
from telegram.error import BadRequest, InvalidToken

from bot.errors import Failure
from bot.transport import http_limits
from bot.transport.health import Probes
from bot.transport.polling import AnyApplication
from bot.transport.port import Port
from bot.transport.presses import lighten
from bot.transport.processor import OnePersonAtATime
from bot.transport.readable_updates import is_update

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
LONGEST_BODY = 1024 * 1024
# The most that Telegram opens: who waits for their turn here holds one.
CONNECTIONS = 100
# Seconds for updates under way when the process is to end.
LAST_UPDATES = 6
# What to do about a port that can't be used.
REMEDY = "set PORT and HOST to where WEBHOOK_URL leads"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Address:
    """Where Telegram brings updates and what proves that it is Telegram; where we listen.

    A port that is shared may be listened on by other processes of this machine.
    """

    url: str
    secret: str
    host: str
    port: int
    is_shared: bool = False

    @property
    def path(self) -> str:
        """The path of the address, as requests name it."""
        return unquote(urlsplit(self.url).path) or "/"


class Webhook:
    """An open port and what Telegram knows of it; the address outlives the process.

    So updates wait at Telegram while the process is away.
    """

    def __init__(
        self,
        app: AnyApplication,
        address: Address,
        kinds: Sequence[str],
        probes: Probes,
    ) -> None:
        self._app = app
        self._address = address
        self._kinds = kinds
        self._port = Port(
            application(app, address, probes),
            address.host,
            address.port,
            remedy=REMEDY,
            last_answers=LAST_UPDATES,
            is_shared=address.is_shared,
        )

    async def begin(self) -> None:
        """Tell Telegram where updates go, and only then open the port; may be called again.

        Raises TelegramError if Telegram is away just now, Failure if no further try can help.
        """
        self._port.bind()
        await self._set_webhook()
        self._port.open()
        log.info(
            "Updates come to port %d of %s",
            self._address.port,
            self._address.host,
        )

    async def last(self) -> None:
        """Wait until the port is closed; raises what closed it."""
        await self._port.last()

    async def end(self) -> None:
        """Close the port and finish running updates; Telegram sends again what is cut off."""
        await self._port.close()

    async def _set_webhook(self) -> None:
        try:
            await self._app.bot.set_webhook(
                self._address.url,
                secret_token=self._address.secret,
                allowed_updates=self._kinds,
                max_connections=CONNECTIONS,
            )
        except BadRequest as error:
            raise Failure(
                f"Telegram does not accept WEBHOOK_URL ({error.message}). It should be the "
                "address under which this machine is reached from outside.",
                passing=False,
            ) from None
        except (
            InvalidToken
        ):  # a method that is missing there; the token was good a moment ago
            raise Failure(
                "This Bot API server knows no webhooks. Unset WEBHOOK_URL.",
                passing=False,
            ) from None


def application(
    app: AnyApplication, address: Address, probes: Probes
) -> Starlette:
    """Return what is served: the address, two probes, and nothing else."""
    hook = Hook(app, address.secret)
    route = Route(address.path, hook.handle, methods=["POST"])
    server = Starlette(routes=[route, *probes.routes()])
    server.router.redirect_slashes = False
    return server


class Hook:
    """The route that Telegram calls with one update at a time."""

    def __init__(self, app: AnyApplication, secret: str) -> None:
        self._app = app
        self._secret = secret.encode()
        self._processor = cast("OnePersonAtATime", app.update_processor)

    async def handle(self, request: Request) -> Response:
        """Process the update in a request; answer 2xx unless Telegram should send it again."""
        secret = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(secret, self._secret):
            return Response(status_code=401)
        body = await http_limits.read_body(request, LONGEST_BODY)
        if body is None:
            return Response(status_code=413)
        update = _parse(body)
        if update is None:
            return Response(status_code=400)
        retry_after = await self._process(update)
        if retry_after is None:
            return Response()
        seconds = str(math.ceil(retry_after))
        return Response(status_code=503, headers={"Retry-After": seconds})

    async def _process(self, data: dict[str, Any]) -> float | None:
        """Process an update in its turn; return the seconds after which it should come again."""
        try:
            update = Update.de_json(lighten(data), self._app.bot)
        except Exception as error:  # noqa: BLE001 - the library raises whatever comes
            cause = type(error).__name__
            # A trace would hold the update: words of a reader.
            log.error("An update can't be understood, so it goes (%s)", cause)  # noqa: TRY400
            return None
        attempt = self._processor.attempts.begin(
            update.update_id, can_retry=True
        )
        # Through the processor: awaited directly, it would know no turns and no limits.
        work = self._app.process_update(update)
        try:
            await self._processor.process_update(update, work)
        except asyncio.CancelledError:
            # The process ends.
            attempt.retry_after = 1
        finally:
            work.close()
        return attempt.retry_after


def _parse(body: bytes) -> dict[str, Any] | None:
    """Return the update in a body as JSON has it, or None if there is none."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return data if is_update(data) else None
