"""How a reader's picks have done, asked for in the chat."""

import pytest

from bot import concurrency
from bot.messages import stats_chart
from bot.messages.stats_chart import Chart
from bot.sandbox.localchat.people import Person
from tests.e2e.talk import Talk, says, taps


@pytest.fixture
async def ada(talk: Talk) -> Person:
    """Ada, who likes one of her five picks, and not another."""
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    await taps(ada, await taps(ada, digest, "👍 1"), "👎 2")
    return ada


async def test_before_any_pick_there_is_nothing_to_count(talk: Talk) -> None:
    bo = await talk.started("Bo")

    told = await says(bo, "/stats")

    assert told.text.startswith("Nothing to count yet.")


async def test_who_rated_nothing_gets_words_without_empty_axes(
    talk: Talk,
) -> None:
    bo = await talk.started("Bo")
    await says(bo, "/picks")

    told = await says(bo, "/stats")

    assert told.file is None
    assert told.text.endswith(
        "Rate a few papers, and a picture of your weeks comes with this."
    )


async def test_the_picture_comes_with_its_sum_in_words(ada: Person) -> None:
    told = await says(ada, "/stats")

    assert told.file is not None
    assert told.file.content.startswith(b"\x89PNG")
    assert told.text.splitlines() == [
        "Last 30 days: 5 picks, 1 liked (20 %).",
        "Yours beside the most upvoted paper: 30 more ratings on days with both, then I can tell.",
    ]


async def test_without_a_picture_the_words_come_alone(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")

    told = await says(ada, "/stats")

    assert told.file is None
    assert told.text.startswith("Last 30 days: 5 picks")


async def test_a_picture_is_drawn_anew_only_after_a_rating(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    charts: list[Chart] = []
    draw = stats_chart.draw_in_child

    async def record(chart: Chart, reader_id: int) -> bytes | None:
        charts.append(chart)
        return await draw(chart, reader_id)

    monkeypatch.setattr(stats_chart, "draw_in_child", record)
    await says(ada, "/stats")
    await says(ada, "/stats")
    digest = await says(ada, "/picks")
    await taps(ada, digest, "👍 1")
    told = await says(ada, "/stats")

    assert told.file is not None
    assert len(charts) == 2


async def test_who_asks_again_meanwhile_gets_one_picture_and_other_taps_their_answer(
    ada: Person,
) -> None:
    others = [concurrency.QUEUE.join() for _ in range(concurrency.AT_ONCE)]

    for _ in range(5):
        ada.write("/stats")
    told = await says(ada, "/help")
    for other in others:
        concurrency.QUEUE.leave(other)
    picture = await ada.wait_for(lambda message: message.file is not None, 30)
    await says(ada, "/help")

    assert told.file is None
    assert picture.id > told.id
    assert sum(message.file is not None for message in ada.messages) == 1
    assert len(concurrency.QUEUE) == 0
