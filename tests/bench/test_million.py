"""Picks that are ranked in batches are those of single readers, and never what they know."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.storage.bulk import RatingColumns
from recommender import ranking
from recommender.evaluation.batch import similarity
from tests.bench import crowd
from tests.bench.batches import DAY_SECONDS, Library, Ranker, digests
from tests.bench.crowd import DUE_AT
from tests.recommender.factories import (
    FIRST_ID,
    KINDS,
    ROWS,
    Ratings,
    candidates_of,
    library,
    profile_of,
)

# The ids of the readers begin here.
FIRST_READER = 40

# The papers on offer: each second one.
OFFERED = np.arange(0, 60, 2)
POPULARITY = np.linspace(0, 1, len(OFFERED), dtype=np.float32)

READERS: st.SearchStrategy[list[Ratings]] = st.lists(
    st.lists(
        st.tuples(ROWS, st.sampled_from([1, -1]), st.integers(0, 90)),
        min_size=1,
        max_size=12,
        unique_by=lambda rating: rating[0],
    ),
    min_size=1,
    max_size=4,
)


def papers() -> Library:
    vectors = library().vectors
    alike = similarity(vectors, vectors)
    return Library(
        ids=np.arange(len(vectors)) + FIRST_ID,
        titles=np.array([paper.title for paper in library().papers]),
        words=alike.words,
        cosines=alike.cosines,
        candidates=OFFERED,
        popularity=POPULARITY,
        version=np.array([1]),
    )


def columns_of(readers: Sequence[Ratings]) -> RatingColumns:
    """Return ratings as storage does; each was given at an hour of its day."""
    due = int(DUE_AT.timestamp())
    lines = [
        (FIRST_READER + number, FIRST_ID + row, value, due - age * DAY_SECONDS)
        for number, ratings in enumerate(readers)
        for row, value, age in ratings
    ]
    return RatingColumns(*np.array(lines, np.int64).T)


def ids_of(readers: Sequence[Ratings]) -> range:
    return range(FIRST_READER, FIRST_READER + len(readers))


NOTHING = np.zeros((0, 2), np.int64)


@settings(deadline=None)
@given(READERS)
def test_each_reader_gets_the_best_papers_of_a_single_ranking(
    readers: list[Ratings],
) -> None:
    picks = Ranker(papers()).rank(
        ids_of(readers), columns_of(readers), NOTHING, 5
    )

    offered = candidates_of(library().vectors.take(OFFERED), POPULARITY)
    for number, ratings in enumerate(readers):
        scores = ranking.scores(offered, profile_of(ratings))
        rated = {row for row, _, _ in ratings}
        is_new = [row not in rated for row in OFFERED]
        best = ranking.rank(offered, scores, np.array(is_new))[:5]

        np.testing.assert_allclose(
            picks.scores[number], scores[best], atol=1e-4
        )
        np.testing.assert_allclose(
            scores[picks.columns[number]], scores[best], atol=1e-4
        )
        assert not rated & set(OFFERED[picks.columns[number]].tolist())


def test_a_paper_that_was_picked_before_never_comes_again() -> None:
    readers: list[Ratings] = [[(1, 1, 0)], [(1, 1, 0)]]
    ranker = Ranker(papers())
    first = ranker.rank(ids_of(readers), columns_of(readers), NOTHING, 5)
    ids = OFFERED[first.columns[1]] + FIRST_ID
    picked = np.column_stack([np.full(5, FIRST_READER + 1), ids])

    second = ranker.rank(ids_of(readers), columns_of(readers), picked, 5)

    assert second.columns[0].tolist() == first.columns[0].tolist()
    assert not set(second.columns[1]) & set(first.columns[1])


def test_a_rating_taken_back_teaches_nothing_but_its_paper_is_no_pick() -> None:
    readers: list[Ratings] = [[(2, 0, 0), (40, 1, 0)]]
    picks = Ranker(papers()).rank(
        ids_of(readers), columns_of(readers), NOTHING, len(OFFERED)
    )

    offered = candidates_of(library().vectors.take(OFFERED), POPULARITY)
    scores = ranking.scores(offered, profile_of([(40, 1, 0)]))
    [digest] = digests(
        papers(), papers().titles.tolist(), ids_of(readers), picks
    )

    assert {choice.paper_id for choice in digest.choices} == {
        int(row) + FIRST_ID for row in OFFERED if row not in {2, 40}
    }
    assert digest.choices[0].score == pytest.approx(
        max(np.delete(scores, [1, 20])), abs=1e-4
    )


def test_the_reason_is_the_liked_paper_that_adds_most() -> None:
    [image, speech, *_] = KINDS
    liked, other = library().rows(image)[1], library().rows(speech)[1]
    readers: list[Ratings] = [[(other, 1, 0), (liked, 1, 0)]]
    picks = Ranker(papers()).rank(
        ids_of(readers), columns_of(readers), NOTHING, 10
    )

    [digest] = digests(
        papers(), papers().titles.tolist(), ids_of(readers), picks
    )

    by_paper = {
        choice.paper_id - FIRST_ID: choice.reason for choice in digest.choices
    }
    for kind, row in ((image, liked), (speech, other)):
        for paper in set(library().rows(kind)) & set(by_paper):
            assert by_paper[paper].title == library().papers[row].title
            assert by_paper[paper].evidence[0][:2] == ("like", FIRST_ID + row)


def test_made_up_readers_like_what_is_near_and_rate_no_paper_twice() -> None:
    directions = library().vectors.directions
    nearest = np.argpartition(-(directions @ directions.T), 9, axis=1)[:, :10]
    rng = np.random.default_rng(0)
    ids = np.arange(1, 201)

    ratings = crowd.draw(rng, ids, nearest)

    pairs = set(zip(ratings.reader_ids, ratings.rows, strict=True))
    assert len(pairs) == len(ratings.rows)
    assert set(ratings.reader_ids.tolist()) == set(ids.tolist())
    kinds = ratings.rows[ratings.values == 1] // 10
    readers = ratings.reader_ids[ratings.values == 1]
    liked_kinds = [len(set(kinds[readers == reader])) for reader in ids]
    assert np.mean(liked_kinds) < 4
