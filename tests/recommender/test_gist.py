"""The gist of an abstract is its sentence that says what was done, and ends where it should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import gist, sentences

ABSTRACT = (
    "Long texts are hard to read for models of a fixed memory. Existing work, e.g. that of Dao et "
    "al. (Fig. 2), spends 3.5 times the memory. To address this, we propose Longmem, a memory of "
    "fixed size that keeps what a long text said in its states. Moreover, it is fast. Experiments "
    "on nine benchmarks show gains of 2.1 points. Code is available at https://github.com/a/b."
)
SENTENCE = (
    "To address this, we propose Longmem, a memory of fixed size that keeps what a long text said "
    "in its states."
)


def test_abbreviations_decimals_and_initials_end_no_sentence() -> None:
    text = "See e.g. Fig. 2 of A. Vaswani et al. It won 3.5 points. Is that much? Yes."

    assert sentences.split(text) == [
        "See e.g. Fig. 2 of A. Vaswani et al. It won 3.5 points.",
        "Is that much?",
        "Yes.",
    ]


def test_the_sentence_that_says_what_was_done_is_the_gist() -> None:
    title = "Longmem: A Memory of Fixed Size for Long Texts"

    assert gist.sentence(title, ABSTRACT) == SENTENCE


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_without_an_abstract_there_is_no_gist(text: str) -> None:
    assert gist.sentence("A Title", text) == ""


def test_a_single_sentence_is_its_own_gist() -> None:
    assert gist.sentence("", "% We look at birds.") == "We look at birds."


def test_a_long_sentence_ends_at_a_comma_or_else_after_a_word() -> None:
    text = "A memory of fixed size keeps what a text said, and it is read once in full"

    assert gist.shorten(text, 60) == (
        "A memory of fixed size keeps what a text said…"
    )
    assert gist.shorten(text, 42) == "A memory of fixed size keeps what a text…"
    assert gist.shorten(text, 100) == text


@given(st.text(max_size=300), st.integers(0, 200))
def test_a_shortened_text_is_never_longer_than_its_room(
    text: str, longest: int
) -> None:
    assert len(gist.shorten(text, longest)) <= max(longest, 0)


@given(st.text(max_size=100), st.text(max_size=800))
def test_the_gist_is_part_of_the_abstract(title: str, abstract: str) -> None:
    assert gist.sentence(title, abstract) in abstract


@given(st.text(max_size=500))
def test_no_letter_is_lost_where_sentences_are_parted(text: str) -> None:
    parted = "".join("".join(sentences.split(text)).split())

    assert parted == "".join(text.split())
