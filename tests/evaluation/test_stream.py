"""A dated corpus replayed day by day for readers whose answers are known."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from recommender.evaluation import policies, stream
from recommender.evaluation.mornings import (
    Corpus,
    Morning,
    StreamReader,
    first_needed,
    last_mornings,
)
from recommender.evaluation.stream import DailyPicks, Memory, replay
from recommender.evaluation.summary import Outcome, hit_rate, outcomes
from tests.evaluation.streams import corpus, readers

NAMES = ("diffusion models", "robot learning")
LAST = 6


@pytest.fixture(scope="module")
def papers() -> Corpus:
    return corpus()


@pytest.fixture(scope="module")
def history(papers: Corpus) -> dict[str, list[DailyPicks]]:
    models = {
        "random": policies.baseline("random"),
        "popularity": policies.baseline("popularity"),
        "centroid": policies.baseline("centroid"),
        "arxiv-sanity": policies.baseline("arxiv-sanity"),
        "scholar-inbox": policies.baseline("scholar-inbox"),
        "zotero": policies.baseline("zotero"),
        "paperpicks": policies.paperpicks(explores=False),
        "rule": policies.rule,
        "oracle": policies.oracle,
    }
    return stream_of(papers, people(papers), models, picks=3)


def stream_of(
    papers: Corpus,
    readers: list[StreamReader],
    models: dict[str, stream.Policy],
    *,
    days: int = LAST,
    picks: int = 5,
) -> dict[str, list[DailyPicks]]:
    """Replay the last days of a corpus."""
    return replay(
        last_mornings(papers, readers, days), readers, models, picks=picks
    )


def people(papers: Corpus) -> list[StreamReader]:
    return readers(list(papers.papers), *NAMES)


def outcomes_by_model(
    papers: Corpus, history: dict[str, list[DailyPicks]]
) -> dict[str, Outcome]:
    return {
        outcome.model: outcome
        for outcome in outcomes(history, people(papers), "oracle", "rule")
    }


def test_every_model_picks_for_every_reader_on_every_day(
    history: dict[str, list[DailyPicks]],
):
    days = [
        (picks.day, picks.reader, len(picks.rows))
        for picks in history["paperpicks"]
    ]

    assert days == [
        (day, reader, 3) for day in range(LAST) for reader in range(2)
    ]
    assert {len(of_model) for of_model in history.values()} == {LAST * 2}


def test_no_reader_is_shown_a_paper_twice(
    papers: Corpus, history: dict[str, list[DailyPicks]]
):
    by_model = outcomes_by_model(papers, history)

    assert {outcome.repeats for outcome in by_model.values()} == {0}


def test_nothing_is_shown_before_it_is_listed(
    papers: Corpus, history: dict[str, list[DailyPicks]]
):
    days = sorted({paper.listed for paper in papers.papers})[-LAST:]

    for of_model in history.values():
        for picks in of_model:
            listed = [papers.papers[row].listed for row in picks.rows]
            assert all(day <= days[picks.day] for day in listed)


def test_a_morning_holds_only_what_was_listed_by_then(papers: Corpus):
    for number, (n_days, morning) in enumerate(
        last_mornings(papers, people(papers), LAST)
    ):
        listed = [
            paper.listed
            for paper in papers.papers
            if paper.listed <= morning.day
        ]

        assert n_days == LAST
        assert number < n_days
        assert morning.n_papers == morning.space.n_papers == len(listed)
        assert morning.new_rows.max() == len(listed) - 1


def test_later_papers_change_nothing_that_was_picked_before(papers: Corpus):
    """The newest two days hold other papers: the picks of the days before stay the same."""
    cut = sum(
        paper.listed <= sorted({p.listed for p in papers.papers})[-3]
        for paper in papers.papers
    )
    unheard = [
        paper
        if row < cut
        else replace(paper, title=f"Unheard {row}", abstract="Of")
        for row, paper in enumerate(papers.papers)
    ]
    changed = replace(papers, papers=unheard)
    models = {
        "paperpicks": policies.paperpicks(),
        "centroid": policies.baseline("centroid"),
    }

    history = stream_of(papers, people(papers), models)
    changed_history = stream_of(changed, people(papers), models)

    for name in models:
        earlier, changed_earlier = (
            [picks.rows for picks in of_corpus[name] if picks.day < LAST - 2]
            for of_corpus in (history, changed_history)
        )
        assert earlier == changed_earlier


def test_ours_finds_what_readers_like_and_the_oracle_is_above_all(
    papers: Corpus, history: dict[str, list[DailyPicks]]
):
    by_model = outcomes_by_model(papers, history)
    area = {name: outcome.area for name, outcome in by_model.items()}

    assert area["oracle"] == 1
    assert area["paperpicks"] > 0.8
    assert area["paperpicks"] >= max(
        area[name] for name in area if name not in {"oracle", "rule"}
    )


def test_the_rule_knows_true_interests_and_no_answer_and_prefers_the_popular(
    papers: Corpus,
):
    *_, (_, morning) = last_mornings(papers, people(papers), LAST)
    robots, speech = readers(
        list(papers.papers), "robot learning", "speech recognition"
    )
    reader = replace(
        robots, interests=robots.interests + speech.interests, likes=frozenset()
    )

    rows = np.array(policies.rule(morning, 0, reader, Memory(), 9))

    wanted = frozenset().union(*reader.interests)
    votes = papers.popularity[rows].tolist()
    best = sorted(
        papers.popularity[[r for r in morning.new_rows if r in wanted]],
        reverse=True,
    )
    assert set(rows.tolist()) <= wanted
    assert votes == pytest.approx(best[:9])


def test_the_rule_shows_nothing_twice(papers: Corpus):
    *_, (_, morning) = last_mornings(papers, people(papers), LAST)
    [reader] = readers(list(papers.papers), "robot learning")
    memory = Memory()

    first = policies.rule(morning, 0, reader, memory, 5)
    memory.impressions.update(first)
    second = policies.rule(morning, 0, reader, memory, 5)

    assert not set(first) & set(second)


def test_the_typed_topic_counts_from_the_first_day(
    papers: Corpus, history: dict[str, list[DailyPicks]]
):
    assert outcomes_by_model(papers, history)["paperpicks"].first_day == 1


def test_readers_who_were_asked_what_the_model_chose_are_shown_nothing_of_it_again(
    papers: Corpus,
):
    questions: dict[int, set[int]] = {}

    def spying(policy: stream.Policy) -> stream.Policy:
        def pick(
            morning: Morning,
            index: int,
            reader: StreamReader,
            memory: Memory,
            n: int,
        ) -> Sequence[int]:
            places = policy(morning, index, reader, memory, n)
            questions.setdefault(index, set(memory.impressions))
            return places

        return pick

    history = stream_of(
        papers, people(papers), {"asked": spying(policies.asking("chosen"))}
    )

    assert {len(rows) for rows in questions.values()} == {8}
    assert not any(
        set(picks.rows) & questions[picks.reader] for picks in history["asked"]
    )
    assert hit_rate(history["asked"]) > 0.5


@pytest.mark.parametrize("how", ["chosen", "random", "popular", "none"])
def test_after_a_week_a_reader_is_new_again_and_asked_again(
    papers: Corpus, how: str
):
    n_impressions: dict[int, int] = {}
    policy = policies.asking(how)

    def spying(
        morning: Morning,
        index: int,
        reader: StreamReader,
        memory: Memory,
        n: int,
    ) -> Sequence[int]:
        places = policy(morning, index, reader, memory, n)
        n_impressions.setdefault(
            morning.day.toordinal(), len(memory.impressions)
        )
        return places

    stream_of(papers, people(papers)[:1], {"asked": spying}, days=14)

    first = min(n_impressions)
    n_questions = 0 if how == "none" else 8
    assert n_impressions[first] == n_questions
    assert n_impressions[first + 7] == n_questions
    assert n_impressions[first + 1] > n_questions


def picks_of(
    day: int, rows: tuple[int, ...], hits: tuple[int, ...]
) -> DailyPicks:
    return DailyPicks(
        day=day,
        reader=0,
        rows=rows,
        hits=hits,
        similarity=0.0,
        seconds=0.001,
        ratings=0,
    )


def test_an_outcome_tells_weeks_interests_repeats_and_the_day_of_eighty_percent():
    ada = StreamReader(
        "Ada",
        (),
        (frozenset({1, 2}), frozenset({9})),
        frozenset({1, 2}),
        frozenset(),
    )
    model = [picks_of(day, (1, day + 20), ()) for day in range(3)]
    model += [
        picks_of(day, (2, day + 20), (2, day + 20)) for day in range(3, 10)
    ]
    best = [picks_of(day, (1, 2), (1, 2)) for day in range(10)]

    rule = [picks_of(day, (1, 2), (1,)) for day in range(10)]
    history = {"model": model, "rule": rule, "oracle": best}

    outcome, by_rule, _ = outcomes(history, [ada], "oracle", "rule")

    assert outcome.weeks == pytest.approx((0.4, 1.0))
    assert outcome.area == pytest.approx(0.7)
    assert (outcome.of_rule, by_rule.of_rule) == pytest.approx((1.4, 1))
    assert outcome.days_to_80 == 3
    assert outcome.interest_coverage == 0.5
    assert outcome.repeats == 8


def test_the_reader_of_no_day_reaches_eighty_percent_never():
    ada = StreamReader("Ada", (), (), frozenset({1}), frozenset())
    hits = [picks_of(0, (1,), (1,))]
    history = {"model": [picks_of(0, (5,), ())], "rule": hits, "oracle": hits}

    model, _, oracle = outcomes(history, [ada], "oracle", "rule")

    assert (model.days_to_80, oracle.days_to_80) == (None, 1)


def test_only_the_papers_that_the_last_days_can_need_are_kept():
    papers = list(corpus().papers)

    assert first_needed(papers, 3) == 0
    assert np.all([p.listed <= papers[-1].listed for p in papers])
