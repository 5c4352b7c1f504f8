"""Webhooks: their methods, and the courier that brings updates until the bot accepts them."""

import asyncio
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx

from bot.sandbox.localchat.account import BotAccount
from bot.sandbox.localchat.api.method_table import (
    delete_webhook,
    drop_pending_updates,
    set_allowed_updates,
)
from bot.sandbox.localchat.api.parameters import Parameters
from bot.sandbox.localchat.messages import Json
from bot.sandbox.localchat.refusals import Refusal, Refused
from bot.sandbox.localchat.updates import Update
from tests.bot_api.faults import WEBHOOK, Faults

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_SECRET = 256
MAX_CONNECTIONS = 100
DEFAULT_CONNECTIONS = 40
# Seconds for an answer of the bot.
TIMEOUT = 60.0
# As in github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/WebhookActor.cpp:
# the wait doubles from the second failure on, and a bot that asks for a pause gets one.
MAX_WAIT = 60.0
MAX_PAUSE = 3600

CLOSED = "Webhook connection closed"
ERROR_MESSAGES: tuple[tuple[type[httpx.HTTPError], str], ...] = (
    (httpx.ConnectError, "Connection refused"),
    (httpx.ConnectTimeout, "Connection timed out"),
    (httpx.TimeoutException, "Read timeout expired"),
)

POLL_ENDED = Refusal(409, "Conflict: terminated by setWebhook request")
POLL_WITH_WEBHOOK = Refusal(
    409,
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first",
)
URL_INVALID = Refusal(400, "Bad Request: invalid webhook URL specified")
SECRET_TOO_LONG = Refusal(400, "Bad Request: secret token is too long")
SECRET_INVALID = Refusal(
    400, "Bad Request: secret token contains unallowed characters"
)


@dataclass(frozen=True, slots=True)
class Webhook:
    """The address for a bot's updates, and the last failure to deliver there."""

    url: str
    secret: str
    max_connections: int
    last_error: str = ""
    failed_at: datetime | None = None

    def as_json(self) -> Json:
        """Return the webhook's fields of the Bot API's `WebhookInfo`, without the secret."""
        info: Json = {"url": self.url, "max_connections": self.max_connections}
        if self.failed_at is not None:
            info["last_error_date"] = int(self.failed_at.timestamp())
            info["last_error_message"] = self.last_error
        return info


@dataclass(frozen=True, slots=True)
class Retry:
    """The time of the next attempt at an update, and the wait before it, by the loop's clock."""

    at: float
    wait: float


class Courier:
    """Holds the webhook of one bot, and delivers its updates there while `run` does."""

    def __init__(self, bot: BotAccount, faults: Faults) -> None:
        self.webhook: Webhook | None = None
        self._bot = bot
        self._faults = faults
        # The update that is being delivered in each sequence.
        self._in_delivery: dict[str, Update] = {}
        self._retries: dict[int, Retry] = {}

    def set_webhook(self, parameters: Parameters) -> bool:
        """Answer `setWebhook`; an empty address removes the webhook."""
        url = parameters.text("url")
        secret = parameters.text("secret_token")
        if not url:
            return self.delete_webhook(parameters)
        _check_url(url)
        _check_secret(secret)

        set_allowed_updates(self._bot, parameters)
        drop_pending_updates(self._bot, parameters)
        connections = parameters.integer("max_connections", DEFAULT_CONNECTIONS)
        self.webhook = Webhook(
            url=url,
            secret=secret,
            max_connections=min(max(connections, 1), MAX_CONNECTIONS),
        )
        return True

    def delete_webhook(self, parameters: Parameters) -> bool:
        """Answer `deleteWebhook`."""
        self.webhook = None
        return delete_webhook(self._bot, parameters)

    def webhook_info(self) -> Json:
        """Answer `getWebhookInfo`."""
        updates = self._bot.updates
        info: Json = self.webhook.as_json() if self.webhook else {"url": ""}
        info["has_custom_certificate"] = False
        info["pending_update_count"] = len(updates)
        if updates.allowed:
            info["allowed_updates"] = updates.allowed
        return info

    async def run(self, client: httpx.AsyncClient) -> None:
        """Deliver until cancelled: in order within a sequence, sequences beside each other."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                ready = await self._bot.notifier.wait_until(
                    self._ready, MAX_WAIT
                )
                for update, webhook in ready or []:
                    self._in_delivery[_sequence(update)] = update
                    tasks.create_task(self._deliver(client, update, webhook))
                if self._bot.notifier.closed:
                    return

    def _ready(self) -> list[tuple[Update, Webhook]] | None:
        """Return the updates to deliver now, or None to wait."""
        webhook = self.webhook
        if webhook is None:
            return None

        now = _now()
        free = webhook.max_connections - len(self._in_delivery)
        ready = [
            (update, webhook)
            for sequence, update in self._heads().items()
            if sequence not in self._in_delivery and self._due(update) <= now
        ]
        return ready[: max(free, 0)] or None

    def _heads(self) -> dict[str, Update]:
        """Return the oldest pending update of each sequence."""
        heads: dict[str, Update] = {}
        with self._bot.lock:
            for update in self._bot.updates.pending():
                heads.setdefault(_sequence(update), update)
        return heads

    def _due(self, update: Update) -> float:
        retry = self._retries.get(update.id)
        return retry.at if retry else 0.0

    async def _deliver(
        self, client: httpx.AsyncClient, update: Update, webhook: Webhook
    ) -> None:
        error, pause = await self._post(client, update, webhook)
        with self._bot.lock:
            if error:
                self._plan_retry(update, error, pause)
            else:
                self._drop(update)
            del self._in_delivery[_sequence(update)]
        self._bot.notifier.notify()

    async def _post(
        self, client: httpx.AsyncClient, update: Update, webhook: Webhook
    ) -> tuple[str, float]:
        """Return the error, empty if there is none, and the pause that the bot asks for."""
        fault = self._faults.take(WEBHOOK)
        if fault and not fault.took_effect:
            return CLOSED, 0

        headers = {SECRET_HEADER: webhook.secret} if webhook.secret else {}
        try:
            response = await client.post(
                webhook.url, json=update.as_json(), headers=headers
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return _error_message(error), 0

        if fault:
            return CLOSED, 0
        if response.is_success:
            return "", 0
        status = f"{response.status_code} {response.reason_phrase}"
        error_message = f"Wrong response from the webhook: {status}"
        return error_message, self._requested_pause(response)

    def _requested_pause(self, response: httpx.Response) -> float:
        """Return the seconds of Retry-After, which holds seconds or a date."""
        retry_after = response.headers.get("retry-after", "")
        if retry_after.isdecimal():
            return float(retry_after)
        try:
            end = parsedate_to_datetime(retry_after)
        except ValueError:
            return 0
        return max((end - self._bot.clock()).total_seconds(), 0)

    def _plan_retry(self, update: Update, error: str, pause: float) -> None:
        """Note the error, and try again later, unless the update expires before."""
        now = self._bot.clock()
        if self.webhook is not None:
            self.webhook = replace(
                self.webhook, last_error=error, failed_at=now
            )

        previous = self._retries.get(update.id)
        wait = previous.wait if previous else 1.0
        pause = min(pause, MAX_PAUSE)
        if previous and not pause:
            wait = pause = min(2 * wait, MAX_WAIT)

        if now + timedelta(seconds=pause) > update.expires:
            self._drop(update)
            return
        retry = Retry(at=_now() + pause, wait=wait)
        self._retries[update.id] = retry
        loop = asyncio.get_running_loop()
        loop.call_at(retry.at, self._bot.notifier.notify)

    def _drop(self, update: Update) -> None:
        self._bot.updates.queue.pop(update.id, None)
        self._retries.pop(update.id, None)


def _sequence(update: Update) -> str:
    """Return what is delivered in order: what names no chat by person, all else by chat."""
    if "chat" not in update.body:
        return f"person {update.body['from']['id']}"
    return f"chat {update.body['chat']['id']}"


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise Refused(URL_INVALID) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Refused(URL_INVALID)


def _check_secret(secret: str) -> None:
    if len(secret) > MAX_SECRET:
        raise Refused(SECRET_TOO_LONG)
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise Refused(SECRET_INVALID)


def _error_message(error: Exception) -> str:
    for kind, message in ERROR_MESSAGES:
        if isinstance(error, kind):
            return message
    return CLOSED


def _now() -> float:
    return asyncio.get_running_loop().time()
