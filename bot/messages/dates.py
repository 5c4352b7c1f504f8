"""Writes dates as each language does: “Friday, 20 November”, “20. November”, “11月20日”."""

from datetime import date

from babel.dates import format_date

from bot.messages.translation import locale, nearest

# How English writes a date, and how other languages do where they differ: Babel's own patterns
# with these parts shorten the names of days and months.
ENGLISH = {
    "weekday": "EEEE, d MMMM",
    "weekday and year": "EEEE, d MMMM y",
    "day": "d MMMM",
    "day and year": "d MMMM y",
    "short day": "d MMM",
    "short day and year": "d MMM y",
    "month": "MMM y",
}
IBERIAN = {
    "weekday": "EEEE, d 'de' MMMM",
    "weekday and year": "EEEE, d 'de' MMMM 'de' y",
    "day": "d 'de' MMMM",
    "day and year": "d 'de' MMMM 'de' y",
}
WITHOUT_COMMA = {
    "weekday": "EEEE d MMMM",
    "weekday and year": "EEEE d MMMM y",
}
HAN = {
    "weekday": "M月d日EEEE",
    "weekday and year": "y年M月d日EEEE",
    "day": "M月d日",
    "day and year": "y年M月d日",
    "short day": "M月d日",
    "short day and year": "y年M月d日",
    "month": "y年M月",
}
PATTERNS = {
    "de": {form: text.replace("d M", "d. M") for form, text in ENGLISH.items()},
    "es": IBERIAN,
    "fa": WITHOUT_COMMA,
    "fr": WITHOUT_COMMA,
    "ja": HAN,
    "ko": {
        "weekday": "M월 d일 EEEE",
        "weekday and year": "y년 M월 d일 EEEE",
        "day": "M월 d일",
        "day and year": "y년 M월 d일",
        "short day": "M월 d일",
        "short day and year": "y년 M월 d일",
        "month": "y년 M월",
    },
    "pt": IBERIAN,
    "ru": {"month": "LLL y"},
    "zh": HAN,
}


def written(day: date, form: str, language: str) -> str:
    """Return a date in a form such as `weekday` or `day and year`."""
    patterns = PATTERNS.get(nearest(language).partition("-")[0], {})
    pattern = patterns.get(form, ENGLISH[form])
    return format_date(day, pattern, locale=locale(language))
