"""Buttons with forged data are answered, and change nothing of any other reader."""

import random
import string

import pytest

from tests.e2e.talk import Talk, logged_errors, says, taps

SHAPES = [
    "r1:{n}:{sign}",
    "w1:{n}:{sign}",
    "l2:{n}:0:{sign}",
    "l2:{n}:{n}:{sign}",
    "q1:{n}:{sign}",
    "t1:x:{n}",
    "t1:?:{n}",
    "t1:+:{text}",
    "t1:-:{text}",
    "t1:=:{n} {text}",
    "c1:=:{n} {text}",
    "c1:+:{text}",
    "c1:x:{n}",
    "s1:{text}",
    "s1:at:{n}",
    "s1:zone:{text}",
    "s1:pause:{text}",
    "s1:days:{n}",
    "s1:picks:{n}",
    "s1:style:{text}",
    "s1:explores:{text}",
    "s1:sound:{n}",
    "s1:votes:{text}",
    "d1:{text}",
    "g1:{n}",
    "g1:{text}",
    "g2:{n}",
    "y2:{n}:{sign}",
    "d1:{n}:o",
    "d1:{n}:a:+{text}",
    "d1:{n}:m:+{text}",
    "d1:p{n}:o",
    "d1:p{n}:l",
    "d1:p{n}:m:+{text}",
    "h1:{n}:{n}",
    "h1:{n}:0:r{n}:{sign}",
    "h1:{n}:0:v{n}:{sign}",
    "h2:{text}",
    "f1:+:{n}:0123456789ab",
    "f1:x:{n}:{text}",
    "f1:!:{text}",
    "k1:w:+:{text}",
    "k1:w:m:{text}",
    "k1:i:0:{text}",
    "k1:r{n}",
    "k1:r{n}:{n}:{sign}",
    "k1:x{n}",
    "k1:u{n}",
    "{text}",
    "c1m",
    "c1m:{n}",
    "o1:{n}:0:{sign}",
    "n1:m:{n}",
    "n1:b:{n}",
    "n2:cs:{n}",
    "n2:{text}",
    "n3:m0{text}",
    "n3:g+{text}",
    "n3:m+feed:{n}",
    "n6:+{text}",
    "n7:0{text}",
    "n4:+0123456789ab:{text}",
    "n5:{text}",
    "x1",
]
NUMBERS = [0, 1, 2, 3, 7, 10, 99, 2**31, 2**63 - 1, 10**17, 10**18 - 1]
STRANGE = [
    "",
    "'; DROP TABLE readers; --",
    "<b>",
    "\x00",
    "🙂" * 8,
    "\u202egnol",
    "{}",
    "%s",
    "-1",
]


def forge_data(rng: random.Random) -> str:
    """Return data that looks like ours, or like nothing."""
    letters = "".join(rng.choices(string.printable, k=rng.randrange(1, 20)))
    filled = rng.choice(SHAPES).format(
        n=rng.choice(NUMBERS),
        sign=rng.choice("+-0x"),
        text=rng.choice([*STRANGE, letters]),
    )
    return filled.encode()[:64].decode(errors="ignore") or "?"


@pytest.mark.parametrize("seed", range(3))
async def test_every_forged_press_is_answered_and_changes_nobody_else(
    talk: Talk, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    rng = random.Random(seed)
    bo = await talk.started("Bo")
    mallory = await talk.started("Mallory")
    await says(bo, "/topics add graph networks")
    digest_of_bo = await says(bo, "/picks")
    await taps(bo, digest_of_bo, "👍 1")
    before = talk.feedback(bo)
    digest_of_mallory = await says(mallory, "/picks")
    caplog.clear()

    for number in range(100):
        if number % 25 == 0:
            # Nobody may press more in a minute.
            talk.clock.forward(minutes=2)
        press = mallory.press_data(
            rng.choice([digest_of_mallory.id, digest_of_bo.id, 10**6]),
            forge_data(rng),
        )
        await mallory.answer_to(press, 20)

    assert talk.feedback(bo) == before
    assert logged_errors(caplog) == []


@pytest.mark.parametrize(
    "data", ["r1:1:+\n", "v1:1:+\n", "s1:picks:3\n", "g1:1\n", "c1:+:\n\n"]
)
async def test_a_press_whose_data_end_in_a_new_line_is_answered(
    talk: Talk, data: str
) -> None:
    mallory = await talk.started("Mallory")

    toast = await mallory.answer_to(mallory.press_data(1, data))

    assert toast.text in {"", "The paper behind this button is gone."}


async def test_a_pick_of_another_reader_is_answered_and_not_rated(
    talk: Talk,
) -> None:
    bo, mallory = await talk.started("Bo"), await talk.started("Mallory")
    picks = await says(bo, "/picks")

    press = mallory.press_data(picks.id, picks.button("👍 1").data or "")
    toast = await mallory.answer_to(press)

    assert toast.text == "The paper behind this button is gone."
    assert talk.feedback(bo).ratings == talk.feedback(mallory).ratings == ()
