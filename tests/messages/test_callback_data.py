"""Button data: whatever is written is read by one handler, and by no other."""

import inspect
import re
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.ext import CallbackQueryHandler

from bot.handlers.routes import App, wire
from bot.messages import callback_data
from recommender.fields import FIELDS

NUMBERS = st.integers(0, 10**18 - 1)
SHORT = st.integers(0, 999)
SIGNS = st.sampled_from([-1, 0, 1])
YES = st.booleans()
KEPT = st.sampled_from([0, 1])
WORDS = st.text(min_size=1, max_size=40)
NAMES = st.sampled_from(["Tri Dao", "José Ñandú", "李飞飞"])
REFS = st.one_of(NUMBERS.map(str), NUMBERS.map(callback_data.found))
MOMENTS = st.one_of(st.none(), st.integers(0, 10**11 - 1))
SETTINGS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)
VALUES = st.text("abcXYZ019_/+:-", max_size=44)
FIXED = [
    *[callback_data.PICKS, callback_data.CLOSE],
    *[callback_data.ASK_ME, callback_data.ENOUGH, callback_data.EXPORT_WHAT],
]
WRITTEN = {
    "rate": st.builds(callback_data.rate, NUMBERS, SIGNS),
    "which": st.builds(callback_data.which, NUMBERS, SIGNS),
    "brought": st.builds(
        lambda a, b, c: callback_data.brought(a, b, liked=c),
        NUMBERS,
        NUMBERS,
        YES,
    ),
    "answer": st.builds(callback_data.answer, NUMBERS, SIGNS),
    "save": st.builds(callback_data.save, NUMBERS, KEPT),
    "saved": st.builds(
        callback_data.saved, SHORT, WORDS.map(callback_data.sought)
    ),
    "drop": st.builds(
        callback_data.drop, NUMBERS, SHORT, WORDS.map(callback_data.sought)
    ),
    "export": st.builds(
        callback_data.export, st.sampled_from(["bib", "csv", "data"])
    ),
    "forget": st.builds(callback_data.forget, NUMBERS),
    "paper": st.builds(callback_data.paper, REFS, st.sampled_from("opambl")),
    "author": st.builds(
        lambda r, n, f: callback_data.author(r, n, follow=f), REFS, NAMES, YES
    ),
    "follow": st.builds(
        callback_data.follow, st.sampled_from("?+~"), NUMBERS, NAMES
    ),
    "watch": st.builds(callback_data.watch, NAMES),
    "unfollow": st.builds(callback_data.unfollow, NAMES),
    "mute": st.builds(
        lambda r, p, m: callback_data.mute(r, p, muted=m), REFS, WORDS, YES
    ),
    "search": st.builds(callback_data.search, NUMBERS, SHORT),
    "mark": st.builds(
        callback_data.mark,
        NUMBERS,
        SHORT,
        st.sampled_from("rv"),
        NUMBERS,
        SIGNS,
    ),
    "seek": st.builds(callback_data.seek, WORDS).filter(bool),
    "taste": st.builds(
        callback_data.taste,
        st.sampled_from("wi"),
        st.sampled_from("+-m0?"),
        WORDS,
    ),
    "rated": st.builds(callback_data.rated, SHORT),
    "rerate": st.builds(callback_data.rerate, NUMBERS, SIGNS, SHORT),
    "reset": st.builds(callback_data.reset, st.sampled_from("xu"), MOMENTS),
    "topic": st.builds(callback_data.topic, st.sampled_from("+x?-"), WORDS),
    "chip": st.builds(callback_data.chip, st.sampled_from("+x"), WORDS),
    "instead": st.builds(
        callback_data.instead,
        st.sampled_from([callback_data.TOPICS, callback_data.CHOSEN]),
        NUMBERS,
        WORDS,
    ).filter(bool),
    "chips": st.builds(callback_data.chips, st.integers(0, 99)),
    "offer": st.builds(
        lambda d, n, w: callback_data.offer(d, n, wanted=w),
        NUMBERS,
        st.integers(0, 9),
        YES,
    ),
    "setting": st.builds(callback_data.setting, SETTINGS, VALUES),
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
        name
        for name, each in inspect.getmembers(callback_data, inspect.isfunction)
    }
    own = {
        name
        for name in writers
        if getattr(callback_data, name).__module__ == callback_data.__name__
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
    st.sampled_from(FIELDS).map(lambda name: callback_data.chip("+", name))
    | WRITTEN["chips"]
    | WRITTEN["offer"]
)
def test_what_offers_a_topic_has_room_in_a_button(data: str) -> None:
    assert len(data.encode()) <= callback_data.LONGEST


@given(st.text(max_size=64))
def test_no_data_at_all_has_two_handlers(data: str) -> None:
    assert len(readers(data)) <= 1
