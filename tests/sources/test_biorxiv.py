"""bioRxiv and medRxiv by one API, whose pager may hang, lie or go in circles."""

import json
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markup import list_keys
from bot.sources import biorxiv, biorxiv_subjects, queries, web
from bot.sources.errors import SourceDown
from bot.sources.records import RecordFilter
from recommender.papers import Paper

from .conftest import Answer, Query, Source
from .test_huggingface import ANYTHING

TODAY = date(2026, 5, 6)
DAYS = [date(2026, 5, 6), date(2026, 5, 5), date(2026, 5, 4)]
PREFIX = "/details/biorxiv/2026-05-04/2026-05-06"


def record(number: int, **more: object) -> dict[str, Any]:
    return {
        "title": f"Paper {number}",
        "authors": "Lovelace, A.; Peep, B. C.",
        "author_corresponding": "Ada Lovelace",
        "author_corresponding_institution": "Hall 3",
        "doi": f"10.64898/2026.05.04.{number:06}",
        "date": "2026-05-04",
        "version": "1",
        "type": "new results",
        "license": "cc_by",
        "category": "Neuroscience",
        "jatsxml": "https://www.biorxiv.org/content/x.source.xml",
        "abstract": "What it says.",
        "published": "NA",
        "server": "bioRxiv",
    } | more


def page(*records: object, total: object = None) -> Answer:
    count = len(records) if total is None else total
    message = {"status": "ok", "count": len(records), "total": str(count)}
    return Answer(
        json.dumps({"messages": [message], "collection": records}).encode()
    )


NOTHING = Answer(b'{"messages":[{"status":"no posts found"}],"collection":[]}')


def listed(
    client: httpx.Client,
    source: Source,
    record_filter: RecordFilter | None = None,
) -> list[Paper]:
    pages = biorxiv.fetch_days(
        client,
        server="biorxiv",
        api_url=source.url,
        days=DAYS,
        today=TODAY,
        throttle=web.Throttle(0),
        record_filter=record_filter,
    )
    return [paper for papers in pages for paper in papers]


def look_up(
    client: httpx.Client, source: Source, doi: str, server: str = "biorxiv"
) -> Paper | None:
    return biorxiv.fetch_by_doi(
        client, server=server, api_url=source.url, doi=doi, today=TODAY
    )


def test_a_record_becomes_a_paper_with_all_that_it_tells(
    source: Source, client
) -> None:
    source.answer = lambda _path, _query: page(
        record(1, published="10.1038/s41586-026-1", title="On <i>CO</i>₂")
    )

    [paper] = listed(client, source)

    assert [path for path, _ in source.asked] == [f"{PREFIX}/0"]
    assert paper.title == "On CO₂"
    assert paper.abstract == "What it says."
    assert paper.authors == ("A. Lovelace", "B. C. Peep")
    assert paper.categories == ("neuroscience",)
    assert paper.preprint_doi == "10.64898/2026.05.04.000001"
    assert paper.doi == "10.1038/s41586-026-1"
    assert paper.listed == date(2026, 5, 4)
    assert paper.published == datetime(2026, 5, 4, tzinfo=UTC)
    assert paper.source == "biorxiv"
    assert paper.lists is None
    assert list_keys.of_paper(paper.source, paper.categories) == [
        "biorxiv:neuroscience"
    ]


@pytest.mark.parametrize(
    "doi", ["10.1101/2024.01.02.123456", "10.64898/2026.05.04.123456"]
)
def test_both_prefixes_are_those_of_preprints(
    source: Source, client, doi: str
) -> None:
    source.answer = lambda _path, _query: page(record(1, doi=doi))

    [paper] = listed(client, source)

    assert (paper.preprint_doi, paper.doi) == (doi, None)


@pytest.mark.parametrize("version", ["2", "11", 3])
def test_a_later_version_is_not_new(source: Source, client, version) -> None:
    record_filter = RecordFilter(TODAY)
    source.answer = lambda _path, _query: page(
        record(1, version=version), record(2, version=1)
    )

    papers = listed(client, source, record_filter)

    assert [paper.title for paper in papers] == ["Paper 2"]
    assert record_filter.refused == 0


def test_a_withdrawn_paper_is_left_out(source: Source, client) -> None:
    abstract = "This manuscript has been withdrawn by its authors."
    source.answer = lambda _path, _query: page(record(1, abstract=abstract))

    assert listed(client, source) == []


@pytest.mark.parametrize("size", [30, 100])
def test_pages_of_any_size_are_read_to_the_end(
    source: Source, client, size: int
) -> None:
    records = [record(n) for n in range(205)]

    def answer(path: str, _query: Query) -> Answer:
        cursor = int(path.rpartition("/")[2])
        return page(*records[cursor : cursor + size], total=len(records))

    source.answer = answer

    papers = listed(client, source)

    assert [paper.title for paper in papers] == [r["title"] for r in records]
    assert len(source.asked) == -(-205 // size)


def test_pages_keep_a_pause_between_them(source: Source, client) -> None:
    source.answer = lambda _path, _query: page(
        record(len(source.asked)), total=3
    )
    pauses: list[float] = []
    throttle = web.Throttle(1, clock=lambda: 0.0, sleep=pauses.append)

    list(
        biorxiv.fetch_days(
            client,
            server="biorxiv",
            api_url=source.url,
            days=DAYS,
            today=TODAY,
            throttle=throttle,
        )
    )

    assert pauses == [1, 1]


@pytest.mark.parametrize(
    "total", ["999999999", "-1", "many", "", "٣", "9" * 99]
)
def test_a_pager_that_goes_in_circles_ends(
    source: Source, client, total: str
) -> None:
    source.answer = lambda _path, _query: page(record(1), total=total)

    assert len(listed(client, source)) == 1
    assert len(source.asked) <= 2


def test_a_pager_without_end_ends(
    source: Source, client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(biorxiv, "MOST_PAGES", 7)
    source.answer = lambda _path, _query: page(
        record(len(source.asked)), total=10**8
    )

    assert len(listed(client, source)) == 7


def test_what_comes_before_a_failure_is_kept(source: Source, client) -> None:
    source.answer = lambda _path, _query: (
        page(record(1), total=2)
        if len(source.asked) == 1
        else Answer(status=503)
    )
    pages = biorxiv.fetch_days(
        client,
        server="biorxiv",
        api_url=source.url,
        days=DAYS,
        today=TODAY,
        throttle=web.Throttle(0),
    )

    assert len(next(pages)) == 1
    with pytest.raises(SourceDown, match="slow down"):
        next(pages)


def test_days_without_posts_are_empty_and_no_days_ask_nobody(
    source: Source, client
) -> None:
    source.answer = lambda _path, _query: NOTHING

    assert listed(client, source) == []
    assert (
        list(
            biorxiv.fetch_days(
                client,
                server="medrxiv",
                api_url=source.url,
                days=[],
                today=TODAY,
            )
        )
        == []
    )
    assert len(source.asked) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"null", b'{"collection":{}}', b'{"collection":['],
)
def test_whatever_is_no_list_is_a_server_that_is_down(
    source: Source, client, body: bytes
) -> None:
    source.answer = lambda _path, _query: Answer(body)

    with pytest.raises(SourceDown) as down:
        listed(client, source)

    assert down.value.source == "biorxiv"
    assert down.value.passing


@pytest.mark.parametrize(
    "lie",
    [
        None,
        7,
        [],
        {},
        record(1, title=["T"]),
        record(1, title=""),
        record(1, title="x" * 2_000),
        record(1, doi=None),
        record(1, doi="none"),
        record(1, doi={"a": 1}),
        record(1, date=20260504),
        record(1, date="9999-01-01"),
        record(1, date=None),
        record(1, version=None),
        record(1, version="one"),
        record(1, version=[1]),
        record(1, version=True),
    ],
)
def test_a_record_that_lies_costs_itself_alone(
    source: Source, client, lie: object
) -> None:
    record_filter = RecordFilter(TODAY)
    source.answer = lambda _path, _query: page(lie, record(2))

    papers = listed(client, source, record_filter)

    assert [paper.title for paper in papers] == ["Paper 2"]
    assert record_filter.refused == 1


@given(st.dictionaries(st.sampled_from(list(record(1))), ANYTHING))
def test_no_value_of_a_field_breaks_the_parser(values) -> None:
    record_filter = RecordFilter(TODAY)

    papers = record_filter.accept(
        [record(1) | values], lambda r: biorxiv._new_paper(r, "biorxiv")
    )

    assert len(papers) <= 1


def test_a_paper_is_looked_up_by_its_doi_with_its_newest_text(
    source: Source, client
) -> None:
    versions = [
        record(1, version="2", date="2026-05-01", title="New", published="10.1/x"),
        record(1, version="1", date="2024-01-03", title="Old"),
    ]  # fmt: skip
    source.answer = lambda _path, _query: Answer(
        json.dumps({"messages": [{}], "collection": versions}).encode()
    )

    paper = look_up(client, source, "10.64898/2026.05.04.000001")

    assert paper is not None
    assert source.asked[0][0] == (
        "/details/biorxiv/10.64898/2026.05.04.000001/na/json"
    )
    assert paper.title == "New"
    assert paper.listed == date(2024, 1, 3)
    assert paper.published == datetime(2024, 1, 3, tzinfo=UTC)
    assert paper.lists == {}


def test_the_other_server_is_asked_for_what_one_does_not_have(
    source: Source, client
) -> None:
    source.answer = lambda path, _query: (
        page(record(1, server="medRxiv")) if "medrxiv" in path else NOTHING
    )

    paper = look_up(client, source, "10.1101/2021.04.29.21256344")

    assert paper is not None
    assert paper.source == "medrxiv"


@pytest.mark.parametrize("answer", [NOTHING, Answer(status=404)])
def test_a_doi_that_neither_has_brings_no_paper(
    source: Source, client, answer: Answer
) -> None:
    source.answer = lambda _path, _query: answer

    assert look_up(client, source, "10.1101/1") is None
    assert len(source.asked) == 2


@pytest.mark.parametrize("server", ["biorxiv", "medrxiv"])
def test_both_servers_are_asked_in_a_process_of_its_own(
    source: Source, server: str
) -> None:
    source.answer = lambda path, _query: (
        page(record(1))
        if path.endswith("/na/json")
        else page(record(1), record(2, doi=""))
    )

    params: dict[str, Any] = {"api_url": source.url, "today": TODAY}
    [answer] = queries.ask(server, "listed", TODAY, **params, days=DAYS)
    [single] = queries.ask(server, "look up", TODAY, **params, doi="10.1101/1")

    assert [paper.source for paper in answer.papers] == [server]
    assert answer.refused == 1
    assert [paper.title for paper in single.papers] == ["Paper 1"]


@pytest.mark.parametrize(
    ("server", "words", "subject"),
    [
        ("biorxiv", "neuroscience", "neuroscience"),
        ("biorxiv", "Brain", "neuroscience"),
        ("biorxiv", "cancer", "cancer biology"),
        ("biorxiv", "proteins", "biochemistry"),
        ("medrxiv", "cancer", "oncology"),
        ("medrxiv", "Public Health", "public and global health"),
        ("medrxiv", "mental health", "psychiatry and clinical psychology"),
        ("medrxiv", "infectious disease", "infectious diseases"),
    ],
)
def test_subjects_are_found_by_words(
    server: str, words: str, subject: str
) -> None:
    assert biorxiv_subjects.search(server, words)[0] == subject


def test_every_subject_is_one_list_and_every_other_word_is_for_one() -> None:
    subjects = [
        subject
        for names in biorxiv_subjects.SUBJECTS.values()
        for subject in names
    ]

    assert all(subject == subject.casefold() for subject in subjects)
    assert biorxiv_subjects.SYNONYMS.keys() <= set(subjects)
    assert biorxiv_subjects.search("biorxiv", "xyzzy") == []
