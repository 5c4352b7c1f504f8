"""Readers with and without lists of their own: what is offered, when, and what it is worth."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from recommender.evaluation.favourites import favourite_categories
from recommender.evaluation.model import PAPERPICKS
from recommender.evaluation.mornings import (
    NOWHERE,
    Corpus,
    Morning,
    mornings_of,
)
from recommender.evaluation.sources import (
    ORACLE,
    TOPIC_ONLY,
    Outcome,
    Store,
    Window,
    evaluate,
    replay,
)
from recommender.papers import Paper
from tests.corpus import field_of
from tests.evaluation import streams

DAILY = "huggingface"
COMMON = frozenset({DAILY})

# What arXiv lists of the made-up papers; the others are Daily Papers.
CATEGORIES = {
    "robot learning": "cs.RO",
    "medical imaging": "eess.IV",
}
ROBOTS = COMMON | {"arxiv:cs.RO"}

BEFORE = 4
WINDOW = Window(
    first=streams.START - timedelta(days=4),
    last=streams.START - timedelta(days=1),
    days_before=BEFORE,
)
WINDOW_DAYS = 4
PICKS = 3


def listed(paper: Paper) -> Paper:
    """Return a made-up paper as its list names it."""
    category = CATEGORIES.get(field_of(paper))
    if category is None:
        return replace(paper, lists={DAILY: paper.listed})
    return replace(
        paper,
        source="arxiv",
        upvotes=None,
        categories=(category,),
        lists={f"arxiv:{category}": paper.listed},
    )


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    papers = list(map(listed, streams.corpus().papers))
    return Corpus(papers, np.zeros(len(papers), np.float32))


def store(corpus: Corpus, *lists: frozenset[str]) -> Store:
    """Return a store with a reader of robots and one of diffusion models."""
    readers = streams.readers(
        list(corpus.papers), "robot learning", "diffusion models"
    )
    return Store(
        sources=f"{len(lists[0])} lists",
        corpus=corpus,
        readers=readers,
        lists=lists,
        common=COMMON,
    )


@pytest.fixture(scope="module")
def outcomes(corpus: Corpus) -> dict[tuple[str, str], Outcome]:
    stores = [store(corpus, COMMON, COMMON), store(corpus, ROBOTS, COMMON)]
    return {
        (outcome.model, outcome.sources): outcome
        for outcome in evaluate(stores, WINDOW, picks=PICKS)
    }


def first_morning(corpus: Corpus, day: date) -> Morning:
    days = np.array([day.toordinal()])
    readers = streams.readers(list(corpus.papers), "robot learning")
    _, morning = next(mornings_of(corpus, readers, days, refit_days=1))
    return morning


# What is offered


def test_readers_are_shown_papers_of_their_own_lists_alone(corpus: Corpus):
    histories = replay(store(corpus, ROBOTS, COMMON), WINDOW, PICKS)

    assert set(histories) == {PAPERPICKS, TOPIC_ONLY, ORACLE}
    for history in histories.values():
        for picks in history:
            own = [ROBOTS, COMMON][picks.reader]
            for row in picks.rows:
                assert own.intersection(corpus.papers[row].lists or ())


def test_only_the_days_of_the_window_are_compared(corpus: Corpus):
    history = replay(store(corpus, ROBOTS, COMMON), WINDOW, PICKS)[PAPERPICKS]

    assert [(picks.day, picks.reader) for picks in history] == [
        (day, reader) for day in range(WINDOW_DAYS) for reader in range(2)
    ]
    last = corpus.first_row_after(WINDOW.last.toordinal())
    assert max(row for picks in history for row in picks.rows) < last


@pytest.mark.parametrize(
    ("days_before", "has_ratings"), [(BEFORE, True), (0, False)]
)
def test_picks_before_the_window_are_rated_too(
    corpus: Corpus, days_before: int, *, has_ratings: bool
):
    window = replace(WINDOW, days_before=days_before)

    history = replay(store(corpus, ROBOTS, COMMON), window, PICKS)[PAPERPICKS]

    assert [bool(picks.ratings) for picks in history[:2]] == [has_ratings] * 2


def test_a_paper_is_new_on_the_day_on_which_an_own_list_names_it(
    corpus: Corpus,
):
    """ArXiv lists it under a category that the reader has not; Daily Papers the day after."""
    today = WINDOW.first
    row = corpus.first_row_after(today.toordinal()) - 1
    papers = list(corpus.papers)
    tomorrow = today + timedelta(days=1)
    papers[row] = replace(
        papers[row],
        source=DAILY,
        lists={"arxiv:cs.CL": today, DAILY: tomorrow},
    )
    changed = replace(corpus, papers=papers)
    days = changed.days_in(COMMON)

    before, after = (
        first_morning(changed, day).on_lists(days) for day in (today, tomorrow)
    )

    assert row not in before.candidates.ids
    assert row not in before.new_rows
    assert row in after.new_rows
    assert after.candidates.ids[after.newest - 1] == row


def test_votes_count_from_the_day_on_which_their_list_names_the_paper(
    corpus: Corpus,
):
    today = WINDOW.first
    row = corpus.first_row_after(today.toordinal()) - 1
    papers = list(corpus.papers)
    tomorrow = today + timedelta(days=1)
    papers[row] = replace(
        papers[row],
        source=DAILY,
        lists={"arxiv:cs.RO": today, DAILY: tomorrow},
    )
    changed = Corpus(papers, np.ones(len(papers), np.float32))

    before, after = (first_morning(changed, day) for day in (today, tomorrow))

    assert (before.votes[row], after.votes[row]) == (0, 1)
    assert before.votes[:row].min() == 1


def test_every_list_has_a_paper_that_does_not_say_where_it_stands(
    corpus: Corpus,
):
    papers = [replace(paper, lists=None) for paper in corpus.papers]

    days = replace(corpus, papers=papers).days_in(ROBOTS)

    assert days.tolist() == corpus.listed.tolist()


def test_a_paper_of_no_own_list_has_no_day(corpus: Corpus):
    days = corpus.days_in({"arxiv:cs.RO"})

    fields = {
        field_of(paper)
        for paper, day in zip(corpus.papers, days, strict=True)
        if day != NOWHERE
    }
    assert fields == {"robot learning"}


# What it is worth


def test_a_list_of_their_field_raises_what_a_reader_likes(
    outcomes: dict[tuple[str, str], Outcome],
):
    alone = outcomes[PAPERPICKS, "1 lists"]
    with_robots = outcomes[PAPERPICKS, "2 lists"]

    assert (alone.own_picks, alone.own_hits, alone.gain) == (0, 0, 0)
    assert alone.by_reader[0] == 0
    assert with_robots.by_reader[0] > 0.5
    assert with_robots.by_reader[1] == alone.by_reader[1]
    assert with_robots.own_hits == with_robots.by_reader[0] * 12


def test_the_gain_is_the_mean_over_readers_within_its_interval(
    outcomes: dict[tuple[str, str], Outcome],
):
    alone = outcomes[PAPERPICKS, "1 lists"]
    with_robots = outcomes[PAPERPICKS, "2 lists"]

    gains = np.subtract(with_robots.by_reader, alone.by_reader)
    assert with_robots.gain == pytest.approx(gains.mean())
    assert with_robots.liked_share == pytest.approx(
        np.mean(with_robots.by_reader)
    )
    assert with_robots.gain_low <= with_robots.gain <= with_robots.gain_high
    assert (with_robots.gain_low, with_robots.gain_high) == pytest.approx(
        (gains.min(), gains.max())
    )


def test_figures_add_up_over_the_days_of_the_window(
    outcomes: dict[tuple[str, str], Outcome],
):
    outcome = outcomes[PAPERPICKS, "2 lists"]

    assert outcome.picks == WINDOW_DAYS * PICKS * 2
    assert outcome.by_week == pytest.approx((outcome.hits / outcome.picks,))
    assert outcomes[ORACLE, "2 lists"].hits >= outcome.hits


# Favourite categories


def unlabelled(paper: Paper) -> Paper:
    return replace(paper, categories=())


def test_the_categories_of_likes_are_counted():
    papers = [
        Paper(
            title=f"Paper {number}",
            listed=streams.START,
            source="arxiv",
            categories=codes,
        )
        for number, codes in enumerate(
            [("cs.CV", "cs.AI"), ("cs.CV",), ("cs.RO", "cs.AI"), ("cs.CV",)]
        )
    ]
    corpus = Corpus(papers, np.zeros(4, np.float32))

    favourites = favourite_categories(corpus, [[0, 1, 2, 3], [2], []], 2)

    assert favourites[:2] == [("cs.CV", "cs.AI"), ("cs.AI", "cs.RO")]


def test_a_paper_without_categories_has_those_of_papers_alike(corpus: Corpus):
    """A fifth of the papers of each field have none."""
    papers = [
        paper if row % 5 else unlabelled(paper)
        for row, paper in enumerate(corpus.papers)
    ]
    partly = replace(corpus, papers=papers)
    likes = [
        [
            row
            for row, paper in enumerate(corpus.papers)
            if field_of(paper) == field and not papers[row].categories
        ]
        for field in CATEGORIES
    ]

    favourites = favourite_categories(partly, likes, 1)

    assert all(likes)
    assert favourites == [("cs.RO",), ("eess.IV",)]


def test_without_any_category_there_is_no_favourite(corpus: Corpus):
    papers = list(map(unlabelled, corpus.papers))

    with pytest.raises(ValueError, match="no paper has a category"):
        favourite_categories(replace(corpus, papers=papers), [[0]], 2)
