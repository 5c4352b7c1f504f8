"""Counts on cards: a thousand presses are few edits, and the most pressed card comes first."""

import asyncio

from telegram.error import BadRequest

from bot.transport.card_edits import BURST, CardEdits
from tests.transport.fast_clock import now, run
from tests.transport.telegram import most_within


class Board:
    """Cards whose edits are noted, with the time of each."""

    def __init__(self) -> None:
        self.edits = CardEdits(clock=now)
        self.calls: list[tuple[float, str]] = []

    def press(self, chat: int, card: str) -> None:
        """Press a card."""

        async def edit() -> None:
            await asyncio.sleep(0)
            self.calls.append((now(), f"{chat} {card}"))

        self.edits.note(chat, card, edit)

    def times(self, card: str) -> list[float]:
        """Return when a card was edited."""
        return [at for at, name in self.calls if name == card]


def test_a_thousand_presses_make_ten_edits_a_minute_at_most() -> None:
    async def crowd() -> Board:
        board = Board()
        for _ in range(1000):
            board.press(-1, "a")
            await asyncio.sleep(0.12)
        await asyncio.sleep(60)
        return board

    times = run(crowd()).times("-1 a")

    assert most_within(times, 60) <= 10
    assert len(times) >= BURST
    # The last press is shown, too.
    assert times[-1] > 119


def test_the_most_pressed_card_is_edited_first() -> None:
    async def crowd() -> Board:
        board = Board()
        for card in "abcd":
            board.press(-1, card)
            await asyncio.sleep(0.1)
        for card in "abbbcc":
            board.press(-1, card)
        await asyncio.sleep(60)
        return board

    cards = [name for _, name in run(crowd()).calls][BURST:]

    assert cards == ["-1 b", "-1 c", "-1 a"]


def test_a_flood_in_one_group_delays_no_other() -> None:
    async def crowds() -> Board:
        board = Board()
        for number in range(300):
            board.press(-1, f"card {number % 30}")
        board.press(-2, "quiet")
        await asyncio.sleep(1)
        return board

    assert run(crowds()).times("-2 quiet") == [0.0]


def test_an_edit_that_fails_stops_no_other() -> None:
    async def crowd() -> Board:
        board = Board()

        async def fail() -> None:
            await asyncio.sleep(0)
            raise BadRequest("message to edit not found")

        board.edits.note(-1, "gone", fail)
        board.press(-1, "a")
        await asyncio.sleep(1)
        return board

    assert run(crowd()).times("-1 a")


def test_at_the_end_the_counts_that_may_be_shown_are_shown() -> None:
    async def crowd() -> Board:
        board = Board()
        for card in "abcdef":
            board.press(-1, card)
        await board.edits.finish()
        return board

    assert len(run(crowd()).calls) == BURST
