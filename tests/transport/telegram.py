"""The other end of the line, as the limiter sees it, in a time of its own."""

import asyncio
from datetime import timedelta
from typing import Any

from bot.transport.rate_limiter import RateLimiter, Slot
from tests.transport.fast_clock import now

REFUSED = timedelta(seconds=7)


class Telegram:
    """The other end: notes what arrives and when, and refuses as a test likes."""

    def __init__(self, rate: float = 25.0, takes: float = 0.0) -> None:
        self.limiter = RateLimiter(rate, clock=now)
        self.takes = takes
        self.got: list[tuple[float, str, dict[str, Any]]] = []
        self.refuses: dict[str, list[Exception]] = {}

    async def call(
        self, endpoint: str, slot: Slot | None = None, **data: Any
    ) -> Any:
        return await self.limiter.process_request(
            self._receive, (endpoint, data), {}, endpoint, data, slot
        )

    async def send(self, chat: int) -> Any:
        return await self.call("sendMessage", chat_id=chat)

    async def send_in_bulk(self, chat: int) -> Any:
        async with self.limiter.slot(chat) as slot:
            return await self.call("sendMessage", slot, chat_id=chat)

    async def edit(self, chat: int, text: str, message: int = 1) -> Any:
        return await self.call(
            "editMessageText", chat_id=chat, message_id=message, text=text
        )

    async def _receive(self, endpoint: str, data: dict[str, Any]) -> Any:
        refusals = self.refuses.get(endpoint)
        if refusals:
            raise refusals.pop(0)
        self.got.append((now(), endpoint, data))
        await asyncio.sleep(self.takes)
        return {"message_id": len(self.got)}

    def times(self, endpoint: str = "sendMessage") -> list[float]:
        return [at for at, name, _ in self.got if name == endpoint]


def most_within(times: list[float], seconds: float) -> int:
    """Return how many of the times lie within any such stretch."""
    return max(
        sum(start <= at < start + seconds for at in times) for start in times
    )
