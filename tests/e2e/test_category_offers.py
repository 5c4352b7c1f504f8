"""After their topics readers are offered the categories of arXiv that fit."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.picks import fitting
from bot.runtime import Runtime
from bot.sources.endpoints import Endpoints
from bot.storage import papers, schema, subscriptions
from bot.storage.database import Database
from bot.storage.subscriptions import Limits
from recommender.papers import Paper
from tests.corpus import field_of, library
from tests.e2e.talk import MONDAY, NOBODY, Clock, Talk, buttons, says, taps

# Which category the papers of a field are in.
CODES = {"robot learning": "cs.RO", "speech recognition": "eess.AS"}
OFFER = "arXiv cs.RO · Robotics"


def categorized(paper: Paper) -> Paper:
    """Return a paper with its categories."""
    code = CODES.get(field_of(paper), "cs.CL")
    return replace(paper, categories=(code, "cs.LG"))


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    """A bot whose papers have categories, and forty of which stood in arXiv's list."""
    database = Database(f"sqlite:///{tmp_path / 'paperpicks.db'}")
    schema.prepare(database)
    papers.store(database, map(categorized, library(MONDAY.date())))
    robots = [
        replace(
            categorized(paper),
            source="arxiv",
            lists={"arxiv:cs.RO": MONDAY.date()},
        )
        for paper in library(MONDAY.date(), per_field=40, seed=8)
        if field_of(paper) == "robot learning"
    ]
    papers.store(database, robots)
    assert fitting.fit(database, MONDAY)
    yield Runtime(
        database=database,
        endpoints=Endpoints(NOBODY, NOBODY, NOBODY),
        clock=Clock(),
    )
    database.close()


def keys(talk: Talk, reader_id: int) -> list[str]:
    lists = subscriptions.of_reader(talk.database, reader_id)
    return [subscription.key for subscription in lists]


async def test_a_typed_topic_says_what_daily_papers_have_and_what_arxiv_adds(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    greeting = ada.messages[-1]

    screen = await says(ada, "robot learning")

    assert "arXiv has more on that." not in greeting.text
    assert (
        "✓ robot learning: about 14 papers a week in Daily Papers"
        in screen.text
    )
    assert "arXiv has more on that." in screen.text
    assert f"➕ {OFFER}, about 40 a day" in buttons(screen)


async def test_one_tap_adds_the_category_and_another_takes_it_back(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    reader_id = talk.reader(ada).id
    screen = await says(ada, "robot learning")

    added = await taps(ada, screen, f"➕ {OFFER}, about 40 a day")
    keys_with = keys(talk, reader_id)
    back = await taps(ada, added, f"✓ {OFFER}, about 40 a day")

    assert keys_with == ["huggingface", "arxiv:cs.RO"]
    assert "papers a week in your sources" in added.text
    assert keys(talk, reader_id) == ["huggingface"]
    assert f"➕ {OFFER}, about 40 a day" in buttons(back)


async def test_words_after_a_tap_on_an_offer_are_still_topics(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    screen = await says(ada, "robot learning")
    await taps(ada, screen, f"➕ {OFFER}, about 40 a day")

    await says(ada, "speech recognition")

    assert talk.topics(ada) == [
        ("robot learning", "wanted"),
        ("speech recognition", "wanted"),
    ]


async def test_a_tapped_topic_is_offered_categories_as_well(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    greeting = ada.messages[-1]
    chip = buttons(greeting)[0]

    screen = await taps(ada, greeting, chip)

    assert any(b.startswith("➕ arXiv") for b in buttons(screen))


@pytest.mark.parametrize("reason", ["limits", "trial", "common"])
async def test_nothing_is_offered_where_it_cannot_be_had_or_is_had_by_all(
    talk: Talk, reason: str
) -> None:
    endpoints = talk.runtime.endpoints
    if reason == "limits":
        talk.runtime.limits = Limits(kinds=frozenset({"huggingface"}))
    elif reason == "trial":
        talk.runtime.endpoints = replace(endpoints, lists=False)
    else:
        talk.runtime.endpoints = replace(endpoints, arxiv_categories=("cs.RO",))
    ada = await talk.started("Ada")

    screen = await says(ada, "robot learning")

    assert not any(OFFER in button for button in buttons(screen))


async def test_a_topic_that_is_rare_in_ones_sources_suggests_a_category(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/sources stat.AP")
    subscriptions.remove(talk.database, talk.reader(ada).id, "huggingface")

    screen = await says(ada, "/topics add robot learning")
    added = await taps(ada, screen, f"➕ {OFFER}, about 40 a day")
    dropped = await taps(ada, added, f"✓ {OFFER}")

    assert (
        f"“robot learning” is rare in your sources. {OFFER} should have more"
        in screen.text
    )
    assert "robot learning ✕" in buttons(added)
    assert keys(talk, talk.reader(ada).id) == ["arxiv:stat.AP"]
    assert f"➕ {OFFER}" in buttons(dropped)


async def test_a_topic_that_is_frequent_suggests_nothing(talk: Talk) -> None:
    ada = await talk.started("Ada")

    screen = await says(ada, "/topics add robot learning")

    assert "rare in your sources" not in screen.text
    assert not any("arXiv" in button for button in buttons(screen))


async def test_a_full_list_of_sources_is_told_on_the_first_screen(
    talk: Talk,
) -> None:
    talk.runtime.limits = Limits(categories=0)
    ada = await talk.started("Ada")
    screen = await says(ada, "robot learning")

    press = ada.press(screen, f"➕ {OFFER}, about 40 a day")
    toast = await ada.answer_to(press, 20)

    assert toast.text is not None
    assert "All readers together have as many sources" in toast.text
    assert keys(talk, talk.reader(ada).id) == ["huggingface"]
