"""Leads a page that was left open over a restart to this run's address.

Each run has an address of its own, so the page proves that it knew the last one: it has a key
from there, and answers a challenge with it. The key itself never travels to whoever asks.
"""

import hashlib
import hmac
import secrets
from collections import deque

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.localchat import strict
from bot.localchat.stored import Stored
from bot.transport import http_limits

OPEN_CHALLENGES = 100
LARGEST = 4096  # bytes of an answer


class Again:
    """Knows the key of this chat's pages, from run to run."""

    def __init__(self, stored: Stored, path: str) -> None:
        self.key = str(stored.fact("key") or secrets.token_urlsafe(32))
        stored.remember("key", self.key)
        self._path = path
        self._challenges: deque[str] = deque(maxlen=OPEN_CHALLENGES)

    def application(self) -> Starlette:
        """Return what is served at an address that anybody may know."""
        routes = [
            Route("/", self._challenge),
            Route("/", self._answer, methods=["POST"]),
        ]
        return Starlette(routes=routes)

    async def _challenge(self, _: Request) -> Response:
        challenge = secrets.token_urlsafe(16)
        self._challenges.append(challenge)
        return JSONResponse({"challenge": challenge})

    async def _answer(self, request: Request) -> Response:
        try:
            body = strict.read(await http_limits.body(request, LARGEST) or b"")
            challenge, proof = str(body["challenge"]), str(body["proof"])  # type: ignore[index] # or it is none
        except (ValueError, KeyError, TypeError):
            return Response(status_code=404)
        if challenge not in self._challenges:
            return Response(status_code=404)
        self._challenges.remove(challenge)  # it opens once
        wanted = hmac.new(
            self.key.encode(), challenge.encode(), hashlib.sha256
        ).hexdigest()
        if not hmac.compare_digest(wanted.encode(), proof.encode()):
            return Response(status_code=404)
        return JSONResponse({"path": self._path})
