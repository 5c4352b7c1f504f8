"""/stats shows how a reader's picks did, as a picture and in words."""

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

    answer = await says(bo, "/stats")

    assert answer.text.startswith("Nothing to count yet.")


async def test_without_ratings_there_are_words_and_no_empty_picture(
    talk: Talk,
) -> None:
    bo = await talk.started("Bo")
    await says(bo, "/picks")

    answer = await says(bo, "/stats")

    assert answer.file is None
    assert answer.text.endswith(
        "Rate a few papers, and a picture of your weeks comes with this."
    )


async def test_the_picture_has_a_summary_in_words(ada: Person) -> None:
    answer = await says(ada, "/stats")

    assert answer.file is not None
    assert answer.file.content.startswith(b"\x89PNG")
    assert answer.text.splitlines() == [
        "Last 30 days: 5 picks, 1 liked (20 %).",
        "Compared with the most upvoted paper: "
        "I can tell after 30 more ratings on days that have both.",
    ]


async def test_without_a_picture_the_words_come_alone(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")

    answer = await says(ada, "/stats")

    assert answer.file is None
    assert answer.text.startswith("Last 30 days: 5 picks")


async def test_a_picture_is_drawn_anew_only_after_a_rating(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    charts: list[Chart] = []
    draw = stats_chart.draw_in_child

    async def record(
        chart: Chart, reader_id: int, purpose: str
    ) -> bytes | None:
        charts.append(chart)
        return await draw(chart, reader_id, purpose)

    monkeypatch.setattr(stats_chart, "draw_in_child", record)
    await says(ada, "/stats")
    await says(ada, "/stats")
    digest = await says(ada, "/picks")
    await taps(ada, digest, "👍 1")
    answer = await says(ada, "/stats")

    assert answer.file is not None
    assert len(charts) == 2


async def test_asking_again_while_a_picture_waits_sends_one_picture_and_holds_up_no_tap(
    ada: Person,
) -> None:
    places = [concurrency.QUEUE.join() for _ in range(concurrency.AT_ONCE)]

    for _ in range(5):
        ada.write("/stats")
    answer = await says(ada, "/help")
    for place in places:
        concurrency.QUEUE.leave(place)
    picture = await ada.wait_for(lambda message: message.file is not None, 30)
    await says(ada, "/help")

    assert answer.file is None
    assert picture.id > answer.id
    assert sum(message.file is not None for message in ada.messages) == 1
    assert len(concurrency.QUEUE) == 0
