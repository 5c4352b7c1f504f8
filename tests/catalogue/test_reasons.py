"""Which true sentence tells a score."""

from datetime import date

import pytest

from bot import reasons
from recommender.explain import Reason
from recommender.papers import Paper


def about(text: str) -> Paper:
    return Paper(title=text, abstract=text, source="file", listed=date(2026, 11, 23))


def carried(*words: str, by: tuple[str, int | str, float]) -> Reason:
    """Return a score of one, carried by some words and one thing the reader said."""
    return Reason(1.0, 0.0, tuple((word, 0.5) for word in words), (by,))


@pytest.mark.parametrize(
    ("text", "kind"),
    [("A Diffusion-Model for maps", "topic"), ("Denoising of satellite images", "near")],
)
def test_a_paper_that_does_not_say_a_topic_is_only_near_it(text: str, kind: str) -> None:
    why = carried("denoising", by=("wanted", "diffusion models", 0.9))

    told = reasons.told(why, 0.5, {}, about(text))

    assert (told["kind"], told["topic"]) == (kind, "diffusion models")


def test_words_are_told_as_the_paper_writes_them_each_phrase_once() -> None:
    why = carried("state space", "space model", "llm", by=("like", 1, 0.1))

    told = reasons.told(why, 0.5, {}, about("On state-space models of LLMs"))

    assert told["words"] == [["state-space models", 0.5], ["LLMs", 0.5]]
