"""Misspelt topics are known for what was meant; what may be right is left alone."""

import pytest

from recommender.concepts import Concepts
from recommender.fields import FIELDS
from recommender.spelling import Spelling

SPELLING = Spelling(
    [*FIELDS, *Concepts().names()], ["tumour", "network", "graph", "imaging"]
)


@pytest.mark.parametrize(
    ("written", "meant"),
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
def test_what_was_meant_is_known(written: str, meant: str):
    assert SPELLING.phrase(written) == meant


@pytest.mark.parametrize(
    "written",
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
def test_what_may_be_right_is_left_alone(written: str):
    assert SPELLING.phrase(written) is None


def test_words_are_looked_at_one_by_one():
    assert SPELLING.word("tumuor") == "tumour"
    assert SPELLING.word("tumours") is None
    assert SPELLING.word("zzzzzz") is None
