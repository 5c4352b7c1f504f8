"""A child process ends with its parent."""

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


def is_running(pid: int) -> bool:
    # A zombie has ended, and waits for its parent to notice.
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]
    except FileNotFoundError:
        return False


def wait_for_pid(path: Path, seconds: float) -> int:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
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
    pid_file = tmp_path / "pid"
    parent = subprocess.Popen(
        [sys.executable, "-c", START, pid_file], cwd=os.getcwd()
    )
    child = wait_for_pid(pid_file, 20)
    was_running = is_running(child)

    parent.kill()
    parent.wait()
    for _ in range(100):
        if not is_running(child):
            break
        time.sleep(0.02)

    assert was_running
    assert not is_running(child)
