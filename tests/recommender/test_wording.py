"""A model's words as a paper writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.phrases import terms
from recommender.wording import LONGEST, shown, written

TEXT = (
    "Gated Linear Attention is Enough: NeuralOS for LLMs. We study gated linear attention, which "
    "is fast. State-space models and LLMs in NeuralOS are slow; a state-space model of $x_1$ is "
    "LoRA. Gaussian splatting of scenes. Scenes by Gaussian splatting."
)
PIECES = "Graph graphs image-text LLMs of the $x_1$ 3D LoRA models . , ( reasoning".split()  # noqa: SIM905 - a list of quoted words reads worse
TEXTS = st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join)


@pytest.mark.parametrize(
    ("term", "as_written"),
    [
        ("gated linear", "gated linear attention"),
        ("linear attention", "gated linear attention"),
        ("neuralo", "NeuralOS"),
        ("llm", "LLMs"),
        ("lora", "LoRA"),
        ("state space", "state-space model"),
        ("gaussian splatting", "Gaussian splatting"),
        ("quantum", "quantum"),
    ],
)
def test_a_word_is_shown_as_the_paper_writes_it(term: str, as_written: str):
    assert written(term, TEXT) == as_written


def test_what_stands_beside_a_word_only_once_is_no_part_of_it():
    assert written("diffusion", "Fast diffusion for video.") == "diffusion"


def test_a_title_in_capitals_is_no_way_of_writing():
    assert written("deep token", "Deep Tokens for Video") == "deep tokens"


def test_of_two_words_in_one_phrase_the_first_is_shown():
    found = shown(["linear attention", "gated linear", "llm"], TEXT)

    assert found == {"gated linear attention": "linear attention", "LLMs": "llm"}


@given(TEXTS)
def test_every_term_of_a_text_is_found_in_it(text: str):
    for term in terms(text):
        found = written(term, text)

        assert set(term.split()) <= set(terms(found)) | set(terms(f". {found}"))
        assert found.casefold() in " ".join(text.split()).casefold()
        assert len(terms(found)) < 2 * LONGEST
