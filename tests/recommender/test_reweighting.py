"""Weights of dislikes: the solution of an equation, and monotone in the scores."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import root
from scipy.special import expit

from recommender.arrays import Doubles
from recommender.reweighting import EXPECTED_SCORE, dislike_weights


@st.composite
def dislikes(draw: st.DrawFn) -> tuple[Doubles, Doubles, Doubles]:
    """Draw the scores of papers, what dislikes of them weigh at most, and their kernel."""
    n = draw(st.integers(1, 12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    vectors = rng.normal(size=(n, draw(st.integers(1, 12))))
    kernel = vectors @ vectors.T / vectors.shape[1] + 0.1 * np.eye(n)
    return rng.normal(0, 3, n), rng.uniform(0.5, 2, n), kernel


@given(dislikes())
def test_the_weights_of_dislikes_solve_their_equation(
    problem: tuple[Doubles, Doubles, Doubles],
):
    """The weight of each dislike is the one that the score, which counts the others, gives it."""
    scores, max_weights, kernel = problem

    def residual(weights: Doubles) -> Doubles:
        expected = expit(scores - EXPECTED_SCORE + kernel @ weights)
        return np.asarray(weights + max_weights * expected)

    weights = dislike_weights(scores, max_weights, kernel)

    solution = root(residual, -max_weights / 2, method="hybr", tol=1e-10)
    assert solution.success
    np.testing.assert_allclose(weights, solution.x, atol=1e-5)
    np.testing.assert_allclose(residual(weights), 0, atol=1e-5)


@given(dislikes(), st.floats(0, 5))
def test_what_raises_a_score_before_the_dislikes_raises_it_after_them(
    problem: tuple[Doubles, Doubles, Doubles], weight: float
):
    scores, max_weights, kernel = problem
    raised = scores + weight * kernel[:, 0]

    before = scores + kernel @ dislike_weights(scores, max_weights, kernel)
    after = raised + kernel @ dislike_weights(raised, max_weights, kernel)

    assert after[0] >= before[0] - 1e-5
