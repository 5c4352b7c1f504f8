"""Translations of the messages; the texts in the code are English."""

from functools import lru_cache
from gettext import NullTranslations, translation
from pathlib import Path

from babel import Locale, UnknownLocaleError

FOLDER = Path(__file__).resolve().parent.parent / "locale"

# The class of every translation, and of the one into English, which changes nothing.
Translation = NullTranslations


@lru_cache(maxsize=64)
def of(language: str) -> Translation:
    """Return the translation into a language such as `de` or `pt-BR`; English if there is none."""
    return translation(
        "paperpicks",
        FOLDER,
        languages=[language.replace("-", "_")],
        fallback=True,
    )


def available() -> list[tuple[str, str]]:
    """Return the languages that there are translations into, by code, each with its own name."""
    codes = sorted(
        file.parts[-3] for file in FOLDER.glob("*/LC_MESSAGES/paperpicks.po")
    )
    names = {code: Locale.parse(code).get_display_name() for code in codes}

    return [
        (code.replace("_", "-"), str(name).capitalize())
        for code, name in names.items()
    ]


@lru_cache(maxsize=64)
def locale(language: str) -> Locale:
    """Return Babel's rules for dates and numbers; English ones if there is no translation."""
    has_translation = type(of(language)) is not NullTranslations
    if not has_translation:
        return Locale("en")

    try:
        return Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale("en")
