"""With real papers: a typed topic finds its papers, and a like pulls its neighbours up."""

import re

import numpy as np
import pytest

from recommender.categories import NAMES
from recommender.phrases import STOPWORDS, forms, says
from recommender.profile import WANTED, Evidence, learn, rated
from recommender.ranking import scores
from tests.recommender.daily import Daily
from tests.recommender.factories import offer


@pytest.mark.parametrize(
    "topic",
    [
        "diffusion models",
        "reinforcement learning",
        "reasoning",
        "video generation",
    ],
)
def test_a_typed_topic_ranks_papers_that_say_it_first(daily: Daily, topic: str):
    profile = learn(
        [Evidence("wanted", topic, WANTED)], daily.features.transform([topic])
    )
    newest = daily.vectors.take(daily.newest)
    texts = [forms(daily.papers[row].text) for row in daily.newest]
    said = np.array([says(text, forms(topic)) for text in texts])

    best = np.argsort(-profile.score(newest, said[:, None]), kind="stable")[:10]

    assert said[best].sum() >= 8


def test_a_like_moves_the_nearest_paper_up(daily: Daily):
    newest = daily.vectors.take(daily.newest)
    alike = newest.similarity(newest) - np.eye(len(newest), dtype=np.float32)
    popularity = np.random.default_rng(0).permutation(len(newest)) / len(newest)
    candidates = offer(newest, popularity)
    before = scores(candidates, learn([], newest.take([])))

    for row in range(0, 500, 25):
        nearest = int(alike[row].argmax())
        after = scores(
            candidates, learn([rated(row, 1, 0)], newest.take([row]))
        )
        place = [int((s > s[nearest]).sum()) for s in (before, after)]

        assert place[1] <= min(place[0], 20), (row, place)


def test_what_readers_like_next_ranks_above_the_rest(daily: Daily):
    """From likes of older papers alone; the answers of these readers hold some noise."""
    first, newest = daily.newest[0], daily.vectors.take(daily.newest)
    right = []

    for likes in daily.likes:
        known = [row for row in likes if row < first]
        hits = np.isin(daily.newest, likes)
        scored = learn(
            [rated(row, 1, 0) for row in known], daily.vectors.take(known)
        ).score(newest)
        if known and hits.any():
            right.append((scored[hits][:, None] > scored[~hits]).mean())

    assert len(right) >= 20
    assert np.mean(right) >= 0.64  # of all pairs; measured 0.667
    assert np.mean(np.array(right) > 0.5) >= 0.95


def test_the_vocabulary_of_real_papers_holds_no_latex_and_no_stop_words(
    daily: Daily,
):
    """Of words that several papers share; an author's own coinage may be any string."""
    shared = daily.features.terms_[: len(daily.features.projection_)]
    known = {word for term in shared for word in term.split()}

    assert not known & STOPWORDS
    assert not known & {"mathbf", "mathrm", "frac", "emph", "texttt"}
    assert not [term for term in shared if re.search(r"[\\${}_^]", term)]


def test_frequent_words_are_shown_as_people_write_them(daily: Daily):
    """A term is never the stem of a word that papers only write in full."""
    known = set(daily.features.vocabulary_)

    assert {
        "video",
        "metric",
        "lens",
        "bias",
        "hypothesis",
        "news",
        "3dgs",
        "robotics",
    } <= known
    assert not known & {
        "videos",
        "metrics",
        "biase",
        "hypothese",
        "matrice",
        "3dg",
        "alway",
    }


def test_category_names_are_those_of_their_codes():
    assert NAMES["cs.CL"] == "Computation and Language"
    assert all(
        re.fullmatch(r"[a-z-]+(\.[A-Za-z-]{2,6})?", code) for code in NAMES
    )
    assert all(name == name.strip() and name for name in NAMES.values())
