"""A bot that sends too fast is told to wait, as Telegram tells it, and what it waits for passes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.localchat.limits import Limits, Traffic
from tests.bot_api.server import FaultyServer
from tests.localchat.conftest import TOKEN, Caller


class Seconds:
    """A clock of bare seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def limited_server(seconds):
    with FaultyServer(TOKEN, limits=Limits(clock=seconds)) as server:
        yield server


@pytest.fixture
async def limited_call(limited_server, call) -> Caller:
    return Caller(limited_server, call.client)


def start_readers(server: FaultyServer, count: int) -> list[Any]:
    readers = [server.person(f"Reader {number}") for number in range(count)]
    for reader in readers:
        reader.start()
    return readers


async def test_the_thirty_first_message_within_a_second_has_to_wait(
    limited_server, limited_call, seconds
):
    readers = start_readers(limited_server, 31)

    answers = [
        await limited_call("sendMessage", chat_id=reader.id, text="x")
        for reader in readers
    ]
    seconds.now += 1
    later = await limited_call("sendMessage", chat_id=readers[-1].id, text="x")

    assert [answer["ok"] for answer in answers] == [True] * 30 + [False]
    assert answers[-1]["error_code"] == 429
    assert answers[-1]["description"] == "Too Many Requests: retry after 1"
    assert answers[-1]["parameters"] == {"retry_after": 1}
    assert later["ok"]
    # What was refused was not sent.
    assert len(readers[-1].messages) == 2
    assert limited_server.refused == {429: 1}


async def test_a_short_burst_to_one_chat_passes_then_one_a_second(
    limited_server, limited_call, seconds
):
    (ada,) = start_readers(limited_server, 1)
    seconds.now += 100

    burst = [
        await limited_call("sendMessage", chat_id=ada.id, text="x")
        for _ in range(21)
    ]
    seconds.now += 1
    next_second = [
        await limited_call("sendMessage", chat_id=ada.id, text="x")
        for _ in range(2)
    ]

    assert [answer["ok"] for answer in burst] == [True] * 20 + [False]
    assert [answer["ok"] for answer in next_second] == [True, False]


async def test_edits_count_in_their_chat_as_messages_do_and_answers_to_presses_never(
    limited_server, limited_call, seconds
):
    (ada,) = start_readers(limited_server, 1)
    sent = await limited_call("sendMessage", chat_id=ada.id, text="0")
    target = {"chat_id": ada.id, "message_id": sent["result"]["message_id"]}

    edits = [
        await limited_call("editMessageText", **target, text=f"{n}")
        for n in range(1, 21)
    ]
    press = ada.press_data(target["message_id"], "x")
    answered = await limited_call(
        "answerCallbackQuery", callback_query_id=press.id
    )

    assert [answer["ok"] for answer in edits] == [True] * 19 + [False]
    assert edits[-1]["error_code"] == 429
    assert answered["ok"]


def test_a_group_takes_twenty_messages_a_minute():
    seconds = Seconds()
    traffic = Traffic(Limits(clock=seconds))

    waits = []
    for _ in range(22):
        waits.append(traffic.admit("sendMessage", "-100"))
        seconds.now += 2
    seconds.now = 60

    assert waits == [0] * 20 + [20, 18]
    assert traffic.admit("sendMessage", "-100") == 0


@given(
    st.lists(
        st.tuples(st.floats(0, 0.5), st.sampled_from(["1", "2", "-3"])),
        min_size=1,
        max_size=200,
    )
)
def test_no_second_and_no_minute_ever_holds_more_than_its_limit(calls):
    seconds = Seconds()
    limits = Limits(per_second=10, burst=5, per_minute=7, clock=seconds)
    traffic = Traffic(limits)

    admitted = []
    for pause, chat in calls:
        seconds.now += pause
        if traffic.admit("sendMessage", chat) == 0:
            admitted.append((seconds.now, chat))

    for start, _ in admitted:
        second = [chat for at, chat in admitted if start <= at < start + 1]
        minute = [chat for at, chat in admitted if start <= at < start + 60]
        assert len(second) <= 10
        assert second.count("1") <= 6
        assert second.count("2") <= 6
        assert minute.count("-3") <= 7


@given(st.lists(st.floats(0, 2), min_size=1, max_size=60))
def test_who_waits_as_long_as_told_passes(pauses):
    seconds = Seconds()
    traffic = Traffic(Limits(per_second=2, burst=2, clock=seconds))

    for pause in pauses:
        seconds.now += pause
        wait = traffic.admit("sendMessage", "1")
        if wait:
            seconds.now += wait
            assert traffic.admit("sendMessage", "1") == 0
