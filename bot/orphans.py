"""Ends a child process with its parent, so that nothing runs on for a bot that was killed."""

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time

PARENT = "PAPERPICKS_PARENT"  # the variable that tells a child whose it is
OPTION_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
LOOK = 0.2  # seconds between looks, where the system does not do it for us


def end_with_parent(parent: int | None = None) -> None:
    """End this process as soon as `parent` is gone, or who else the environment names."""
    expected = parent or int(os.environ.get(PARENT, os.getppid()))
    if (
        sys.platform == "linux"
    ):  # also from within a regular expression that never ends
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(OPTION_DEATH_SIGNAL, signal.SIGKILL)
    threading.Thread(
        target=_watch, args=(expected,), name="parent", daemon=True
    ).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK)
    os._exit(1)
