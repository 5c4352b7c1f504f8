"""An answer that costs something is fetched once, however many people want it."""

import asyncio

import pytest

from bot.monitoring.shared import LONGEST, Shared


class Source:
    """Counts its calls; each hangs until it is let go."""

    def __init__(self) -> None:
        self.calls = 0
        self.answers = asyncio.Event()
        self.now = 0.0

    async def call(self) -> int:
        self.calls += 1
        number = self.calls
        await self.answers.wait()
        return number

    def shared(self) -> Shared[int]:
        return Shared(
            self.call, fresh=10, patience=0.02, clock=lambda: self.now
        )


async def test_all_who_ask_at_once_get_the_answer_of_one_call() -> None:
    source = Source()
    source.answers.set()
    shared = source.shared()

    answers = await asyncio.gather(*(shared.get() for _ in range(9)))

    assert answers == [1] * 9


async def test_an_answer_is_good_for_a_while_and_then_fetched_anew() -> None:
    source = Source()
    source.answers.set()
    shared = source.shared()

    first = await shared.get()
    source.now = 10
    still_fresh = await shared.get()
    source.now = 10.1
    later = await shared.get()

    assert (first, still_fresh, later) == (1, 1, 2)


async def test_nobody_waits_for_a_call_that_hangs_and_no_second_one_is_made() -> (
    None
):
    source = Source()
    shared = source.shared()

    for _ in range(5):
        source.now += 10
        with pytest.raises(TimeoutError):
            await shared.get()

    assert source.calls == 1
    source.answers.set()
    assert await shared.get() == 1


async def test_a_call_that_hangs_for_long_is_left_to_itself() -> None:
    source = Source()
    shared = source.shared()
    with pytest.raises(TimeoutError):
        await shared.get()

    source.now = LONGEST + 1
    with pytest.raises(TimeoutError):
        await shared.get()

    assert source.calls == 2


async def test_an_error_reaches_whoever_asks_and_the_next_call_is_tried() -> (
    None
):
    async def fail() -> int:
        raise ValueError("no answer")

    shared = Shared(fail, fresh=0, patience=1)

    for _ in range(2):
        with pytest.raises(ValueError, match="no answer"):
            await shared.get()
