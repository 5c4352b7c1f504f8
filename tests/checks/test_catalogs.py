"""A translation that lacks something is named before it lands."""

from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.checks.catalogs import button_labels, faults_of, width


def catalog(text: str, string: str, *, locale: str = "de") -> Catalog:
    file = BytesIO(f'msgid "{text}"\nmsgstr "{string}"\n'.encode())
    return read_po(file, locale=locale)


@pytest.mark.parametrize(
    ("text", "string"),
    [
        ("Saved", ""),
        ("{n} liked", "gefallen"),
        ("<b>Saved</b>", "Gespeichert"),
        ("/saved lists them", "Hier stehen sie"),
        ("Saved", "Gespeichert " * 9),
        ("Close", "Dieses Fenster schließen"),
    ],
)
def test_a_faulty_text_is_named(text: str, string: str) -> None:
    labels = {"Close"}

    faults = list(faults_of(catalog(text, string), labels))

    assert len(faults) == 1
    assert faults[0].startswith(repr(text))


def test_a_good_text_is_not_named() -> None:
    good = catalog("{n} <b>liked</b>: /saved", "/saved: {n} <b>gefallen</b>")

    assert list(faults_of(good, set())) == []


def test_a_fuzzy_text_is_named() -> None:
    file = BytesIO(b'#, fuzzy\nmsgid "Saved"\nmsgstr "Gespeichert"\n')
    fuzzy = read_po(file, locale="de")

    assert list(faults_of(fuzzy, set())) == ["'Saved' is fuzzy"]


def test_every_plural_of_russian_names_its_number() -> None:
    lines = ['msgid "{n} like"', 'msgid_plural "{n} likes"']
    lines += [
        f'msgstr[{form}] "{text}"'
        for form, text in enumerate(["лайк", "{n} лайка", "{n} лайков"])
    ]
    russian = read_po(BytesIO("\n".join(lines).encode()), locale="ru")

    assert len(list(faults_of(russian, set()))) == 1


def test_labels_of_buttons_are_known_and_wide_letters_count_twice() -> None:
    assert {"Close", "↩ Undo", "✨ Explore: on"} <= button_labels()
    assert width("关闭") == width("exit") == 4
