"""Who may see the chat page: whoever has this run's address, in a browser that is at it."""

import secrets
from collections.abc import Callable, Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Nothing but our own files, no frame around them, and no word to other sites about the address.
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
OURS = {
    "same-origin",
    "none",
}  # `none`: typed, or opened from elsewhere by the person


class Door:
    """Lets a request through to `inside` where host, origin and, if asked for, token are right."""

    def __init__(
        self,
        inside: ASGIApp,
        origins: Callable[[], Iterable[str]],
        token: str | None = None,
    ) -> None:
        self._inside = inside
        self._origins = origins
        self._token = token

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer what is not let in as if there were nothing here."""
        answer = (
            self._inside
            if self._lets_in(scope)
            else PlainTextResponse("Not here.", 404)
        )

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await answer(scope, receive, with_headers)

    def _lets_in(self, scope: Scope) -> bool:
        headers, origins = Headers(scope=scope), set(self._origins())
        hosts = {origin.partition("//")[2] for origin in origins}
        given = str(scope["path_params"].get("token", "")).encode()
        return (
            (
                self._token is None
                or secrets.compare_digest(given, self._token.encode())
            )
            and headers.get("host")
            in hosts  # another name leads here too: DNS rebinding
            and headers.get("origin", next(iter(origins))) in origins
            and headers.get("sec-fetch-site", "none") in OURS
        )
