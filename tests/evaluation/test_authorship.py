"""Authors as readers: from earlier papers their later ones are found."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from bot.picks.catalogue import popularity
from recommender.arrays import Floats
from recommender.authors import CROWDED_CIRCLES
from recommender.evaluation import new_papers
from recommender.evaluation.authorship import (
    eligible_readers,
    evaluate,
    fit_models,
)
from recommender.evaluation.baselines import RatingHistory
from recommender.evaluation.model import PAPERPICKS, Scorer
from recommender.evaluation.new_papers import Reader
from recommender.papers import Paper
from tests.evaluation.streams import DAYS, START, corpus
from tests.recommender.factories import EACH, KINDS, library

AGAINST = (
    "random",
    "popularity",
    "centroid",
    "arxiv-sanity",
    "scholar-inbox",
    "zotero",
)
CUT = START - timedelta(days=DAYS // 2 - 1)


def paper(listed: date, *authors: str) -> Paper:
    return Paper(
        title="A", listed=listed, source="huggingface", authors=authors
    )


def career(earlier: int, later: int, name: str, *circles: str) -> list[Paper]:
    """Return papers before the cut, a day apart, and later ones, with a circle each in turn."""
    days = [CUT - timedelta(days=day) for day in range(earlier, 0, -1)] + [
        CUT
    ] * later
    names = circles or ("Bo Friend",)
    return [
        paper(day, name, names[turn % len(names)])
        for turn, day in enumerate(days)
    ]


def likes(*rows: int, age: int = 0) -> RatingHistory:
    return RatingHistory(
        likes=np.array(rows),
        dislikes=np.array([], np.intp),
        ages=np.full(len(rows), age, np.float32),
    )


def later(papers: Sequence[Paper]) -> list[Paper]:
    return [paper for paper in papers if paper.listed >= CUT]


def fitted(papers: Sequence[Paper]) -> dict[str, Scorer]:
    votes = np.linspace(0, 1, len(papers), dtype=np.float32)
    return fit_models(papers, votes, CUT, AGAINST)


def test_a_reader_has_five_papers_before_the_cut_and_one_from_its_day_on():
    papers = [
        *career(5, 1, "Ada Byron"),
        *career(4, 9, "Too Few", "Other Friend"),
        *career(9, 0, "Long Silent", "Third Friend"),
    ]

    ada, friend = eligible_readers(papers, CUT)

    assert ada.user == 0
    assert ada.likes.tolist() == [0, 1, 2, 3, 4]
    assert ada.relevant.tolist() == [0]
    assert ada.ages.tolist() == [5, 4, 3, 2, 1]
    assert friend.likes.tolist() == ada.likes.tolist()


def test_readers_are_numbered_by_their_sorted_names_and_spellings_are_one():
    papers = [
        *career(3, 1, "Zoë Zenith", "Bo One"),
        *career(2, 1, "Zenith Zoe", "Bo One"),
        *career(6, 1, "Abel Acht", "Bo Two"),
    ]

    readers = eligible_readers(papers, CUT)

    # Abel Acht, Bo One, Bo Two and Zoë Zenith.
    assert [len(reader.likes) for reader in readers] == [6, 5, 6, 5]
    assert [reader.user for reader in readers] == [0, 1, 2, 3]


def test_a_name_with_five_circles_of_co_authors_stands_for_several_people_and_is_left_out():
    circles = [f"Person{n} X" for n in range(CROWDED_CIRCLES)]
    crowd = career(CROWDED_CIRCLES, 1, "Yang Liu", *circles)
    team = career(CROWDED_CIRCLES, 1, "Yang Liu", *circles[1:])

    assert eligible_readers(crowd, CUT) == []
    assert len(eligible_readers(team, CUT)) == 1


def test_circles_are_counted_over_later_papers_too():
    circles = [f"Person{n} X" for n in range(CROWDED_CIRCLES)]
    papers = career(CROWDED_CIRCLES - 1, 1, "Yang Liu", *circles)

    assert (
        eligible_readers([*career(1, 0, "Yang Liu", circles[0]), *papers], CUT)
        == []
    )


def test_all_later_papers_are_candidates_together():
    papers = corpus().papers
    models = fitted(papers)

    assert {scores(likes(0, 1)).shape for scores in models.values()} == {
        (len(later(papers)),)
    }


def test_no_later_paper_changes_the_score_of_another():
    papers = corpus().papers
    last = papers[-1].listed
    changed_papers = [
        replace(paper, title="Unheard", abstract="of")
        if paper.listed == last
        else paper
        for paper in papers
    ]
    is_kept = np.array([paper.listed < last for paper in later(papers)])

    original, changed = fitted(papers), fitted(changed_papers)

    for name in original:
        before, after = (
            models[name](likes(0, 7))[is_kept] for models in (original, changed)
        )
        np.testing.assert_allclose(before, after, atol=1e-6, err_msg=name)


def test_who_wrote_a_paper_is_no_feature():
    papers = corpus().papers
    anonymous = [replace(paper, authors=()) for paper in papers]

    original, changed = fitted(papers), fitted(anonymous)

    for name in original:
        before = original[name](likes(3))
        after = changed[name](likes(3))
        assert np.array_equal(before, after), name


def test_our_model_forgets_an_old_paper_and_zotero_ranks_it_behind_a_new_one():
    models = fitted(corpus().papers)
    first_newer = replace(likes(0, 1), ages=np.array([1, 9]))
    second_newer = replace(likes(0, 1), ages=np.array([9, 1]))

    fresh = models[PAPERPICKS](likes(0, age=0))
    old = models[PAPERPICKS](likes(0, age=300))
    first = models["zotero"](first_newer)
    second = models["zotero"](second_newer)

    assert old.max() < fresh.max()
    assert not np.allclose(first, second)


def test_so_many_likes_are_chosen_by_seed_and_reader_with_their_ages():
    reader = Reader(
        user=4,
        likes=np.array([2, 3, 5, 7, 11]),
        relevant=np.array([0]),
        ages=np.array([9, 8, 7, 6, 5], np.float32),
    )
    histories: list[RatingHistory] = []

    def model(history: RatingHistory) -> Floats:
        histories.append(history)
        return np.zeros(3, np.float32)

    list(new_papers.run_trials({"spy": model}, [reader], ["all", 2], 1))

    drawn = np.random.default_rng([1, 4]).permutation(reader.likes)[:2].tolist()
    ages = dict(zip(reader.likes.tolist(), reader.ages.tolist(), strict=True))
    assert [history.likes.tolist() for history in histories] == [
        reader.likes.tolist(),
        drawn,
    ]
    assert histories[1].ages.tolist() == [ages[row] for row in drawn]


def test_models_that_read_find_later_papers_and_everybody_is_a_reader():
    days = [
        CUT + timedelta(days=row % EACH - EACH // 2)
        for row in range(EACH * len(KINDS))
    ]
    papers = [
        replace(
            paper,
            listed=day,
            authors=(f"Writer {kind}", f"Friend {kind}"),
            upvotes=0,
        )
        for paper, day, kind in zip(
            library().papers, days, np.repeat([*KINDS], EACH), strict=True
        )
    ]

    results = evaluate(
        papers, popularity(papers), cut=CUT, likes=("all", 1), against=AGAINST
    )

    auc = {
        result.model: result.mean("auc")
        for result in results
        if result.likes == "all"
    }
    assert {len(result.measurements) for result in results} == {2 * len(KINDS)}
    assert all(auc[name] > 0.9 for name in (*AGAINST[2:], PAPERPICKS))
    assert max(auc["random"], auc["popularity"]) < 0.7


def test_so_many_readers_are_drawn_by_the_seed():
    papers = list(corpus().papers)

    [few] = evaluate(papers, popularity(papers), cut=CUT, readers=3, likes=(5,))

    assert len(few.measurements) == 3
    with pytest.raises(
        ValueError, match="only 12 readers have 5 known likes and 1 new one"
    ):
        evaluate(papers, popularity(papers), cut=CUT, readers=13)


def test_a_cut_after_the_last_paper_leaves_nobody():
    papers = list(corpus().papers)

    with pytest.raises(
        ValueError, match="nobody has 5 papers listed before 2027-01-01"
    ):
        evaluate(papers, popularity(papers), cut=date(2027, 1, 1))
