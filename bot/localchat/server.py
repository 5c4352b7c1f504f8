"""The local chat's server: it holds the bots and the people, and serves them in a thread."""

import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from types import TracebackType
from typing import Self

import uvicorn

from bot.localchat.api import BotApi, Call, Fault
from bot.localchat.bots import Bot
from bot.localchat.changes import Changes
from bot.localchat.messages import Account
from bot.localchat.people import Person
from bot.localchat.refusals import Refusal
from bot.localchat.updates import Clock


def _now() -> datetime:
    return datetime.now(UTC)


class ChatServer:
    """A Bot API server for the given tokens, on the loopback interface while it is entered.

    The people made by `person` talk to the bot of the first token.
    """

    def __init__(self, *tokens: str, clock: Clock = _now) -> None:
        self._changes = Changes()
        self.bots = {token: Bot(token, clock, self._changes) for token in tokens}
        self.people: dict[int, Person] = {}
        self._api = BotApi(self.bots)
        self._person_ids = count(1001)
        self._socket = socket.socket()
        self._uvicorn = uvicorn.Server(
            uvicorn.Config(
                self._api.application(),
                lifespan="off",
                ws="none",
                log_config=None,
                access_log=False,  # the address of a call holds the token
            )
        )
        self._thread = threading.Thread(target=self._serve, name="local chat", daemon=True)

    def __enter__(self) -> Self:
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen()  # from here on callers may connect; they wait for the thread
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End every long poll and stop serving; stopping twice is stopping once."""
        self._changes.close()
        self._uvicorn.should_exit = True
        self._thread.join()
        self._socket.close()

    @property
    def base_url(self) -> str:
        """What python-telegram-bot takes as `base_url`."""
        return f"{self._origin}/bot"

    @property
    def base_file_url(self) -> str:
        """What python-telegram-bot takes as `base_file_url`."""
        return f"{self._origin}/file/bot"

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls that bots made so far, oldest first."""
        return self._api.calls

    async def wait_for_call(self, wanted: Callable[[Call], bool], seconds: float = 5) -> Call:
        """Return the first call that is `wanted`, waiting until it comes."""
        found = await self._changes.wait_until(
            lambda: next(filter(wanted, self.calls), None), seconds
        )
        if found is None:
            raise TimeoutError(f"no such call within {seconds} s of {len(self.calls)}")
        return found

    def fail_next(self, method: str, refusal: Refusal, *, took_effect: bool = False) -> None:
        """Refuse the next call of `method`; with `took_effect` only after it did its work."""
        self._api.add_fault(Fault(method, refusal, took_effect))

    def person(self, first_name: str, language_code: str = "en") -> Person:
        """Return a new person, who has not written to the bot yet."""
        bot = next(iter(self.bots.values()))
        account = Account(next(self._person_ids), first_name, language_code=language_code)
        with bot.lock:
            person = self.people[account.id] = Person(bot, account)
        return person

    @property
    def _origin(self) -> str:
        host, port = self._socket.getsockname()
        return f"http://{host}:{port}"

    def _serve(self) -> None:
        self._uvicorn.run(sockets=[self._socket])
