"""Processes of ours that end: two at once, within limits, the newest wish first."""

import asyncio
import sys
import threading
from pathlib import Path

import pytest

from bot import concurrency
from bot.concurrency import Cut, GivenUp, Line

# What a child does with what it is told: a module of its own, as the real ones are.
CHILD = """
import sys, time
from bot import concurrency
match sys.stdin.read():
    case "echo": print("echo")
    case "hang": time.sleep(60)
    case "grow":
        concurrency.bounded(300_000_000, 60)
        held = bytearray(2_000_000_000)
    case "compute":
        concurrency.bounded(300_000_000, 0)
        while True: pass
    case "long": print("x" * 2_000)
"""


@pytest.fixture(autouse=True)
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "made_child.py").write_text(CHILD)
    root = Path(concurrency.__file__).parent.parent
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{root}")


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    line = Line()
    monkeypatch.setattr(concurrency, "LINE", line)
    return line


async def ask(
    told: str, *, patience: float = 30, wish: object = None
) -> bytes | None:
    return await concurrency.answer(
        "made_child", told=told.encode(), patience=patience, wish=wish
    )


async def test_a_child_answers() -> None:
    assert await ask("echo") == b"echo\n"


async def test_one_that_hangs_is_ended() -> None:
    assert await ask("hang", patience=0.5) is None


@pytest.mark.skipif(
    sys.platform != "linux", reason="other systems have no such limit"
)
@pytest.mark.parametrize("told", ["grow", "compute"])
async def test_the_system_ends_one_that_takes_more_than_it_may(
    told: str,
) -> None:
    assert await ask(told) is None


def test_one_that_writes_without_end_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(concurrency, "LONGEST_LINE", 1_000)

    with pytest.raises(Cut, match="more than anybody reads"):
        list(concurrency.lines("made_child", told=b"long", patience=30))


async def test_the_newest_wish_of_a_person_wins(line: Line) -> None:
    older = asyncio.create_task(ask("hang", wish=("picture", "Ada")))
    other = asyncio.create_task(ask("echo", wish=("picture", "Bo")))
    await asyncio.sleep(0)
    newer = asyncio.create_task(ask("echo", wish=("picture", "Ada")))

    with pytest.raises(GivenUp):
        await older
    assert (await other, await newer) == (b"echo\n", b"echo\n")
    assert len(line) == 0


def test_two_run_and_the_third_has_its_turn_when_one_ends() -> None:
    line = Line()
    first, second, third = line.join(), line.join(), line.join()
    line.reach(first)
    line.reach(second)
    with pytest.raises(Cut):
        line.reach(third, 0.01)

    threading.Timer(0.01, line.leave, [first]).start()

    line.reach(third, 10)
    with pytest.raises(Cut):
        line.reach(line.join(), 0.01)


def test_who_waits_for_somebody_given_up_does_not_wait_for_ever() -> None:
    line = Line()
    running, waiting = line.join(), line.join("a")
    newest = line.join("a")

    with pytest.raises(Cut):
        line.reach(waiting)
    line.leave(waiting)

    line.reach(running)
    line.reach(newest, 0.01)


async def test_at_the_end_nobody_is_left(line: Line) -> None:
    running = [asyncio.create_task(ask("hang")) for _ in range(3)]
    await asyncio.sleep(0.1)

    line.clear()

    assert await asyncio.gather(*running) == [None, None, None]
    assert len(line) == 0


async def test_one_whose_answer_nobody_wants_any_more_is_ended(
    line: Line,
) -> None:
    running = asyncio.create_task(ask("hang"))
    await asyncio.sleep(0.1)

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert len(line) == 0
