"""Runs a module of ours in a process that ends, takes its memory along, and can hang nobody."""

import asyncio
import os
import sys

from bot.orphans import PARENT


async def answer(module: str, *args: str, told: bytes, patience: float) -> bytes | None:
    """Return what `python -m module` writes when `told` this on its standard input.

    The module is to call `end_with_parent` first. None where it takes more than `patience`
    seconds, or dies of what it was told.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *args,
        env={**os.environ, PARENT: str(os.getpid())},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        said, _ = await asyncio.wait_for(child.communicate(told), patience)
    except TimeoutError:
        return None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return said if child.returncode == 0 else None
