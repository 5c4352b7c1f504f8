"""Groups in a small stream: who takes part, how they vote, and what the figures count."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from recommender import group
from recommender.evaluation import group_models
from recommender.evaluation.first_weeks import install
from recommender.evaluation.group_draws import (
    DISJOINT,
    OVERLAPPING,
    Group,
    Kind,
    draw_groups,
)
from recommender.evaluation.group_models import (
    AVERAGING,
    LEAST_MISERY,
    MODELS,
)
from recommender.evaluation.groups import (
    ALONE,
    Fairness,
    Session,
    Tally,
    evaluate,
    sum_up,
)
from recommender.evaluation.model import PAPERPICKS
from recommender.evaluation.mornings import (
    Corpus,
    Morning,
    StreamReader,
    mornings_of,
)
from recommender.group import GroupPick, Voice
from recommender.offer import Offer
from recommender.profile import Profile
from recommender.ranking import Candidates
from tests.corpus import FIELDS
from tests.evaluation import streams
from tests.recommender.factories import (
    EACH,
    candidates_of,
    library,
    offer_of,
    profile_of,
)

STORED = 3
DAYS = 4
PICKS = 3


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return streams.corpus()


@pytest.fixture(scope="module")
def readers(corpus: Corpus) -> list[StreamReader]:
    """Return a reader of each field, and one who changes their mind."""
    steady = streams.readers(list(corpus.papers), *FIELDS)
    return [*steady, replace(steady[0], turn=2)]


@pytest.fixture(scope="module")
def results(corpus: Corpus, readers: list[StreamReader]) -> list[Fairness]:
    return evaluated(corpus, readers)


@pytest.fixture(scope="module")
def mornings(corpus: Corpus, readers: list[StreamReader]) -> list[Morning]:
    first = corpus.papers[0].listed
    run = install(corpus, readers, first, STORED, DAYS)
    days = mornings_of(run.corpus, run.readers, run.days, refit_days=1)
    return [morning for _, morning in days]


def evaluated(
    corpus: Corpus, readers: list[StreamReader], seed: int = 0
) -> list[Fairness]:
    first = np.unique(corpus.listed)[STORED]
    start = corpus.papers[0].listed.fromordinal(int(first))
    return evaluate(
        corpus,
        readers,
        starts=[start],
        stored_days=STORED,
        days=DAYS,
        picks=PICKS,
        draws=2,
        seed=seed,
    )


def kinds(results: list[Fairness]) -> list[Kind]:
    return list(
        dict.fromkeys(Kind(row.members, row.mix, row.loud) for row in results)
    )


def session_of(
    members: tuple[int, ...], n_papers: int, *, loud: bool = False
) -> Session:
    kind = Kind(len(members), DISJOINT, loud)
    one = Group(kind, members, (0,))
    return Session(one, one.answers(n_papers))


def live_through(
    session: Session, mornings: list[Morning], readers: list[StreamReader]
) -> None:
    for morning in mornings:
        session.live_through(morning, readers, group.choose, PICKS)


def test_every_model_is_measured_with_every_kind_of_groups(
    results: list[Fairness],
):
    assert kinds(results) == [
        Kind(size, mix, loud)
        for size, mix in ((2, DISJOINT), (5, DISJOINT), (20, OVERLAPPING))
        for loud in (False, True)
    ]
    models = [row.model for row in results]
    assert models == [PAPERPICKS, AVERAGING, LEAST_MISERY, ALONE] * 6
    assert [row.groups for row in results[::8]] == [2, 2, 1]


def test_who_changes_their_mind_takes_no_part(results: list[Fairness]):
    assert {row.readers for row in results} == {len(FIELDS)}


def test_alone_everybody_has_what_they_have_alone(results: list[Fairness]):
    for row in results:
        if row.model == ALONE:
            assert row.worst == row.mean == 1


def test_the_worst_off_have_no_more_than_the_mean(results: list[Fairness]):
    for row in results:
        assert 0 <= row.worst <= row.mean
    ours = [row for row in results if row.model == PAPERPICKS]
    assert all(row.mean > 0 for row in ours)


def test_a_model_differs_from_the_others_by_its_worst_off(
    results: list[Fairness],
):
    for kind in kinds(results):
        of_kind = {
            row.model: row
            for row in results
            if Kind(row.members, row.mix, row.loud) == kind
        }
        ours = of_kind[PAPERPICKS]
        averaging = of_kind[AVERAGING]
        assert ours.to_averaging.mean == pytest.approx(
            ours.worst - averaging.worst
        )
        assert ours.to_averaging.low <= ours.to_averaging.mean
        assert ours.to_averaging.mean <= ours.to_averaging.high
        assert averaging.to_averaging.low == averaging.to_averaging.high == 0


def test_a_seed_draws_the_same_groups_and_another_one_others(
    readers: list[StreamReader],
):
    groups = draw_groups(readers, 3, 0)

    assert draw_groups(readers, 3, 0) == groups
    assert draw_groups(readers, 3, 1) != groups


def test_topics_are_not_used(
    corpus: Corpus, readers: list[StreamReader], results: list[Fairness]
):
    silent = [replace(reader, topics=()) for reader in readers]

    assert evaluated(corpus, silent) == results


def test_disjoint_groups_have_no_two_of_one_interest(
    readers: list[StreamReader],
):
    twins = [readers[0], *readers[:5]]

    for drawn in draw_groups(twins, 4, 0):
        if drawn.kind.mix == DISJOINT:
            assert len(set(drawn.members)) == drawn.kind.size
            assert not {0, 1} <= set(drawn.members)


def test_too_few_interests_for_a_group_are_an_error(
    readers: list[StreamReader],
):
    with pytest.raises(ValueError, match="there are 4"):
        draw_groups(readers[:4], 1, 0)


def test_a_loud_group_is_another_one_with_fewer_votes(
    readers: list[StreamReader],
):
    groups = draw_groups(readers, 2, 0)

    for all_vote, one_is_loud in zip(groups[::2], groups[1::2], strict=True):
        assert all_vote.members == one_is_loud.members
        assert all_vote.answers(1_000).all()
        answers = one_is_loud.answers(1_000)
        assert answers[0].all()
        assert 0.05 < answers[1:].mean() < 0.15
        assert (one_is_loud.answers(1_000) == answers).all()


def test_a_member_votes_as_the_data_say_on_what_they_answer(
    mornings: list[Morning], readers: list[StreamReader]
):
    session = session_of((0, 1), mornings[-1].n_papers)
    session.answers[1] = False

    live_through(session, mornings, readers)

    rows = {row for digest in session.digests for row in digest}
    voter, silent = session.memories
    assert set(voter.likes) == rows & readers[0].likes
    assert set(voter.dislikes) == rows & readers[0].dislikes
    assert silent.n_ratings == 0


def test_likes_count_whether_they_are_told_or_not(
    mornings: list[Morning], readers: list[StreamReader]
):
    session = session_of((0, 1), mornings[-1].n_papers)
    session.answers[1] = False

    live_through(session, mornings, readers)

    rows = {row for digest in session.digests for row in digest}
    assert session.n_hits.tolist() == [
        len(rows & readers[0].likes),
        len(rows & readers[1].likes),
    ]


def test_a_group_sees_no_paper_twice(
    mornings: list[Morning], readers: list[StreamReader]
):
    session = session_of((0, 1, 2), mornings[-1].n_papers)

    live_through(session, mornings, readers)

    rows = [row for digest in session.digests for row in digest]
    assert len(rows) == len(mornings) * PICKS
    assert len(set(rows)) == len(rows)


def test_the_newest_digest_is_the_first_of_the_history(
    mornings: list[Morning], readers: list[StreamReader]
):
    histories: list[list[list[int]]] = []

    def rule(
        voices: Sequence[Voice],
        offer: Offer,
        n: int,
        history: Sequence[Candidates],
    ) -> list[GroupPick]:
        histories.append([digest.ids.tolist() for digest in history])
        return group.choose(voices, offer, n, history)

    session = session_of((0, 1), mornings[-1].n_papers)
    for morning in mornings:
        session.live_through(morning, readers, rule, PICKS)

    assert histories[0] == []
    assert histories[-1] == [list(rows) for rows in session.digests[1:]]


def test_figures_are_likes_to_likes_alone_over_all_installations(
    corpus: Corpus, readers: list[StreamReader]
):
    """The third member likes nothing alone, so nothing can be said of them."""
    kind = Kind(3, DISJOINT, loud=False)
    groups = [Group(kind, (0, 1, 2), (0,))]
    first = corpus.papers[0].listed
    run = install(corpus, readers, first, STORED, DAYS)
    tallies = [Tally(run, groups), Tally(run, groups)]
    for tally, alone, hits in zip(
        tallies, ([6, 2, 0], [4, 2, 0]), ([3, 1, 1], [2, 0, 1]), strict=True
    ):
        for soloist, n_hits in zip(tally.alone[0], alone, strict=True):
            soloist.n_hits = n_hits
        tally.sessions[PAPERPICKS][0].n_hits[:] = hits

    ours = sum_up(groups, tallies, 3)[0]

    assert ours.model == PAPERPICKS
    assert (ours.worst, ours.mean) == (0.25, 0.375)


def test_who_answers_one_pick_in_ten_in_a_group_does_so_alone(
    corpus: Corpus, readers: list[StreamReader], mornings: list[Morning]
):
    groups = [
        Group(Kind(2, DISJOINT, loud), (0, 1), (0,)) for loud in (False, True)
    ]
    run = install(corpus, readers, corpus.papers[0].listed, STORED, DAYS)
    tally = Tally(run, groups)
    for morning in mornings:
        tally.live_through(morning, PICKS)

    (loud, quiet), shared = tally.alone[1], tally.alone[0]
    assert loud is shared[0]
    assert quiet is not shared[1]
    assert quiet.memory.n_ratings < shared[1].memory.n_ratings
    assert len(quiet.memory.impressions) == len(shared[1].memory.impressions)


def test_ours_is_the_rule_that_the_bot_calls():
    assert MODELS[PAPERPICKS] is group.choose


def voices_of(*rows: int) -> tuple[list[Voice], Offer]:
    """Return members who each like one paper of the library, and its other papers."""
    offer = offer_of(candidates_of(library().vectors))
    offer.allowed[list(rows)] = False
    profiles: list[Profile] = [profile_of([(row, 1, 0)]) for row in rows]
    matches = np.zeros((len(offer.candidates), 0), bool)
    return [Voice(profile, matches) for profile in profiles], offer


def test_averaging_follows_the_majority():
    voices, offer = voices_of(0, 1, 2, EACH)

    picks = group_models.averaging(voices, offer, PICKS, [])

    utilities = group.appraise(voices, offer, []).papers.mean(axis=0)
    best = np.where(offer.allowed, utilities, -1).argmax()
    rows = [pick.recommendation.row for pick in picks]
    assert rows[0] == best
    assert all(row < EACH for row in rows)


def test_least_misery_avoids_what_one_member_would_not_like():
    voices, offer = voices_of(0, 1, 2, EACH)

    picks = group_models.least_misery(voices, offer, PICKS, [])

    utilities = group.appraise(voices, offer, []).papers.min(axis=0)
    best = np.where(offer.allowed, utilities, -1).argmax()
    assert picks[0].recommendation.row == best


def test_the_other_models_begin_as_ours_does():
    offer = offer_of(candidates_of(library().vectors))

    for rule in MODELS.values():
        assert rule([], offer, PICKS, []) == group.choose([], offer, PICKS, [])
