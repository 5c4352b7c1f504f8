"""Everything that can go wrong between a bot and Telegram can be made to, and is counted."""

import asyncio
import time

import httpx
import pytest

from bot.sandbox.localchat import refusals
from bot.sandbox.localchat.people import Person
from bot.sandbox.localchat.refusals import migrated
from tests.bot_api.faults import Break
from tests.bot_api.people import deactivate, vanish
from tests.localchat.conftest import TOKEN

AFTER = pytest.mark.parametrize(
    "took_effect", [False, True], ids=["before", "after"]
)


def texts(person: Person) -> list[str]:
    return [message.text for message in person.messages if message.by_bot]


@AFTER
async def test_a_connection_is_reset_before_or_after_the_effect(
    call, ada, server, took_effect
):
    server.fail_next("sendMessage", Break.RESET, took_effect=took_effect)

    with pytest.raises(httpx.ReadError):
        await call("sendMessage", chat_id=ada.id, text="lost")
    answer = await call("sendMessage", chat_id=ada.id, text="again")

    assert answer["ok"]
    assert texts(ada) == (["lost"] if took_effect else []) + ["again"]
    when = "after" if took_effect else "before"
    assert server.faults == {f"sendMessage: connection reset {when}": 1}


@AFTER
async def test_a_connection_is_closed_before_or_after_the_effect(
    call, ada, server, took_effect
):
    server.fail_next("sendMessage", Break.CLOSED, took_effect=took_effect)

    with pytest.raises(httpx.RemoteProtocolError):
        await call("sendMessage", chat_id=ada.id, text="lost")

    assert texts(ada) == (["lost"] if took_effect else [])


@AFTER
async def test_a_call_is_never_answered(call, ada, server, took_effect):
    server.fail_next("sendMessage", Break.SILENCE, took_effect=took_effect)
    call.client.timeout = httpx.Timeout(0.2)

    with pytest.raises(httpx.ReadTimeout):
        await call("sendMessage", chat_id=ada.id, text="lost")
    call.client.timeout = httpx.Timeout(5)

    assert (await call("getMe"))["ok"]
    assert texts(ada) == (["lost"] if took_effect else [])


async def test_a_call_that_is_never_answered_ends_with_the_server(
    call, ada, server
):
    server.fail_next("sendMessage", Break.SILENCE)
    url = f"{server.base_url}{TOKEN}/sendMessage"
    start = time.monotonic()

    request = call.client.post(
        url, json={"chat_id": ada.id, "text": "x"}, timeout=30
    )
    call_task = asyncio.create_task(request)
    await server.wait_for_call(lambda record: record.method == "sendMessage")
    await asyncio.to_thread(server.stop)

    with pytest.raises(httpx.TransportError):
        await call_task
    assert time.monotonic() - start < 10


async def test_a_gateway_answers_with_a_page(call, ada, server):
    server.fail_next("sendMessage", Break.BAD_GATEWAY)

    url = f"{server.base_url}{TOKEN}/sendMessage"
    answer = await call.client.post(url, json={"chat_id": ada.id, "text": "x"})

    assert answer.status_code == 502
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1>502 Bad Gateway</h1>" in answer.text
    assert texts(ada) == []


async def test_one_method_is_missing_while_the_others_work(call, ada, server):
    server.fail_next("sendMessage", refusals.NOT_FOUND, times=3)

    answers = [
        await call("sendMessage", chat_id=ada.id, text="x") for _ in range(4)
    ]
    me = await call("getMe")

    codes = [answer.get("error_code") for answer in answers]
    assert codes == [404, 404, 404, None]
    assert me["ok"]


async def test_while_the_server_is_away_connections_are_refused_and_nothing_is_forgotten(
    call, ada, server
):
    with server.away():
        with pytest.raises(httpx.ConnectError):
            await call("getMe")
        ada.write("are you there?")
    updates = await call("getUpdates")

    assert [update["message"]["text"] for update in updates["result"]] == [
        "/start",
        "are you there?",
    ]


async def test_a_long_poll_ends_when_the_server_goes_away(call, ada, server):
    url = f"{server.base_url}{TOKEN}/getUpdates"
    body = {"offset": 2**40, "timeout": 50}
    poll = asyncio.create_task(call.client.post(url, json=body, timeout=60))
    await server.wait_for_call(lambda record: record.method == "getUpdates")

    def leave_and_return():
        with server.away():
            pass

    await asyncio.to_thread(leave_and_return)

    assert (await poll).json()["result"] == []
    assert (await call("getMe"))["ok"]


async def test_faults_at_random_are_the_same_for_the_same_seed(
    call, ada, server
):
    async def call_often() -> list[object]:
        outcomes: list[object] = []
        for _ in range(20):
            try:
                answer = await call("getMe")
                outcomes.append(answer.get("error_code", 200))
            except httpx.TransportError as error:
                outcomes.append(type(error).__name__)
        return outcomes

    faults = [refusals.too_many_requests(1), Break.RESET]
    server.fail_at_random(7, 0.5, {"getMe"}, faults)
    first = await call_often()
    server.fail_at_random(7, 0.5, {"getMe"}, faults)
    second = await call_often()
    server.fail_at_random(7, 0, {"getMe"}, faults)
    without_faults = await call_often()

    assert first == second
    assert set(first) == {200, 429, "ReadError"}
    assert without_faults == [200] * 20
    assert sum(server.faults.values()) == 2 * sum(
        outcome != 200 for outcome in first
    )


async def test_a_deactivated_account_and_a_vanished_chat_cannot_be_written_to(
    call, server, ada
):
    bo = server.person("Bo")
    bo.start()

    deactivate(ada)
    vanish(bo)

    descriptions = [
        await call.refusal("sendMessage", chat_id=person.id, text="x")
        for person in (ada, bo)
    ]
    assert descriptions == [
        "Forbidden: user is deactivated",
        "Bad Request: chat not found",
    ]


async def test_a_migrated_group_names_its_new_chat(call, ada, server):
    server.fail_next("sendMessage", migrated(-1001))

    answer = await call("sendMessage", chat_id=ada.id, text="x")

    assert answer["description"].endswith(
        "group chat was upgraded to a supergroup chat"
    )
    assert answer["parameters"] == {"migrate_to_chat_id": -1001}
