"""Papers that only a link names: from OpenReview, the ACL Anthology and Semantic Scholar."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import acl, openreview, queries, semantic_scholar
from bot.sources.errors import SourceDown
from bot.sources.records import RecordFilter
from recommender.papers import Paper

from .conftest import Answer, Source
from .test_huggingface import ANYTHING

TODAY = date(2026, 5, 6)

# 16 January 2024, in milliseconds.
JANUARY = 1705411800000

Fetch = Callable[..., Paper | None]


def note(**content: object) -> dict[str, Any]:
    values: dict[str, object] = {
        "title": "Seeing  far",
        "abstract": "What it says.",
        "authors": ["Ada Lovelace", "Bo Peep"],
        "keywords": ["vision", "arms"],
        "venue": "ICLR 2024 poster",
    } | content
    return {"id": "abc", "forum": "abc", "pdate": JANUARY, "content": values}


def wrapped(entry: dict[str, Any]) -> dict[str, Any]:
    """Return a note as the second version of the API writes it."""
    content = {name: {"value": v} for name, v in entry["content"].items()}
    return entry | {"content": content}


def notes(*entries: object) -> Answer:
    return Answer(json.dumps({"notes": entries, "count": 1}).encode())


ENTRY = """@inproceedings{lovelace-peep-2024-seeing,
    title = "Seeing {F}ar: A {\\"U}berblick",
    author = "Lovelace, Ada  and
      Peep, Bo",
    booktitle = "Proceedings of the 62nd Annual Meeting",
    month = aug,
    year = "2024",
    publisher = "Association for Computational Linguistics",
    url = "https://aclanthology.org/2024.acl-long.1/",
    doi = "10.18653/v1/2024.acl-long.1",
    pages = "1--9",
    abstract = "What it says."
}"""

SCHOLAR = {
    "paperId": "649def34f8be52c8b66281af98ae884c09aef38b",
    "title": "Seeing far",
    "abstract": "What it says.",
    "authors": [{"authorId": "1", "name": "Ada Lovelace"}, {"name": "Bo Peep"}],
    "year": 2017,
    "publicationDate": "2017-06-12",
    "externalIds": {"ArXiv": "1706.03762", "DOI": "10.1038/X1", "CorpusId": 1},
    "venue": "Neural Information Processing Systems",
}


def from_openreview(client: httpx.Client, source: Source) -> Paper | None:
    return openreview.fetch_by_id(
        client, api_url=source.url, id="abc", today=TODAY
    )


def from_acl(client: httpx.Client, source: Source) -> Paper | None:
    return acl.fetch_by_id(
        client, url=source.url, id="2024.acl-long.1", today=TODAY
    )


def from_scholar(client: httpx.Client, source: Source) -> Paper | None:
    return semantic_scholar.fetch_by_id(
        client, api_url=source.url, id="649def34", today=TODAY
    )


ALL = {
    "openreview": from_openreview,
    "acl": from_acl,
    "semanticscholar": from_scholar,
}
EACH = pytest.mark.parametrize(("name", "fetch"), ALL.items(), ids=ALL)


@pytest.mark.parametrize("version", [lambda entry: entry, wrapped])
def test_a_forum_becomes_a_paper_by_either_version_of_the_api(
    source: Source, client, version
) -> None:
    source.answer = lambda _path, _query: notes(version(note()))

    paper = from_openreview(client, source)

    assert source.asked == [("/notes", {"id": "abc"})]
    assert paper == Paper(
        title="Seeing far",
        listed=date(2024, 1, 16),
        source="openreview",
        abstract="What it says.",
        authors=("Ada Lovelace", "Bo Peep"),
        keywords=("vision", "arms"),
        published=datetime(2024, 1, 16, 13, 30, tzinfo=UTC),
        venue="ICLR 2024 poster",
        lists={},
    )


@pytest.mark.parametrize(
    "venue", ["Submitted to ICLR 2026", "ICLR 2026 Conference Submission", 7]
)
def test_a_paper_under_review_has_no_venue(
    source: Source, client, venue
) -> None:
    source.answer = lambda _path, _query: notes(wrapped(note(venue=venue)))

    paper = from_openreview(client, source)

    assert paper is not None
    assert paper.venue == ""


def test_a_review_is_no_paper(source: Source, client) -> None:
    source.answer = lambda _path, _query: notes(
        note(title="Official Review") | {"replyto": "xyz"}
    )

    assert from_openreview(client, source) is None


def test_authors_may_be_objects(source: Source, client) -> None:
    persons = [{"fullname": "Ada Lovelace", "username": "~Ada1"}, {}, 7]
    source.answer = lambda _path, _query: notes(wrapped(note(authors=persons)))

    paper = from_openreview(client, source)

    assert paper is not None
    assert paper.authors == ("Ada Lovelace",)


def test_older_papers_are_asked_for_at_the_older_host() -> None:
    hosts = []

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        if request.url.host == "api2.openreview.net":
            return httpx.Response(404, json={"name": "NotFoundError"})
        body = json.dumps({"notes": [note()]}).encode()
        return httpx.Response(200, content=iter([body]))

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        paper = openreview.fetch_by_id(
            client,
            api_url="https://api2.openreview.net",
            id="abc",
            today=TODAY,
        )

    assert paper is not None
    assert hosts == ["api2.openreview.net", "api.openreview.net"]


def test_a_page_of_the_anthology_becomes_a_paper(
    source: Source, client
) -> None:
    source.answer = lambda _path, _query: Answer(ENTRY.encode())

    paper = from_acl(client, source)

    assert [path for path, _ in source.asked] == ["/2024.acl-long.1.bib"]
    assert paper == Paper(
        title="Seeing Far: A Überblick",
        listed=date(2024, 8, 1),
        source="acl",
        abstract="What it says.",
        authors=("Ada Lovelace", "Bo Peep"),
        published=datetime(2024, 8, 1, tzinfo=UTC),
        doi="10.18653/v1/2024.acl-long.1",
        venue="Proceedings of the 62nd Annual Meeting",
        lists={},
    )


@pytest.mark.parametrize("number", ["", "../x", "a/b", "x?y", "a" * 99])
def test_what_is_no_id_of_the_anthology_is_not_asked_for(
    source: Source, client, number: str
) -> None:
    paper = acl.fetch_by_id(client, url=source.url, id=number, today=TODAY)

    assert paper is None
    assert source.asked == []


def test_a_page_of_semantic_scholar_becomes_a_paper(
    source: Source, client
) -> None:
    source.answer = lambda _path, _query: Answer(json.dumps(SCHOLAR).encode())

    paper = from_scholar(client, source)

    [(path, query)] = source.asked
    assert path == "/graph/v1/paper/649def34"
    assert "externalIds" in query["fields"]
    assert paper == Paper(
        title="Seeing far",
        listed=date(2017, 6, 12),
        source="semanticscholar",
        abstract="What it says.",
        arxiv_id="1706.03762",
        authors=("Ada Lovelace", "Bo Peep"),
        published=datetime(2017, 6, 12, tzinfo=UTC),
        doi="10.1038/x1",
        venue="Neural Information Processing Systems",
        lists={},
    )


@pytest.mark.parametrize(
    ("values", "published"),
    [
        ({"publicationDate": None}, date(2017, 1, 1)),
        ({"publicationDate": None, "year": None}, None),
        ({"publicationDate": "2099-01-01"}, None),
        ({"publicationDate": None, "year": 99}, None),
        ({"publicationDate": 7, "year": "2017"}, None),
    ],
)
def test_a_paper_without_a_date_has_its_year(
    source: Source, client, values, published: date | None
) -> None:
    source.answer = lambda _path, _query: Answer(
        json.dumps(SCHOLAR | values).encode()
    )

    paper = from_scholar(client, source)

    assert paper is not None
    assert (paper.published and paper.published.date()) == published


@EACH
@pytest.mark.parametrize("status", [400, 404])
def test_an_unknown_id_brings_no_paper(
    source: Source, client, name: str, fetch: Fetch, status: int
) -> None:
    source.answer = lambda _path, _query: Answer(b"{}", status=status)

    assert fetch(client, source) is None


def test_a_forum_without_notes_brings_no_paper(source: Source, client) -> None:
    source.answer = lambda _path, _query: notes()

    assert from_openreview(client, source) is None


@EACH
@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=429),
        Answer(status=500),
        Answer(b"<html>Down</html>"),
        Answer(b"{"),
        Answer(b""),
    ],
    ids=["throttled", "error", "page", "broken", "nothing"],
)
def test_a_source_that_is_down_says_so_under_its_name(
    source: Source, client, name: str, fetch: Fetch, answer: Answer
) -> None:
    source.answer = lambda _path, _query: answer

    with pytest.raises(SourceDown) as down:
        fetch(client, source)

    assert down.value.source == name
    assert down.value.passing


@EACH
def test_a_redirect_to_another_host_is_not_followed(
    source: Source, client, name: str, fetch: Fetch
) -> None:
    source.answer = lambda _path, _query: Answer(
        status=302, headers={"Location": "http://127.0.0.1:1/"}
    )

    with pytest.raises(SourceDown, match="another host"):
        fetch(client, source)


@given(st.dictionaries(st.sampled_from(list(note()["content"])), ANYTHING))
def test_no_value_in_a_note_breaks_the_parser(values) -> None:
    for entry in (note(**values), wrapped(note(**values))):
        papers = RecordFilter(TODAY).accept(
            [entry], lambda item: openreview._paper(item, TODAY)
        )
        assert len(papers) <= 1


@given(st.dictionaries(st.sampled_from(list(SCHOLAR)), ANYTHING))
def test_no_value_of_semantic_scholar_breaks_the_parser(values) -> None:
    papers = RecordFilter(TODAY).accept(
        [SCHOLAR | values],
        lambda answer: semantic_scholar._paper(answer, TODAY),
    )

    assert len(papers) <= 1


@pytest.mark.parametrize(
    "values", [{"title": 7}, {"title": ""}, {"title": "x" * 2_000}]
)
def test_a_record_that_lies_is_refused(source: Source, client, values) -> None:
    for fetch, answer in (
        (from_openreview, notes(note(**values))),
        (from_scholar, Answer(json.dumps(SCHOLAR | values).encode())),
    ):
        source.answer = lambda _path, _query, answer=answer: answer  # type: ignore[misc]
        assert fetch(client, source) is None


@pytest.mark.parametrize(
    ("name", "key", "answer"),
    [
        ("openreview", "api_url", notes(note())),
        ("acl", "url", Answer(ENTRY.encode())),
        ("semanticscholar", "api_url", Answer(json.dumps(SCHOLAR).encode())),
    ],
)
def test_a_link_is_looked_up_in_a_process_of_its_own(
    source: Source, name: str, key: str, answer: Answer
) -> None:
    source.answer = lambda _path, _query: answer
    params: dict[str, Any] = {key: source.url, "id": "2024.acl-long.1"}

    [single] = queries.ask(name, "look up", TODAY, **params, today=TODAY)
    source.answer = lambda _path, _query: Answer(status=404)
    [nothing] = queries.ask(name, "look up", TODAY, **params, today=TODAY)

    assert [paper.source for paper in single.papers] == [name]
    assert single.papers[0].lists == {}
    assert nothing.papers == []
