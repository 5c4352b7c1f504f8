"""`python -m bot` is `paperpicks`."""

import os
import signal
from types import FrameType


def main() -> None:
    """Run a command; Ctrl-C is quiet from the first moment, while modules are still read."""
    waits = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if waits:
        # An interrupt raised inside a callback of the garbage collector would be lost.
        signal.signal(signal.SIGINT, _leave)
    from bot.cli.main import main as run  # noqa: PLC0415 - seconds, in which somebody may be sorry

    if waits:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


def _leave(_number: int, _frame: FrameType | None) -> None:
    """End at once: nothing was opened yet."""
    os._exit(130)


if __name__ == "__main__":
    main()
