"""What only a reader's file tells of is theirs alone, until a source tells everybody."""

import traceback
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from bot.picks import fitting
from bot.storage import (
    counts,
    digests,
    erasure,
    features,
    feedback,
    fulltext,
    imports,
    own,
    papers,
    saves,
    schema,
    searches,
    taste,
)
from bot.storage.database import Database
from bot.storage.readers import Reader
from bot.storage.subscriptions import Limits
from bot.storage.tables import PaperRow
from bot.storage.takeout.export import export_reader
from bot.storage.takeout.restore import restore_reader
from recommender.papers import Paper
from tests.storage.factories import (
    NOW,
    existing,
    join,
    paper,
    rate,
    recommend,
    store,
)
from tests.storage.test_schema import alembic

LATER = NOW + timedelta(hours=1)
ID = "2601.00001"
ADAS = paper(
    "Quokkas at night",
    abstract="Zyxomma dragonflies.",
    arxiv_id=ID,
    authors=("Ada Own",),
    keywords=("zyxomma",),
    categories=("cs.XX",),
)
PLANTED = paper(
    "BUY PILLS NOW", abstract="Cheap pills.", arxiv_id=ID, authors=("Mallory",)
)
TRUE = paper(
    "Marsupials after dark",
    abstract="As arXiv tells it.",
    arxiv_id=ID,
    source="arxiv",
)


def likes(database: Database, reader: Reader, *brought: Paper) -> list[int]:
    ids = own.import_papers(database, reader.id, brought)
    imports.like(database, reader.id, ids, "file", NOW)
    return ids


def seen(database: Database, reader: Reader) -> str:
    """Return all that a reader's rows tell of papers."""
    bundle = existing(
        imports.read(database, reader.id, 1 if reader.name == "Ada" else 2)
    )
    rated = taste.rated_papers(database, reader.id, 0, 100)[1]
    return str((export_reader(database, reader.id, NOW).papers, bundle, rated))


@pytest.mark.parametrize(
    "other_paper", [PLANTED, replace(ADAS, abstract="", authors=("Bo",))]
)
def test_of_one_id_or_title_each_reader_has_their_own_words(
    database: Database, other_paper: Paper
):
    ada, bo = join(database, "Ada"), join(database, "Bo")

    [first], [second] = (
        likes(database, ada, ADAS),
        likes(database, bo, other_paper),
    )

    assert first != second
    assert "Zyxomma" in seen(database, ada)
    assert "Zyxomma" not in seen(database, bo)
    assert "Mallory" not in seen(database, ada)
    assert other_paper.title in seen(database, bo)


def test_bringing_a_paper_again_changes_one_s_own_row_and_makes_no_second(
    database: Database,
):
    ada = join(database, "Ada")
    first = own.import_papers(database, ada.id, [paper("Quokkas at night")])

    again = own.import_papers(database, ada.id, [ADAS, ADAS])

    assert again == first * 2
    assert (
        papers.by_ids(database, first, ada.id)[first[0]].abstract
        == "Zyxomma dragonflies."
    )


def test_nobody_else_can_reach_an_own_paper_by_its_number(database: Database):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    [own_id] = likes(database, ada, ADAS)
    saves.save(database, bo.id, own_id, NOW)
    rate(database, bo, own_id, 1)
    digest = recommend(database, bo, [own_id, *store(database, "Public")])

    assert (
        papers.by_ids(database, [own_id])
        == papers.by_ids(database, [own_id], bo.id)
        == {}
    )
    assert searches.hits(database, bo.id, [own_id]) == []
    assert saves.of_reader(database, bo.id) == []
    assert taste.rated_papers(database, bo.id, 0, 9)[1] == []
    assert [
        p.paper.title for p in existing(digests.read(database, digest.id)).picks
    ] == ["Public"]
    assert export_reader(database, bo.id, NOW).papers == ()
    assert [
        hit.paper.title for hit in searches.hits(database, ada.id, [own_id])
    ] == [ADAS.title]


def test_own_papers_are_found_listed_and_counted_nowhere(database: Database):
    likes(database, join(database, "Ada"), ADAS)
    papers.index_missing(database)

    assert (
        papers.newest(database, 9)
        == papers.listed_between(database, NOW.date(), NOW.date())
        == []
    )
    assert papers.by_arxiv_ids(database, [ID]) == {}
    assert papers.ids_with_title(database, ADAS.title) == []
    assert (
        fulltext.find(database, ["quokkas"])
        == fulltext.find(database, ["zyxomma"])
        == []
    )
    assert (papers.count(database), papers.stamp(database)) == (0, (0, 0))
    assert counts.count(database).papers == 0


def test_a_source_s_words_replace_those_that_readers_brought(
    database: Database,
):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    [first], _ = likes(database, ada, ADAS), likes(database, bo, PLANTED)
    saves.save(database, ada.id, first, NOW)
    searches.record(database, ada.id, [first], NOW, like_id=first)

    stored = papers.store(database, [TRUE])

    [public] = papers.newest(database, 9)
    contents = (
        public.title,
        public.abstract,
        public.authors,
        public.keywords,
        public.categories,
    )
    assert stored.new == 1
    assert contents == (TRUE.title, TRUE.abstract, (), (), ())
    assert [
        feedback.rating(database, r.id, existing(public.id)) for r in (ada, bo)
    ] == [1, 1]
    assert [p.title for p in saves.of_reader(database, ada.id)] == [TRUE.title]
    assert existing(searches.read(database, ada.id, 1)).like_id == public.id
    for reader in (ada, bo):
        assert TRUE.title in seen(database, reader)
        assert not {"Zyxomma", "PILLS", "Mallory"} & set(
            seen(database, reader).split()
        )
    with database.read() as session:
        assert session.scalars(select(PaperRow.title)).all() == [TRUE.title]
    assert (
        fulltext.find(database, ["quokkas"])
        == fulltext.find(database, ["pills"])
        == []
    )


def test_a_bundle_can_be_taken_back_after_its_papers_became_public(
    database: Database,
):
    ada = join(database, "Ada")
    likes(database, ada, ADAS)
    papers.store(database, [TRUE])

    imports.rate(database, ada.id, 1, None, liked=False, now=LATER)

    assert feedback.of_reader(database, ada.id, "UTC", NOW.date()).ratings == ()


def test_of_a_rating_of_the_own_paper_and_one_of_the_public_the_later_stays(
    database: Database,
):
    ada = join(database, "Ada")
    likes(database, ada, replace(ADAS, arxiv_id=None))
    papers.store(database, [TRUE])
    [public] = papers.newest(database, 9)
    rate(database, ada, existing(public.id), -1, LATER)

    papers.store(database, [replace(TRUE, title=ADAS.title)])

    assert feedback.rating(database, ada.id, existing(public.id)) == -1


def test_a_title_alone_joins_no_two_papers_whose_ids_differ(database: Database):
    ada = join(database, "Ada")
    [own_id] = likes(
        database, ada, replace(ADAS, title=TRUE.title, arxiv_id="2601.99999")
    )

    papers.store(database, [TRUE])

    assert list(papers.by_ids(database, [own_id], ada.id)) == [own_id]
    assert papers.newest(database, 9)[0].arxiv_id == ID


def test_no_model_learns_from_an_own_paper_and_its_reader_is_taught_by_it(
    database: Database,
):
    ada = join(database, "Ada")
    store(database, "Robots that read", "Robots that walk", "Birds that read")
    own_words = replace(
        ADAS, abstract="Zyxomma robots, zyxomma birds, zyxomma that read."
    )
    same = [
        replace(own_words, arxiv_id=None, title=f"Quokkas {n}")
        for n in range(6)
    ]
    own_ids = likes(database, ada, *same)

    fitting.refresh(database, NOW)
    version = existing(features.newest(database))
    later = likes(database, ada, replace(ADAS, abstract="robots"))
    fitting.refresh(database, LATER)

    model = existing(features.model(database, version.id))
    assert not {"zyxomma", "quokkas"} & {
        word for term in model.terms_ for word in term.split()
    }
    assert set(
        features.vectors(database, version.id, model.width, [*own_ids, *later])[
            0
        ]
    ) == {
        *own_ids,
        *later,
    }
    assert version.papers == existing(features.newest(database)).papers == 3


def test_a_paper_that_went_while_a_model_was_fitted_costs_nobody_theirs(
    database: Database,
):
    ada = join(database, "Ada")
    store(database, "Robots that read", "Robots that walk")
    fitting.fit(database, NOW)
    version = existing(features.newest(database)).id
    model = existing(features.model(database, version))
    own_ids = own.import_papers(
        database, ada.id, [ADAS, paper("Robots of my own")]
    )
    brought = list(papers.by_ids(database, own_ids, ada.id).values())
    papers.store(database, [TRUE])

    features.add(
        database,
        version,
        brought,
        model.transform([brought_paper.text for brought_paper in brought]),
    )

    assert (
        features.vectors(database, version, model.width, own_ids)[0]
        == own_ids[1:]
    )


def test_a_source_may_take_papers_over_in_the_midst_of_bringing_them(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    likes(database, ada, ADAS)
    taken, bring = export_reader(database, ada.id, NOW), own.import_papers

    def late(*which: Any) -> list[int]:
        ids = bring(*which)
        papers.store(database, [TRUE])
        return ids

    monkeypatch.setattr(own, "import_papers", late)
    moved = restore_reader(
        database, bo.id, taken, now=NOW, limits=Limits(), replace=False
    )
    gone = 10**6
    bundle = imports.like(
        database, bo.id, [gone, *store(database, "Public")], "file", NOW
    )

    assert moved.ratings == 1
    assert (
        taste.rated_papers(database, bo.id, 0, 9)[1][-1][0].title == TRUE.title
    )
    assert bundle.count == bundle.liked == 1


def test_who_leaves_takes_their_own_papers_along_and_nobody_else_s(
    database: Database,
):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    likes(database, ada, ADAS)
    [bos] = likes(database, bo, replace(ADAS, abstract="Bo's."))
    count = erasure.count_data(database, ada.id).own

    erasure.delete_reader(database, ada.id)

    with database.read() as session:
        assert session.scalars(select(PaperRow.id)).all() == [bos]
    assert count == 1


def test_an_error_of_the_database_tells_nobody_s_words(database: Database):
    incomplete = insert(PaperRow).values(title=ADAS.title, abstract=None)

    with pytest.raises(IntegrityError) as error, database.write() as session:
        session.execute(incomplete)

    assert "Quokkas" not in "".join(traceback.format_exception(error.value))


def test_papers_that_were_brought_before_become_their_readers_own(
    empty: Database,
):
    schema.migrate(empty)
    ada, bo = join(empty, "Ada"), join(empty, "Bo")
    [public] = store(empty, "Public")
    rate(empty, ada, public, 1)
    one, both, nobodys = own.import_papers(
        empty,
        ada.id,
        [
            replace(ADAS, arxiv_id=None),
            paper("Ours", arxiv_id=ID),
            paper("Nobody's"),
        ],
    )
    for reader, paper_id in ((ada, one), (ada, both), (bo, both)):
        rate(empty, reader, paper_id, 1)
    saves.save(empty, bo.id, both, NOW)
    with alembic(empty) as config:
        command.downgrade(config, "0010")
    with empty.write() as session:
        statement = text("UPDATE papers SET arxiv_id = :id WHERE id = :both")
        session.execute(statement, {"id": ID, "both": both})

    schema.migrate(empty)

    _, adas_ratings = taste.rated_papers(empty, ada.id, 0, 9)
    titles = {paper.title for paper, _ in adas_ratings}
    assert titles == {"Public", ADAS.title, "Ours"}
    _, [(bos, _)] = taste.rated_papers(empty, bo.id, 0, 9)
    assert (bos.id != both, bos.arxiv_id, bos.title) == (True, ID, "Ours")
    assert [p.id for p in saves.of_reader(empty, bo.id)] == [bos.id]
    ids = [one, both, nobodys]
    assert papers.by_ids(empty, ids) == {}
    assert list(papers.by_ids(empty, ids, ada.id)) == [one, both]
    assert papers.count(empty) == 1
    [newer] = own.import_papers(empty, bo.id, [paper("Newer")])
    assert newer > existing(bos.id)
