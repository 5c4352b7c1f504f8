"""Phrases that readers are offered read as people write them."""

import pytest

from recommender.subjects import names_subject, spelled


@pytest.mark.parametrize(
    ("folded", "texts", "form"),
    [
        (
            "augmented generation",
            ["Retrieval-Augmented Generation", "retrieval-augmented generation, again"] * 2,
            "retrieval-augmented generation",
        ),
        ("kv cache", ["KV Caches", "the KV cache", "KV Cache"], "KV cache"),
        ("scaling law", ["Scaling Laws", "Neural Scaling Laws", "a scaling law"], "scaling laws"),
        ("language action", ["Vision-Language-Action Models"] * 4, "vision-language-action models"),
        ("gaussian splatting", ["3D Gaussian Splatting"] * 3, "3D gaussian splatting"),
        ("gaussian splatting", ["Gaussian Splatting: Fast", "Gaussian Splatting"] * 2,
         "gaussian splatting"),
        ("speech recognition", ["On speech recognition in cars"] * 3, "speech recognition"),
        ("speech recognition", [], "speech recognition"),
    ],
)  # fmt: skip
def test_a_phrase_is_written_as_most_texts_write_it(
    folded: str, texts: list[str], form: str
) -> None:
    assert spelled([folded], texts) == [form]


def test_a_phrase_is_no_longer_than_four_words() -> None:
    assert spelled(["beta gamma"], ["alpha beta gamma delta epsilon zeta"] * 5)[0].count(" ") == 3


@pytest.mark.parametrize(
    ("phrase", "tells"),
    [
        ("gaussian splatting", True),
        ("language model", True),
        ("speech", False),
        ("real world", False),
        ("retrieval augmented", False),
        ("neural network", False),
        ("gpt 4o", False),
    ],
)
def test_a_phrase_that_hangs_or_says_nothing_is_no_subject(phrase: str, tells: bool) -> None:
    assert names_subject(phrase) is tells
