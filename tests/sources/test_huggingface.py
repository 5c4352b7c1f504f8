"""The Hugging Face Daily Papers list."""

import json
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.sources import huggingface
from bot.sources.errors import SourceDown
from bot.sources.records import RecordFilter
from recommender.papers import Paper

from .conftest import Answer, Query, Source

MONDAY, TUESDAY = date(2026, 5, 4), date(2026, 5, 5)

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)
KEYS = [
    "id",
    "title",
    "summary",
    "authors",
    "publishedAt",
    "submittedOnDailyAt",
    "upvotes",
]
KEYS += ["ai_keywords", "githubRepo", "projectPage", "paper"]


def entry(number: int, **more) -> dict[str, Any]:
    paper = {
        "id": f"2605.{number:05}",
        "title": f"Paper {number}",
        "summary": "What it says.",
        "publishedAt": "2026-05-01T10:00:00.000Z",
        "upvotes": number,
    }
    return {
        "paper": paper | more,
        "title": f"Paper {number}",
        "publishedAt": "2026-05-01T10:00Z",
    }


def answer_with(*entries: object) -> Answer:
    return Answer(json.dumps(entries).encode())


def fetch(
    client: httpx.Client, source: Source, *days: date
) -> list[tuple[date, list[Paper]]]:
    return list(huggingface.fetch_days(client, endpoint=source.url, days=days))


def test_an_entry_becomes_a_paper_with_all_that_it_tells() -> None:
    listed_entry = entry(
        7,
        title="Seeing\n  far",
        authors=[
            {"name": "Ada"},
            {"name": "Bo", "hidden": True},
            {"hidden": False},
            {"name": "Cy"},
        ],
        ai_keywords=["vision", "", None],
        githubRepo="https://github.com/ada/far",
        projectPage=" https://ada.example ",
        submittedOnDailyAt="2026-05-04T23:59:59.000Z",
    )

    [paper] = huggingface.parse_list(
        json.dumps([listed_entry]).encode(), TUESDAY
    )

    assert paper.title == "Seeing far"
    assert paper.abstract == "What it says."
    assert paper.arxiv_id == "2605.00007"
    assert paper.authors == ("Ada", "Cy")
    assert paper.keywords == ("vision",)
    assert paper.links == {
        "code": "https://github.com/ada/far",
        "project": "https://ada.example",
    }
    assert paper.published == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert paper.upvotes == 7
    assert paper.source == "huggingface"
    assert paper.listed == MONDAY


@pytest.mark.parametrize(
    ("submitted", "listed"),
    [
        ("2026-05-04T22:00:00.000Z", date(2026, 5, 4)),
        ("2026-05-04T22:00:00-04:00", date(2026, 5, 5)),
        ("2026-05-04", date(2026, 5, 4)),
        (None, date(2026, 5, 6)),
        ("yesterday", date(2026, 5, 6)),
        (1777852800, date(2026, 5, 6)),
        ("0001-01-01T00:00:00+14:00", date(2026, 5, 6)),
    ],
)
def test_a_paper_is_dated_by_its_utc_day_on_the_list_and_never_by_its_publication(
    submitted, listed
) -> None:
    listed_entry = entry(1, submittedOnDailyAt=submitted)

    [paper] = huggingface.parse_list(
        json.dumps([listed_entry]).encode(), date(2026, 5, 6)
    )

    assert paper.listed == listed


@pytest.mark.parametrize(
    "broken",
    [
        None,
        3,
        "x",
        [],
        {},
        {"paper": {}},
        {"paper": None},
        {"paper": {"id": 5, "title": "x"}},
    ],
)
def test_an_entry_without_id_or_title_is_left_out_and_the_rest_kept(
    broken,
) -> None:
    record_filter = RecordFilter(MONDAY)

    papers = huggingface.parse_list(
        json.dumps([entry(1), broken, entry(2)]).encode(), MONDAY, record_filter
    )

    assert [paper.title for paper in papers] == ["Paper 1", "Paper 2"]
    assert record_filter.refused == 1


@pytest.mark.parametrize("upvotes", [None, "many", True, -1, 2.5, 10**30])
def test_upvotes_that_are_no_count_are_unknown(upvotes) -> None:
    [paper] = huggingface.parse_list(
        json.dumps([entry(1, upvotes=upvotes)]).encode(), MONDAY
    )

    assert paper.upvotes is None


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "github.com/x", "http://", "", 5, None]
)
def test_only_web_addresses_become_links(address) -> None:
    listed_entry = entry(1, githubRepo=address, projectPage=address)

    [paper] = huggingface.parse_list(
        json.dumps([listed_entry]).encode(), MONDAY
    )

    assert paper.links == {}


@given(st.lists(ANYTHING | st.dictionaries(st.sampled_from(KEYS), ANYTHING)))
def test_no_json_list_breaks_the_parser(entries) -> None:
    papers = huggingface.parse_list(json.dumps(entries).encode(), MONDAY)

    for paper in papers:
        assert paper.title
        assert f"{paper}".encode()


@given(st.binary() | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_whatever_is_no_list_is_a_source_that_is_down(payload) -> None:
    assume(not payload.startswith(b"["))

    with pytest.raises(SourceDown):
        huggingface.parse_list(payload, MONDAY)


def test_half_a_surrogate_pair_never_reaches_the_database() -> None:
    payload = json.dumps(
        [entry(1, title="smile \ud83d", summary="nul \0 and \ude00")]
    ).encode()

    [paper] = huggingface.parse_list(payload, MONDAY)

    assert (paper.title, paper.abstract) == ("smile", "nul and")


def test_each_day_is_asked_for_by_its_date_until_a_page_is_empty(
    source: Source, client
) -> None:
    def answer(path: str, query: Query) -> Answer:
        return (
            answer_with(*[entry(n) for n in range(3)])
            if query["p"] == "0"
            else answer_with()
        )

    source.answer = answer

    pages = fetch(client, source, MONDAY, TUESDAY)

    assert [(day, len(papers)) for day, papers in pages] == [
        (MONDAY, 3), (MONDAY, 0), (TUESDAY, 3), (TUESDAY, 0),
    ]  # fmt: skip
    assert source.asked[:2] == [
        ("/api/daily_papers", {"date": "2026-05-04", "p": page, "limit": "100"})
        for page in ("0", "1")
    ]


def test_a_weekend_is_one_request_and_an_empty_day(
    source: Source, client
) -> None:
    source.answer = lambda path, query: answer_with()

    pages = fetch(client, source, MONDAY)

    assert pages == [(MONDAY, [])]
    assert len(source.asked) == 1


def test_pages_may_hold_fewer_than_asked_for(source: Source, client) -> None:
    pages_said = {
        "0": [entry(1), entry(2)],
        "1": [entry(2), entry(3)],
        "2": [entry(4)],
    }
    source.answer = lambda path, query: answer_with(
        *pages_said.get(query["p"], [])
    )

    papers = [
        paper.title
        for _, page in fetch(client, source, MONDAY)
        for paper in page
    ]

    assert papers == ["Paper 1", "Paper 2", "Paper 3", "Paper 4"]


def test_a_server_that_ignores_the_page_number_is_asked_twice(
    source: Source, client
) -> None:
    source.answer = lambda path, query: answer_with(
        *[entry(n) for n in range(100)]
    )

    papers = [
        paper for _, page in fetch(client, source, MONDAY) for paper in page
    ]

    assert len(papers) == 100
    assert len(source.asked) == 2


def test_a_day_has_at_most_ten_pages(source: Source, client) -> None:
    source.answer = lambda path, query: answer_with(entry(int(query["p"])))

    pages = fetch(client, source, MONDAY)

    assert len(pages) == len(source.asked) == 10


BROKEN = {
    "an error": Answer(status=500),
    "a throttle": Answer(status=429, headers={"Retry-After": "60"}),
    "a web page": Answer(b"<!doctype html><title>Maintenance</title>"),
    "broken JSON": Answer(b'[{"paper": {"id": "2605.0'),
    "nothing": Answer(b""),
    "half an answer": Answer(b"[", missing=100),
    "an object": Answer(b'{"error": "no"}'),
    "bottomless JSON": Answer(b"[" * 200_000),
}


@pytest.mark.parametrize("trouble", BROKEN.values(), ids=BROKEN)
def test_pages_before_a_failure_are_kept(
    source: Source, client, trouble
) -> None:
    source.answer = lambda path, query: (
        answer_with(entry(1)) if query["p"] == "0" else trouble
    )
    pages = huggingface.fetch_days(
        client, endpoint=source.url, days=[MONDAY, TUESDAY]
    )

    day, papers = next(pages)
    with pytest.raises(SourceDown) as down:
        next(pages)

    assert (day, len(papers)) == (MONDAY, 1)
    assert down.value.passing
    assert "\n" not in str(down.value)


def test_a_day_that_is_refused_does_not_cost_the_others(
    source: Source, client
) -> None:
    source.answer = lambda path, query: (
        Answer(status=400) if query["date"] == "2026-05-04" else answer_with()
    )
    pages = huggingface.fetch_days(
        client, endpoint=source.url + "/", days=[MONDAY, TUESDAY]
    )

    first = next(pages)
    with pytest.raises(SourceDown, match="400"):
        next(pages)

    assert first == (TUESDAY, [])


def test_the_newest_day_may_be_refused_because_it_is_not_there_yet(
    source: Source, client
) -> None:
    source.answer = lambda path, query: (
        Answer(status=400) if query["date"] == "2026-05-05" else answer_with()
    )

    days = list(
        huggingface.fetch_days(
            client, endpoint=source.url, days=[TUESDAY, MONDAY]
        )
    )

    assert days == [(TUESDAY, []), (MONDAY, [])]


def test_one_paper_is_found_by_its_id(source: Source, client) -> None:
    source.answer = lambda path, query: Answer(
        json.dumps(
            entry(7, submittedOnDailyAt="2026-05-04T00:00:00Z")["paper"]
        ).encode()
    )

    paper = huggingface.fetch_by_id(
        client,
        endpoint=source.url,
        arxiv_id="2605.00007",
        today=date(2026, 11, 1),
    )

    assert source.asked == [("/api/papers/2605.00007", {})]
    assert paper is not None
    assert (paper.title, paper.listed) == ("Paper 7", MONDAY)


def test_an_old_paper_that_was_never_listed_is_not_news(
    source: Source, client
) -> None:
    source.answer = lambda path, query: Answer(
        json.dumps(entry(7)["paper"]).encode()
    )

    paper = huggingface.fetch_by_id(
        client,
        endpoint=source.url,
        arxiv_id="2605.00007",
        today=date(2026, 11, 1),
    )

    assert paper is not None
    assert paper.listed == date(2026, 5, 1)


def test_an_unknown_id_is_no_paper_and_no_failure(
    source: Source, client
) -> None:
    paper = huggingface.fetch_by_id(
        client, endpoint=source.url, arxiv_id="2605.99999", today=MONDAY
    )

    assert paper is None


def test_nonsense_instead_of_one_paper_is_a_source_that_is_down(
    source: Source, client
) -> None:
    source.answer = lambda path, query: answer_with()

    with pytest.raises(SourceDown, match="other than a paper"):
        huggingface.fetch_by_id(
            client, endpoint=source.url, arxiv_id="2605.00007", today=MONDAY
        )
