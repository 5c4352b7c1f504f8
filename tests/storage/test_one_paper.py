"""One paper is one row, whichever of its names each source knows, in whatever order they come."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.storage import digests, feedback, own, papers, saves
from bot.storage.database import Database
from recommender.papers import Paper
from tests.storage.factories import (
    NOW,
    TODAY,
    existing,
    join,
    paper,
    rate,
    recommend,
    stored,
)

PREPRINT_DOI = "10.1101/2026.02.20.123456"
DOI = "10.1038/s41586-026-0001-1"
TITLE = "Replay of places during sleep"

PREPRINT = paper(
    TITLE,
    source="biorxiv",
    preprint_doi=PREPRINT_DOI,
    abstract="The preprint's words.",
    authors=("Ada Place",),
    categories=("neuroscience",),
)
ARTICLE = paper(
    "Hippocampal replay during sleep",
    source="crossref",
    doi=DOI,
    preprint_doi=PREPRINT_DOI,
    authors=("A. Place",),
    venue="Nature",
    listed=TODAY + timedelta(days=40),
    lists={"journal:0028-0836": TODAY + timedelta(days=40)},
)
ARXIV = paper(
    "Replay in the hippocampus",
    source="arxiv",
    arxiv_id="2602.00001",
    doi=DOI,
    authors=("Ada Place",),
    categories=("q-bio.NC",),
    listed=TODAY + timedelta(days=2),
)
VERSIONS = [PREPRINT, ARTICLE, ARXIV]


def the_only(database: Database) -> Paper:
    [only] = papers.newest(database, 9)
    return only


@pytest.mark.parametrize("order", [*permutations(VERSIONS)])
@pytest.mark.parametrize("together", [True, False], ids=["a batch", "days"])
def test_preprint_article_and_arxiv_are_one_paper_in_any_order(
    database: Database, order: Sequence[Paper], together: bool
):
    for batch in [order] if together else [[version] for version in order]:
        papers.store(database, batch)

    only = the_only(database)
    assert (only.arxiv_id, only.doi) == ("2602.00001", DOI)
    assert only.preprint_doi == PREPRINT_DOI
    # The words of arXiv, which is trusted most, and what only others know.
    assert (only.title, only.venue) == ("Replay in the hippocampus", "Nature")
    assert only.abstract == "The preprint's words."
    assert set(only.categories) == {"neuroscience", "q-bio.NC"}
    assert only.listed == TODAY
    assert only.lists == {
        "biorxiv:neuroscience": TODAY,
        "arxiv:q-bio.NC": TODAY + timedelta(days=2),
        "journal:0028-0836": TODAY + timedelta(days=40),
    }


def test_what_was_rated_saved_and_shown_as_a_preprint_is_so_as_an_article(
    database: Database,
):
    ada = join(database, "Ada")
    papers.store(database, [PREPRINT])
    preprint = stored(database, TITLE)
    rate(database, ada, preprint.id, 1)
    saves.save(database, ada.id, preprint.id, NOW)
    digest = recommend(database, ada, [preprint.id])

    papers.store(database, [ARXIV])
    papers.store(database, [ARTICLE])

    [pick] = existing(digests.read(database, digest.id)).picks
    assert pick.paper == the_only(database)
    assert (pick.value, pick.saved) == (1, True)


@pytest.mark.parametrize(
    "doi",
    [
        f"https://doi.org/{PREPRINT_DOI.upper()}",
        f"doi:{PREPRINT_DOI}v3",
        f"https://www.biorxiv.org/content/{PREPRINT_DOI}v1.full.pdf",
        PREPRINT_DOI,
    ],
)
def test_a_doi_is_one_however_it_is_written(database: Database, doi: str):
    papers.store(database, [PREPRINT])

    again = papers.store(
        database, [replace(PREPRINT, title="Other", preprint_doi=doi)]
    )

    assert again.new == 0


def test_the_newer_prefix_of_biorxiv_is_a_preprint_too(database: Database):
    papers.store(
        database, [paper("Places", doi="10.64898/2026.01.05.697123v2")]
    )

    only = the_only(database)
    assert only.preprint_doi == "10.64898/2026.01.05.697123"
    assert only.doi is None


def test_a_doi_of_arxiv_is_an_arxiv_id(database: Database):
    papers.store(database, [ARXIV])

    papers.store(
        database,
        [paper("Replay", source="crossref", doi="10.48550/arXiv.2602.00001")],
    )

    assert the_only(database).arxiv_id == "2602.00001"


def test_two_arxiv_papers_that_name_one_doi_stay_two(database: Database):
    second = replace(ARXIV, arxiv_id="2602.00002", title="Part two")

    papers.store(database, [ARXIV, second])
    papers.store(database, [second, ARXIV])

    assert papers.count(database) == 2


def test_a_record_that_names_two_arxiv_papers_does_not_make_them_one(
    database: Database,
):
    one = replace(ARXIV, arxiv_id="2602.00001", title="One", doi=DOI)
    other = replace(
        ARXIV,
        arxiv_id="2602.00002",
        title="Another",
        doi=None,
        preprint_doi=PREPRINT_DOI,
    )
    papers.store(database, [one, other])

    papers.store(database, [ARTICLE])

    stored_ids = {p.arxiv_id for p in papers.newest(database, 9)}
    assert stored_ids == {"2602.00001", "2602.00002"}


def test_title_and_first_author_make_one_paper_of_two_ids(database: Database):
    article = replace(ARTICLE, title=TITLE, preprint_doi=None)

    papers.store(database, [PREPRINT, article])

    assert the_only(database).doi == DOI


@pytest.mark.parametrize(
    "authors", [("Bo Other",), ()], ids=["another author", "no author"]
)
def test_a_title_alone_does_not_make_one_paper_of_two_ids(
    database: Database, authors: tuple[str, ...]
):
    article = replace(ARTICLE, title=TITLE, preprint_doi=None, authors=authors)

    papers.store(database, [PREPRINT, article])

    assert papers.count(database) == 2


def test_two_editorials_of_one_editor_are_two_papers(database: Database):
    first = paper(
        "Editorial", source="crossref", doi="10.1000/a1", authors=("Ed Itor",)
    )

    papers.store(database, [first, replace(first, doi="10.1000/a2")])

    assert papers.count(database) == 2


@pytest.mark.parametrize("trusted_first", [True, False])
def test_the_words_of_the_source_that_is_trusted_more_stay(
    database: Database, trusted_first: bool
):
    ids = {"arxiv_id": "2602.00003", "authors": ("Ada Place",)}
    versions = [
        paper("By arXiv", source="arxiv", abstract="A.", **ids),
        paper("By Hugging Face", abstract="H.", upvotes=7, **ids),
    ]

    for version in versions if trusted_first else versions[::-1]:
        papers.store(database, [version])

    only = the_only(database)
    assert (only.title, only.abstract) == ("By arXiv", "A.")
    # Popularity is compared where votes are counted.
    assert (only.source, only.upvotes) == ("huggingface", 7)


def test_a_source_corrects_its_own_words(database: Database):
    papers.store(database, [PREPRINT])

    papers.store(database, [replace(PREPRINT, title="Replay, corrected")])

    assert the_only(database).title == "Replay, corrected"


def test_a_readers_file_changes_nothing_of_a_public_paper(database: Database):
    ada = join(database, "Ada")
    papers.store(database, [PREPRINT])
    before = the_only(database)

    [paper_id] = own.import_papers(
        database, ada.id, [replace(ARTICLE, title="Lies")]
    )

    assert the_only(database) == before
    assert feedback.rating(database, ada.id, paper_id) == 0


@pytest.mark.parametrize(
    "entries",
    [
        [
            paper("Weekly letter", authors=("Ada Place",), source="feed"),
            paper("Weekly letter", authors=("Bo Other",), source="feed"),
        ],
        [
            paper("?!", links={"page": "https://lab.example/1"}, source="feed"),
            paper("?!", links={"page": "https://lab.example/2"}, source="feed"),
        ],
    ],
)
def test_namesakes_without_ids_are_not_new_each_time_they_are_read(
    database: Database, entries: list[Paper]
):
    ada = join(database, "Ada")
    files = [replace(entry, source="file") for entry in entries]

    own_ids = [own.import_papers(database, ada.id, entries) for _ in range(3)]
    new = [papers.store(database, files).new for _ in range(3)]

    assert own_ids[0] == own_ids[1] == own_ids[2]
    assert len(set(own_ids[0])) == 2
    assert new == [2, 0, 0]


PAPERS = st.builds(
    paper,
    st.sampled_from(["Editorial", TITLE, "Replay in the hippocampus", "?!"]),
    source=st.sampled_from(["arxiv", "biorxiv", "crossref", "file"]),
    arxiv_id=st.sampled_from([None, "2602.00001", "2602.00002"]),
    doi=st.sampled_from([None, DOI, "10.1016/x", "10.48550/arXiv.2602.00001"]),
    preprint_doi=st.sampled_from([None, PREPRINT_DOI, "10.1101/123456"]),
    authors=st.sampled_from([(), ("Ada Place",), ("Bo Other",)]),
)
BATCHES = st.lists(st.tuples(st.booleans(), st.lists(PAPERS, max_size=4)))


@pytest.mark.parametrize("kind", ["sqlite"])
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
)
@given(batches=BATCHES)
def test_any_papers_in_any_order_are_stored_and_no_more_of_them_each_time(
    database: Database, batches: list[tuple[bool, list[Paper]]]
):
    ada = join(database, "Ada")
    for is_own, batch in batches:
        if is_own:
            own.import_papers(database, ada.id, batch)
            continue

        papers.store(database, batch)
        count = papers.count(database)
        for _ in range(len(batch) + 2):
            papers.store(database, batch)

        # Records that contradict each other may join two papers and part them again.
        assert papers.count(database) <= count + len(batch)
