"""Updates are brought to the address a bot gave, as stubbornly and in such an order as Telegram."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bot_api.faults import WEBHOOK, Break
from tests.bot_api.server import FaultyServer
from tests.localchat.conftest import Caller

SECRET = "a-secret_of-ours"


class Receiver:
    """A bot's address: keeps what comes, and answers as a test likes."""

    def __init__(self) -> None:
        self.got: list[tuple[float, dict[str, Any], str | None]] = []
        self.answers: list[Response] = []
        self.takes = 0.0
        self.at_once = self.most_at_once = 0

    async def __call__(self, request: Request) -> Response:
        secret = request.headers.get("x-telegram-bot-api-secret-token")
        self.got.append((time.monotonic(), await request.json(), secret))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.takes)
        self.at_once -= 1
        return self.answers.pop(0) if self.answers else Response()

    @property
    def texts(self) -> list[str]:
        return [
            update["message"]["text"]
            for _, update, _ in self.got
            if "message" in update
        ]

    async def has(self, count: int, seconds: float = 10) -> None:
        async with asyncio.timeout(seconds):
            while len(self.got) < count:  # noqa: ASYNC110 - it lives in another thread
                await asyncio.sleep(0.01)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def address(receiver: Receiver) -> Iterator[str]:
    app = Starlette(
        routes=[Route("/hook", receiver.__call__, methods=["POST"])]
    )
    config = uvicorn.Config(app, lifespan="off", log_config=None)
    server, door = (
        uvicorn.Server(config),
        socket.create_server(("127.0.0.1", 0)),
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    yield f"http://127.0.0.1:{door.getsockname()[1]}/hook"
    server.should_exit = True
    thread.join()
    door.close()


async def settled(call: Caller) -> dict[str, Any]:
    """Return what getWebhookInfo says once nothing is pending."""
    async with asyncio.timeout(10):
        while True:
            info = (await call("getWebhookInfo"))["result"]
            if info["pending_update_count"] == 0:
                return dict(info)
            await asyncio.sleep(0.01)


async def test_updates_arrive_with_the_secret_and_are_done_once_acknowledged(
    call, ada, address, receiver
):
    await call(
        "setWebhook", url=address, secret_token=SECRET, max_connections=7
    )
    ada.write("hello")
    info = await settled(call)

    assert receiver.texts == ["/start", "hello"]  # what waited before, too
    assert {secret for _, _, secret in receiver.got} == {SECRET}
    assert (
        receiver.got[0][1]["update_id"] + 1 == receiver.got[1][1]["update_id"]
    )
    assert info["url"] == address
    assert info["max_connections"] == 7
    assert "last_error_date" not in info


async def test_without_a_secret_there_is_no_header(
    call, ada, address, receiver
):
    await call("setWebhook", url=address)
    await settled(call)

    assert [secret for _, _, secret in receiver.got] == [None]


async def test_one_chat_in_order_others_beside_it_and_never_more_than_asked_for(
    call, server, address, receiver
):
    receiver.takes = 0.1
    await call("setWebhook", url=address, max_connections=3)

    people = [server.person(name) for name in ("Ada", "Bo", "Cy", "Di", "Ed")]
    for text in ("first", "second"):
        for person in people:
            person.write(text)
    await settled(call)

    for person in people:
        mine = [
            u["message"]
            for _, u, _ in receiver.got
            if u["message"]["chat"]["id"] == person.id
        ]
        assert [message["text"] for message in mine] == ["first", "second"]
    assert receiver.most_at_once == 3


async def test_a_persons_presses_keep_their_order_and_may_overtake_their_messages(
    call, ada, address, receiver
):
    receiver.takes = 0.2
    await call("setWebhook", url=address)
    ada.write("slow")
    ada.press_data(1, "one")
    ada.press_data(1, "two")
    await settled(call)

    kinds = [next(k for k in u if k != "update_id") for _, u, _ in receiver.got]
    presses = [
        u["callback_query"]["data"]
        for _, u, _ in receiver.got
        if "callback_query" in u
    ]
    assert presses == ["one", "two"]
    assert kinds.index("callback_query") < len(kinds) - 1
    assert receiver.most_at_once == 2


async def test_whatever_is_not_a_2xx_is_brought_again_and_told(
    call, ada, clock, address, receiver
):
    receiver.answers = [Response(status_code=500), Response(status_code=204)]
    await call("setWebhook", url=address)
    info = await settled(call)

    assert receiver.texts == ["/start", "/start"]
    assert info["last_error_message"] == (
        "Wrong response from the webhook: 500 Internal Server Error"
    )
    assert info["last_error_date"] == int(clock.now.timestamp())


async def test_the_first_try_again_is_at_once_and_the_next_ones_wait_longer(
    call, ada, address, receiver
):
    receiver.answers = [Response(status_code=500) for _ in range(2)]
    await call("setWebhook", url=address)
    await settled(call)

    first, second, third = (at for at, _, _ in receiver.got)
    assert second - first < 0.5
    assert 1.9 < third - second < 3


async def test_it_is_brought_again_even_where_nothing_else_happens(
    call, ada, address, receiver
):
    receiver.answers = [Response(status_code=503, headers={"Retry-After": "1"})]
    await call("setWebhook", url=address)
    await receiver.has(2, 5)

    assert receiver.texts == ["/start", "/start"]


async def test_retry_after_is_honoured_and_holds_up_nobody_else(
    call, server, ada, address, receiver
):
    busy = Response(status_code=503, headers={"Retry-After": "1"})
    receiver.answers = [busy]
    await call("setWebhook", url=address)
    await receiver.has(1)
    ada.write("after")
    server.person("Bo").write("beside")
    await settled(call)

    assert receiver.texts == ["/start", "beside", "/start", "after"]
    assert receiver.got[2][0] - receiver.got[0][0] >= 1


async def test_an_update_that_would_be_too_old_by_then_is_dropped(
    call, ada, address, receiver
):
    late = Response(status_code=503, headers={"Retry-After": "200"})
    receiver.answers = [Response(), late]
    await call("setWebhook", url=address)
    await receiver.has(1)
    ada.press_data(1, "x")
    await receiver.has(2)
    info = await settled(call)

    assert len(receiver.got) == 2
    assert info["last_error_message"].endswith("503 Service Unavailable")


async def test_a_refused_connection_is_told_and_the_update_waits(call, ada):
    await call("setWebhook", url="http://127.0.0.1:9/hook")
    await asyncio.sleep(0.3)
    info = (await call("getWebhookInfo"))["result"]

    assert info["last_error_message"] == "Connection refused"
    assert info["pending_update_count"] == 1


async def test_a_lost_acknowledgement_brings_the_update_twice(
    call, ada, server, address, receiver
):
    server.fail_next(WEBHOOK, Break.CLOSED, took_effect=True)
    await call("setWebhook", url=address)
    info = await settled(call)

    assert receiver.texts == ["/start", "/start"]
    assert info["last_error_message"] == "Webhook connection closed"
    assert server.faults == {"webhook: connection closed after": 1}


async def test_while_a_webhook_is_set_nobody_polls(call, ada, address):
    await call("setWebhook", url=address)
    refused = await call("getUpdates")
    await call("deleteWebhook")
    polled = await call("getUpdates")

    assert refused["error_code"] == 409
    assert refused["description"] == (
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )
    assert polled["ok"]


async def poll(
    call: Caller, server: FaultyServer
) -> asyncio.Task[httpx.Response]:
    """Begin a long poll that nothing ends but a conflict."""
    url = f"{server.base_url}42:local-chat-token/getUpdates"
    before = len(server.calls)
    body = {"offset": 2**40, "timeout": 50}
    polling = asyncio.create_task(call.client.post(url, json=body, timeout=60))
    await server.wait_for_call(
        lambda one: one is server.calls[-1] and len(server.calls) > before
    )
    await asyncio.sleep(0.05)  # it is noted before it waits
    return polling


async def test_of_two_pollers_the_older_one_is_told_of_the_conflict(
    call, ada, server
):
    older = await poll(call, server)

    newer = await call("getUpdates")
    answer = (await older).json()

    assert newer["ok"]
    assert answer["error_code"] == 409
    assert answer["description"] == (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )


async def test_a_webhook_ends_a_long_poll(call, ada, server, address):
    polling = await poll(call, server)

    await call("setWebhook", url=address)
    answer = (await polling).json()

    assert answer["error_code"] == 409
    assert answer["description"] == "Conflict: terminated by setWebhook request"


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"url": "ftp://example.org"}, "invalid webhook URL specified"),
        ({"url": "http://"}, "invalid webhook URL specified"),
        (
            {"secret_token": "no spaces"},
            "secret token contains unallowed characters",
        ),
        ({"secret_token": "x" * 257}, "secret token is too long"),
    ],
)
async def test_a_webhook_that_telegram_would_not_set_is_refused(
    call, address, wish, reason
):
    described = await call.refusal("setWebhook", **{"url": address, **wish})

    assert described == f"Bad Request: {reason}"
    assert (await call("getWebhookInfo"))["result"]["url"] == ""


async def test_an_empty_address_takes_the_webhook_away(call, ada, address):
    await call("setWebhook", url=address)
    await call("setWebhook", url="")

    assert (await call("getWebhookInfo"))["result"]["url"] == ""
    assert (await call("getUpdates"))["ok"]


async def test_updates_that_wait_survive_a_server_that_was_away(
    call, ada, server, address, receiver
):
    await call("setWebhook", url=address)
    await settled(call)
    with server.away():
        ada.write("meanwhile")
    await settled(call)

    assert receiver.texts == ["/start", "meanwhile"]
