"""Whatever is sent when, Telegram never gets more calls than it takes."""

import asyncio
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.transport.buckets import Bucket, Window
from bot.transport.rate_limiter import MOST_PER_SECOND
from tests.transport.fast_clock import run
from tests.transport.telegram import Telegram, most_within


@settings(deadline=None, max_examples=50)
@given(
    requests=st.lists(
        st.tuples(st.floats(0, 8), st.integers(1, 30), st.booleans()),
        min_size=1,
        max_size=40,
    ),
    rate=st.sampled_from([5.0, 25.0]),
)
def test_bulk_and_people_together_stay_below_what_telegram_takes(
    requests: list[tuple[float, int, bool]], rate: float
) -> None:
    async def mixed() -> tuple[list[float], list[float]]:
        telegram = Telegram(rate)
        alone = Telegram(rate)

        async def later(
            server: Telegram, at: float, chat: int, is_edit: bool
        ) -> None:
            await asyncio.sleep(at)
            if is_edit:
                await server.edit(chat, str(at))
            else:
                await server.send(chat)

        people = [
            later(server, *request)
            for request in requests
            for server in (telegram, alone)
        ]
        bulk = [
            telegram.send_in_bulk(chat)
            for chat in range(1000, 1000 + int(rate * 10))
        ]
        await asyncio.gather(*people, *bulk)
        people_times = [
            at for at, _, data in telegram.calls if data["chat_id"] < 1000
        ]
        assert people_times == [at for at, _, _ in alone.calls]
        return telegram.times(), alone.times()

    times, times_alone = run(mixed())

    # Where people begin to send after bulk did, both fall into the same second for a moment.
    assert most_within(times, 0.999) <= MOST_PER_SECOND + most_within(
        times_alone or [0], 0.999
    )
    assert len(times) - len(times_alone) == int(rate * 10)


@given(
    st.lists(st.floats(0, 3), max_size=60), st.integers(1, 5), st.floats(0.1, 2)
)
def test_a_bucket_and_a_window_never_give_more_places_than_they_have(
    pauses: list[float], most: int, seconds: float
) -> None:
    at = 0.0
    bucket = Bucket(most, seconds)
    window = Window(most, seconds)
    from_bucket = []
    from_window = []
    for pause in pauses:
        at += pause
        from_bucket.append(at + bucket.take(at))
        from_window.append(at + window.take(at))

    # Moments are sums of drawn ones, so that the last bit may differ.
    for places in (from_bucket, from_window):
        assert all(
            later > earlier - 1e-9 for earlier, later in pairwise(places)
        )
    for places, limit in ((from_bucket, most + 1), (from_window, most)):
        for start in places:
            same_interval = [
                place
                for place in places
                if start <= place < start + seconds * 0.999
            ]
            assert len(same_interval) <= limit
