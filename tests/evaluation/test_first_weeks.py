"""A new installation from its first day: what its readers are shown, and what they like of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from recommender.evaluation import first_weeks, policies
from recommender.evaluation.first_weeks import (
    BARS,
    ORACLE,
    RATINGS,
    STEADY,
    TOPIC_ONLY,
    TURN,
    Weeks,
    evaluate,
    install,
)
from recommender.evaluation.model import PAPERPICKS
from recommender.evaluation.mornings import Corpus, Morning, StreamReader
from recommender.evaluation.stream import DailyPicks, Memory
from recommender.evaluation.summary import WEEK, daily_hit_rates
from tests.corpus import field_of
from tests.evaluation import streams

STORED = 2
DAYS = 10
PICKS = 2
FIRST = streams.START - timedelta(days=DAYS - 1)

# Days after the first one.
TURNING = 3


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return streams.corpus()


@pytest.fixture(scope="module")
def readers(corpus: Corpus) -> list[StreamReader]:
    """Two steady readers, and one who turns from what the first likes to what the second does."""
    ada, bo = streams.readers(
        list(corpus.papers), "diffusion models", "robot learning"
    )
    cy = replace(
        ada,
        name="Cy",
        turn=TURNING,
        likes_after=bo.likes,
        dislikes_after=ada.likes,
    )
    return [ada, bo, cy]


@pytest.fixture(scope="module")
def weeks_of(
    corpus: Corpus, readers: list[StreamReader]
) -> dict[tuple[str, str, str], Weeks]:
    rows = evaluate(
        corpus,
        readers,
        starts=[FIRST],
        stored_days=STORED,
        days=DAYS,
        picks=PICKS,
        against=["random"],
    )
    return {(row.model, row.bar, row.who): row for row in rows}


def picks_of(day: int, rows: int, hits: int, *, reader: int = 0) -> DailyPicks:
    return DailyPicks(
        day=day,
        reader=reader,
        rows=tuple(range(rows)),
        hits=tuple(range(hits)),
        similarity=0.0,
        seconds=0.001,
        ratings=0,
    )


def test_each_model_has_a_row_for_steady_readers_and_one_for_those_who_turn(
    weeks_of: dict[tuple[str, str, str], Weeks],
):
    models = {(PAPERPICKS, bar) for bar in BARS}
    models |= {(name, "off") for name in (TOPIC_ONLY, "random", ORACLE)}

    assert set(weeks_of) == {
        (*model, who) for model in models for who in (STEADY, TURN)
    }
    assert {row.readers for row in weeks_of.values() if row.who == STEADY} == {
        2
    }
    assert {row.readers for row in weeks_of.values() if row.who == TURN} == {1}
    assert {row.stored_days for row in weeks_of.values()} == {STORED}


def test_readers_of_one_kind_alone_have_rows_of_this_kind_alone(
    corpus: Corpus, readers: list[StreamReader]
):
    rows = evaluate(
        corpus, readers[:1], starts=[FIRST], stored_days=STORED, days=1
    )

    assert {row.who for row in rows} == {STEADY}


def test_weeks_and_numbers_of_ratings_count_the_same_picks(
    weeks_of: dict[tuple[str, str, str], Weeks],
):
    for row in weeks_of.values():
        papers = [n for _, _, n in row.by_ratings]
        hits = sum(share * n for _, share, n in row.by_ratings)

        assert len(row.by_week) == DAYS // WEEK
        assert {number for number, _, _ in row.by_ratings} <= set(RATINGS)
        assert sum(papers) == row.sent
        assert hits / max(row.sent, 1) == pytest.approx(row.liked_share)
        assert row.precision == row.liked_share


def test_the_first_picks_are_those_before_any_rating(
    weeks_of: dict[tuple[str, str, str], Weeks],
):
    number, _, papers = weeks_of[PAPERPICKS, "off", STEADY].by_ratings[0]

    assert number == 0
    assert papers >= 2 * PICKS


def test_the_oracle_is_liked_whole_and_our_model_more_than_chance(
    weeks_of: dict[tuple[str, str, str], Weeks],
):
    def liked_share(model: str) -> float:
        return weeks_of[model, "off", STEADY].liked_share

    assert liked_share(ORACLE) == 1
    assert liked_share("random") < 0.5 < liked_share(PAPERPICKS) <= 1


def test_a_higher_bar_sends_fewer_papers_and_keeps_fewer_hits(
    weeks_of: dict[tuple[str, str, str], Weeks],
):
    off, normal, strict = (weeks_of[PAPERPICKS, bar, STEADY] for bar in BARS)

    assert off.sent == 2 * DAYS * PICKS
    assert off.sent >= normal.sent >= strict.sent > 0
    assert 1 == off.hits_kept >= normal.hits_kept >= strict.hits_kept > 0
    assert strict.precision >= off.precision


def test_who_turns_is_held_against_a_new_installation_with_the_new_topic(
    weeks_of: dict[tuple[str, str, str], Weeks],
):
    assert {
        row.days_to_80 for row in weeks_of.values() if row.who == STEADY
    } == {None}
    assert weeks_of[ORACLE, "off", TURN].days_to_80 == 1
    assert weeks_of["random", "off", TURN].days_to_80 is None
    assert (
        weeks_of[PAPERPICKS, "off", TURN].liked_share
        < weeks_of[ORACLE, "off", TURN].liked_share
    )


def test_where_nobody_has_the_new_interest_there_is_nothing_to_hold_a_turn_against(
    corpus: Corpus, readers: list[StreamReader]
):
    rows = evaluate(
        corpus, readers[2:], starts=[FIRST], stored_days=STORED, days=6
    )

    assert {(row.who, row.days_to_80) for row in rows} == {(TURN, None)}


def test_our_model_learns_what_no_topic_says_and_the_topic_alone_does_not(
    corpus: Corpus, readers: list[StreamReader]
):
    """Ada types something else than what she likes."""
    ada = replace(readers[0], topics=("knowledge transfer",))

    rows = evaluate(
        corpus,
        [ada],
        starts=[FIRST],
        stored_days=STORED,
        days=DAYS,
        picks=PICKS,
    )

    share = {row.model: row.liked_share for row in rows if row.bar == "off"}
    assert share[PAPERPICKS] > share[TOPIC_ONLY]


def test_a_morning_knows_the_stored_days_and_nothing_that_is_listed_later(
    corpus: Corpus, readers: list[StreamReader], monkeypatch: pytest.MonkeyPatch
):
    mornings: list[Morning] = []

    def spy(
        morning: Morning,
        index: int,
        reader: StreamReader,
        memory: Memory,
        n: int,
    ) -> Sequence[int]:
        mornings.append(morning)
        return policies.oracle(morning, index, reader, memory, n)

    monkeypatch.setattr(
        first_weeks, "contestants", lambda _: {(PAPERPICKS, "off"): spy}
    )
    evaluate(corpus, readers[:1], starts=[FIRST], stored_days=STORED, days=DAYS)

    assert [morning.day for morning in mornings] == [
        FIRST + timedelta(days=n) for n in range(DAYS)
    ]
    for morning in mornings:
        stored = morning.corpus.papers[: morning.n_papers]
        listed = [paper.listed for paper in stored]
        oldest = FIRST - timedelta(days=STORED)
        assert (min(listed), max(listed)) == (oldest, morning.day)
        assert len(listed) == sum(
            oldest <= p.listed <= morning.day for p in corpus.papers
        )
        # Features are fitted anew each day.
        is_first_fit = morning.features is mornings[0].features
        assert is_first_fit == (morning is mornings[0])


def test_later_papers_change_no_earlier_week(
    corpus: Corpus, readers: list[StreamReader]
):
    cut = FIRST + timedelta(days=WEEK)
    unheard = [
        paper
        if paper.listed < cut
        else replace(paper, title="Unheard", abstract="Of it")
        for paper in corpus.papers
    ]
    arguments = {
        "starts": [FIRST],
        "stored_days": STORED,
        "days": DAYS,
        "picks": PICKS,
    }

    original, changed = (
        evaluate(papers, readers[:2], **arguments)  # type: ignore[arg-type] # by name
        for papers in (corpus, replace(corpus, papers=unheard))
    )

    first_weeks_of = [row.by_week[0] for row in original]
    assert [row.by_week[0] for row in changed] == first_weeks_of


def test_an_installation_keeps_each_answer_with_its_paper(
    corpus: Corpus, readers: list[StreamReader]
):
    run = install(corpus, readers, FIRST, STORED, 4)

    ada, _, cy = run.readers
    last = date.fromordinal(int(run.days[-1]))
    kept = {paper.title for paper in run.corpus.papers}
    for reader, before in (
        (ada.likes, readers[0].likes),
        (cy.likes_after, readers[2].likes_after),
    ):
        titles = {run.corpus.papers[row].title for row in reader}
        assert titles == {corpus.papers[row].title for row in before} & kept
        assert len({field_of(run.corpus.papers[row]) for row in reader}) == 1
    assert max(paper.listed for paper in run.corpus.papers) == last
    assert len(run.corpus.popularity) == len(run.corpus.papers)


def test_a_start_before_the_first_paper_has_no_stored_days(
    corpus: Corpus, readers: list[StreamReader]
):
    run = install(corpus, readers, date(2020, 1, 1), STORED, 3)

    assert run.days.tolist() == np.unique(corpus.listed)[:3].tolist()


def test_a_start_after_the_last_paper_is_refused(
    corpus: Corpus, readers: list[StreamReader]
):
    with pytest.raises(
        ValueError, match="no paper was listed from 2027-01-01 on"
    ):
        evaluate(corpus, readers, starts=[date(2027, 1, 1)])


def test_progress_counts_the_days_of_all_installations(
    corpus: Corpus, readers: list[StreamReader]
):
    steps: list[tuple[int, int]] = []
    later = FIRST + timedelta(days=1)

    evaluate(
        corpus,
        readers,
        starts=[FIRST, later],
        stored_days=STORED,
        days=4,
        picks=1,
        progress=lambda done, total: steps.append((done, total)),
    )

    # Steady and turning readers from both starts, and each turn anew for its last day.
    total = 2 * 2 * 4 + 2 * (4 - TURNING)
    assert steps == [(done, total) for done in range(1, total + 1)]


def test_a_days_share_is_of_all_that_was_sent_on_it():
    history = [
        picks_of(0, 4, 1),
        picks_of(0, 2, 2, reader=1),
        picks_of(2, 5, 5),
        picks_of(7, 1, 1),
    ]

    assert daily_hit_rates(history, 3).tolist() == [0.5, 0, 1]
