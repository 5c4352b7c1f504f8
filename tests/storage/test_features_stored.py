"""Feature versions: arrays as bytes, two at most, and none seen before it is complete."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest

from bot.storage import features, papers
from bot.storage.database import Database
from bot.storage.feature_tables import FeatureVersionRow
from recommender.features import PaperFeatures
from recommender.papers import Paper, StoredPaper
from tests.storage.factories import (
    NOW,
    TODAY,
    existing,
    join,
    paper,
    rate,
    store,
)

TITLES = (
    "Selective state space models for long sequences",
    "Diffusion models for image segmentation",
    "Reading long sequences with sparse attention",
    "Image segmentation by attention",
    "Robots that read instructions",
)


def fitted(of: Sequence[Paper]) -> PaperFeatures:
    return PaperFeatures(n_components=3).fit([one.text for one in of])


def save(database: Database, of: Sequence[StoredPaper] | None = None) -> int:
    covered = features.to_cover(database) if of is None else of
    model = fitted(covered)
    vectors = model.transform([one.text for one in covered])
    return features.save(database, model, covered, vectors, NOW)


def cover(database: Database, version: int, paper_id: int) -> None:
    """Give one paper its vector, as a link that a reader sent does."""
    model = existing(features.model(database, version))
    one = papers.by_ids(database, [paper_id])[paper_id]
    features.add(database, version, [one], model.transform([one.text]))


def ids(papers: Sequence[StoredPaper]) -> list[int]:
    return sorted(paper.id for paper in papers)


def begin_fitting(database: Database) -> int:
    """Store a version whose vectors are still to come, or never will."""
    with database.write() as session:
        row = FeatureVersionRow(
            created_at=NOW,
            vocabulary="",
            idf=b"",
            projection=b"",
            components=0,
            average_length=1.0,
        )
        session.add(row)
        session.flush()
        return row.id


def test_before_the_first_fit_there_is_no_version(database: Database):
    assert features.newest(database) is None
    assert features.model(database, 1) is None
    assert features.to_cover(database) == []


def test_a_version_is_read_back_as_it_was_fitted(database: Database):
    store(database, *TITLES)
    covered = features.to_cover(database)
    model = fitted(covered)

    version = save(database, covered)

    newest = existing(features.newest(database))
    stored_model = existing(features.model(database, version))
    assert (newest.id, newest.created_at, newest.papers) == (version, NOW, 5)
    assert stored_model.terms_ == model.terms_
    assert stored_model.average_length_ == model.average_length_
    np.testing.assert_array_equal(stored_model.idf_, model.idf_)
    np.testing.assert_array_equal(
        stored_model.projection_,
        model.projection_.astype(np.float16).astype(np.float32),
    )


def test_vectors_are_read_back_to_half_precision_in_the_order_of_their_ids(
    database: Database,
):
    store(database, *TITLES)
    covered = features.to_cover(database)
    assert [one.id for one in covered] != ids(covered)
    model = fitted(covered)
    vectors = model.transform([one.text for one in covered])
    version = features.save(database, model, covered, vectors, NOW)

    paper_ids, stored_vectors = features.vectors(database, version, model.width)

    assert paper_ids == ids(covered)
    order = np.argsort([existing(one.id) for one in covered])
    half = np.float16
    np.testing.assert_array_equal(
        stored_vectors.dense, vectors.dense[order].astype(half)
    )
    np.testing.assert_array_equal(
        stored_vectors.sparse.toarray(),
        vectors.sparse.toarray()[order].astype(half),
    )
    assert (
        stored_vectors.dense.dtype == stored_vectors.sparse.dtype == np.float32
    )


def test_some_vectors_can_be_asked_for_and_none(database: Database):
    first, _, third, *_ = store(database, *TITLES)
    version = save(database)
    width = existing(features.model(database, version)).width

    some, vectors = features.vectors(
        database, version, width, [third, first, 999]
    )
    none, empty = features.vectors(database, version, width, [])

    assert (some, vectors.dense.shape) == ([first, third], (2, width[1]))
    assert (none, empty.dense.shape, empty.sparse.shape) == (
        [],
        (0, width[1]),
        (0, width[0]),
    )


def test_a_paper_without_a_known_word_has_an_empty_vector(database: Database):
    store(database, *TITLES)
    version = save(database)
    [odd] = store(database, "Zymurgy")
    width = existing(features.model(database, version)).width

    cover(database, version, odd)

    _, vectors = features.vectors(database, version, width, [odd])
    assert vectors.sparse.nnz == 0
    assert not vectors.dense.any()


def test_only_the_two_newest_versions_are_kept(database: Database):
    store(database, *TITLES)
    first, second, third = save(database), save(database), save(database)

    assert existing(features.newest(database)).id == third
    assert features.model(database, second) is not None
    assert features.model(database, first) is None
    assert features.vectors(database, first, (1, 3))[0] == []


def test_a_version_that_is_not_complete_is_never_seen(database: Database):
    store(database, *TITLES)
    version = save(database)

    begin_fitting(database)

    assert existing(features.newest(database)).id == version


def test_a_fit_that_crashed_costs_no_version_that_requests_still_use(
    database: Database,
):
    store(database, *TITLES)
    in_use = save(database)
    begin_fitting(database)

    newest = save(database)

    assert existing(features.newest(database)).id == newest
    assert features.model(database, in_use) is not None


def test_a_fit_still_under_way_elsewhere_can_go_on(database: Database):
    store(database, *TITLES)
    save(database)
    under_way = begin_fitting(database)
    save(database)

    covered = features.to_cover(database)
    features.add(
        database, under_way, covered, fitted(covered).transform(TITLES)
    )

    assert features.uncovered(database, under_way) == []


def test_what_a_crashed_fit_left_is_gone_with_the_versions_of_its_time(
    database: Database,
):
    store(database, *TITLES)
    begin_fitting(database)

    save(database)

    with database.read() as session:
        assert session.query(FeatureVersionRow).count() == 1


def test_giving_a_paper_its_vector_twice_is_giving_it_once(database: Database):
    store(database, *TITLES)
    version = save(database)
    [new] = store(database, "Attention for robots")

    cover(database, version, new)
    cover(database, version, new)

    assert existing(features.newest(database)).papers == 6


def test_new_papers_are_uncovered_until_they_have_their_vectors(
    database: Database,
):
    store(database, *TITLES)
    version = save(database)
    before = features.uncovered(database, version)
    new = store(database, "Attention for robots", "Robots and diffusion")

    fresh = features.uncovered(database, version)

    assert before == []
    assert ids(fresh) == new
    for paper_id in new:
        cover(database, version, paper_id)
    assert features.uncovered(database, version) == []


def test_a_paper_that_came_before_the_newest_covered_one_is_still_uncovered(
    database: Database,
):
    store(database, *TITLES)
    version = save(database)
    earlier, linked = store(
        database, "Attention for robots", "Robots and diffusion"
    )

    cover(database, version, linked)

    assert ids(features.uncovered(database, version)) == [earlier]


def old_and_new(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> tuple[int, list[int]]:
    """Store a paper of last year beside five of today, where the newest three are enough."""
    monkeypatch.setattr(features, "MIN_FIT_PAPERS", 3)
    papers.store(
        database, [paper("Old robots", listed=TODAY - timedelta(days=365))]
    )
    new = store(database, *TITLES)
    return existing(papers.newest(database, 10)[-1].id), new


def test_papers_older_than_ninety_days_are_left_to_search(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    old, new = old_and_new(database, monkeypatch)

    version = save(database)

    assert ids(features.to_cover(database)) == new
    assert old not in ids(features.uncovered(database, version))


def test_an_old_paper_is_covered_once_it_is_rated(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    old, new = old_and_new(database, monkeypatch)
    ada, version = join(database, "Ada"), save(database)

    rate(database, ada, old, 1)

    assert ids(features.uncovered(database, version)) == [old]
    assert ids(features.to_cover(database)) == [old, *new]


def test_where_few_papers_are_new_the_newest_are_covered_however_old(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    old, new = old_and_new(database, monkeypatch)

    monkeypatch.setattr(features, "MIN_FIT_PAPERS", 6)

    assert ids(features.to_cover(database)) == [old, *new]


def test_when_there_are_too_many_the_rated_and_the_newest_are_covered(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    old, new = old_and_new(database, monkeypatch)
    ada = join(database, "Ada")
    rate(database, ada, old, 1)
    papers.store(
        database,
        [paper("Robots of tomorrow", listed=TODAY + timedelta(days=1))],
    )
    newest = existing(papers.newest(database, 1)[0].id)

    monkeypatch.setattr(features, "MOST", 3)

    assert ids(features.to_cover(database)) == sorted([old, max(new), newest])
