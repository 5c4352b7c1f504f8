"""Authors as readers: from earlier papers their later ones are found."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from bot.picks.catalogue import popularity
from recommender.authors import CIRCLES
from recommender.evaluation import new_papers
from recommender.evaluation.authorship import (
    contestants,
    eligible_readers,
    evaluate,
)
from recommender.evaluation.baselines import Said
from recommender.evaluation.new_papers import OURS, Reader
from recommender.features import Floats
from recommender.papers import Paper
from tests.evaluation.streams import DAYS, START, corpus
from tests.recommender.factories import EACH, KINDS
from tests.recommender.factories import library as made_library

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


def likes(*rows: int, age: int = 0) -> Said:
    return Said(
        np.array(rows),
        np.array([], np.intp),
        np.full(len(rows), age, np.float32),
    )


def later(papers: Sequence[Paper]) -> list[Paper]:
    return [paper for paper in papers if paper.listed >= CUT]


def fitted(papers: Sequence[Paper]) -> dict[str, new_papers.Scorer]:
    votes = np.linspace(0, 1, len(papers), dtype=np.float32)
    return contestants(papers, votes, CUT, AGAINST)


def test_a_reader_has_five_papers_before_the_cut_and_one_from_its_day_on():
    papers = [
        *career(5, 1, "Ada Byron"),
        *career(4, 9, "Too Few", "Other Friend"),
        *career(9, 0, "Long Silent", "Third Friend"),
    ]

    ada, friend = eligible_readers(papers, CUT)

    assert (ada.user, ada.known.tolist(), ada.relevant.tolist()) == (
        0,
        [0, 1, 2, 3, 4],
        [0],
    )
    assert ada.ages.tolist() == [5, 4, 3, 2, 1]
    assert friend.known.tolist() == ada.known.tolist()


def test_readers_are_numbered_by_their_sorted_names_and_spellings_are_one():
    papers = [
        *career(3, 1, "Zoë Zenith", "Bo One"),
        *career(2, 1, "Zenith Zoe", "Bo One"),
        *career(6, 1, "Abel Acht", "Bo Two"),
    ]

    readers = eligible_readers(papers, CUT)

    # Abel Acht, Bo One, Bo Two and Zoë Zenith.
    assert [len(reader.known) for reader in readers] == [6, 5, 6, 5]
    assert [reader.user for reader in readers] == [0, 1, 2, 3]


def test_a_name_with_five_circles_of_co_authors_stands_for_several_people_and_is_left_out():
    circles = [f"Person{n} X" for n in range(CIRCLES)]
    crowd = career(CIRCLES, 1, "Yang Liu", *circles)
    team = career(CIRCLES, 1, "Yang Liu", *circles[1:])

    assert eligible_readers(crowd, CUT) == []
    assert len(eligible_readers(team, CUT)) == 1


def test_circles_are_counted_over_later_papers_too():
    circles = [f"Person{n} X" for n in range(CIRCLES)]
    papers = career(CIRCLES - 1, 1, "Yang Liu", *circles)

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
    other = [
        replace(paper, title="Unheard", abstract="of")
        if paper.listed == last
        else paper
        for paper in papers
    ]
    kept = np.array([paper.listed < last for paper in later(papers)])

    given, changed = fitted(papers), fitted(other)

    for name in given:
        before, after = (
            models[name](likes(0, 7))[kept] for models in (given, changed)
        )
        np.testing.assert_allclose(before, after, atol=1e-6, err_msg=name)


def test_who_wrote_a_paper_is_no_feature():
    papers = corpus().papers
    anonymous = [replace(paper, authors=()) for paper in papers]

    given, changed = fitted(papers), fitted(anonymous)

    for name in given:
        assert np.array_equal(given[name](likes(3)), changed[name](likes(3))), (
            name
        )


def test_ours_forgets_an_old_paper_and_zotero_ranks_it_behind_a_new_one():
    ours, zotero = (fitted(corpus().papers)[name] for name in (OURS, "zotero"))
    two = likes(0, 1)

    fresh, old = (ours(likes(0, age=age)) for age in (0, 300))
    first, second = (
        zotero(replace(two, ages=np.array(ages))) for ages in ([1, 9], [9, 1])
    )

    assert old.max() < fresh.max()
    assert not np.allclose(first, second)


def test_so_many_likes_are_chosen_by_seed_and_reader_with_their_ages():
    reader = Reader(
        4,
        np.array([2, 3, 5, 7, 11]),
        np.array([0]),
        np.array([9, 8, 7, 6, 5], np.float32),
    )
    heard: list[Said] = []

    def model(said: Said) -> Floats:
        heard.append(said)
        return np.zeros(3, np.float32)

    list(new_papers.trials({"spy": model}, [reader], ["all", 2], 1))

    drawn = np.random.default_rng([1, 4]).permutation(reader.known)[:2].tolist()
    ages = dict(zip(reader.known.tolist(), reader.ages.tolist(), strict=True))
    assert [said.likes.tolist() for said in heard] == [
        reader.known.tolist(),
        drawn,
    ]
    assert heard[1].ages.tolist() == [ages[row] for row in drawn]


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
            made_library().papers, days, np.repeat([*KINDS], EACH), strict=True
        )
    ]

    results = evaluate(
        papers, popularity(papers), cut=CUT, likes=("all", 1), against=AGAINST
    )

    auc = {r.model: r.mean("auc") for r in results if r.likes == "all"}
    assert {len(r.measured) for r in results} == {2 * len(KINDS)}
    assert all(auc[name] > 0.9 for name in (*AGAINST[2:], OURS))
    assert max(auc["random"], auc["popularity"]) < 0.7


def test_so_many_readers_are_drawn_by_the_seed():
    papers = list(corpus().papers)

    [few] = evaluate(papers, popularity(papers), cut=CUT, readers=3, likes=(5,))

    assert len(few.measured) == 3
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
