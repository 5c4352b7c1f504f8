"""Lets a request through to the chat page only with this run's address, from its own site."""

import secrets
from collections.abc import Callable, Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Only our own files, no frame around them, and no referrer that tells other sites the
# address.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# `none`: the person typed the address, or opened it from another program.
ALLOWED_SITES = {"same-origin", "none"}


class AccessGuard:
    """Passes a request on to `app` if its host, its origin and its token are right.

    Without a `token` there is none to check.
    """

    def __init__(
        self,
        app: ASGIApp,
        origins: Callable[[], Iterable[str]],
        token: str | None = None,
    ) -> None:
        self._app = app
        self._origins = origins
        self._token = token

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer a request, with a 404 if it is not allowed, as if nothing were served."""
        app = self._app
        if not self._is_allowed(scope):
            app = PlainTextResponse("Not here.", 404)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await app(scope, receive, send_with_headers)

    def _is_allowed(self, scope: Scope) -> bool:
        return self._has_token(scope) and self._is_from_this_site(scope)

    def _has_token(self, scope: Scope) -> bool:
        if self._token is None:
            return True
        token = str(scope["path_params"].get("token", ""))
        return secrets.compare_digest(token.encode(), self._token.encode())

    def _is_from_this_site(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        origins = list(self._origins())
        hosts = {origin.partition("//")[2] for origin in origins}

        # DNS rebinding: another site's name may lead to this server too.
        if headers.get("host") not in hosts:
            return False
        if headers.get("origin", origins[0]) not in origins:
            return False
        return headers.get("sec-fetch-site", "none") in ALLOWED_SITES
