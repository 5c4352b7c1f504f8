"""Crossref: journals by name or ISSN, their new articles, and works by DOI."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import crossref, web
from bot.sources.crossref import Journal
from bot.sources.errors import SourceDown
from bot.sources.records import RecordFilter
from recommender.papers import Paper

from .conftest import Answer, Query, Source
from .test_huggingface import ANYTHING

TODAY = date(2026, 5, 6)
SINCE = date(2026, 4, 29)
ISSN = "0028-0836"


def parts(*numbers: int | None) -> dict[str, Any]:
    return {"date-parts": [list(numbers)]}


def work(number: int, **more: object) -> dict[str, Any]:
    return {
        "DOI": f"10.1038/S41586-026-{number:05}",
        "type": "journal-article",
        "title": [f"Paper {number}"],
        "author": [
            {"given": "Ada", "family": "Lovelace", "sequence": "first"},
            {"given": "Bo", "family": "Peep", "suffix": "Jr."},
            {"name": "The Hands Consortium", "sequence": "additional"},
        ],
        "abstract": "<jats:title>Abstract</jats:title><jats:p>What it says.</jats:p>",
        "container-title": ["Nature &amp; Hands"],
        "issued": parts(2026, 5, 4),
        "created": {**parts(2026, 5, 5), "timestamp": 1},
        "relation": {},
    } | more


def answer_with(message: object, kind: str = "work-list") -> Answer:
    body = {"status": "ok", "message-type": kind, "message": message}
    return Answer(json.dumps(body).encode())


def works(*items: object, total: int | None = None) -> Answer:
    count = len(items) if total is None else total
    return answer_with({"total-results": count, "items": items})


def listed(
    client: httpx.Client,
    source: Source,
    *issns: str,
    record_filter: RecordFilter | None = None,
) -> list[Paper]:
    pages = crossref.fetch_listed(
        client,
        api_url=source.url,
        issns=issns or [ISSN],
        since=SINCE,
        today=TODAY,
        throttle=web.Throttle(0),
        record_filter=record_filter,
    )
    return [paper for papers in pages for paper in papers]


def look_up(
    client: httpx.Client, source: Source, doi: str = "10.1038/x"
) -> Paper | None:
    return crossref.fetch_by_doi(
        client, api_url=source.url, doi=doi, today=TODAY
    )


def journals(client: httpx.Client, source: Source, words: str) -> list[Journal]:
    return crossref.fetch_journals(client, api_url=source.url, words=words)


def test_an_article_becomes_a_paper_with_all_that_it_tells(
    source: Source, client
) -> None:
    source.answer = lambda _path, _query: works(
        work(1, title=["On <i>CO</i><sub>2</sub> &amp; air"])
    )

    [paper] = listed(client, source)

    assert paper.title == "On CO₂ & air"
    assert paper.abstract == "What it says."
    assert paper.authors == (
        "Ada Lovelace",
        "Bo Peep Jr.",
        "The Hands Consortium",
    )
    assert paper.venue == "Nature & Hands"
    assert paper.doi == "10.1038/s41586-026-00001"
    assert paper.published == datetime(2026, 5, 4, tzinfo=UTC)
    assert paper.listed == date(2026, 5, 5)
    assert paper.lists == {f"journal:{ISSN}": date(2026, 5, 5)}
    assert paper.source == "crossref"


def test_mathematics_in_a_title_is_readable(source: Source, client) -> None:
    formula = (
        "Bounds for <mml:math><mml:msub><mml:mi>x</mml:mi><mml:mn>2</mml:mn>"
        "</mml:msub></mml:math> in <jats:italic>vivo</jats:italic>"
    )
    source.answer = lambda _path, _query: works(work(1, title=[formula]))

    assert listed(client, source)[0].title == "Bounds for x₂ in vivo"


def test_new_articles_are_asked_for_since_a_day_newest_first(
    source: Source, client
) -> None:
    source.answer = lambda _path, _query: works(work(1))

    listed(client, source)

    [(path, query)] = source.asked
    assert path == f"/journals/{ISSN}/works"
    assert (
        query["filter"] == "from-created-date:2026-04-29,type:journal-article"
    )
    assert (query["sort"], query["order"]) == ("created", "desc")


@pytest.mark.parametrize("size", [50, 100])
def test_all_pages_of_a_journal_are_read(
    source: Source, client, size: int
) -> None:
    items = [work(n) for n in range(250)]

    def answer(_path: str, query: Query) -> Answer:
        offset = int(query["offset"])
        return works(*items[offset : offset + size], total=250)

    source.answer = answer

    assert len(listed(client, source)) == 250
    assert len(source.asked) == -(-250 // size)


def test_a_pager_that_goes_in_circles_or_never_ends_ends(
    source: Source, client
) -> None:
    same = [work(n) for n in range(100)]
    source.answer = lambda _path, _query: works(*same, total=10**9)
    assert len(listed(client, source)) == 100
    assert len(source.asked) == 2

    source.answer = lambda _path, _query: works(
        *(work(len(source.asked) * 100 + n) for n in range(100)),
        total=10**9,
    )
    listed(client, source)
    assert len(source.asked) == 2 + crossref.MOST_PAGES


def test_a_journal_that_crossref_lacks_costs_the_others_nothing(
    source: Source, client
) -> None:
    source.answer = lambda path, _query: (
        Answer(b"Resource not found.", status=404)
        if "0000-0000" in path
        else works(work(1))
    )
    papers: list[Paper] = []
    pages = crossref.fetch_listed(
        client,
        api_url=source.url,
        issns=["0000-0000", ISSN],
        since=SINCE,
        today=TODAY,
        throttle=web.Throttle(0),
    )

    papers += next(pages)
    with pytest.raises(SourceDown, match="ISSN 0000-0000") as down:
        next(pages)

    assert len(papers) == 1
    assert not down.value.passing


@pytest.mark.parametrize(
    ("dates", "published", "listed_on"),
    [
        ({"issued": parts(2026)}, date(2026, 5, 5), date(2026, 5, 5)),
        ({"issued": parts(2026, 5)}, date(2026, 5, 5), date(2026, 5, 5)),
        ({"issued": parts(2026, 12)}, date(2026, 5, 5), date(2026, 5, 5)),
        ({"issued": parts(1987)}, date(1987, 12, 31), date(1987, 12, 31)),
        ({"issued": parts(2024, 2)}, date(2024, 2, 29), date(2024, 2, 29)),
        (
            {"issued": parts(2019), "published-online": parts(2026, 5, 1)},
            date(2026, 5, 1),
            date(2026, 5, 5),
        ),
        ({"issued": parts(None)}, None, date(2026, 5, 5)),
        ({"issued": None}, None, date(2026, 5, 5)),
        ({"issued": {"date-parts": 7}}, None, date(2026, 5, 5)),
    ],
)
def test_an_article_is_new_by_its_own_date_however_rough(
    source: Source,
    client,
    dates: Mapping[str, object],
    published: date | None,
    listed_on: date,
) -> None:
    source.answer = lambda _path, _query: works(work(1, **dates))

    [paper] = listed(client, source)

    assert (paper.published and paper.published.date()) == published
    assert paper.listed == listed_on
    assert paper.lists == {f"journal:{ISSN}": listed_on}


@pytest.mark.parametrize(
    ("values", "arxiv_id", "doi", "preprint_doi"),
    [
        (
            {"has-preprint": [{"id-type": "doi", "id": "10.48550/arXiv.2605.00001"}]},
            "2605.00001", "10.1038/s41586-026-00001", None,
        ),
        (
            {"has-preprint": [{"id-type": "doi", "id": "10.1101/2024.01.02.123456"}]},
            None, "10.1038/s41586-026-00001", "10.1101/2024.01.02.123456",
        ),
        (
            {"has-preprint": [{"id-type": "uri", "id": "http://x"}, 7, None]},
            None, "10.1038/s41586-026-00001", None,
        ),
        ({"has-preprint": "none"}, None, "10.1038/s41586-026-00001", None),
    ],
)  # fmt: skip
def test_an_article_names_its_preprint(
    source: Source, client, values, arxiv_id, doi, preprint_doi
) -> None:
    source.answer = lambda _path, _query: works(work(1, relation=values))

    [paper] = listed(client, source)

    assert paper.arxiv_id == arxiv_id
    assert paper.doi == doi
    assert paper.preprint_doi == preprint_doi


def test_a_preprint_names_the_article_that_it_became(
    source: Source, client
) -> None:
    relation = {"is-preprint-of": [{"id-type": "doi", "id": "10.1038/X1"}]}
    source.answer = lambda _path, _query: answer_with(
        work(
            1,
            DOI="10.64898/2026.05.04.123456",
            type="posted-content",
            relation=relation,
        ),
        "work",
    )

    paper = look_up(client, source)

    assert paper is not None
    assert paper.preprint_doi == "10.64898/2026.05.04.123456"
    assert paper.doi == "10.1038/x1"


@pytest.mark.parametrize(
    "lie",
    [
        None,
        7,
        [],
        {},
        work(1, title=[]),
        work(1, title="A string"),
        work(1, title=[7]),
        work(1, title=["x" * 2_000]),
        work(1, DOI=None),
        work(1, DOI=["10.1038/x"]),
        work(1, issued=parts(2026, 13, 1)),
        work(1, issued=parts(99999)),
        work(1, issued=parts(1500, 1, 1)),
        work(1, created=parts(0)),
    ],
)
def test_a_work_that_lies_costs_itself_alone(
    source: Source, client, lie: object
) -> None:
    record_filter = RecordFilter(TODAY)
    source.answer = lambda _path, _query: works(lie, work(2))

    papers = listed(client, source, record_filter=record_filter)

    assert [paper.title for paper in papers] == ["Paper 2"]
    assert record_filter.refused == 1


@given(st.dictionaries(st.sampled_from(list(work(1))), ANYTHING))
def test_no_value_of_a_field_breaks_the_parser(values) -> None:
    papers = RecordFilter(TODAY).accept(
        [work(1) | values],
        lambda item: crossref._article(item, f"journal:{ISSN}", TODAY),
    )

    assert len(papers) <= 1


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"null", b'{"message":7}', b'{"message":{']
)
def test_whatever_is_no_answer_is_a_source_that_is_down(
    source: Source, client, body: bytes
) -> None:
    source.answer = lambda _path, _query: Answer(body)

    for call in (listed, look_up):
        with pytest.raises(SourceDown) as down:
            call(client, source)
        assert down.value.passing


def test_crossref_says_slower(source: Source, client) -> None:
    source.answer = lambda _path, _query: Answer(
        status=429, headers={"Retry-After": "60"}
    )

    with pytest.raises(SourceDown, match="slow down"):
        listed(client, source)
    with pytest.raises(SourceDown, match="slow down"):
        look_up(client, source)
    with pytest.raises(SourceDown, match="slow down"):
        journals(client, source, "nature")
