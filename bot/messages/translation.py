"""The translation of one reader's language; English is what the code says."""

from functools import lru_cache
from gettext import NullTranslations, translation
from pathlib import Path

from babel import Locale, UnknownLocaleError

FOLDER = Path(__file__).resolve().parent.parent / "locale"
Translation = NullTranslations


@lru_cache(maxsize=64)
def of(language: str) -> Translation:
    """Return the translation for a language code such as `de` or `pt-BR`."""
    return translation(
        "paperpicks", FOLDER, [language.replace("-", "_")], fallback=True
    )


@lru_cache(maxsize=64)
def locale(language: str) -> Locale:
    """Return how a language writes dates, in the languages we speak; else English."""
    if (
        isinstance(of(language), NullTranslations)
        and type(of(language)) is NullTranslations
    ):
        return Locale("en")
    try:
        return Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale("en")
