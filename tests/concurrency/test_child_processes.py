"""What runs apart ends with the process that began it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

START = """
import asyncio, sys
from bot import concurrency
asyncio.run(concurrency.answer("tests.concurrency.sleeper", sys.argv[1], message=b"", patience=60))
"""


def lives(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]
    except FileNotFoundError:
        return False


def within(seconds: float, path: Path) -> int:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if path.exists() and path.read_text():
            return int(path.read_text())
        time.sleep(0.02)
    raise TimeoutError


@pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="processes are not files here"
)
def test_a_child_ends_at_once_with_a_parent_that_is_killed(
    tmp_path: Path,
) -> None:
    started = tmp_path / "pid"
    parent = subprocess.Popen(
        [sys.executable, "-c", START, started], cwd=os.getcwd()
    )
    child = within(20, started)
    before = lives(child)

    parent.kill()
    parent.wait()
    for _ in range(100):
        if not lives(child):
            break
        time.sleep(0.02)

    assert before
    assert not lives(child)
