"""Readers choose where their papers come from: by buttons, in words, and by address."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
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
from bot.storage import subscriptions
from recommender.papers import Paper
from tests.e2e.talk import MONDAY, Talk, buttons, says, taps

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
