"""A thousand presses at once by one person: all answered, one rating, and nobody else waits."""

import pytest

from bot.handlers.gate import UPDATES_PER_MINUTE
from bot.sandbox.localchat.account import Toast
from tests.e2e.talk import Talk, buttons, logged_errors, rows, says, taps

PRESSES = 1000


def is_accepted(toast: Toast) -> bool:
    return "noted" in (toast.text or "").casefold()


async def test_a_thousand_presses_at_once_make_one_rating_and_nobody_else_waits(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    ada, bo, mallory = [
        await talk.started(name) for name in ("Ada", "Bo", "Mallory")
    ]
    await taps(bo, await says(bo, "/picks"), "👍 1")
    digest_of_ada = await says(ada, "/picks")
    digest = await says(mallory, "/picks")
    talk.clock.forward(minutes=2)
    rows_of_bo = rows(talk.runtime, talk.reader(bo).id)
    caplog.clear()

    # Both values in turn while presses count; after that only the one that was not the last.
    pressed_buttons = ["👍 1", "👎 1"] * (UPDATES_PER_MINUTE // 2) + [
        "👍 1"
    ] * (PRESSES - UPDATES_PER_MINUTE)
    presses = [mallory.press(digest, button) for button in pressed_buttons]
    ada.press(digest_of_ada, "👍 1")
    rated = await ada.wait_for(
        lambda m: m.id == digest_of_ada.id and "👍 1 ✓" in buttons(m), 90
    )
    toasts = [await mallory.answer_to(press, 60) for press in presses]

    values = [+1 if button == "👍 1" else -1 for button in pressed_buttons]
    accepted_values = [
        value
        for value, toast in zip(values, toasts, strict=True)
        if is_accepted(toast)
    ]
    [rating] = talk.feedback(mallory).ratings
    assert "👍 1 ✓" in buttons(rated)
    assert len(accepted_values) == UPDATES_PER_MINUTE
    assert rating.value == accepted_values[-1] == -1
    assert len({toast.press_id for toast in mallory.toasts}) == PRESSES
    assert rows(talk.runtime, talk.reader(bo).id) == rows_of_bo
    assert logged_errors(caplog) == []
