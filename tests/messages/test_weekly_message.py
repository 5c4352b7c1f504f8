"""The sum of a week: a caption that Telegram accepts below a picture, whatever stands in it."""

from datetime import date

import pytest
from telegram import InlineKeyboardButton

from bot.messages import translation, weekly
from bot.messages.top_buttons import WeeklySwitch
from bot.picks.weeks import Week
from bot.sandbox.localchat.api import keyboards
from bot.sandbox.localchat.text.html import parse_html
from bot.transport.screen import Screen
from bot.transport.text import utf16_len
from recommender.papers import Paper, StoredPaper
from tests.corpus import stored

ENGLISH = translation.of("en")
MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 29)


def paper(title: str, number: int = 1, upvotes: int = 41) -> StoredPaper:
    return stored(
        Paper(
            title=title, listed=MONDAY, source="huggingface", upvotes=upvotes
        ),
        number,
    )


def week(**values: object) -> Week:
    return Week(
        **{  # type: ignore[arg-type] # each test gives its own
            "first": MONDAY,
            "last": SUNDAY,
            "picks": 23,
            "liked": 8,
            "saved": 3,
            **values,
        }
    )


def caption(screen: Screen) -> str:
    """Return the text that Telegram shows; fail if it would refuse the screen."""
    assert screen.keyboard is not None
    keyboards.check(screen.keyboard.to_dict())
    text, _ = parse_html(screen.text)
    assert 1 <= utf16_len(text) <= 1024
    return text


@pytest.mark.parametrize(
    "title", ["x" * 400, "𝕏" * 400, "<&>" * 300, "word " * 90]
)
def test_any_titles_and_concepts_fit_below_a_picture(title: str) -> None:
    papers = tuple(paper(title, 10**17 + n, 10**9) for n in range(3))
    longest = week(
        picks=999_999,
        liked=999_999,
        saved=999_999,
        unread=paper(title, 10**17),
        popular=papers,
        more=(title, title),
        less=(title, title),
        has_taste=True,
    )

    text = caption(weekly.weekly(ENGLISH, longest, "en"))

    assert "▲ 1000000000" in text


def test_a_week_says_what_came_what_was_missed_and_how_the_taste_moved() -> (
    None
):
    full = week(
        unread=paper("Unread", 1),
        popular=(paper("Voted", 2, 87), paper("Voted too", 3, 60)),
        more=("world models",),
        less=("quantisation",),
        has_taste=True,
    )

    screen = weekly.weekly(ENGLISH, full, "en")

    assert caption(screen).splitlines() == [
        "Your week, 23 November to 29 November",
        "23 picks: 8 liked, 3 saved.",
        "",
        "The strongest that you haven't read:",
        "1 · Unread",
        "",
        "Most upvoted, and not among your picks:",
        "2 · Voted · ▲ 87",
        "3 · Voted too · ▲ 60",
        "",
        "Your taste moved: more of world models; less of quantisation.",
        "",
        "A number opens the paper.",
    ]
    assert screen.keyboard is not None
    first_row, last_row = screen.keyboard.inline_keyboard
    assert [b.callback_data for b in first_row] == [
        "d1:p1:o",
        "d1:p2:o",
        "d1:p3:o",
    ]
    assert [b.text for b in last_row] == ["Stop the weekly message"]


def test_a_week_of_one_pick_says_no_more_than_there_is() -> None:
    short = week(picks=1, liked=0, saved=0)

    assert caption(weekly.weekly(ENGLISH, short, "en")).splitlines() == [
        "Your week, 23 November to 29 November",
        "1 pick: 0 liked, 0 saved.",
    ]


@pytest.mark.parametrize(
    ("more", "less", "sentence"),
    [
        (("agents", "world models"), (), "more of agents, world models."),
        ((), ("quantisation",), "less of quantisation."),
        ((), (), "Your taste hardly moved."),
    ],
)
def test_how_the_taste_moved_is_one_honest_sentence(
    more: tuple[str, ...], less: tuple[str, ...], sentence: str
) -> None:
    moved = week(more=more, less=less, has_taste=True)

    text = caption(weekly.weekly(ENGLISH, moved, "en"))

    assert text.endswith(sentence)


def test_the_switch_changes_in_its_place_and_the_other_buttons_stay() -> None:
    number = InlineKeyboardButton("1", callback_data="d1:p1:o")
    on = InlineKeyboardButton("off", callback_data=WeeklySwitch(on=False).data)

    off = weekly.switched(ENGLISH, [[number], [on]], is_on=False)
    again = weekly.switched(ENGLISH, off.inline_keyboard, is_on=True)

    assert off.inline_keyboard[0] == (number,)
    assert [b.text for b in off.inline_keyboard[1]] == [
        "↩ Weekly message again"
    ]
    assert [len(row) for row in again.inline_keyboard] == [1, 1]
