"""The chosen sentence is measured by summaries, beside the first and the last one."""

import pytest

from recommender.evaluation import gists
from recommender.evaluation.gists import Summarized

PAPER = Summarized(
    title="Birds: A Model of Songs",
    abstract=(
        "Nature is loud. In this paper, we introduce Birds, a model of songs that hears who sings "
        "in a wood at night. Code is available."
    ),
    summary="A model hears who sings in a wood at night.",
)


def test_our_choice_is_measured_beside_the_first_and_the_last_sentence() -> (
    None
):
    ours, first, last = gists.evaluate([PAPER] * 5)

    assert [ours.choice, first.choice, last.choice] == [
        "ours",
        "first sentence",
        "last sentence",
    ]
    assert ours.papers == 2
    assert ours.cosine > max(first.cosine, last.cosine)
    assert ours.rouge > max(first.rouge, last.rouge)


def test_one_paper_alone_is_not_measured() -> None:
    with pytest.raises(ValueError, match="fewer than two"):
        gists.evaluate([PAPER])


@pytest.mark.parametrize(
    ("text", "reference", "figure"),
    [("a b", "b c", 0.5), ("a", "b", 0), ("A b", "a B", 1), ("", "", 0)],
)
def test_the_share_of_common_words_is_rouge(
    text: str, reference: str, figure: float
) -> None:
    assert gists.rouge(text, reference) == figure
