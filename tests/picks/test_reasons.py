"""Which true sentence tells a score."""

from datetime import date

import pytest

from bot.messages import reasons as reasons_message
from bot.messages.translation import of
from bot.picks import reasons
from bot.storage.receipts import Reason as StoredReason
from recommender.explain import Reason
from recommender.papers import Paper


def about(text: str) -> Paper:
    return Paper(
        title=text, abstract=text, source="file", listed=date(2026, 11, 23)
    )


def carried(*words: str, by: tuple[str, int | str, float]) -> Reason:
    """Return a score of one, carried by some words and one thing the reader said."""
    return Reason(1.0, 0.0, tuple((word, 0.5) for word in words), (by,))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("A Diffusion-Model for maps", "topic"),
        ("Denoising of satellite images", "near"),
    ],
)
def test_a_paper_that_does_not_say_a_topic_is_only_near_it(
    text: str, kind: str
) -> None:
    why = carried("denoising", by=("wanted", "diffusion models", 0.9))

    told = reasons.explained(why, 0.5, {}, about(text), [])

    assert (told.kind, told.topic) == (kind, "diffusion models")


def test_where_no_concept_carries_the_score_the_nearest_liked_paper_does() -> (
    None
):
    why = carried(by=("like", 1, 0.2))

    told = reasons.explained(
        why, 0.5, {1: "Gated attention"}, about("Maps"), []
    )

    assert (told.kind, told.title) == ("close", "Gated attention")


@pytest.mark.parametrize(
    ("about_it", "popularity", "sentence"),
    [
        (
            ["robotics", "speech", "video"],
            0.9,
            "A stretch: it is about robotics, speech",
        ),
        ([], 0.9, "A stretch, but popular on its day"),
        ([], 0.1, "A stretch: little that you told me speaks for it"),
    ],
)
def test_what_the_taste_does_not_speak_for_is_a_stretch(
    about_it: list[str], popularity: float, sentence: str
) -> None:
    why = Reason(0.01, 0.05, (), (("like", 1, 0.01),))

    told = reasons.explained(
        why, popularity, {1: "Gated attention"}, about("Maps"), about_it
    )

    assert reasons_message.sentence(of("en"), told) == sentence


def test_before_anything_is_learned_a_topic_that_the_paper_says_is_the_reason() -> (
    None
):
    said = reasons.unlearned(
        0.9, about("Diffusion models"), ["speech", "diffusion model"]
    )
    unsaid = reasons.unlearned(0.9, about("Diffusion models"), ["speech"])
    nothing = reasons.unlearned(0.9, about("Diffusion models"), [])

    assert said == StoredReason(kind="topic", topic="diffusion model")
    assert [unsaid.kind, nothing.kind] == ["stretch", "popular"]
