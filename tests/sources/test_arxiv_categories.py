"""Readers find arXiv's categories by code, by name and by what they call their field."""

import pytest

from bot.sources import arxiv_categories


def test_every_category_of_arxiv_has_a_name() -> None:
    assert len(arxiv_categories.NAMES) == 155
    assert all(arxiv_categories.NAMES.values())
    assert arxiv_categories.name("cs.RO") == "Robotics"
    assert arxiv_categories.name("CS.ro") == "Robotics"
    assert arxiv_categories.name("cs.XX") == ""


def test_every_other_word_is_for_a_category_of_arxiv() -> None:
    codes = arxiv_categories._lines(arxiv_categories.SYNONYMS)

    assert codes.keys() <= arxiv_categories.NAMES.keys()


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("cs.RO", ["cs.RO"]),
        (" cs.ro ", ["cs.RO"]),
        ("GR-QC", ["gr-qc"]),
        ("robots", ["cs.RO"]),
        ("Robotics", ["cs.RO"]),
        ("robotic", ["cs.RO"]),
        ("NLP", ["cs.CL"]),
        ("vision", ["cs.CV"]),
        ("speech", ["eess.AS", "cs.SD"]),
        ("machine learning", ["cs.LG", "stat.ML"]),
        ("Databases", ["cs.DB"]),
        ("database", ["cs.DB"]),
        ("neuroscience", ["q-bio.NC"]),
        ("quantum physics", ["quant-ph"]),
        ("information theory", ["cs.IT", "math.IT"]),
        ("systems and control", ["cs.SY", "eess.SY"]),
        ("graph neural networks", ["cs.LG"]),
    ],
)
def test_words_find_categories_best_first(words: str, codes: list[str]) -> None:
    assert arxiv_categories.search(words)[: len(codes)] == codes


@pytest.mark.parametrize("words", ["q-bio", "q-bio.*", "Q-BIO."])
def test_an_archive_stands_for_its_categories(words: str) -> None:
    codes = arxiv_categories.search(words)

    assert len(codes) == 10
    assert all(code.startswith("q-bio.") for code in codes)


@pytest.mark.parametrize("words", ["", "  ", "the", "xyzzy", "?!", "\x00", "."])
def test_words_for_nothing_find_nothing(words: str) -> None:
    assert arxiv_categories.search(words) == []
