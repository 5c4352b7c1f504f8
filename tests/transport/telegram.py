"""A Telegram behind the rate limiter, in the time of a fast clock."""

import asyncio
from datetime import timedelta
from typing import Any

from bot.transport.rate_limiter import RateLimiter, Slot
from tests.transport.fast_clock import now

REFUSED = timedelta(seconds=7)


class Telegram:
    """Notes the calls that get through the limiter; each takes `takes` seconds.

    `refusals` are raised for the next calls of an endpoint.
    """

    def __init__(self, rate: float = 25.0, takes: float = 0.0) -> None:
        self.limiter = RateLimiter(rate, clock=now)
        self.takes = takes
        self.calls: list[tuple[float, str, dict[str, Any]]] = []
        self.refusals: dict[str, list[Exception]] = {}

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
        refusals = self.refusals.get(endpoint)
        if refusals:
            raise refusals.pop(0)
        self.calls.append((now(), endpoint, data))
        await asyncio.sleep(self.takes)
        return {"message_id": len(self.calls)}

    def times(self, endpoint: str = "sendMessage") -> list[float]:
        return [at for at, name, _ in self.calls if name == endpoint]


def most_within(times: list[float], seconds: float) -> int:
    """Return the most times that lie within any interval of so many seconds."""
    return max(
        sum(start <= at < start + seconds for at in times) for start in times
    )
