"""Child processes: two at a time, within limits, and of each key only the newest."""

import asyncio
import sys
import threading
from pathlib import Path

import pytest

from bot import concurrency
from bot.concurrency import Cut, GivenUp, Queue

# A child does what its message says. It is a module, as the real ones are.
CHILD = """
import sys, time
from bot import concurrency
match sys.stdin.read():
    case "echo": print("echo")
    case "hang": time.sleep(60)
    case "grow":
        concurrency.limit_process(300_000_000, 60)
        memory = bytearray(2_000_000_000)
    case "compute":
        concurrency.limit_process(300_000_000, 0)
        while True: pass
    case "long": print("x" * 2_000)
"""


@pytest.fixture(autouse=True)
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "child_for_tests.py").write_text(CHILD)
    root = Path(concurrency.__file__).parent.parent
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{root}")


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Queue:
    queue = Queue()
    monkeypatch.setattr(concurrency, "QUEUE", queue)
    return queue


async def ask(
    message: str, *, patience: float = 30, key: object = None
) -> bytes | None:
    return await concurrency.answer(
        "child_for_tests", message=message.encode(), patience=patience, key=key
    )


async def test_a_child_answers() -> None:
    assert await ask("echo") == b"echo\n"


async def test_one_that_hangs_is_ended() -> None:
    assert await ask("hang", patience=0.5) is None


@pytest.mark.skipif(
    sys.platform != "linux", reason="other systems have no such limit"
)
@pytest.mark.parametrize("message", ["grow", "compute"])
async def test_the_system_ends_one_that_takes_more_than_it_may(
    message: str,
) -> None:
    assert await ask(message) is None


def test_one_that_writes_without_end_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(concurrency, "LONGEST_LINE", 1_000)

    with pytest.raises(Cut, match="more than anybody reads"):
        list(concurrency.lines("child_for_tests", message=b"long", patience=30))


async def test_the_newest_wish_of_a_person_wins(queue: Queue) -> None:
    older = asyncio.create_task(ask("hang", key=("picture", "Ada")))
    other = asyncio.create_task(ask("echo", key=("picture", "Bo")))
    await asyncio.sleep(0)
    newer = asyncio.create_task(ask("echo", key=("picture", "Ada")))

    with pytest.raises(GivenUp):
        await older
    assert (await other, await newer) == (b"echo\n", b"echo\n")
    assert len(queue) == 0


def test_two_run_and_the_third_has_its_turn_when_one_ends() -> None:
    queue = Queue()
    first, second, third = queue.join(), queue.join(), queue.join()
    queue.wait_for(first)
    queue.wait_for(second)
    with pytest.raises(Cut):
        queue.wait_for(third, 0.01)

    threading.Timer(0.01, queue.leave, [first]).start()

    queue.wait_for(third, 10)
    with pytest.raises(Cut):
        queue.wait_for(queue.join(), 0.01)


def test_who_waits_for_somebody_given_up_does_not_wait_for_ever() -> None:
    queue = Queue()
    running, waiting = queue.join(), queue.join("a")
    newest = queue.join("a")

    with pytest.raises(Cut):
        queue.wait_for(waiting)
    queue.leave(waiting)

    queue.wait_for(running)
    queue.wait_for(newest, 0.01)


async def test_at_the_end_nobody_is_left(queue: Queue) -> None:
    running = [asyncio.create_task(ask("hang")) for _ in range(3)]
    await asyncio.sleep(0.1)

    queue.clear()

    assert await asyncio.gather(*running) == [None, None, None]
    assert len(queue) == 0


def test_after_the_end_nobody_begins(queue: Queue) -> None:
    queue.clear()

    with pytest.raises(GivenUp):
        list(
            concurrency.lines(
                "child_for_tests", message=b"hang", patience=30, queue=queue
            )
        )


async def test_one_whose_answer_nobody_wants_any_more_is_ended(
    queue: Queue,
) -> None:
    running = asyncio.create_task(ask("hang"))
    await asyncio.sleep(0.1)

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert len(queue) == 0
