"""Readers choose where their papers come from: by buttons, in words, and by address."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from bot.picks import source_lookup
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.sources.crossref import Journal
from bot.sources.endpoints import Endpoints
from bot.sources.errors import SourceDown
from bot.sources.feeds import FeedState
from bot.sources.queries import Answer
from bot.storage import feeds, papers, subscriptions
from bot.storage.subscriptions import Limits
from recommender.papers import Paper
from tests.e2e.talk import MONDAY, Talk, buttons, logged_errors, says, taps

FEED = "https://lab.example/feed.xml?key=secret"
NEURO = Journal("1097-6256", "Nature Neuroscience", "Springer")
PAPER = Paper(
    title="Arms that learn to reach",
    abstract="A robot arm learns a manipulation policy.",
    listed=MONDAY.date(),
    source="feed",
)


@dataclass
class Network:
    """What the sources answer, in place of asking them."""

    journals: list[Journal] = field(default_factory=lambda: [NEURO])
    failure: SourceDown | None = None
    questions: list[dict[str, object]] = field(default_factory=list)

    def query(
        self,
        _endpoints: Endpoints,
        source: str,
        _name: str,
        _now: datetime,
        *,
        patience: float,
    ) -> Callable[..., Iterator[Answer]]:
        def ask(**params: object) -> Iterator[Answer]:
            assert patience > 0
            self.questions.append({"source": source, **params})
            if self.failure is not None:
                raise self.failure
            if source == "crossref":
                yield Answer([], journals=tuple(self.journals))
            else:
                state = FeedState(str(params["address"]), "The lab's news")
                yield Answer([PAPER], feed=state)

        return ask


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    network = Network()
    monkeypatch.setattr(source_lookup, "query", network.query)
    return network


def keys(talk: Talk, person: Person) -> list[str]:
    lists = subscriptions.of_reader(talk.database, talk.reader(person).id)
    return [subscription.key for subscription in lists]


async def sends_feed(person: Person, text: str) -> Message:
    """Send a text that names a feed; return what the note about it became."""
    note = await says(person, text)
    return await person.wait_for(lambda m: m.id == note.id and m.edits > 0, 20)


async def test_at_first_there_are_daily_papers_and_what_can_be_added(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    screen = await says(ada, "/sources")

    assert "· Daily Papers, about 20 papers a day" in screen.text
    assert buttons(screen) == [
        "Daily Papers ✕",
        "➕ arXiv",
        "➕ bioRxiv",
        "➕ medRxiv",
        "➕ Journal",
        "➕ Feed",
        "Close",
    ]


async def test_buttons_lead_to_a_category_that_a_tap_adds_and_another_drops(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    screen = await says(ada, "/sources")
    screen = await taps(ada, screen, "➕ arXiv")
    screen = await taps(ada, screen, "Statistics")

    added = await taps(ada, screen, "➕ stat.ML · Machine Learning")
    keys_with = keys(talk, ada)
    dropped = await taps(ada, added, "✓ stat.ML · Machine Learning")

    assert keys_with == ["huggingface", "arxiv:stat.ML"]
    assert keys(talk, ada) == ["huggingface"]
    assert "➕ stat.ML · Machine Learning" in buttons(dropped)


async def test_a_tap_on_a_later_page_stays_there(talk: Talk) -> None:
    ada = await talk.started("Ada")
    screen = await says(ada, "/sources")
    screen = await taps(ada, screen, "➕ arXiv")
    screen = await taps(ada, screen, "Computer science")
    screen = await taps(ada, screen, "More…")
    choice = buttons(screen)[0]

    added = await taps(ada, screen, choice)

    assert buttons(added)[0] == choice.replace("➕", "✓")
    assert "← Back" in buttons(added)


@pytest.mark.parametrize(
    ("archive", "subject", "key"),
    [
        ("bioRxiv", "biophysics", "biorxiv:biophysics"),
        (
            "medRxiv",
            "dentistry and oral medicine",
            "medrxiv:dentistry and oral medicine",
        ),
    ],
)
async def test_subjects_of_preprints_are_added_by_buttons_however_long_they_are(
    talk: Talk, archive: str, subject: str, key: str
) -> None:
    ada = await talk.started("Ada")
    screen = await says(ada, "/sources")
    screen = await taps(ada, screen, f"➕ {archive}")
    label = next(b for b in buttons(screen) if b[2:20] == subject[:18])

    added = await taps(ada, screen, label)

    assert label.replace("➕", "✓") in buttons(added)
    assert keys(talk, ada) == ["huggingface", key]

    own = await taps(ada, added, "← Your sources")
    drop = next(b for b in buttons(own) if b.startswith(archive))
    await taps(ada, own, drop)
    assert keys(talk, ada) == ["huggingface"]


@pytest.mark.parametrize("text", ["cs.RO", "CS.ro", "arXiv:cs.RO"])
async def test_a_code_is_added_at_once(talk: Talk, text: str) -> None:
    ada = await talk.started("Ada")

    screen = await says(ada, f"/sources {text}")

    assert keys(talk, ada) == ["huggingface", "arxiv:cs.RO"]
    assert (
        "Added: arXiv cs.RO · Robotics. Its papers are in your next picks."
        in screen.text
    )


@pytest.mark.parametrize("typed_first", ["/sources", "/sources cs.CL"])
async def test_words_list_what_they_may_mean_and_a_tap_adds_one(
    talk: Talk, typed_first: str
) -> None:
    ada = await talk.started("Ada")
    await says(ada, typed_first)

    screen = await says(ada, "robots")
    added = await taps(ada, screen, "➕ arXiv cs.RO · Robotics")
    dropped = await taps(ada, added, "✓ arXiv cs.RO · Robotics")

    assert "Sources for “robots”" in screen.text
    assert "✓ arXiv cs.RO · Robotics" in buttons(added)
    assert "➕ arXiv cs.RO · Robotics" in buttons(dropped)
    assert "arxiv:cs.RO" not in keys(talk, ada)
    assert talk.topics(ada) == []


async def test_words_that_name_nothing_are_answered_with_examples(
    talk: Talk, network: Network
) -> None:
    network.journals = []
    ada = await talk.started("Ada")

    screen = await says(ada, "/sources qwertyuiop")

    assert "I found no journal named “qwertyuiop”" in screen.text


async def test_a_journal_is_found_by_its_name_and_added(talk: Talk) -> None:
    ada = await talk.started("Ada")
    screen = await says(ada, "/sources")
    await taps(ada, screen, "➕ Journal")

    journals = await says(ada, "nature neuroscience")
    added = await taps(ada, journals, "➕ Nature Neuroscience · Springer")

    assert keys(talk, ada) == ["huggingface", "journal:1097-6256"]
    assert "· Nature Neuroscience" in added.text
    assert "Nature Neuroscience ✕" in buttons(added)


async def test_a_journals_full_name_after_the_command_finds_it_and_a_fields_does_not(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    journal = await says(ada, "/sources nature neuroscience")
    field = await says(ada, "/sources systems neuroscience")
    journals = await taps(ada, field, "🔎 Journals of that name")

    assert "➕ Nature Neuroscience · Springer" in buttons(journal)
    assert "➕ bioRxiv · neuroscience" in buttons(field)
    assert "➕ Nature Neuroscience · Springer" in buttons(journals)


@pytest.mark.parametrize("issn", ["1097-6256", "10976256", "ISSN 1097-6256"])
async def test_a_journal_is_added_by_its_issn(
    talk: Talk, network: Network, issn: str
) -> None:
    ada = await talk.started("Ada")

    screen = await says(ada, f"/sources {issn}")

    assert keys(talk, ada) == ["huggingface", "journal:1097-6256"]
    assert "Added: Nature Neuroscience." in screen.text
    assert [q["words"] for q in network.questions] == ["1097-6256"]


async def test_while_crossref_is_silent_a_journal_can_be_tried_again(
    talk: Talk, network: Network
) -> None:
    network.failure = SourceDown("crossref", "does not answer")
    ada = await talk.started("Ada")
    await taps(ada, await says(ada, "/sources"), "➕ Journal")
    screen = await says(ada, "nature neuroscience")

    network.failure = None
    again = await taps(ada, screen, "Try again")

    assert "Crossref, which knows the journals, doesn't answer" in screen.text
    assert "➕ Nature Neuroscience · Springer" in buttons(again)


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

    assert "I couldn't add that: it is no feed." in screen.text
    assert advice in screen.text
    assert keys(talk, ada) == ["huggingface"]


async def test_words_in_place_of_a_feeds_address_are_no_address(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await taps(ada, await says(ada, "/sources"), "➕ Feed")

    screen = await says(ada, "robots")

    assert "That is no web address." in screen.text


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
