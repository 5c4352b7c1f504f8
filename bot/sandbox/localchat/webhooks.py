"""Brings updates to the address a bot gave, again and again until it says that it has them."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx

from bot.sandbox.localchat.account import Bot
from bot.sandbox.localchat.faults import WEBHOOK, Faults
from bot.sandbox.localchat.updates import Update, Webhook

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
PATIENCE = 60.0  # seconds for an answer
# As github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/WebhookActor.cpp has it:
# the wait doubles from the second failure on, and a bot that asks for a pause gets one.
LONGEST_WAIT, LONGEST_PAUSE = 60.0, 3600
CLOSED = "Webhook connection closed"
LOST: tuple[tuple[type[httpx.HTTPError], str], ...] = (
    (httpx.ConnectError, "Connection refused"),
    (httpx.ConnectTimeout, "Connection timed out"),
    (httpx.TimeoutException, "Read timeout expired"),
)


@dataclass(frozen=True, slots=True)
class Again:
    """When an update that failed is brought again, by the loop's time."""

    at: float
    wait: float


class Courier:
    """Carries the updates of one bot, as long as `run` does."""

    def __init__(self, bot: Bot, faults: Faults) -> None:
        self._bot = bot
        self._faults = faults
        self._under_way: dict[str, Update] = {}
        self._again: dict[int, Again] = {}

    async def run(self, client: httpx.AsyncClient) -> None:
        """Carry until cancelled: those of one line in their order, lines beside each other."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                ready = await self._bot.changes.wait_until(
                    self._ready, LONGEST_WAIT
                )
                for update, webhook in ready or []:
                    self._under_way[update.line] = update
                    tasks.create_task(self._carry(client, update, webhook))
                if self._bot.changes.closed:
                    return

    def _ready(self) -> list[tuple[Update, Webhook]] | None:
        with self._bot.lock:
            webhook = self._bot.updates.webhook
            heads = self._bot.updates.heads() if webhook else []
        if webhook is None:
            return None
        now, free = _now(), webhook.max_connections - len(self._under_way)
        ready = [
            u
            for u in heads
            if u.line not in self._under_way and self._due(u) <= now
        ]
        return [(update, webhook) for update in ready[: max(free, 0)]] or None

    def _due(self, update: Update) -> float:
        again = self._again.get(update.id)
        return again.at if again else 0.0

    async def _carry(
        self, client: httpx.AsyncClient, update: Update, webhook: Webhook
    ) -> None:
        error, pause = await self._post(client, update, webhook)
        with self._bot.lock:
            if error:
                self._failed(update, error, pause)
            else:
                self._bot.updates.done(update)
                self._again.pop(update.id, None)
            del self._under_way[update.line]
        self._bot.changes.announce()

    async def _post(
        self, client: httpx.AsyncClient, update: Update, webhook: Webhook
    ) -> tuple[str, float]:
        """Return what went wrong, if anything, and the pause that the bot asks for."""
        fault = self._faults.take(WEBHOOK)
        if fault and not fault.took_effect:
            return CLOSED, 0
        headers = {SECRET_HEADER: webhook.secret} if webhook.secret else {}
        try:
            answer = await client.post(
                webhook.url, json=update.as_json(), headers=headers
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return next(
                (said for kind, said in LOST if isinstance(error, kind)), CLOSED
            ), 0
        if fault:
            return CLOSED, 0
        if answer.is_success:
            return "", 0
        said = f"{answer.status_code} {answer.reason_phrase}"
        return f"Wrong response from the webhook: {said}", self._asked(answer)

    def _asked(self, answer: httpx.Response) -> float:
        """Return the pause asked for by Retry-After, in seconds or as a date."""
        asked = answer.headers.get("retry-after", "")
        if asked.isdecimal():
            return float(asked)
        try:
            until = parsedate_to_datetime(asked)
        except ValueError:
            return 0
        return max((until - self._bot.clock()).total_seconds(), 0)

    def _failed(self, update: Update, error: str, pause: float) -> None:
        updates, now, before = (
            self._bot.updates,
            self._bot.clock(),
            self._again.get(update.id),
        )
        if updates.webhook is not None:
            updates.webhook = replace(
                updates.webhook, last_error=error, failed_at=now
            )
        wait, rest = (before.wait if before else 1.0), min(pause, LONGEST_PAUSE)
        if before and not rest:
            wait = rest = min(2 * wait, LONGEST_WAIT)
        if now + timedelta(seconds=rest) > update.expires:
            updates.done(update)
            self._again.pop(update.id, None)
        else:
            again = self._again[update.id] = Again(_now() + rest, wait)
            asyncio.get_running_loop().call_at(
                again.at, self._bot.changes.announce
            )


def _now() -> float:
    return asyncio.get_running_loop().time()
