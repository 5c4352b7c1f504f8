"""Runs every benchmark in a process of its own, one after the other, and prints one table."""

import subprocess
import sys

# The later ones fill PostgreSQL servers of their own.
PARTS = ("serving", "room", "recommender", "imports", "processes", "million")


def main() -> None:
    """Print the heads of the table, and let each part print its rows."""
    print("| what | figure |\n| --- | --- |", flush=True)  # noqa: T201 - a table
    for part in PARTS:
        command = [sys.executable, "-m", f"tests.bench.{part}"]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
