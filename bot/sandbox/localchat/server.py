"""The local chat's server: holds the bots and the people, and serves them in a thread."""

import socket
import threading
from datetime import UTC, datetime
from itertools import count
from types import TracebackType
from typing import Self

import uvicorn
from starlette.routing import BaseRoute

from bot.sandbox.localchat.account import BotAccount
from bot.sandbox.localchat.api.endpoints import BotApi
from bot.sandbox.localchat.group_chat import GENERAL_TOPIC, Topic
from bot.sandbox.localchat.groups import Group
from bot.sandbox.localchat.limits import Limits
from bot.sandbox.localchat.messages import User
from bot.sandbox.localchat.notifier import Notifier
from bot.sandbox.localchat.people import Person
from bot.sandbox.localchat.updates import Clock
from bot.transport.http_limits import BACKLOG, LimitedProtocol

HOST = "127.0.0.1"
TELEGRAM_LIMITS = Limits()
FIRST_PERSON_ID = 1001


def _utc_now() -> datetime:
    return datetime.now(UTC)


class ChatServer:
    """A Bot API server on the loopback interface, which serves while it is entered.

    It knows one bot for each token; people talk to the bot of the first one. With no
    `limits` a bot may send as fast as it can. With port 0 it takes any free port;
    entering raises OSError if the port is taken.
    """

    def __init__(
        self,
        *tokens: str,
        clock: Clock = _utc_now,
        limits: Limits | None = TELEGRAM_LIMITS,
        port: int = 0,
    ) -> None:
        self._notifier = Notifier()
        self.bots = {
            token: BotAccount(token, clock, self._notifier, limits)
            for token in tokens
        }
        self.people: dict[int, Person] = {}
        self._person_ids = count(FIRST_PERSON_ID)
        self._port = port
        self._api = self._create_api()
        self._extra_routes: list[BaseRoute] = []

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def origin(self) -> str:
        """The server's address as browsers write an origin."""
        return f"http://{HOST}:{self._port}"

    def add_route(self, route: BaseRoute) -> None:
        """Serve another route beside the Bot API, from the next start on."""
        self._extra_routes.append(route)

    def person(self, first_name: str, language_code: str = "en") -> Person:
        """Return a new person, who has not written to the bot yet."""
        bot = next(iter(self.bots.values()))
        user = User(
            id=next(self._person_ids),
            first_name=first_name,
            language_code=language_code,
        )
        with bot.lock:
            person = Person(bot, user)
            self.people[user.id] = person
        return person

    def group(
        self,
        title: str,
        *,
        kind: str = "supergroup",
        is_forum: bool = False,
        username: str | None = None,
    ) -> Group:
        """Return a new group, supergroup or channel, which has no members yet."""
        bot = next(iter(self.bots.values()))
        with bot.lock:
            chat = bot.create_group(title, kind)
            chat.username = username
            chat.is_forum = is_forum
            if is_forum:
                chat.topics[GENERAL_TOPIC] = Topic("General")
        return Group(bot, chat)

    def stop(self) -> None:
        """End every long poll and stop serving; it may be called twice."""
        self._notifier.close()
        self._shut_down()

    def _create_api(self) -> BotApi:
        return BotApi(self.bots)

    def _start(self) -> None:
        """Serve in a thread, on the same port each time."""
        self._socket = self._listen()
        self._port = self._socket.getsockname()[1]

        app = self._api.application()
        app.router.routes.extend(self._extra_routes)
        config = uvicorn.Config(
            app,
            http=LimitedProtocol,
            backlog=BACKLOG,
            ws="none",
            log_config=None,
            log_level="warning",
            # The address of a call holds the token.
            access_log=False,
        )
        self._uvicorn = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._uvicorn.run,
            kwargs={"sockets": [self._socket]},
            name="local chat",
            daemon=True,
        )
        self._thread.start()

    def _listen(self) -> socket.socket:
        """Return a listening socket: callers may connect before the thread runs."""
        # Without the protocol's number asyncio leaves Nagle's algorithm on, and small
        # answers wait 40 ms for more to send.
        listener = socket.socket(proto=socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, self._port))
        except OSError:
            listener.close()
            raise
        listener.listen()
        return listener

    def _shut_down(self) -> None:
        self._uvicorn.should_exit = True
        self._thread.join()
        self._socket.close()
