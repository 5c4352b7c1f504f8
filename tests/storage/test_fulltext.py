"""Papers are found by the words they have now, and by the same words on both databases."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.sources import file
from bot.storage import fulltext, papers
from bot.storage.database import Database
from bot.storage.fulltext import fold
from tests.storage.factories import TODAY, existing, paper, store, stored

REAL = (
    Path(__file__).parents[3] / "shared" / "data" / "hf-daily-papers.jsonl.gz"
)
LIBRARY = [
    paper(
        "State-Space Models",
        abstract="A long sequence.",
        authors=("Élodie Müller",),
    ),
    paper(
        "Robots AND people", abstract="They don't collide \N{EM DASH} NOT once."
    ),
    paper(
        "Near misses in C++",
        abstract="100% of “quoted” words; SELECT * FROM papers --",
    ),
    paper(
        "シーケンス モデル",
        abstract="\N{ROBOT FACE} only",
        authors=("Søren Łukasz",),
    ),
    paper("מודלים של שפה", abstract="لغة"),
]


@pytest.fixture
def library(database: Database) -> Database:
    papers.store(database, LIBRARY)
    return database


def titles(database: Database, query: str, **options: Any) -> set[str]:
    ids = fulltext.find(database, fold(query), **options)
    return {paper.title for paper in papers.by_ids(database, ids).values()}


SOUGHT = {
    0: [
        "state space",
        "state-space",
        "STATE\N{NON-BREAKING HYPHEN}SPACE mod",
        "sequence long",
        "elodie muller",
        "Élodie MÜLLER",
        "E\N{COMBINING ACUTE ACCENT}lodie",
        "stat",
        "models state",
    ],
    1: ["robots and", "AND", "NOT once", "don't", "don’t"],
    2: [
        "NEAR",
        '"quoted"',
        "misses in C++",
        "100%",
        "select * from papers; --",
        "near*",
    ],
    3: ["シーケンス", "モデル", "soren lukasz", "Søren Łuk"],
    4: ["שפה", "\N{RIGHT-TO-LEFT OVERRIDE}لغة"],
    None: [
        "words : (a) {b} ^c",
        "title : near",
        "stat space",
        "space models robots",
        "NEAR(state space, 2)",
        "a\x00b",
        "'; DROP TABLE papers; --",
        "x" * 5000,
    ],
}


def test_words_find_the_paper_that_holds_them_all(library: Database):
    results = {
        query: titles(library, query)
        for queries in SOUGHT.values()
        for query in queries
    }

    assert results == {
        query: set() if number is None else {LIBRARY[number].title}
        for number, queries in SOUGHT.items()
        for query in queries
    }


@pytest.mark.parametrize(
    "query", ["机器人", "模仿学习", "机", "机器人 grasp", "抓取"]
)
def test_words_of_a_script_without_spaces_are_found_inside_a_sentence(
    database: Database, query: str
):
    robots = paper(
        "基于机器人的模仿学习", abstract="我们的机器人学习抓取。Grasping."
    )
    papers.store(database, [robots, paper("图像分类")])

    assert titles(database, query) == {"基于机器人的模仿学习"}


def test_what_holds_no_word_finds_nothing(library: Database):
    for query in ("", " ", "*", '"', "--", "\N{ROBOT FACE}", "!?", "_"):
        assert fold(query) == []
        assert titles(library, query) == set()


def test_only_the_last_word_may_be_a_beginning(library: Database):
    assert titles(library, "rob peo") == set()
    assert titles(library, "robots peo") == {"Robots AND people"}
    assert fulltext.find(library, ["peo"], prefix=False) == []


def test_a_title_is_sought_by_itself(library: Database):
    assert titles(library, "sequence", field="title") == set()
    assert titles(library, "space models", field="title") == {
        "State-Space Models"
    }


def test_words_as_long_as_a_book_are_stored_and_found(database: Database):
    endless, many = "x" * 100_000, " ".join(f"word{n}" for n in range(50_000))
    papers.store(database, [paper("Endless", abstract=f"{endless} {many}")])

    assert titles(database, endless) == {"Endless"}
    assert titles(database, "word49999 word7") == {"Endless"}


def test_as_many_words_as_a_reader_may_write_are_sought(database: Database):
    many = [f"{n:x}" for n in range(150)]
    [wordy, _] = store(database, " ".join(many), " ".join(many[1:]))

    assert fulltext.find(database, many) == [wordy]


def test_of_too_many_the_last_ones_are_found(database: Database):
    first, *rest = store(
        database, *(f"Attention {number}" for number in range(6))
    )

    results = fulltext.find(database, ["attention"], most=5)

    assert results == rest[::-1]
    assert first not in results


def test_a_paper_that_got_another_title_is_found_by_that_alone(
    database: Database,
):
    papers.store(database, [paper("Attention", arxiv_id="2603.00001")])

    papers.store(database, [paper("Diffusion", arxiv_id="2603.00001")])

    assert titles(database, "attention") == set()
    assert titles(database, "diffusion") == {"Diffusion"}


def test_a_merged_paper_is_found_by_what_both_knew(database: Database):
    article = paper(
        "Selective Spaces", abstract="Read once.", authors=("Tri Dao",)
    )
    papers.store(database, [paper("Old Name", arxiv_id="2603.00001"), article])

    papers.store(database, [paper("Selective Spaces", arxiv_id="2603.00001")])

    [kept] = fulltext.find(database, ["selective"])
    assert (
        fulltext.find(database, ["tri", "dao"])
        == fulltext.find(database, ["once"])
        == [kept]
    )
    assert fulltext.find(database, ["old"]) == []
    assert kept == stored(database, "Selective Spaces").id


def test_a_paper_is_found_by_its_arxiv_id_once_that_is_known(
    database: Database,
):
    ids = store(database, "Attention")
    assert fulltext.find(database, fold("2603.00001")) == []

    papers.store(database, [paper("Attention", arxiv_id="2603.00001")])

    assert fulltext.find(database, fold("2603.00001")) == ids


def test_papers_without_words_get_them(database: Database):
    ids = store(database, "Attention", "Diffusion")
    with database.write() as session:
        session.execute(
            text("DELETE FROM paper_words WHERE rowid = :id"), {"id": ids[0]}
        )

    papers.index_missing(database)

    assert fulltext.find(database, ["attention"]) == [ids[0]]
    assert fulltext.find(database, ["diffusion"]) == [ids[1]]


NAMES = st.sampled_from(["alpha", "beta", "gamma", "delta"])
PAPERS = st.builds(
    lambda title, abstract, number: paper(
        title, abstract=abstract, arxiv_id=number
    ),
    st.lists(NAMES, min_size=1, max_size=2).map(" ".join),
    NAMES | st.just(""),
    st.sampled_from([None, "2603.00001", "2603.00002", "2603.00003"]),
)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.lists(PAPERS, min_size=1, max_size=4), min_size=1, max_size=5)
)
def test_whatever_is_stored_renamed_and_merged_is_found_by_its_present_words(
    database: Database, batches: list[list[object]]
):
    with database.write() as session:
        session.execute(text("DELETE FROM papers"))
        session.execute(text("DELETE FROM paper_words"))

    for batch in batches:
        papers.store(database, batch)  # type: ignore[arg-type]

    there_now = papers.newest(database, 100)
    for name in ("alpha", "beta", "gamma", "delta"):
        says = {
            p.id for p in there_now if name in fold(f"{p.title} {p.abstract}")
        }
        titled = {p.id for p in there_now if name in fold(p.title)}
        assert set(fulltext.find(database, [name])) == says
        assert set(fulltext.find(database, [name], field="title")) == titled


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example("İstanbul ﬁne ½ ǅ ℌ ߀ 𝔸𝔹 ẞ")
@given(st.text(min_size=1, max_size=60))
def test_any_text_is_found_by_itself(database: Database, content: str):
    clean = content.replace("\x00", "").encode(errors="ignore").decode()
    papers.store(database, [paper(f"Some {clean}", arxiv_id="2603.00001")])

    sought = fold(clean)

    assert not sought or fulltext.find(database, sought, field="title")


@pytest.mark.parametrize(
    "content", ["Attention is all you need", "Gödel's naïve co-operation"]
)
def test_folding_twice_is_folding_once(content: str):
    assert fold(" ".join(fold(content))) == fold(content)


@pytest.mark.skipif(
    not REAL.exists(), reason="needs ../shared/data/hf-daily-papers.jsonl.gz"
)
def test_real_papers_are_found_by_their_whole_titles(database: Database):
    some = list(file.read(REAL, TODAY))[:300]
    papers.store(database, some)

    missed = [
        real_paper.title
        for real_paper in some
        if existing(
            papers.by_arxiv_ids(database, [real_paper.arxiv_id or ""])[
                real_paper.arxiv_id or ""
            ].id
        )
        not in fulltext.find(database, fold(real_paper.title), field="title")
    ]

    assert missed == []
