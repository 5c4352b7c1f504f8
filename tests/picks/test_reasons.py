"""Each score is explained by a true sentence."""

from datetime import date

import pytest

from bot.messages import reasons as reasons_message
from bot.messages.translation import of
from bot.picks import reasons
from bot.storage.receipts import Reason as StoredReason
from recommender.explain import Reason
from recommender.papers import Paper

TITLES = {1: "Gated attention"}


def paper_about(text: str) -> Paper:
    return Paper(
        title=text, abstract=text, source="file", listed=date(2026, 11, 23)
    )


def explanation_of(*words: str, by: tuple[str, int | str, float]) -> Reason:
    """Return a score of one, due to some words and to one piece of evidence."""
    return Reason(1.0, 0.0, tuple((word, 0.5) for word in words), (by,))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("A Diffusion-Model for maps", "topic"),
        ("Denoising of satellite images", "near"),
    ],
)
def test_a_paper_that_does_not_contain_a_topic_is_only_near_it(
    text: str, kind: str
) -> None:
    explanation = explanation_of(
        "denoising", by=("wanted", "diffusion models", 0.9)
    )

    reason = reasons.explained(explanation, 0.5, {}, paper_about(text), [])

    assert (reason.kind, reason.topic) == (kind, "diffusion models")


def test_a_score_without_a_concept_is_explained_by_the_nearest_liked_paper() -> (
    None
):
    explanation = explanation_of(by=("like", 1, 0.2))

    reason = reasons.explained(
        explanation, 0.5, TITLES, paper_about("Maps"), []
    )

    assert (reason.kind, reason.title) == ("close", "Gated attention")


@pytest.mark.parametrize(
    ("concepts", "popularity", "sentence"),
    [
        (
            ["robotics", "speech", "video"],
            0.9,
            "A stretch: it is about robotics, speech",
        ),
        ([], 0.9, "A stretch, but popular on its day"),
        ([], 0.1, "A stretch: little of what you told me points to it"),
    ],
)
def test_a_paper_far_from_the_taste_is_a_stretch(
    concepts: list[str], popularity: float, sentence: str
) -> None:
    explanation = Reason(0.01, 0.05, (), (("like", 1, 0.01),))

    reason = reasons.explained(
        explanation, popularity, TITLES, paper_about("Maps"), concepts
    )

    assert reasons_message.sentence(of("en"), reason) == sentence


def test_before_anything_is_learned_a_topic_in_the_paper_is_the_reason() -> (
    None
):
    paper = paper_about("Diffusion models")

    with_topic = reasons.unlearned(0.9, paper, ["speech", "diffusion model"])
    without_it = reasons.unlearned(0.9, paper, ["speech"])
    no_topics = reasons.unlearned(0.9, paper, [])

    assert with_topic == StoredReason(kind="topic", topic="diffusion model")
    assert without_it.kind == "stretch"
    assert no_topics.kind == "popular"
