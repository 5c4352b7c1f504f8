"""Leads a page that stayed open over a restart to the address of the new run.

Each run has an address of its own, so the page has to prove that it knew the last one. It
has a key from there, and answers a challenge with it. The key itself is never sent back.
"""

import hashlib
import hmac
import secrets
from collections import deque

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.localchat import sanitize
from bot.sandbox.localchat.page.store import ChatStore
from bot.transport import http_limits

MAX_OPEN_CHALLENGES = 100
# Bytes of an answer to a challenge.
MAX_BODY = 4096


class Reconnection:
    """Checks answers with the key that all runs share, and returns the path of this run."""

    def __init__(self, store: ChatStore, path: str) -> None:
        self.key = str(store.fact("key") or secrets.token_urlsafe(32))
        store.set_fact("key", self.key)
        self._path = path
        self._challenges: deque[str] = deque(maxlen=MAX_OPEN_CHALLENGES)

    def application(self) -> Starlette:
        """Return the ASGI application, whose address is no secret."""
        routes = [
            Route("/", self._create_challenge),
            Route("/", self._check_answer, methods=["POST"]),
        ]
        return Starlette(routes=routes)

    async def _create_challenge(self, _: Request) -> Response:
        challenge = secrets.token_urlsafe(16)
        self._challenges.append(challenge)
        return JSONResponse({"challenge": challenge})

    async def _check_answer(self, request: Request) -> Response:
        body = await http_limits.read_body(request, MAX_BODY)
        try:
            answer = sanitize.load_json(body or b"")
            challenge = str(answer["challenge"])  # type: ignore[index] # TypeError if it is no dict
            proof = str(answer["proof"])  # type: ignore[index] # as above
        except (ValueError, KeyError, TypeError):
            return Response(status_code=404)

        if not self._is_right(challenge, proof):
            return Response(status_code=404)
        return JSONResponse({"path": self._path})

    def _is_right(self, challenge: str, proof: str) -> bool:
        """Return whether the proof is right; each challenge is good for one answer."""
        if challenge not in self._challenges:
            return False
        self._challenges.remove(challenge)

        digest = hmac.new(
            self.key.encode(), challenge.encode(), hashlib.sha256
        ).hexdigest()
        return hmac.compare_digest(digest.encode(), proof.encode())
