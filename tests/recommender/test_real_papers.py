"""With real papers: a typed topic finds its papers, and a like pulls its neighbours up."""

import re

import numpy as np
import pytest

from recommender.categories import NAMES
from recommender.evidence import TOPIC_WEIGHT, Evidence, rating_evidence
from recommender.phrases import STOPWORDS, contains, forms
from recommender.profile import learn
from recommender.ranking import scores
from tests.recommender.daily import Daily
from tests.recommender.factories import candidates_of


@pytest.mark.parametrize(
    "topic",
    [
        "diffusion models",
        "reinforcement learning",
        "reasoning",
        "video generation",
    ],
)
def test_a_typed_topic_ranks_papers_that_contain_it_first(
    daily: Daily, topic: str
):
    profile = learn(
        [Evidence("wanted", topic, TOPIC_WEIGHT)],
        daily.features.transform([topic]),
    )
    newest = daily.vectors.take(daily.newest)
    texts = [forms(daily.papers[row].text) for row in daily.newest]
    is_match = np.array([contains(text, forms(topic)) for text in texts])

    scores = profile.score(newest, is_match[:, None])

    best = np.argsort(-scores, kind="stable")[:10]
    assert is_match[best].sum() >= 8


def test_a_like_moves_the_nearest_paper_up(daily: Daily):
    newest = daily.vectors.take(daily.newest)
    similarity = newest.similarity(newest)
    np.fill_diagonal(similarity, 0)
    popularity = np.random.default_rng(0).permutation(len(newest)) / len(newest)
    candidates = candidates_of(newest, popularity)
    before = scores(candidates, learn([], newest.take([])))

    for row in range(0, 500, 25):
        nearest = int(similarity[row].argmax())
        after = scores(
            candidates, learn([rating_evidence(row, 1, 0)], newest.take([row]))
        )
        place_before = int((before > before[nearest]).sum())
        place_after = int((after > after[nearest]).sum())

        assert place_after <= min(place_before, 20), row


def test_what_readers_like_next_ranks_above_the_rest(daily: Daily):
    """From likes of older papers alone; the answers of these readers hold some noise."""
    newest = daily.vectors.take(daily.newest)
    shares: list[float] = []

    for likes in daily.likes:
        older = [row for row in likes if row < daily.newest[0]]
        hits = np.isin(daily.newest, likes)
        if not older or not hits.any():
            continue
        evidence = [rating_evidence(row, 1, 0) for row in older]
        scores = learn(evidence, daily.vectors.take(older)).score(newest)
        is_right = scores[hits][:, None] > scores[~hits]
        shares.append(float(is_right.mean()))

    assert len(shares) >= 20
    # Of all pairs; measured 0.667.
    assert np.mean(shares) >= 0.64
    assert np.mean(np.array(shares) > 0.5) >= 0.95


def test_the_vocabulary_of_real_papers_holds_no_latex_and_no_stop_words(
    daily: Daily,
):
    """Of words that several papers share; an author's own coinage may be any string."""
    shared = daily.features.terms_[: len(daily.features.projection_)]
    vocabulary = {word for term in shared for word in term.split()}

    assert not vocabulary & STOPWORDS
    assert not vocabulary & {"mathbf", "mathrm", "frac", "emph", "texttt"}
    assert not [term for term in shared if re.search(r"[\\${}_^]", term)]


def test_frequent_words_are_terms_as_people_write_them(daily: Daily):
    """A term is never the stem of a word that papers only write in full."""
    vocabulary = set(daily.features.vocabulary_)

    assert {
        "video",
        "metric",
        "lens",
        "bias",
        "hypothesis",
        "news",
        "3dgs",
        "robotics",
    } <= vocabulary
    assert not vocabulary & {
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
        re.fullmatch(r"[a-z-]+(\.[A-Za-z-]{2,9})?", code) for code in NAMES
    )
    assert all(name == name.strip() and name for name in NAMES.values())
