"""What one reader likes: a sum over what they said, each piece of which can be taken back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import root
from scipy.special import expit

from recommender.profile import (
    DISLIKE,
    EXPECTED,
    FORGETTING,
    LIKE,
    SAYS,
    WANTED,
    Evidence,
    Profile,
    combine,
    doubted,
    doubts,
    learn,
    rated,
)
from tests.recommender.factories import (
    FIRST_ID,
    RATINGS,
    ROWS,
    TOPICS,
    Library,
    Said,
    library,
    saying,
    taste,
    wanting,
)

CLOSE = 1e-4


def scores(said: Said, topics: list[str]) -> np.ndarray:
    """Return what each paper of the library is worth to who said this."""
    return taste(said, *topics).score(library().vectors, saying(*topics))


def raised(said: Said, topics: list[str], more: Said) -> np.ndarray:
    """Return by how much saying `more` raises each paper of the library."""
    return np.asarray(scores(said + more, topics) - scores(said, topics))


def weights(profile: Profile, kind: str) -> list[float]:
    return [piece.weight for piece in profile.evidence if piece.kind == kind]


@given(RATINGS, TOPICS, ROWS)
def test_a_like_raises_its_own_paper(said: Said, topics: list[str], row: int):
    assert raised(said, topics, [(row, 1, 0)])[row] > 0


@given(RATINGS, TOPICS, ROWS)
def test_a_dislike_lowers_its_own_paper(
    said: Said, topics: list[str], row: int
):
    assert raised(said, topics, [(row, -1, 0)])[row] < 0


@given(RATINGS, ROWS, st.sampled_from([1, -1]))
def test_no_paper_moves_further_than_the_rated_one(
    said: Said, row: int, value: int
):
    """After likes of the same day; a dislike erodes the older ones, whatever these are of."""
    likes = [(other, 1, 0) for other, liked, _ in said if liked > 0]

    moved = value * raised(likes, [], [(row, value, 0)])

    assert moved[row] >= moved.max() - CLOSE


@given(RATINGS, TOPICS, ROWS, st.integers(0, 400))
def test_a_like_never_lowers_a_copy_of_its_paper(
    said: Said, topics: list[str], row: int, age: int
):
    made, says = library(), saying(*topics)[[row]]
    copy = made.features.transform([made.papers[row].content])

    before = taste(said, *topics).score(copy, says)
    after = taste([*said, (row, 1, age)], *topics).score(copy, says)

    assert after[0] >= before[0]


@given(RATINGS, TOPICS, ROWS, st.sampled_from([1, -1]), st.integers(0, 12))
def test_what_is_taken_back_leaves_no_trace(
    said: Said, topics: list[str], row: int, value: int, place: int
):
    before = scores(said, topics)
    more = [*said[:place], (row, value, 0), *said[place:]]
    scores(more, topics)

    more.pop(min(place, len(said)))

    assert np.array_equal(scores(more, topics), before)


@given(RATINGS, RATINGS)
def test_a_profile_is_the_sum_of_its_evidence(some: Said, others: Said):
    whole = taste(some + others)
    place = np.arange(len(whole.evidence))
    one, two = (
        combine([whole.evidence[i] for i in part], whole.vectors.take(part))
        for part in (place[: len(some)], place[len(some) :])
    )

    np.testing.assert_allclose(
        whole.sparse, one.sparse + two.sparse, atol=CLOSE
    )
    np.testing.assert_allclose(
        whole.common, one.common + two.common, atol=CLOSE
    )
    towards = one.about / one.share + two.about / two.share
    np.testing.assert_allclose(whole.about / whole.share, towards, atol=CLOSE)


@given(RATINGS, st.randoms())
def test_the_order_in_which_things_were_said_does_not_matter(said: Said, rng):
    vectors, moved = library().vectors, list(said)
    rng.shuffle(moved)

    np.testing.assert_allclose(
        taste(moved).score(vectors), taste(said).score(vectors), atol=CLOSE
    )


@given(RATINGS, st.permutations(range(17)))
def test_a_score_does_not_depend_on_the_papers_beside_it(
    said: Said, order: list[int]
):
    profile, vectors = taste(said), library().vectors.take(list(range(17)))

    moved = profile.score(vectors.take(order))

    assert np.array_equal(moved, profile.score(vectors)[order])


@given(RATINGS, ROWS)
def test_the_shares_of_the_evidence_sum_to_the_taste(said: Said, row: int):
    profile, paper = taste(said), library().vectors.take([row])

    shares = profile.shares(paper)

    assert shares.shape == (len(said),)
    assert shares.sum() == pytest.approx(profile.score(paper)[0], abs=CLOSE)


@given(RATINGS, TOPICS, ROWS)
def test_what_a_paper_says_is_in_the_share_of_its_topic(
    said: Said, topics: list[str], row: int
):
    profile, paper = taste(said, *topics), library().vectors.take([row])
    says = saying(*topics)[[row]]

    shares = profile.shares(paper, says)

    assert shares.sum() == pytest.approx(
        profile.score(paper, says)[0], abs=CLOSE
    )


@given(st.integers(0, 1_000), st.integers(0, 1_000))
def test_an_older_rating_weighs_less_and_none_turns_around(one: int, two: int):
    younger, older = (rated(1, 1, age).weight for age in sorted([one, two]))

    assert LIKE >= younger >= older > 0
    assert rated(1, -1, one).weight == pytest.approx(
        -DISLIKE * rated(1, 1, one).weight
    )


def test_a_like_still_tells_after_a_month():
    assert rated(1, 1, 30).weight == pytest.approx(
        LIKE * np.exp(-30 * FORGETTING)
    )
    assert rated(1, 1, 30).weight > 0.9 * LIKE


def test_a_rating_from_tomorrow_weighs_like_one_of_today():
    assert rated(1, 1, -1).weight == rated(1, 1, 0).weight


def test_a_dislike_of_what_was_expected_weighs_more(library: Library):
    images = [(row, 1, 3) for row in library.rows("image")[:5]]
    expected, unexpected = library.rows("image")[6], library.rows("protein")[0]

    [more], [less] = (
        weights(taste([*images, (row, -1, 0)]), "dislike")
        for row in (expected, unexpected)
    )

    assert -DISLIKE <= more < less < 0


def test_a_second_dislike_of_the_same_is_expected_already(library: Library):
    images = [(row, 1, 3) for row in library.rows("image")[:5]]
    row = library.rows("image")[6]

    once, twice = (
        weights(taste([*images, *[(row, -1, 0)] * n]), "dislike")
        for n in (1, 2)
    )

    assert once[0] < min(twice)
    assert sum(twice) < once[0]


def test_later_dislikes_erode_older_likes_whatever_they_are_of(
    library: Library,
):
    like, dislikes = (library.rows("image")[0], 1, 5), library.rows("protein")

    def weight(age: int, number: int) -> float:
        said = [like, *((row, -1, age) for row in dislikes[:number])]
        return weights(taste(said), "like")[0]

    assert weight(1, 0) > weight(1, 1) > weight(1, 5) > 0
    assert weight(5, 3) == weight(9, 3) == weight(1, 0)


def test_a_topic_disliked_near_is_trusted_less_and_a_like_near_restores_it(
    library: Library,
):
    near, far = library.rows("robot"), library.rows("image")
    dislikes, likes = (
        [(row, -1, 0) for row in near[:4]],
        [(row, 1, 0) for row in near[4:]],
    )

    def trust(said: Said) -> float:
        return weights(taste(said, "robot arm"), "wanted")[0] / WANTED

    assert trust([]) == trust(likes) == 1
    assert 0 < trust(dislikes) < trust([(row, -1, 0) for row in far[:4]]) <= 1
    assert (
        trust(dislikes)
        < trust([*dislikes, *likes[:2]])
        < trust([*dislikes, *likes])
        <= 1
    )


def test_a_paper_that_says_a_topic_is_wholly_near_it(library: Library):
    said = saying("robot arm")[:, 0]
    spoken = [row for row in library.rows("robot") if said[row]]
    silent = [row for row in library.rows("robot") if not said[row]]

    trust = [
        weights(taste([(row, -1, 0)], "robot arm"), "wanted")[0]
        for row in spoken + silent
    ]

    assert trust[: len(spoken)] == pytest.approx([trust[0]] * len(spoken))
    assert WANTED > min(trust[len(spoken) :]) > trust[0] > 0


def test_a_paper_gains_once_by_the_topics_it_says(library: Library):
    topics = wanting("robot arm", "grasp planning")
    says = np.array([[False, False], [True, False], [True, True]])

    assert topics.spoken(says).tolist() == [0, SAYS, SAYS]


@st.composite
def disliked(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw the scores of papers, what dislikes of them weigh at most, and how alike they are."""
    size = draw(st.integers(1, 12))
    drawn = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    parts = drawn.normal(size=(size, draw(st.integers(1, 12))))
    kernel = parts @ parts.T / parts.shape[1] + 0.1 * np.eye(size)
    return drawn.normal(0, 3, size), drawn.uniform(0.5, 2, size), kernel


@given(disliked())
def test_the_doubts_solve_their_equation(
    drawn: tuple[np.ndarray, np.ndarray, np.ndarray],
):
    """The weight of each dislike is the one that the score, which counts the others, gives it."""
    papers, most, kernel = drawn

    def excess(weights: np.ndarray) -> np.ndarray:
        return np.asarray(
            weights + most * expit(papers - EXPECTED + kernel @ weights)
        )

    found = doubts(papers, most, kernel)

    solved = root(excess, -most / 2, method="hybr", tol=1e-10)
    assert solved.success
    np.testing.assert_allclose(found, solved.x, atol=1e-5)
    np.testing.assert_allclose(excess(found), 0, atol=1e-5)


@given(disliked(), st.floats(0, 5))
def test_what_raises_a_score_raises_it_after_the_doubts_too(
    drawn: tuple[np.ndarray, np.ndarray, np.ndarray], more: float
):
    papers, most, kernel = drawn
    raised = papers + more * kernel[:, 0]

    before = papers + kernel @ doubts(papers, most, kernel)
    after = raised + kernel @ doubts(raised, most, kernel)

    assert after[0] >= before[0] - 1e-5


def test_a_rating_remembers_its_paper_and_its_kind():
    profile = taste([(0, 1, 0), (1, -1, 0)])

    told = [(piece.kind, piece.ref) for piece in profile.evidence]

    assert told == [("like", FIRST_ID), ("dislike", FIRST_ID + 1)]


def test_cy_who_said_nothing_finds_all_papers_equal(library: Library):
    cy = learn([], library.vectors.take([]))

    assert not cy.score(library.vectors).any()


def test_a_paper_without_a_known_word_teaches_nothing(library: Library):
    unknown = library.features.transform(["zyzzyva"])

    profile = learn([rated(1, 1, 0)], unknown)

    assert not profile.score(library.vectors).any()


def test_ada_and_bo_who_typed_topics_get_papers_of_their_kind_first(
    library: Library,
):
    ada, bo = wanting("diffusion models"), wanting("machine translation")

    best = [
        np.argsort(-p.score(library.vectors))[:5].tolist() for p in (ada, bo)
    ]

    assert set(best[0]) <= set(library.rows("image"))
    assert set(best[1]) <= set(library.rows("language"))


def test_evidence_without_its_vector_is_refused(library: Library):
    with pytest.raises(ValueError, match="2 pieces of evidence, but 1 vectors"):
        learn([rated(1, 1, 0), rated(2, 1, 0)], library.vectors.take([0]))


def test_scores_are_single_precision_rows(library: Library):
    profile: Profile = taste([(0, 1, 0)])

    scored = profile.score(library.vectors)

    assert scored.dtype == np.float32
    assert scored.shape == (len(library.papers),)


@pytest.mark.parametrize(
    ("dislikes", "asks"), [(3, False), (4, True), (9, True)]
)
def test_a_topic_is_doubted_after_four_dislikes_of_papers_that_say_it(
    dislikes: int, asks: bool
):
    evidence = [rated(i, -1, 0) for i in range(dislikes)] + [
        Evidence("wanted", "topic", WANTED)
    ]
    says = np.ones((dislikes + 1, 1), bool)
    vectors = library().vectors.take(range(dislikes + 1))

    assert doubted(learn(evidence, vectors, says)) == (
        ["topic"] if asks else []
    )
