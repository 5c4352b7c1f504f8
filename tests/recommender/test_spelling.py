"""Spelling: misspelt topics are corrected; what may be right is left alone."""

import pytest

from recommender.concepts import Concepts
from recommender.fields import FIELDS
from recommender.spelling import Spelling

SPELLING = Spelling(
    [*FIELDS, *Concepts().names()], ["tumour", "network", "graph", "imaging"]
)


@pytest.mark.parametrize(
    ("text", "correction"),
    [
        ("difusion models", "diffusion models"),
        ("Diffusion Modles", "diffusion models"),
        ("reinforcment learning", "reinforcement learning"),
        ("protien folding", "protein folding"),
        ("vison transformers", "vision transformers"),
        ("tumuor imaging", "tumour imaging"),
        ("grpah imaging netwroks", "graph imaging networks"),
    ],
)
def test_a_misspelt_phrase_is_corrected(text: str, correction: str):
    assert SPELLING.phrase(text) == correction


@pytest.mark.parametrize(
    "text",
    [
        "diffusion model",
        "GRPO",
        "RLVR",
        "underwater basket weaving",
        "xqzw",
        "机器人",
        "",
        "2024",
    ],
)
def test_what_may_be_right_is_left_alone(text: str):
    assert SPELLING.phrase(text) is None


def test_words_are_looked_at_one_by_one():
    assert SPELLING.word("tumuor") == "tumour"
    assert SPELLING.word("tumours") is None
    assert SPELLING.word("zzzzzz") is None
