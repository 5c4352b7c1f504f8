"""Updates are brought to the address a bot gave, as stubbornly and in such an order as Telegram."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Delivery:
    at: float
    update: dict[str, Any]
    secret: str | None


class Receiver:
    """A bot's webhook: records the deliveries, and responds as a test says.

    `duration` is how many seconds a delivery takes.
    """

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.responses: list[Response] = []
        self.duration = 0.0
        self.concurrent = 0
        self.most_concurrent = 0

    async def __call__(self, request: Request) -> Response:
        delivery = Delivery(
            at=time.monotonic(),
            update=await request.json(),
            secret=request.headers.get("x-telegram-bot-api-secret-token"),
        )
        self.deliveries.append(delivery)

        self.concurrent += 1
        self.most_concurrent = max(self.most_concurrent, self.concurrent)
        await asyncio.sleep(self.duration)
        self.concurrent -= 1
        return self.responses.pop(0) if self.responses else Response()

    @property
    def updates(self) -> list[dict[str, Any]]:
        return [delivery.update for delivery in self.deliveries]

    @property
    def texts(self) -> list[str]:
        messages = [
            update["message"] for update in self.updates if "message" in update
        ]
        return [message["text"] for message in messages]

    async def wait_for_deliveries(
        self, count: int, seconds: float = 10
    ) -> None:
        async with asyncio.timeout(seconds):
            while len(self.deliveries) < count:  # noqa: ASYNC110 - it lives in another thread
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
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    port = listener.getsockname()[1]
    yield f"http://127.0.0.1:{port}/hook"
    server.should_exit = True
    thread.join()
    listener.close()


async def wait_for_delivery(call: Caller) -> dict[str, Any]:
    """Return the webhook info once no update is pending."""
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
    info = await wait_for_delivery(call)

    # The first one waited from before the webhook was set.
    assert receiver.texts == ["/start", "hello"]
    assert {delivery.secret for delivery in receiver.deliveries} == {SECRET}
    first, second = receiver.updates
    assert first["update_id"] + 1 == second["update_id"]
    assert info["url"] == address
    assert info["max_connections"] == 7
    assert "last_error_date" not in info


async def test_without_a_secret_there_is_no_header(
    call, ada, address, receiver
):
    await call("setWebhook", url=address)
    await wait_for_delivery(call)

    assert [delivery.secret for delivery in receiver.deliveries] == [None]


async def test_one_chat_in_order_others_beside_it_and_never_more_than_asked_for(
    call, server, address, receiver
):
    receiver.duration = 0.1
    await call("setWebhook", url=address, max_connections=3)

    people = [server.person(name) for name in ("Ada", "Bo", "Cy", "Di", "Ed")]
    for text in ("first", "second"):
        for person in people:
            person.write(text)
    await wait_for_delivery(call)

    for person in people:
        texts = [
            update["message"]["text"]
            for update in receiver.updates
            if update["message"]["chat"]["id"] == person.id
        ]
        assert texts == ["first", "second"]
    assert receiver.most_concurrent == 3


async def test_a_persons_presses_keep_their_order_and_may_overtake_their_messages(
    call, ada, address, receiver
):
    receiver.duration = 0.2
    await call("setWebhook", url=address)
    ada.write("slow")
    ada.press_data(1, "one")
    ada.press_data(1, "two")
    await wait_for_delivery(call)

    is_press = ["callback_query" in update for update in receiver.updates]
    presses = [
        update["callback_query"]["data"]
        for update in receiver.updates
        if "callback_query" in update
    ]
    assert presses == ["one", "two"]
    assert is_press.index(True) < len(is_press) - 1
    assert receiver.most_concurrent == 2


async def test_whatever_is_not_a_2xx_is_brought_again_and_told(
    call, ada, clock, address, receiver
):
    receiver.responses = [Response(status_code=500), Response(status_code=204)]
    await call("setWebhook", url=address)
    info = await wait_for_delivery(call)

    assert receiver.texts == ["/start", "/start"]
    assert info["last_error_message"] == (
        "Wrong response from the webhook: 500 Internal Server Error"
    )
    assert info["last_error_date"] == int(clock.now.timestamp())


async def test_the_first_try_again_is_at_once_and_the_next_ones_wait_longer(
    call, ada, address, receiver
):
    receiver.responses = [Response(status_code=500) for _ in range(2)]
    await call("setWebhook", url=address)
    await wait_for_delivery(call)

    first, second, third = (delivery.at for delivery in receiver.deliveries)
    assert second - first < 0.5
    assert 1.9 < third - second < 3


async def test_it_is_brought_again_even_where_nothing_else_happens(
    call, ada, address, receiver
):
    receiver.responses = [
        Response(status_code=503, headers={"Retry-After": "1"})
    ]
    await call("setWebhook", url=address)
    await receiver.wait_for_deliveries(2, 5)

    assert receiver.texts == ["/start", "/start"]


async def test_retry_after_is_honoured_and_holds_up_nobody_else(
    call, server, ada, address, receiver
):
    busy = Response(status_code=503, headers={"Retry-After": "1"})
    receiver.responses = [busy]
    await call("setWebhook", url=address)
    await receiver.wait_for_deliveries(1)
    ada.write("after")
    server.person("Bo").write("beside")
    await wait_for_delivery(call)

    assert receiver.texts == ["/start", "beside", "/start", "after"]
    first, _, retry, _ = receiver.deliveries
    assert retry.at - first.at >= 1


async def test_an_update_that_would_be_too_old_by_then_is_dropped(
    call, ada, address, receiver
):
    late = Response(status_code=503, headers={"Retry-After": "200"})
    receiver.responses = [Response(), late]
    await call("setWebhook", url=address)
    await receiver.wait_for_deliveries(1)
    ada.press_data(1, "x")
    await receiver.wait_for_deliveries(2)
    info = await wait_for_delivery(call)

    assert len(receiver.deliveries) == 2
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
    info = await wait_for_delivery(call)

    assert receiver.texts == ["/start", "/start"]
    assert info["last_error_message"] == "Webhook connection closed"
    assert server.faults == {"webhook: connection closed after": 1}


async def test_while_a_webhook_is_set_nobody_polls(call, ada, address):
    await call("setWebhook", url=address)
    refusal = await call("getUpdates")
    await call("deleteWebhook")
    answer = await call("getUpdates")

    assert refusal["error_code"] == 409
    assert refusal["description"] == (
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )
    assert answer["ok"]


async def poll(
    call: Caller, server: FaultyServer
) -> asyncio.Task[httpx.Response]:
    """Begin a long poll that nothing ends but a conflict."""
    url = f"{server.base_url}42:local-chat-token/getUpdates"
    count = len(server.calls)
    body = {"offset": 2**40, "timeout": 50}
    polling = asyncio.create_task(call.client.post(url, json=body, timeout=60))
    await server.wait_for_call(lambda _: len(server.calls) > count)

    # It is recorded before it waits.
    await asyncio.sleep(0.05)
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
    ("parameters", "reason"),
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
    call, address, parameters, reason
):
    description = await call.refusal(
        "setWebhook", **{"url": address, **parameters}
    )

    assert description == f"Bad Request: {reason}"
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
    await wait_for_delivery(call)
    with server.away():
        ada.write("meanwhile")
    await wait_for_delivery(call)

    assert receiver.texts == ["/start", "meanwhile"]
