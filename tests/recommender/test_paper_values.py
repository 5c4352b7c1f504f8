"""Ids, titles and names of papers, in whatever spelling they come."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.papers import Paper, arxiv_id, author_key, one_line, title_key

LETTERS = "abcxyzABCXYZéèüñöçÅÉ0189"
NOISE = " \t\n-–—:,.;!?'\"()"
TITLES = st.text(LETTERS + NOISE, max_size=40)
NAMES = st.lists(
    st.text("abcxyzABCXYZéèüñç", min_size=1, max_size=8), min_size=1, max_size=4
)


def without_accents(text: str) -> str:
    """Return a text without its accents."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2401.12345", "2401.12345"),
        ("0704.0001", "0704.0001"),
        ("https://arxiv.org/abs/2401.12345v3", "2401.12345"),
        ("arXiv:2401.12345 and 2402.54321", "2401.12345"),
        ("10.48550/arXiv.2401.12345", "2401.12345"),
        ("cs/0112017v1", "cs/0112017"),
        ("see math.GT/0309136.", "math/0309136"),
        ("arXiv:CS.CL/0112017v2", "cs/0112017"),
        ("cond-mat.mes-hall/0309136", "cond-mat/0309136"),
        (
            "\uff12\uff14\uff10\uff11\uff0e\uff11\uff12\uff13\uff14\uff15",
            "2401.12345",
        ),
        ("hep\u2011th/9901001", "hep-th/9901001"),
        (
            "\u0662\u0664\u0660\u0661.\u0661\u0662\u0663\u0664\u0665",
            "2401.12345",
        ),
        ("cond-mat/9901001", "cond-mat/9901001"),
    ],
)
def test_the_first_arxiv_id_is_found_without_its_version(
    text: str, expected: str
):
    assert arxiv_id(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Attention Is All You Need",
        "version 3.14159",
        "10.1145/3442188.3445922",
        "3442188.34459",
        "2401.123456789",
        "cs/01120179",
        "PMC/1234567",
    ],
)
def test_other_numbers_are_no_arxiv_id(text: str):
    assert arxiv_id(text) is None


@given(TITLES)
def test_case_does_not_change_a_title_key(title: str):
    key = title_key(title)

    assert title_key(title.upper()) == key
    assert title_key(title.lower()) == key


@given(TITLES, st.sampled_from(NOISE))
def test_space_and_punctuation_do_not_change_a_title_key(
    title: str, noise: str
):
    assert title_key(noise.join(title)) == title_key(title)


@given(TITLES)
def test_accents_do_not_change_a_title_key(title: str):
    key = title_key(title)

    assert title_key(unicodedata.normalize("NFD", title)) == key
    assert title_key(without_accents(title)) == key


@given(TITLES)
def test_a_title_key_is_its_own_key(title: str):
    key = title_key(title)

    assert title_key(key) == key


def test_titles_with_other_letters_or_digits_keep_other_keys():
    titles = ["Llama 2", "Llama 3", "Llama", "Lama 2", "深度学习", "深度"]

    assert len({title_key(title) for title in titles}) == len(titles)


@given(NAMES, st.randoms())
def test_accents_case_and_order_do_not_change_an_author_key(
    parts: list[str], rng
):
    shuffled = [without_accents(part).upper() for part in parts]
    rng.shuffle(shuffled)

    assert author_key(", ".join(shuffled)) == author_key(" ".join(parts))


def test_different_authors_have_different_keys():
    names = ["Tri Dao", "Trid Ao", "Tri Tri Dao", "Tri Đao", "T. Dao", "陶特里"]

    assert len({author_key(name) for name in names}) == len(names)


@given(st.text(LETTERS + NOISE))
def test_one_line_folds_space_and_changes_nothing_else(text: str):
    line = one_line(text)

    assert line.split() == text.split()
    assert not set(line) & set("\n\t")
    assert "  " not in line
    assert line == line.strip() == one_line(line)


def test_the_text_of_a_paper_holds_all_a_topic_could_stand_in():
    paper = Paper(
        title="A title",
        abstract="An abstract.",
        keywords=("one", "two"),
        listed=date(2026, 3, 2),
        source="file",
    )

    assert paper.text == "A title. An abstract.. one, two"
