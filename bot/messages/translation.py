"""Translations of the messages; the texts in the code are English."""

from functools import lru_cache
from gettext import NullTranslations, translation
from pathlib import Path

from babel import Locale, UnknownLocaleError

FOLDER = Path(__file__).resolve().parent.parent / "locale"

ENGLISH = "en"

# Chinese that is written with traditional characters: by script and by region. Who reads them
# may rather read English than simplified characters.
TRADITIONAL = {"hant", "tw", "hk", "mo"}

# The class of every translation, and of the one into English, which changes nothing.
Translation = NullTranslations


@lru_cache(maxsize=64)
def of(language: str) -> Translation:
    """Return the translation into a language such as `de` or `pt-BR`; English if there is none."""
    code = nearest(language).replace("-", "_")
    return translation("paperpicks", FOLDER, languages=[code], fallback=True)


def codes() -> list[str]:
    """Return the languages that there are translations into, such as `de` and `pt-BR`."""
    files = FOLDER.glob("*/LC_MESSAGES/paperpicks.mo")
    return sorted(file.parts[-3].replace("_", "-") for file in files)


def available() -> list[tuple[str, str]]:
    """Return the languages that there are translations into, by code, each with its own name."""
    return [(code, name(code)) for code in codes()]


def name(code: str) -> str:
    """Return the name of a language in that language: "Português (Brasil)"."""
    words = str(Locale.parse(code, sep="-").get_display_name())
    return words[:1].upper() + words[1:]


@lru_cache(maxsize=64)
def nearest(language: str) -> str:
    """Return the translation for a language as Telegram names it: `pt-BR` for `pt`."""
    wanted, *others = language.replace("_", "-").casefold().split("-")
    if TRADITIONAL & set(others):
        return ENGLISH
    for code in codes():
        if code.partition("-")[0] == wanted:
            return code
    return ENGLISH


@lru_cache(maxsize=64)
def locale(language: str) -> Locale:
    """Return Babel's rules for dates and numbers; English ones if there is no translation."""
    code = nearest(language)
    if code.partition("-")[0] != language.partition("-")[0].casefold():
        return Locale(ENGLISH)

    try:
        return Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale.parse(code, sep="-")
