"""Button data: whatever is written is read by one handler, and by no other."""

import inspect
import re
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.ext import CallbackQueryHandler

from bot.messages import buttons
from bot.wiring import App, wire
from recommender.fields import FIELDS

NUMBERS = st.integers(0, 10**18 - 1)
SHORT = st.integers(0, 999)
SIGNS = st.sampled_from([-1, 0, 1])
YES = st.booleans()
KEPT = st.sampled_from([0, 1])
WORDS = st.text(min_size=1, max_size=40)
NAMES = st.sampled_from(["Tri Dao", "José Ñandú", "李飞飞"])
REFS = st.one_of(NUMBERS.map(str), NUMBERS.map(buttons.found))
MOMENTS = st.one_of(st.none(), st.integers(0, 10**11 - 1))
SETTINGS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)
VALUES = st.text("abcXYZ019_/+:-", max_size=44)
FIXED = [
    *[buttons.PICKS, buttons.CLOSE],
    *[buttons.ASK_ME, buttons.ENOUGH, buttons.EXPORT_WHAT],
]
WRITTEN = {
    "rate": st.builds(buttons.rate, NUMBERS, SIGNS),
    "which": st.builds(buttons.which, NUMBERS, SIGNS),
    "brought": st.builds(
        lambda a, b, c: buttons.brought(a, b, liked=c), NUMBERS, NUMBERS, YES
    ),
    "answer": st.builds(buttons.answer, NUMBERS, SIGNS),
    "save": st.builds(buttons.save, NUMBERS, KEPT),
    "saved": st.builds(buttons.saved, SHORT, WORDS.map(buttons.sought)),
    "drop": st.builds(buttons.drop, NUMBERS, SHORT, WORDS.map(buttons.sought)),
    "export": st.builds(
        buttons.export, st.sampled_from(["bib", "csv", "data"])
    ),
    "forget": st.builds(buttons.forget, NUMBERS),
    "paper": st.builds(buttons.paper, REFS, st.sampled_from("opambl")),
    "author": st.builds(
        lambda r, n, f: buttons.author(r, n, follow=f), REFS, NAMES, YES
    ),
    "follow": st.builds(buttons.follow, st.sampled_from("?+~"), NUMBERS, NAMES),
    "watch": st.builds(buttons.watch, NAMES),
    "unfollow": st.builds(buttons.unfollow, NAMES),
    "mute": st.builds(
        lambda r, p, m: buttons.mute(r, p, muted=m), REFS, WORDS, YES
    ),
    "search": st.builds(buttons.search, NUMBERS, SHORT),
    "mark": st.builds(
        buttons.mark, NUMBERS, SHORT, st.sampled_from("rv"), NUMBERS, SIGNS
    ),
    "seek": st.builds(buttons.seek, WORDS).filter(bool),
    "taste": st.builds(
        buttons.taste, st.sampled_from("wi"), st.sampled_from("+-m0?"), WORDS
    ),
    "rated": st.builds(buttons.rated, SHORT),
    "rerate": st.builds(buttons.rerate, NUMBERS, SIGNS, SHORT),
    "reset": st.builds(buttons.reset, st.sampled_from("xu"), MOMENTS),
    "topic": st.builds(buttons.topic, st.sampled_from("+x?-"), WORDS),
    "chip": st.builds(buttons.chip, st.sampled_from("+x"), WORDS),
    "instead": st.builds(
        buttons.instead,
        st.sampled_from([buttons.TOPICS, buttons.CHOSEN]),
        NUMBERS,
        WORDS,
    ).filter(bool),
    "chips": st.builds(buttons.chips, st.integers(0, 99)),
    "offer": st.builds(
        lambda d, n, w: buttons.offer(d, n, wanted=w),
        NUMBERS,
        st.integers(0, 9),
        YES,
    ),
    "setting": st.builds(buttons.setting, SETTINGS, VALUES),
    "fixed": st.sampled_from(FIXED),
}
PARTS = {
    "read_rate",
    "found",
    "sought",
    "checksum",
}  # what builders are made of
EVERYTHING = st.one_of(*WRITTEN.values())


def patterns() -> list[re.Pattern[str]]:
    """Return the patterns that presses are told apart by."""
    handlers: list[object] = []
    app = SimpleNamespace(
        add_handler=lambda handler, group=0: handlers.append(handler),
        add_error_handler=lambda _handler: None,
    )
    wire(cast("App", app))
    asked = [
        each.pattern
        for each in handlers
        if isinstance(each, CallbackQueryHandler)
    ]
    return [pattern for pattern in asked if isinstance(pattern, re.Pattern)]


PATTERNS = patterns()


def readers(data: str) -> list[str]:
    """Return the patterns that match data, as python-telegram-bot matches them."""
    return [pattern.pattern for pattern in PATTERNS if pattern.match(data)]


def test_everything_that_writes_a_button_is_tried_here() -> None:
    writers = {
        name for name, each in inspect.getmembers(buttons, inspect.isfunction)
    }
    own = {
        name
        for name in writers
        if getattr(buttons, name).__module__ == buttons.__name__
    }

    assert own == set(WRITTEN) - {"fixed"} | PARTS


@pytest.mark.parametrize("written", WRITTEN)
def test_a_button_is_read_by_exactly_one_handler(written: str) -> None:
    @given(WRITTEN[written])
    def holds(data: str) -> None:
        assert len(readers(data)) == 1

    holds()


@given(EVERYTHING)
def test_what_a_handler_gets_is_what_its_pattern_reads_to_the_end(
    data: str,
) -> None:
    told = [pattern for pattern in PATTERNS if pattern.match(f"{data}\n")]

    assert all(pattern.fullmatch(f"{data}\n") for pattern in told)


@given(
    st.sampled_from(FIELDS).map(lambda name: buttons.chip("+", name))
    | WRITTEN["chips"]
    | WRITTEN["offer"]
)
def test_what_offers_a_topic_has_room_in_a_button(data: str) -> None:
    assert len(data.encode()) <= buttons.LONGEST


@given(st.text(max_size=64))
def test_no_data_at_all_has_two_handlers(data: str) -> None:
    assert len(readers(data)) <= 1
