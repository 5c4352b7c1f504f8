"""Every language is complete, speaks no English, and counts as its grammar does."""

import pytest
from babel.messages.pofile import read_po

from bot.messages import translation
from bot.messages.translation import FOLDER, codes, nearest, of
from tests.checks.catalogs import button_labels, faults_of
from tests.english import english_words

# Languages without Latin letters: any that is left is English.
OTHER_SCRIPTS = ["fa", "ja", "ko", "ru", "zh-Hans"]


def texts(code: str) -> list[str]:
    """Return all texts of a translation."""
    folder = FOLDER / code.replace("-", "_") / "LC_MESSAGES"
    with (folder / "paperpicks.po").open("rb") as file:
        catalog = read_po(file)
    strings = [message.string for message in catalog if message.id]
    return [
        text
        for string in strings
        for text in ([string] if isinstance(string, str) else string or [])
    ]


def test_there_are_ten_languages() -> None:
    assert codes() == [
        "de", "en", "es", "fa", "fr", "ja", "ko", "pt-BR", "ru", "zh-Hans",
    ]  # fmt: skip


@pytest.mark.parametrize("code", OTHER_SCRIPTS)
def test_a_language_of_another_script_has_no_english_word(code: str) -> None:
    without_placeholders = [
        text.replace("{", " /").replace("}", " ") for text in texts(code)
    ]

    assert english_words(without_placeholders) == {}


@pytest.mark.parametrize("code", codes())
def test_a_language_is_complete_and_fits(code: str) -> None:
    folder = FOLDER / code.replace("-", "_") / "LC_MESSAGES"
    with (folder / "paperpicks.po").open("rb") as file:
        catalog = read_po(file, locale=code.replace("-", "_"))

    assert list(faults_of(catalog, button_labels())) == []


def test_russian_counts_as_russians_do() -> None:
    russian = of("ru")

    def papers(n: int) -> str:
        return russian.ngettext("{n} paper", "{n} papers", n).format(n=n)

    assert [papers(n) for n in (1, 2, 5, 21)] == [
        "1 статья",
        "2 статьи",
        "5 статей",
        "21 статья",
    ]


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("ru", "ru"),
        ("de-AT", "de"),
        ("pt", "pt-BR"),
        ("pt-br", "pt-BR"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-hans", "zh-Hans"),
        ("zh-TW", "en"),
        ("zh-hant", "en"),
        ("fi", "en"),
        ("", "en"),
        ("../../etc", "en"),
        ("EN-gb", "en"),
    ],
)
def test_a_language_gets_the_nearest_translation(
    language: str, code: str
) -> None:
    assert nearest(language) == code


def test_languages_are_listed_by_their_own_names() -> None:
    names = dict(translation.available())

    assert names["pt-BR"] == "Português (Brasil)"
    assert names["ru"] == "Русский"
    assert names["en"] == "English"
