"""A paper is looked up in storage, then at the sources that know the kind of its id."""

from datetime import timedelta

import pytest

from bot.markup.references import Reference
from bot.picks import lookup
from bot.sources.endpoints import Endpoints
from bot.sources.errors import SourceDown
from bot.storage import papers
from bot.storage import sources as states
from bot.storage.database import Database
from recommender.papers import StoredPaper
from tests.lookups import Sources, sources
from tests.storage.factories import NOW, existing, paper

__all__ = ["sources"]

PREPRINT = "10.1101/2026.10.04.463034"
JOURNAL = "10.1145/3292500.3330701"
NOBODY = "http://127.0.0.1:9"


def look_up(database: Database, reference: Reference) -> StoredPaper | None:
    endpoints = Endpoints(NOBODY, NOBODY, NOBODY)
    return lookup.paper_by_reference(database, endpoints, reference, NOW)


@pytest.mark.parametrize(
    "reference",
    [
        Reference("arxiv", "2603.00001"),
        Reference("doi", JOURNAL),
        Reference("doi", PREPRINT),
        Reference("acl", "N19-1423"),
    ],
)
def test_a_stored_paper_is_found_by_each_of_its_ids_without_asking(
    database: Database, sources: Sources, reference: Reference
) -> None:
    papers.store(
        database,
        [
            paper("arXiv", arxiv_id="2603.00001"),
            paper("Journal", doi=JOURNAL),
            paper("Preprint", preprint_doi=PREPRINT),
            paper("Proceedings", doi="10.18653/v1/N19-1423"),
        ],
    )

    assert existing(look_up(database, reference)).title
    assert sources.asked == []


@pytest.mark.parametrize(
    ("reference", "asked"),
    [
        (Reference("doi", JOURNAL), ["crossref"]),
        (Reference("doi", PREPRINT), ["biorxiv", "medrxiv", "crossref"]),
        (Reference("openreview", "YicbFdNTTy"), ["openreview"]),
        (Reference("acl", "P19-1001"), ["acl"]),
        (
            Reference("semanticscholar", "CorpusID:13756489"),
            ["semanticscholar"],
        ),
        (Reference("arxiv", "2603.00009"), ["huggingface", "arxiv"]),
    ],
)
def test_only_the_sources_of_a_kind_are_asked_each_for_the_id(
    database: Database,
    sources: Sources,
    reference: Reference,
    asked: list[str],
) -> None:
    assert look_up(database, reference) is None
    assert sources.asked == [(source, reference.id) for source in asked]


@pytest.mark.parametrize(
    ("reference", "source"),
    [
        (Reference("doi", JOURNAL), "crossref"),
        (Reference("doi", PREPRINT), "medrxiv"),
        (Reference("openreview", "YicbFdNTTy"), "openreview"),
        (Reference("acl", "P19-1001"), "acl"),
        (Reference("semanticscholar", "CorpusID:13756489"), "semanticscholar"),
    ],
)
def test_what_a_source_brings_is_stored_in_no_list_and_found_again(
    database: Database,
    sources: Sources,
    reference: Reference,
    source: str,
) -> None:
    sources.add(source, reference.id, "Grasping with a robot arm")

    brought = existing(look_up(database, reference))

    assert brought.title == "Grasping with a robot arm"
    assert brought.lists == {}
    if reference.kind == "doi":
        assert existing(look_up(database, reference)).id == brought.id
        assert reference.id in {brought.doi, brought.preprint_doi}
        assert sources.asked[-1] == (source, reference.id)
    else:
        assert brought.links["page"] == reference.address


def test_an_answer_with_an_arxiv_id_is_the_paper_stored_by_it(
    database: Database, sources: Sources
) -> None:
    papers.store(database, [paper("Grasping", arxiv_id="2603.00001")])
    sources.add("openreview", "YicbFdNTTy", "Other", arxiv_id="2603.00001")

    answer = look_up(database, Reference("openreview", "YicbFdNTTy"))

    assert existing(answer).title == "Grasping"
    assert papers.count(database) == 1


def test_a_source_without_the_paper_does_not_hide_that_another_is_down(
    database: Database, sources: Sources
) -> None:
    sources.fail("biorxiv")

    with pytest.raises(SourceDown, match="biorxiv"):
        look_up(database, Reference("doi", PREPRINT))

    sources.add("crossref", PREPRINT, "Neurons of the cortex")
    assert existing(look_up(database, Reference("doi", PREPRINT))).title


def test_a_source_that_asked_for_a_pause_gets_it_and_is_asked_again_after(
    database: Database, sources: Sources
) -> None:
    endpoints = Endpoints(NOBODY, NOBODY, NOBODY)
    reference = Reference("doi", JOURNAL)
    sources.fail("crossref", retry_after=timedelta(minutes=10))

    for minutes in (0, 9):
        with pytest.raises(SourceDown):
            lookup.paper_by_reference(
                database, endpoints, reference, NOW + timedelta(minutes=minutes)
            )
    others = look_up(database, Reference("acl", "P19-1001"))
    sources.down.clear()
    sources.add("crossref", JOURNAL, "Grasping")
    later = NOW + timedelta(minutes=11)
    answer = lookup.paper_by_reference(database, endpoints, reference, later)

    assert others is None
    assert existing(answer).title == "Grasping"
    assert sources.asked == [
        ("crossref", JOURNAL),
        ("acl", "P19-1001"),
        ("crossref", JOURNAL),
    ]
    assert states.states(database)["crossref"].note == ""
