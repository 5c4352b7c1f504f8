"""`python -m bot` is `paperpicks`."""

import sys


def main() -> None:
    """Run a command; Ctrl-C is quiet from the first moment, while modules are still read."""
    try:
        from bot.cli import main as run  # noqa: PLC0415 - seconds, in which somebody may be sorry
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
