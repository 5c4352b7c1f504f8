"""Sources are asked for what somebody reads, all at once, and none costs another anything."""

import json
import threading
from datetime import time, timedelta

import pytest

from bot.jobs import fetch
from bot.markup.references import Reference
from bot.picks import lookup
from bot.storage import papers, readers, subscriptions
from bot.storage import sources as source_rows
from bot.storage.database import Database
from bot.storage.readers import Reader
from bot.storage.subscriptions import Limits, Subscription
from tests.jobs.conftest import NOW, Sources
from tests.sources.conftest import Answer
from tests.sources.test_arxiv import atom, item, rss
from tests.sources.test_biorxiv import page, record
from tests.sources.test_crossref import work
from tests.sources.test_crossref import works as crossref_works
from tests.sources.test_huggingface import answer_with, entry

TODAY = "Wed, 06 May 2026 00:00:00 -0400"
ENTRY = """<entry><id>http://arxiv.org/abs/2605.00077v1</id>
<published>2026-05-05T17:57:34Z</published><title>A new arm</title>
<summary>It grasps.</summary><author><name>Ada Lovelace</name></author>
<category term="cs.RO"/></entry>"""


def join(database: Database, chat_id: int = 7) -> Reader:
    values = {"name": "Ada", "at": time(9), "created_at": NOW}
    reader = readers.find_or_create(database, chat_id, values)
    assert reader is not None
    return reader


def subscribe(database: Database, *keys: str, chat_id: int = 7) -> Reader:
    reader = join(database, chat_id)
    for key in keys:
        wish = Subscription(key=key)
        subscriptions.add(database, reader.id, wish, NOW, Limits())
    return reader


def lists_by_title(database: Database) -> dict[str, set[str]]:
    stored = papers.newest(database, 99)
    return {paper.title: set(paper.lists or {}) for paper in stored}


@pytest.fixture
def listed(sources: Sources) -> None:
    """Let every source list one paper."""
    sources.answers |= {
        "/api/daily_papers": answer_with(entry(1, title="Daily paper")),
        "/rss": Answer(
            rss(item(2, title="ArXiv paper", pubDate=TODAY), day=TODAY)
        ),
        "/details/biorxiv": page(
            record(3, title="Of neurons", date="2026-05-05"),
            record(4, title="Of plants", category="Plant Biology"),
        ),
        "/journals": crossref_works(work(5, title=["An article"])),
    }


@pytest.mark.usefixtures("listed")
def test_without_readers_of_others_only_the_daily_list_is_asked(
    database: Database, sources: Sources
):
    join(database)

    outcomes = fetch.fetch(database, sources.endpoints, NOW, days=1)

    assert list(outcomes) == ["huggingface"]
    assert lists_by_title(database) == {"Daily paper": {"huggingface"}}


@pytest.mark.usefixtures("listed")
def test_each_list_is_asked_once_for_all_who_read_it(
    database: Database, sources: Sources
):
    subscribe(database, "arxiv:cs.RO", "biorxiv:neuroscience")
    subscribe(database, "arxiv:cs.RO", "journal:0028-0836", chat_id=8)

    fetch.fetch(database, sources.endpoints, NOW, days=1)

    assert sources.paths("/rss") == ["/rss/cs.RO"]
    assert len(sources.paths("/journals")) == 1
    assert lists_by_title(database) == {
        "Daily paper": {"huggingface"},
        "ArXiv paper": {"arxiv:cs.LG", "arxiv:cs.CL"},
        "Of neurons": {"biorxiv:neuroscience"},
        "An article": {"journal:0028-0836"},
    }


@pytest.mark.usefixtures("listed")
def test_what_was_fetched_lately_is_not_asked_for_every_hour(
    database: Database, sources: Sources
):
    subscribe(
        database, "arxiv:cs.RO", "biorxiv:neuroscience", "journal:0028-0836"
    )
    fetch.fetch(database, sources.endpoints, NOW, days=1)

    later = NOW + timedelta(hours=1)
    outcomes = fetch.fetch(database, sources.endpoints, later, days=1)

    assert list(outcomes) == ["huggingface"]
    evening = NOW + timedelta(hours=12)
    outcomes = fetch.fetch(database, sources.endpoints, evening, days=1)
    assert set(outcomes) == {"huggingface", "biorxiv", "crossref"}


@pytest.mark.usefixtures("listed")
def test_a_source_that_hangs_costs_the_others_no_second(
    database: Database, sources: Sources
):
    subscribe(database, "arxiv:cs.RO", "biorxiv:neuroscience")
    awake = threading.Event()
    sources.answers["/api/daily_papers"] = Answer(b"[]", after=awake)
    fetching = threading.Thread(
        target=fetch.fetch, args=(database, sources.endpoints, NOW)
    )

    fetching.start()
    deadline = threading.Event()
    for _ in range(100):
        if papers.count(database) == 2:
            break
        deadline.wait(0.1)
    stored_meanwhile = lists_by_title(database)
    is_hanging = fetching.is_alive()
    awake.set()
    fetching.join()

    assert is_hanging
    assert stored_meanwhile.keys() == {"ArXiv paper", "Of neurons"}


def test_a_source_that_is_down_is_noted_and_the_others_are_stored(
    database: Database, sources: Sources
):
    subscribe(database, "biorxiv:neuroscience")
    sources.answers["/details/biorxiv"] = Answer(status=503)
    sources.answers["/api/daily_papers"] = answer_with(entry(1))

    fetch.fetch(database, sources.endpoints, NOW, days=1)

    states = source_rows.states(database)
    assert "slow down" in states["biorxiv"].note
    assert not states["huggingface"].note
    assert papers.count(database) == 1


def test_a_list_that_was_chosen_just_now_is_filled_at_once(
    database: Database, sources: Sources
):
    sources.answers["/query"] = Answer(atom(ENTRY))
    subscribe(database, "arxiv:cs.RO")

    outcomes = fetch.fetch_backlog(database, sources.endpoints, NOW)

    assert set(outcomes) == {"arxiv"}
    assert lists_by_title(database) == {"A new arm": {"arxiv:cs.RO"}}
    assert fetch.fetch_backlog(database, sources.endpoints, NOW) == {}
    # The list of the day is still to be fetched.
    assert "arxiv" not in source_rows.states(database)


def test_the_first_fetch_of_a_list_leaves_the_next_announcement_its_time(
    database: Database, sources: Sources
):
    """Else a day whose papers are only late would be taken for one that is read."""
    subscribe(database, "arxiv:cs.RO")
    early = NOW.replace(hour=5)
    fetch.fetch(database, sources.endpoints, early, days=1)
    before = source_rows.states(database)["arxiv"]

    sources.answers["/query"] = Answer(atom(ENTRY))
    subscribe(database, "arxiv:cs.CV", chat_id=8)
    fetch.fetch_backlog(database, sources.endpoints, early)

    assert before.not_before is not None
    assert source_rows.states(database)["arxiv"] == before


def test_a_list_of_a_source_that_is_down_is_tried_again_later(
    database: Database, sources: Sources
):
    sources.answers["/details/biorxiv"] = Answer(status=500)
    subscribe(database, "biorxiv:neuroscience")
    fetch.fetch_backlog(database, sources.endpoints, NOW)

    sources.answers["/details/biorxiv"] = page(record(3, title="Of neurons"))
    soon = NOW + timedelta(minutes=1)
    assert fetch.fetch_backlog(database, sources.endpoints, soon) == {}
    later = NOW + timedelta(minutes=20)
    fetch.fetch_backlog(database, sources.endpoints, later)

    assert subscriptions.unfetched_keys(database) == []
    assert papers.count(database) == 1


def test_a_journal_that_crossref_does_not_have_is_not_asked_for_again_and_again(
    database: Database, sources: Sources
):
    sources.answers["/journals/1234-567X/works"] = Answer(status=404)
    subscribe(database, "journal:1234-567x", "journal:0028-0836")
    fetch.fetch_backlog(database, sources.endpoints, NOW)

    later = NOW + timedelta(hours=1)
    fetch.fetch_backlog(database, sources.endpoints, later)

    assert len(sources.paths("/journals/1234-567X")) == 1
    assert len(sources.paths("/journals/0028-0836")) == 1


def test_a_link_that_crossref_knows_does_not_put_off_its_journals(
    database: Database, sources: Sources
):
    sources.answers["/journals"] = Answer(status=500)
    subscribe(database, "journal:0028-0836")
    fetch.fetch(database, sources.endpoints, NOW, only="crossref")

    sources.answers["/works"] = Answer(
        json.dumps({"message": work(1)}).encode()
    )
    link = Reference("doi", "10.1038/s41586-026-00001")
    lookup.paper_by_reference(database, sources.endpoints, link, NOW)
    hour_later = NOW + timedelta(hours=1)

    assert "crossref" in fetch.fetch(database, sources.endpoints, hour_later)


def test_the_last_months_of_daily_papers_are_fetched_once_newest_first(
    database: Database, sources: Sources
):
    sources.answers["/api/daily_papers"] = answer_with(
        entry(1, submittedOnDailyAt="2026-03-02T00:00:00.000Z")
    )

    first = fetch.fetch_history(database, sources.endpoints, NOW)
    again = fetch.fetch_history(database, sources.endpoints, NOW)

    assert first is not None
    assert first.stored.new == 1
    assert again is None
    months = [query["month"] for query in sources.asked("/api/daily_papers")]
    assert list(dict.fromkeys(months)) == [
        "2026-05",
        "2026-04",
        "2026-03",
        "2026-02",
    ]
    assert len(months) <= 12


def test_months_that_could_not_be_had_are_asked_for_again(
    database: Database, sources: Sources
):
    sources.answers["/api/daily_papers"] = Answer(status=500)
    failure = fetch.fetch_history(database, sources.endpoints, NOW)

    sources.answers["/api/daily_papers"] = answer_with(entry(1))
    success = fetch.fetch_history(database, sources.endpoints, NOW)

    assert failure is not None
    assert failure.down is not None
    assert success is not None
    assert success.stored.new == 1


def test_a_pause_that_is_asked_for_while_months_are_fetched_is_for_all(
    database: Database, sources: Sources
):
    sources.answers["/api/daily_papers"] = Answer(
        status=429, headers={"Retry-After": "36000"}
    )
    fetch.fetch_history(database, sources.endpoints, NOW)
    requests = len(sources.source.asked)

    later = NOW + timedelta(hours=9)
    fetch.fetch_history(database, sources.endpoints, later)
    fetch.fetch(database, sources.endpoints, later)

    assert requests
    assert len(sources.source.asked) == requests
