"""Starts the command line: `python -m bot` and `paperpicks` are the same."""

import os
import signal
from types import FrameType


def main() -> None:
    """Run the command line, and exit quietly on Ctrl-C from the first moment."""
    # A parent process may have told this one to ignore interrupts.
    interrupts = signal.getsignal(signal.SIGINT) is signal.default_int_handler

    if interrupts:
        # An exception raised inside a callback of the garbage collector would be lost.
        signal.signal(signal.SIGINT, _exit)

    # The imports take seconds, in which somebody may change their mind.
    from bot.cli.main import main as run_command  # noqa: PLC0415 - see above

    if interrupts:
        signal.signal(signal.SIGINT, signal.default_int_handler)

    run_command()


def _exit(_number: int, _frame: FrameType | None) -> None:
    """Exit at once, which is safe as long as nothing is opened."""
    os._exit(130)


if __name__ == "__main__":
    main()
