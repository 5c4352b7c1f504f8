"""Answers never wait for a broadcast, a broadcast never floods, and edits never queue up."""

import asyncio
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import BadRequest, RetryAfter

from bot.pacing import AT_MOST, BURST, TRIES, Pacing
from bot.rates import Bucket, Bulk, Window
from tests.hurried import now, run

REFUSED = timedelta(seconds=7)


class Telegram:
    """The other end: notes what arrives and when, and refuses as a test likes."""

    def __init__(self, rate: float = 25.0, takes: float = 0.0) -> None:
        self.pacing = Pacing(rate, clock=now)
        self.takes = takes
        self.got: list[tuple[float, str, dict[str, Any]]] = []
        self.refuses: dict[str, list[Exception]] = {}

    async def call(self, endpoint: str, bulk: Bulk | None = None, **data: Any) -> Any:
        return await self.pacing.process_request(
            self._receive, (endpoint, data), {}, endpoint, data, bulk
        )

    async def send(self, chat: int, bulk: Bulk | None = None) -> Any:
        return await self.call("sendMessage", bulk, chat_id=chat)

    async def edit(self, chat: int, text: str, message: int = 1) -> Any:
        return await self.call("editMessageText", chat_id=chat, message_id=message, text=text)

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
    return max(sum(start <= at < start + seconds for at in times) for start in times)


def test_bulk_is_as_smooth_as_its_rate() -> None:
    async def broadcast() -> list[float]:
        telegram = Telegram(rate=25, takes=0.1)
        await asyncio.gather(*(telegram.send(chat, Bulk()) for chat in range(100)))
        return telegram.times()

    times = run(broadcast())

    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) == pytest.approx(0.04)
    assert times[-1] == pytest.approx(99 * 0.04)


@pytest.mark.parametrize("pause", [0.5, 3])
def test_bulk_holds_its_rate_while_ten_people_tap_and_each_tap_is_answered_at_once(
    pause: float,
) -> None:
    async def mixed() -> tuple[list[float], float, float]:
        telegram = Telegram(takes=0.03)
        bulk = [asyncio.create_task(telegram.send(1000 + n, Bulk())) for n in range(1000)]
        slowest = 0.0

        async def taps(chat: int) -> None:
            nonlocal slowest
            while not all(task.done() for task in bulk):
                tapped = now()
                await telegram.call("answerCallbackQuery", callback_query_id="x")
                await telegram.edit(chat, str(tapped))
                slowest = max(slowest, now() - tapped)
                await asyncio.sleep(pause)

        await asyncio.gather(*bulk, *(taps(chat) for chat in range(10)))
        sent = telegram.times()
        return sent, slowest, 999 / (sent[-1] - sent[0])

    sent, slowest, rate = run(mixed())

    assert rate == pytest.approx(25, rel=0.03)
    assert most_within(sent, 0.999) <= AT_MOST
    assert slowest <= 0.06 + 1e-9  # two calls, and not a moment more


def test_what_a_person_asked_for_goes_first_even_when_it_is_five_cards() -> None:
    async def mixed() -> tuple[float, float]:
        telegram = Telegram()
        bulk = [asyncio.create_task(telegram.send(chat, Bulk())) for chat in range(500)]
        await asyncio.sleep(5)
        asked = now()
        await asyncio.gather(*(telegram.send(7000) for _ in range(5)))
        answered = now()
        await asyncio.gather(*bulk)
        return answered - asked, telegram.times()[-1]

    waited, end = run(mixed())

    assert waited == 0
    assert end == pytest.approx(499 * 0.04, abs=0.5)


def test_a_call_in_bulk_begins_when_its_place_has_come_and_may_be_withdrawn_then() -> None:
    async def broadcast() -> tuple[list[float], list[float], list[Any]]:
        telegram, begun = Telegram(rate=10), []

        async def begins() -> None:
            begun.append(now())
            if len(begun) == 2:
                raise LookupError

        ended = await asyncio.gather(
            *(telegram.send(chat, Bulk(begins)) for chat in range(3)), return_exceptions=True
        )
        return begun, telegram.times(), ended

    begun, sent, ended = run(broadcast())

    assert begun == pytest.approx([0, 0.1, 0.2])
    assert sent == pytest.approx([0, 0.2])
    assert isinstance(ended[1], LookupError)


def test_a_chat_takes_five_at_once_and_then_one_a_second() -> None:
    async def many() -> list[float]:
        telegram = Telegram()
        await asyncio.gather(*(telegram.send(1) for _ in range(8)), telegram.send(2))
        return telegram.times()

    assert run(many()) == [0] * (BURST + 1) + [1, 2, 3]


def test_a_group_takes_twenty_a_minute() -> None:
    async def many() -> list[float]:
        telegram = Telegram()
        await asyncio.gather(*(telegram.send(-100) for _ in range(45)))
        return telegram.times()

    times = run(many())

    assert most_within(times, 60) == 20
    assert len(times) == 45


def test_edits_of_one_message_are_never_more_than_a_burst_and_then_one_a_second() -> None:
    async def many() -> list[tuple[float, str]]:
        telegram = Telegram()
        for number in range(40):
            await telegram.edit(1, str(number))
            await asyncio.sleep(0.1)
        await telegram.pacing.shutdown()
        return [(at, data["text"]) for at, _, data in telegram.got]

    shown = run(many())

    assert [text for _, text in shown[:BURST]] == ["0", "1", "2", "3", "4"]
    assert most_within([at for at, _ in shown[BURST:-1]], 0.99) == 1
    assert shown[-1][1] == "39"  # the newest always arrives
    assert len(shown) <= BURST + 6


def test_nobody_waits_for_an_edit_that_has_to_wait() -> None:
    async def many() -> tuple[list[Any], float, float]:
        telegram = Telegram()
        results = [await telegram.edit(1, str(number)) for number in range(10)]
        said = now()
        await asyncio.sleep(5)
        return results, said, telegram.times("editMessageText")[-1]

    results, said, shown = run(many())

    assert results[BURST:] == [True] * 5
    assert said == 0
    assert shown == 1


def test_a_replaced_edit_returns_and_harms_nothing() -> None:
    async def many() -> tuple[list[Any], list[str]]:
        telegram = Telegram(takes=1)
        results = await asyncio.gather(*(telegram.edit(1, text) for text in "abcd"))
        await telegram.pacing.shutdown()
        return results, [data["text"] for _, _, data in telegram.got]

    results, shown = run(many())

    assert shown == ["a", "d"]
    assert results == [{"message_id": 1}, True, True, True]


def test_new_buttons_replace_no_new_text_but_new_text_replaces_them() -> None:
    async def many() -> list[str]:
        telegram = Telegram(takes=1)

        async def buttons() -> None:
            await telegram.call("editMessageReplyMarkup", chat_id=1, message_id=1)

        await asyncio.gather(telegram.edit(1, "a"), telegram.edit(1, "b"), buttons(), buttons())
        await asyncio.sleep(5)
        await asyncio.gather(telegram.edit(1, "c"), buttons(), telegram.edit(1, "d"))
        await asyncio.sleep(5)
        return [data.get("text", "buttons") for _, _, data in telegram.got]

    assert run(many()) == ["a", "b", "buttons", "c", "d"]


def test_an_edit_that_waits_and_is_refused_is_noted_and_no_more(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def refused() -> list[str]:
        telegram = Telegram(takes=1)
        first = asyncio.create_task(telegram.edit(1, "a"))
        await asyncio.sleep(0.5)
        await telegram.edit(1, "b")
        telegram.refuses["editMessageText"] = [BadRequest("message to edit not found")]
        await first
        await asyncio.sleep(5)
        await telegram.edit(1, "c")
        return [data["text"] for _, _, data in telegram.got]

    with caplog.at_level("INFO"):
        assert run(refused()) == ["a", "c"]
    assert "A message stays as it is: message to edit not found" in caplog.text


def test_edits_of_other_messages_do_not_wait() -> None:
    async def many() -> float:
        telegram = Telegram(takes=1)
        await asyncio.gather(*(telegram.edit(1, "x", message) for message in range(30)))
        return now()

    assert run(many()) == 1


def test_a_refused_call_of_a_person_is_tried_again_when_telegram_says() -> None:
    async def refused() -> list[float]:
        telegram = Telegram()
        telegram.refuses["sendMessage"] = [RetryAfter(REFUSED)]
        await telegram.send(1)
        return telegram.times()

    assert run(refused()) == [7]


def test_a_refusal_pauses_its_chat_and_no_other() -> None:
    async def refused() -> dict[int, float]:
        telegram = Telegram()
        telegram.refuses["sendMessage"] = [RetryAfter(REFUSED)]
        first = asyncio.create_task(telegram.send(1))
        await asyncio.sleep(1)
        await asyncio.gather(telegram.send(1), telegram.send(2), telegram.send(3, Bulk()))
        await first
        return {data["chat_id"]: at for at, _, data in telegram.got}

    assert run(refused()) == {1: 7, 2: 1, 3: 1}


def test_answers_to_presses_are_never_paused_only_retried() -> None:
    async def refused() -> list[float]:
        telegram = Telegram()
        telegram.refuses["sendMessage"] = [RetryAfter(REFUSED), RetryAfter(REFUSED)]
        sends = [asyncio.create_task(telegram.send(chat)) for chat in (1, 2)]
        await asyncio.sleep(1)
        await telegram.call("answerCallbackQuery", callback_query_id="a")
        telegram.refuses["answerCallbackQuery"] = [RetryAfter(timedelta(seconds=2))]
        await telegram.call("answerCallbackQuery", callback_query_id="b")
        await asyncio.gather(*sends)
        return telegram.times("answerCallbackQuery")

    assert run(refused()) == [1, 3]


def test_a_second_chats_refusal_within_ten_seconds_pauses_bulk() -> None:
    async def refused(apart: float) -> RetryAfter | None:
        telegram = Telegram()
        telegram.refuses["sendMessage"] = [RetryAfter(REFUSED)]
        with pytest.raises(RetryAfter):
            await telegram.send(1, Bulk())
        await asyncio.sleep(apart)
        telegram.refuses["sendMessage"] = [RetryAfter(REFUSED)]
        with pytest.raises(RetryAfter):
            await telegram.send(2, Bulk())
        await asyncio.sleep(1)
        try:
            await telegram.send(3, Bulk())
        except RetryAfter as error:
            await asyncio.sleep(6)
            await telegram.send(3, Bulk())
            return error
        return None

    paused = run(refused(apart=9))

    assert paused is not None
    assert paused.retry_after == timedelta(seconds=6)
    assert run(refused(apart=11)) is None


def test_bulk_to_a_chat_that_rests_calls_nobody_and_says_when() -> None:
    async def refused() -> tuple[Any, int]:
        telegram = Telegram()
        telegram.refuses["sendMessage"] = [RetryAfter(REFUSED)]
        with pytest.raises(RetryAfter):
            await telegram.send(1, Bulk())
        await asyncio.sleep(3)
        with pytest.raises(RetryAfter) as again:
            await telegram.send(1, Bulk())
        return again.value.retry_after, len(telegram.got)

    assert run(refused()) == (timedelta(seconds=4), 0)


def test_a_long_pause_is_told_and_not_waited_out() -> None:
    async def refused() -> float:
        telegram = Telegram()
        telegram.refuses["sendMessage"] = [RetryAfter(timedelta(seconds=300))]
        with pytest.raises(RetryAfter):
            await telegram.send(1)
        with pytest.raises(RetryAfter):
            await telegram.send(1)
        return now()

    assert run(refused()) == 0


def test_an_edit_refused_for_a_while_shows_the_newest_in_the_end() -> None:
    async def refused() -> list[tuple[float, str]]:
        telegram = Telegram()
        telegram.refuses["editMessageText"] = [RetryAfter(REFUSED)]
        await telegram.edit(1, "old")
        await asyncio.sleep(1)
        await telegram.edit(1, "new")
        await asyncio.sleep(20)
        return [(at, data["text"]) for at, _, data in telegram.got]

    assert run(refused()) == [(7, "new")]


def test_an_edit_refused_again_and_again_is_given_up() -> None:
    async def refused() -> tuple[int, int]:
        telegram = Telegram()
        telegram.refuses["editMessageText"] = [RetryAfter(REFUSED) for _ in range(9)]
        await telegram.edit(1, "x")
        await asyncio.sleep(100)
        return len(telegram.got), len(telegram.refuses["editMessageText"])

    assert run(refused()) == (0, 9 - 1 - TRIES)


@pytest.mark.parametrize("endpoint", ["getMe", "setMyCommands", "sendChatAction", "deleteMessage"])
def test_everything_else_goes_at_once_and_is_not_tried_again(endpoint: str) -> None:
    async def calls() -> list[float]:
        telegram = Telegram()
        await asyncio.gather(*(telegram.call(endpoint, chat_id=1) for _ in range(10)))
        telegram.refuses[endpoint] = [RetryAfter(REFUSED)]
        with pytest.raises(RetryAfter):
            await telegram.call(endpoint, chat_id=1)
        return telegram.times(endpoint)

    assert run(calls()) == [0] * 10


def test_other_errors_pass_through() -> None:
    async def refused() -> None:
        telegram = Telegram()
        telegram.refuses["sendMessage"] = [BadRequest("chat not found")]
        await telegram.send(1)

    with pytest.raises(BadRequest, match="hat not found"):
        run(refused())


def test_at_the_end_nobody_waits_and_bulk_is_left_for_the_next_process() -> None:
    async def ending() -> tuple[float, int, list[Any]]:
        telegram = Telegram()
        people = [asyncio.create_task(telegram.send(1)) for _ in range(30)]
        bulk = [asyncio.create_task(telegram.send(chat, Bulk())) for chat in range(100, 130)]
        await asyncio.sleep(0.5)
        telegram.pacing.hurry()
        await asyncio.gather(*people)
        left = await asyncio.gather(*bulk, return_exceptions=True)
        return now(), len(telegram.got), left

    ended, sent, left = run(ending())

    refused = [one for one in left if isinstance(one, RetryAfter)]
    assert ended == 0.5
    assert len(refused) == 130 - 100 - (sent - 30)
    assert len(refused) > 10


def test_a_budget_shared_by_two_processes_is_kept_by_both_together() -> None:
    async def two() -> list[float]:
        first = Telegram(rate=10)
        second = Telegram(rate=10)
        second.pacing._budget = first.pacing._budget
        await asyncio.gather(*(t.send(chat, Bulk()) for t in (first, second) for chat in range(20)))
        return sorted(first.times() + second.times())

    times = run(two())

    assert most_within(times, 0.99) == 10
    assert times[-1] == pytest.approx(3.9)


@settings(deadline=None, max_examples=50)
@given(
    asked=st.lists(
        st.tuples(st.floats(0, 8), st.integers(1, 30), st.booleans()), min_size=1, max_size=40
    ),
    rate=st.sampled_from([5.0, 25.0]),
)
def test_bulk_and_people_together_stay_below_what_telegram_takes(
    asked: list[tuple[float, int, bool]], rate: float
) -> None:
    async def mixed() -> tuple[list[float], list[float]]:
        telegram = Telegram(rate)
        alone = Telegram(rate)

        async def later(each: Telegram, at: float, chat: int, edits: bool) -> None:
            await asyncio.sleep(at)
            await (each.edit(chat, str(at)) if edits else each.send(chat))

        people = [later(each, *one) for one in asked for each in (telegram, alone)]
        bulk = [telegram.send(chat, Bulk()) for chat in range(1000, 1000 + int(rate * 10))]
        await asyncio.gather(*people, *bulk)
        mine = [at for at, _, data in telegram.got if data["chat_id"] < 1000]
        assert mine == [at for at, _, _ in alone.got]
        return telegram.times(), alone.times()

    sent, alone = run(mixed())

    # Where people begin to send after bulk did, both fall into the same second for a moment.
    assert most_within(sent, 0.999) <= AT_MOST + most_within(alone or [0], 0.999)
    assert len(sent) - len(alone) == int(rate * 10)


@given(st.lists(st.floats(0, 3), max_size=60), st.integers(1, 5), st.floats(0.1, 2))
def test_a_bucket_and_a_window_never_give_more_places_than_they_have(
    pauses: list[float], most: int, seconds: float
) -> None:
    at = 0.0
    bucket, window = Bucket(most, seconds), Window(most, seconds)
    from_bucket, from_window = [], []
    for pause in pauses:
        at += pause
        from_bucket.append(at + bucket.take(at))
        from_window.append(at + window.take(at))

    assert from_bucket == sorted(from_bucket)
    assert from_window == sorted(from_window)
    for places, allowed in ((from_bucket, most + 1), (from_window, most)):
        for start in places:
            within = [place for place in places if start <= place < start + seconds * 0.999]
            assert len(within) <= allowed
