"""Of several ways to write a phrase the plainest is shown."""

import pytest

from recommender.wording import plainest


@pytest.mark.parametrize(
    ("spans", "plain"),
    [
        (
            ["Gated Linear Attention", "gated linear attention"],
            "gated linear attention",
        ),
        (
            ["state-space model", "State-space models", "state-space model"],
            "state-space model",
        ),
        (["LoRA"], "LoRA"),
        (["Gaussian splatting", "Gaussian Splatting"], "Gaussian splatting"),
    ],
)
def test_the_way_with_the_fewest_capitals_is_shown(
    spans: list[str], plain: str
):
    assert plainest(spans) == plain


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Deep Tokens", "deep tokens"),
        ("3D Human Pose Estimation", "3D human pose estimation"),
        ("AI Coding Agents", "AI coding agents"),
        ("Chain of Thought", "chain of thought"),
    ],
)
def test_the_capitals_of_a_title_are_no_way_of_writing(title: str, plain: str):
    assert plainest([title]) == plain
