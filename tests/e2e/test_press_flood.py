"""A thousand presses at once by one person: all answered, one rating, and nobody else waits."""

import logging

import pytest

from bot.runtime import PER_MINUTE
from bot.sandbox.localchat.account import Toast
from bot.storage import feedback
from tests.e2e.talk import Talk, buttons, rows, says, taps

PRESSES = 1000


def accepted(toast: Toast) -> bool:
    return "noted" in (toast.text or "").casefold()


async def test_a_thousand_presses_at_once_make_one_rating_and_nobody_else_waits(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    ada, bo, mallory = [
        await talk.started(name) for name in ("Ada", "Bo", "Mallory")
    ]
    await taps(bo, await says(bo, "/picks"), "👍 1")
    hers, shown = await says(ada, "/picks"), await says(mallory, "/picks")
    talk.clock.forward(minutes=2)
    quiet = rows(talk.runtime, talk.reader(bo).id)
    caplog.clear()

    # Both ways in turn while they count, and then only the one that they do not end on.
    turns = ["👍 1", "👎 1"] * (PER_MINUTE // 2) + ["👍 1"] * (
        PRESSES - PER_MINUTE
    )
    presses = [mallory.press(shown, button) for button in turns]
    rated = await taps(ada, hers, "👍 1")
    toasts = [await mallory.answer_to(press, 60) for press in presses]

    values = [+1 if button == "👍 1" else -1 for button in turns]
    counted = [
        value
        for value, toast in zip(values, toasts, strict=True)
        if accepted(toast)
    ]
    today, mine = talk.clock().date(), talk.reader(mallory).id
    [rating] = feedback.of_reader(
        talk.runtime.database, mine, "UTC", today
    ).ratings
    assert "👍 1 ✓" in buttons(rated)
    assert len(counted) == PER_MINUTE
    assert rating.value == counted[-1] == -1
    assert len({toast.press_id for toast in mallory.toasts}) == PRESSES
    assert rows(talk.runtime, talk.reader(bo).id) == quiet
    assert [
        r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR
    ] == []
