"""Whatever comes when: never more than Telegram takes."""

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
    asked=st.lists(
        st.tuples(st.floats(0, 8), st.integers(1, 30), st.booleans()),
        min_size=1,
        max_size=40,
    ),
    rate=st.sampled_from([5.0, 25.0]),
)
def test_bulk_and_people_together_stay_below_what_telegram_takes(
    asked: list[tuple[float, int, bool]], rate: float
) -> None:
    async def mixed() -> tuple[list[float], list[float]]:
        telegram = Telegram(rate)
        alone = Telegram(rate)

        async def later(
            each: Telegram, at: float, chat: int, edits: bool
        ) -> None:
            await asyncio.sleep(at)
            await (each.edit(chat, str(at)) if edits else each.send(chat))

        people = [
            later(each, *one) for one in asked for each in (telegram, alone)
        ]
        bulk = [
            telegram.send_in_bulk(chat)
            for chat in range(1000, 1000 + int(rate * 10))
        ]
        await asyncio.gather(*people, *bulk)
        mine = [at for at, _, data in telegram.got if data["chat_id"] < 1000]
        assert mine == [at for at, _, _ in alone.got]
        return telegram.times(), alone.times()

    sent, alone = run(mixed())

    # Where people begin to send after bulk did, both fall into the same second for a moment.
    assert most_within(sent, 0.999) <= MOST_PER_SECOND + most_within(
        alone or [0], 0.999
    )
    assert len(sent) - len(alone) == int(rate * 10)


@given(
    st.lists(st.floats(0, 3), max_size=60), st.integers(1, 5), st.floats(0.1, 2)
)
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

    # Moments are sums of drawn ones, so that the last bit may differ.
    for places in (from_bucket, from_window):
        assert all(
            later > earlier - 1e-9 for earlier, later in pairwise(places)
        )
    for places, allowed in ((from_bucket, most + 1), (from_window, most)):
        for start in places:
            within = [
                place
                for place in places
                if start <= place < start + seconds * 0.999
            ]
            assert len(within) <= allowed
