"""arXiv's day begins at midnight in New York: its papers are here soon after, by few requests."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from bot.cli import doctor
from bot.jobs import fetch
from bot.sources import announcements, arxiv, queries, web
from bot.sources.endpoints import Endpoints
from bot.sources.errors import SourceDown
from bot.sources.queries import Answer as Brought
from bot.storage import sources
from bot.storage.database import Database
from bot.storage.sources import LastFetch
from recommender.papers import Paper

from .conftest import Answer, Source
from .test_arxiv import atom, rss

NEW_YORK = ZoneInfo("America/New_York")
WINTER = datetime(2026, 1, 5, 3, 37, tzinfo=UTC)  # a Sunday evening in New York
SUMMER = datetime(2026, 7, 6, 2, 37, tzinfo=UTC)
MONDAY = datetime(2026, 1, 5, 5, 20, tzinfo=UTC)  # 0:20 in New York
HOUR = timedelta(hours=1)
PLACES = Endpoints(
    "", "https://rss", "https://api", ("cs.LG",), clock=lambda: WINTER
)
HOLIDAYS = {date(2026, 1, 7), date(2026, 7, 8)}


def requests(
    begin: datetime, days: int, late: timedelta
) -> Iterator[tuple[datetime, date | None]]:
    """Yield each request of a process that ticks every hour, and the day of which papers came.

    The feed shows the items of the day in New York, on working days, so much after midnight.
    """
    state: LastFetch | None = None
    for hour in range(24 * days):
        now = begin + hour * HOUR
        if state is not None and fetch._rests(state, now):
            continue
        day = (now - late).astimezone(NEW_YORK).date()
        there = day.weekday() < 5 and day not in HOLIDAYS
        yield now, day if there else None
        again = announcements.next_check(now, day if there else date.min)
        state = LastFetch(arxiv.SOURCE, now, now, again, papers=1, note="")


@pytest.mark.parametrize("begin", [WINTER, SUMMER], ids=["winter", "summer"])
@pytest.mark.parametrize(
    "late", [0, 40, 100], ids=["on time", "late", "very late"]
)
def test_each_announcement_is_here_within_an_hour_or_two_and_none_is_lost(
    begin: datetime, late: int
) -> None:
    delays: dict[date, timedelta] = {}
    counts = Counter[date]()
    for now, day in requests(begin, 14, timedelta(minutes=late)):
        counts[now.astimezone(NEW_YORK).date()] += 1
        if day is not None:
            midnight = datetime.combine(day, time(), NEW_YORK)
            delays.setdefault(day, now - midnight)

    days = {begin.date() + timedelta(days=n) for n in range(14)}
    assert (
        delays.keys() == {day for day in days if day.weekday() < 5} - HOLIDAYS
    )
    assert timedelta() <= min(delays.values())
    assert max(delays.values()) <= timedelta(minutes=late) + HOUR
    assert max(counts[day] for day in days - HOLIDAYS) <= 3
    assert max(counts[day] for day in HOLIDAYS) <= 8


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_day_whose_papers_are_there_is_asked_for_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_sources = []

    def ask(source: str, *_: object, **__: object) -> Iterator[Brought]:
        asked_sources.append(source)
        yield Brought(
            [Paper(title="Of Monday", listed=MONDAY.date(), source=source)]
        )

    monkeypatch.setattr(queries, "ask", ask)
    for hour in (0, 1, 19, 24):
        fetch.fetch(database, PLACES, MONDAY + hour * HOUR, days=1)

    assert asked_sources.count("arxiv") == 2


def test_an_answer_that_counts_papers_and_brings_none_is_no_answer(
    source: Source, client: httpx.Client
) -> None:
    counting = "<opensearch:totalResults xmlns:opensearch='http://a9.com/-/spec/opensearch/1.1/'>"
    body = atom(f"{counting}1</opensearch:totalResults>")
    source.answer = lambda _path, _query: Answer(body)

    with pytest.raises(
        SourceDown, match="counts 1 paper and brings none"
    ) as down:
        arxiv.fetch_newest(
            client,
            api_url=source.url,
            categories=["cs.LG"],
            today=WINTER.date(),
            throttle=web.Throttle(0),
        )

    assert down.value.passing


def fetched(database: Database, source: Source, now: datetime) -> fetch.Outcome:
    places = Endpoints(
        "", f"{source.url}/rss", f"{source.url}/api", ("cs.LG", "cs.NO")
    )
    places.throttle.seconds = 0
    return fetch.fetch(database, places, now, only=arxiv.SOURCE)[arxiv.SOURCE]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "refusal",
    [
        Answer(status=400),
        Answer(status=404),
        Answer(rss().replace(b"cs.LG updates", b"Feed error")),
    ],
    ids=["400", "404", "error feed"],
)
def test_a_category_that_is_refused_is_no_success_and_the_doctor_names_it(
    database: Database, source: Source, refusal: Answer
) -> None:
    one = "<entry><id>http://arxiv.org/abs/2601.00001</id><title>One</title></entry>"
    source.answer = lambda path, _query: (
        refusal if "rss" in path else Answer(atom(one))
    )

    outcome = fetched(database, source, WINTER)

    assert (
        outcome.stored.new == 1
    )  # what the other categories have comes nevertheless
    assert outcome.down is not None
    assert not outcome.down.passing
    state = sources.states(database)[arxiv.SOURCE]
    assert state.succeeded_at is None
    assert state.not_before is not None
    problems = [
        finding.text
        for finding in doctor.examine(database, PLACES, None, WINTER)
        if not finding.ok
    ]
    assert any("arxiv refuses" in problem for problem in problems)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_fetch_of_which_no_record_can_be_true_is_no_success(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        queries, "ask", lambda *_, **__: iter([Brought([], refused=7)])
    )

    outcome = fetch.fetch(database, PLACES, WINTER, days=1)["huggingface"]

    assert "7 records" in str(outcome.down)
    assert sources.states(database)["huggingface"].succeeded_at is None
