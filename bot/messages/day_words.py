"""Reads which days words mean: “week”, “yesterday”, “Friday”, “20 November”, “2026-11-20”."""

import re
from datetime import date, timedelta

from babel.dates import get_day_names, get_month_names

from bot.messages.translation import locale
from bot.sources import fields, page

# Characters of a day.
LONGEST = 60

RELATIVE = {"today": 0, "yesterday": 1}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY = re.compile(
    r"(?:(?:last|on) )?"
    r"(mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?",
)
WEEK = 7

# The periods of `/top`, by the words for them.
PERIOD = re.compile(
    r"(?P<today>|today|day|now)"
    r"|(?:(?:of|in|this|last|past|the) )*"
    r"(?:(?P<week>week|7 days)|(?P<month>month|30 days))"
)

# "20.11." and "20.11.2026".
DOTTED = re.compile(r"(\d\d?)\. ?(\d\d?)\.? ?(\d{4})?")
# What people write beside a number: "the 20th of November".
ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
FILLERS = re.compile(r"\b(?:the|of|on)\b")


def period(text: str) -> str | None:
    """Return the period of `/top` that a text names, or None if there is none."""
    match = PERIOD.fullmatch(" ".join(text.casefold().split()).strip(".!?"))
    return match.lastgroup if match else None


def parse(text: str, today: date, language: str = "en") -> date | None:
    """Return the day that a text names, or None if it names none.

    A day without a year, or a weekday, is the latest one that is not in the future.
    """
    words = _in_english(text[:LONGEST].casefold().strip(" .!?"), language)
    if words in RELATIVE:
        return today - timedelta(days=RELATIVE[words])

    weekday = WEEKDAY.fullmatch(words)
    if weekday is not None:
        number = WEEKDAYS.index(weekday[1])
        return today - timedelta(days=(today.weekday() - number) % WEEK)

    words = FILLERS.sub(" ", ORDINAL.sub("", words))
    return page.written_day(_month_named(" ".join(words.split())), today)


def _month_named(words: str) -> str:
    """Return “20 nov 2026” for “20.11.2026”, and anything else as it is."""
    match = DOTTED.fullmatch(words)
    if match is None or not 1 <= int(match[2]) <= len(fields.MONTHS):
        return words
    month = fields.MONTHS[int(match[2]) - 1]
    return f"{match[1]} {month} {match[3] or ''}".strip()


def _in_english(words: str, language: str) -> str:
    """Return words with the names of months and weekdays in English."""
    names: dict[str, str] = {}
    for width in ("wide", "abbreviated"):
        for number, name in get_month_names(
            width, locale=locale(language)
        ).items():
            names[name.casefold().strip(".")] = fields.MONTHS[number - 1]
        for number, name in get_day_names(
            width, locale=locale(language)
        ).items():
            names[name.casefold().strip(".")] = WEEKDAYS[number]
    return re.sub(r"[^\W\d_]+", lambda word: names.get(word[0], word[0]), words)
