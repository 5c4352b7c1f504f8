"""Runs the bot in a process of its own, as an operator starts it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TOKEN = "424242:AAE-a-secret-token-of-ours"
# Bytes of log that a process may write before anybody reads them: with the usual 64 kB, a
# process that logs everything stands still after half a minute.
LOG_SIZE = 2**20


@contextmanager
def running(
    base_url: str, data: Path, *words: str, token: str = TOKEN, **settings: str
) -> Iterator[subprocess.Popen[str]]:
    """Run the bot, with a log of everything, until the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", *words],
        env={
            **os.environ,
            "TELEGRAM_BOT_TOKEN": token,
            "TELEGRAM_API_BASE": base_url.removesuffix("/bot"),
            "HF_ENDPOINT": "http://127.0.0.1:9",
            "DATA_DIR": str(data),
            "LOG_LEVEL": "DEBUG",
            **settings,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pipesize=LOG_SIZE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
