"""Crossref tells the paper behind a DOI, and the journals behind words."""

from datetime import date
from typing import Any

import pytest

from bot.sources import queries
from bot.sources.crossref import Journal
from tests.sources.test_crossref import (
    ISSN,
    SINCE,
    TODAY,
    answer_with,
    journals,
    look_up,
    parts,
    work,
    works,
)

from .conftest import Answer, Query, Source


def test_a_work_is_looked_up_by_its_doi_and_stands_in_no_list(
    source: Source, client
) -> None:
    source.answer = lambda _path, _query: answer_with(
        work(1, issued=parts(2020, 1, 2)), "work"
    )

    paper = look_up(client, source, "10.1002/(sici)1<1::aid>3.0#a?b")

    assert paper is not None
    assert (
        source.asked[0][0]
        == "/works/10.1002/%28sici%291%3C1%3A%3Aaid%3E3.0%23a%3Fb"
    )
    assert paper.lists == {}
    assert paper.listed == date(2020, 1, 2)


def test_a_doi_that_crossref_lacks_brings_no_paper(
    source: Source, client
) -> None:
    assert look_up(client, source) is None


NATURE = {
    "title": "Nature",
    "publisher": "Springer Science and Business Media LLC",
    "ISSN": ["0028-0836", "1476-4687"],
}
METHODS = {"title": "Nature Methods", "publisher": None, "ISSN": ["1548-7091"]}


def test_journals_are_found_by_words_the_named_one_first(
    source: Source, client
) -> None:
    lies: list[Any] = [
        None,
        {},
        {"title": "No ISSN", "ISSN": []},
        {"ISSN": [ISSN]},
    ]
    lies += [{"title": "T", "ISSN": "0028-0836"}, {"title": 7, "ISSN": [ISSN]}]
    source.answer = lambda _path, _query: answer_with(
        {"items": [METHODS, *lies, NATURE]}, "journal-list"
    )

    hits = journals(client, source, "nature")

    assert hits == [
        Journal(ISSN, "Nature", "Springer Science and Business Media LLC"),
        Journal("1548-7091", "Nature Methods", ""),
    ]
    assert source.asked[0] == ("/journals", {"query": "nature", "rows": "20"})


@pytest.mark.parametrize("words", ["1476-4687", " 14764687 "])
def test_a_journal_is_found_by_any_of_its_issns(
    source: Source, client, words: str
) -> None:
    source.answer = lambda _path, _query: answer_with(NATURE, "journal")

    [journal] = journals(client, source, words)

    assert journal.issn == "1476-4687"
    assert source.asked == [("/journals/1476-4687", {})]


def test_a_journal_that_is_none_is_not_found(source: Source, client) -> None:
    assert journals(client, source, "0000-0000") == []
    source.answer = lambda _path, _query: answer_with({"items": None})
    assert journals(client, source, "xyzzy") == []


def test_crossref_is_asked_in_a_process_of_its_own(source: Source) -> None:
    def answer(path: str, _query: Query) -> Answer:
        if path == "/journals":
            return answer_with({"items": [NATURE]})
        if path.endswith("/works"):
            return works(work(1), work(2, DOI=7))
        return answer_with(work(3))

    source.answer = answer
    api: dict[str, Any] = {"api_url": source.url}

    [names] = queries.ask("crossref", "journals", TODAY, **api, words="nature")
    [new] = queries.ask(
        "crossref",
        "listed",
        TODAY,
        **api,
        issns=[ISSN],
        since=SINCE,
        today=TODAY,
    )
    [single] = queries.ask(
        "crossref", "look up", TODAY, **api, doi="10.1/x", today=TODAY
    )

    assert [journal.title for journal in names.journals] == ["Nature"]
    assert [paper.lists for paper in new.papers] == [
        {f"journal:{ISSN}": date(2026, 5, 5)}
    ]
    assert new.refused == 1
    assert [paper.title for paper in single.papers] == ["Paper 3"]
