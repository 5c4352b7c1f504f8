"""Feeds, limits and odd presses of /sources: each is answered, and nobody gets another's."""

from dataclasses import replace

import pytest

from bot.sources.errors import SourceDown
from bot.storage import feeds, papers
from bot.storage.subscriptions import Limits
from tests.e2e.talk import Talk, buttons, logged_errors, says, taps
from tests.e2e.test_sources import FEED, Network, keys, network, sends_feed

__all__ = ["network"]


@pytest.mark.parametrize("text", [FEED, f"/sources {FEED}", f"<{FEED}>"])
async def test_a_feed_is_read_at_once_and_its_papers_are_its_readers(
    talk: Talk, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    await taps(ada, await says(ada, "/sources"), "➕ Feed")

    screen = await sends_feed(ada, text)
    [paper_id] = feeds.entry_ids(talk.database, talk.reader(ada).id, 1)
    seen_by = [
        papers.by_ids(talk.database, [paper_id], talk.reader(person).id)
        for person in (ada, bo)
    ]

    assert "Added: The lab's news, with 1 paper now." in screen.text
    assert FEED in screen.text
    assert "The lab's news ✕" in buttons(screen)
    assert [paper_id in visible for visible in seen_by] == [True, False]
    assert "lab.example" not in (await says(bo, "/sources")).text
    assert "secret" not in caplog.text


async def test_an_address_without_a_scheme_is_asked_by_https(
    talk: Talk, network: Network
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/sources")

    await sends_feed(ada, "lab.example/feed.xml")

    assert [q["address"] for q in network.questions] == [
        "https://lab.example/feed.xml"
    ]


@pytest.mark.parametrize(
    ("passing", "advice"),
    [(False, "an RSS or Atom feed"), (True, "Send it again in a while")],
)
async def test_what_is_wrong_with_an_address_is_said_with_what_to_do(
    talk: Talk, network: Network, passing: bool, advice: str
) -> None:
    network.failure = SourceDown("feed", "is no feed", passing=passing)
    ada = await talk.started("Ada")

    screen = await sends_feed(ada, f"/sources {FEED}")

    assert screen.text.startswith("I couldn't read ")
    assert advice in screen.text
    assert keys(talk, ada) == ["huggingface"]


async def test_words_in_place_of_a_feeds_address_are_no_address(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await taps(ada, await says(ada, "/sources"), "➕ Feed")

    screen = await says(ada, "robots")

    assert "That isn't a web address." in screen.text


async def test_a_dropped_feed_takes_its_papers_along(talk: Talk) -> None:
    ada = await talk.started("Ada")
    screen = await sends_feed(ada, f"/sources {FEED}")
    reader_id = talk.reader(ada).id
    before = feeds.entry_ids(talk.database, reader_id, 1)

    dropped = await taps(ada, screen, "The lab's news ✕")

    assert "Dropped: The lab's news." in dropped.text
    assert len(before) == 1
    assert feeds.entry_ids(talk.database, reader_id, 1) == []


async def test_a_stale_button_of_a_feed_drops_no_other_one(talk: Talk) -> None:
    ada = await talk.started("Ada")
    for number in range(1, 11):
        await sends_feed(ada, f"/sources {FEED}&lab={number}")
    screen = await says(ada, "/sources")
    await ada.answer_to(ada.press_data(screen.id, "n3:m0feed:1"), 20)

    await ada.answer_to(ada.press_data(screen.id, "n3:m0feed:1"), 20)

    assert keys(talk, ada)[1:] == [f"feed:{n}" for n in range(2, 11)]


async def test_the_last_source_stays_and_a_toast_says_why(talk: Talk) -> None:
    ada = await talk.started("Ada")
    screen = await says(ada, "/sources")

    toast = await ada.answer_to(ada.press(screen, "Daily Papers ✕"), 20)

    assert toast.text is not None
    assert "That is your only source" in toast.text
    assert keys(talk, ada) == ["huggingface"]


async def test_daily_papers_can_be_dropped_and_come_back(talk: Talk) -> None:
    ada = await talk.started("Ada")
    screen = await says(ada, "/sources cs.RO")
    without = await taps(ada, screen, "Daily Papers ✕")
    keys_without = keys(talk, ada)

    await taps(ada, without, "➕ Daily Papers")

    assert keys_without == ["arxiv:cs.RO"]
    assert keys(talk, ada) == ["arxiv:cs.RO", "huggingface"]


async def test_every_limit_is_told_kindly(talk: Talk) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    talk.runtime.limits = Limits(
        categories=2, categories_of_reader=1, feeds_of_reader=0
    )
    await says(bo, "/sources stat.ML")
    await says(ada, "/sources cs.RO")

    own_full = await says(ada, "/sources cs.CL")
    no_feed = await sends_feed(ada, f"/sources {FEED}")
    talk.runtime.limits = Limits(categories=2)
    all_full = await says(ada, "/sources cs.CL")
    shared = await says(ada, "/sources stat.ML")

    assert "as many as one reader can have. Drop it first." in own_full.text
    assert "as many as I can read for you" in no_feed.text
    assert "All readers together have as many sources" in all_full.text
    assert "Added: arXiv stat.ML · Machine Learning." in shared.text
    assert keys(talk, ada) == ["huggingface", "arxiv:cs.RO", "arxiv:stat.ML"]


async def test_what_the_operator_does_not_offer_is_neither_shown_nor_added(
    talk: Talk, network: Network
) -> None:
    talk.runtime.limits = Limits(kinds=frozenset({"huggingface", "arxiv"}))
    ada = await talk.started("Ada")

    screen = await says(ada, "/sources")
    feed = await sends_feed(ada, f"/sources {FEED}")
    journal = await says(ada, "/sources 1097-6256")

    assert [b for b in buttons(screen) if "➕" in b] == ["➕ arXiv"]
    assert "Sources of that kind are not offered here." in feed.text
    assert "Sources of that kind are not offered here." in journal.text
    assert network.questions == []


async def test_a_feeds_number_alone_makes_nobody_its_reader(
    talk: Talk,
) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    await sends_feed(ada, f"/sources {FEED}")
    screen = await says(bo, "/sources")

    await bo.answer_to(bo.press_data(screen.id, "n3:m+feed:1"), 20)
    await bo.answer_to(bo.press_data(screen.id, "n3:m0feed:1"), 20)

    assert keys(talk, bo) == ["huggingface"]
    assert keys(talk, ada) == ["huggingface", "feed:1"]


async def test_pressing_twice_is_pressing_once(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    ada = await talk.started("Ada")
    screen = await says(ada, "/sources cs.RO")
    press = screen.button("arXiv cs.RO · Robotics ✕").data
    assert press is not None

    for _ in range(2):
        await ada.answer_to(ada.press_data(screen.id, press), 20)

    assert keys(talk, ada) == ["huggingface"]
    assert logged_errors(caplog) == []


async def test_without_a_network_a_trial_says_that_nothing_is_fetched(
    talk: Talk,
) -> None:
    talk.runtime.endpoints = replace(talk.runtime.endpoints, lists=False)
    ada = await talk.started("Ada")

    screen = await says(ada, "/sources cs.RO")

    assert "This trial has papers of its own" in screen.text


async def test_what_everybody_gets_is_named(talk: Talk) -> None:
    talk.runtime.endpoints = replace(
        talk.runtime.endpoints, arxiv_categories=("cs.LG",)
    )
    ada = await talk.started("Ada")

    screen = await says(ada, "/sources")

    assert (
        "Everybody here gets arXiv cs.LG · Machine Learning as well."
        in screen.text
    )


async def test_other_words_after_another_command_name_no_source(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/sources")
    await says(ada, "/help")

    answer = await says(ada, "graph networks")

    assert "Is “graph networks” something for your topics?" in answer.text
