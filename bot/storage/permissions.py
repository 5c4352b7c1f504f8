"""Who may read what we keep: its owner alone; the folder with all that is in it."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

FOLDER, FILE = 0o700, 0o600
OTHERS = stat.S_IRWXG | stat.S_IRWXO
# What SQLite keeps beside a database.
BESIDE = ("-wal", "-shm", "-journal")


def folder(path: Path) -> None:
    """Make a folder and close it to others, and the databases in it; raise OSError where it fails.

    A folder that everybody may write to, such as /tmp, is nobody's to close.
    """
    path.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    if not _is_shared(path):
        _close(path, FOLDER)
    for file in databases(path):
        _close(file, FILE)


def database(path: Path) -> None:
    """Close a database to others before it is opened: a new one is made so, empty."""
    with suppress(OSError):  # whoever opens it is told what is wrong
        path.touch(mode=FILE)
    for file in (path, *(path.with_name(path.name + end) for end in BESIDE)):
        _close(file, FILE)


def databases(path: Path) -> list[Path]:
    """Return the databases in a folder, with what belongs to them, and their backups."""
    return sorted(file for file in path.glob("*.db*") if file.is_file())


def open_to_others(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield those of the files and folders that others on this machine may read or change."""
    for path in (
        paths if os.name == "posix" else ()
    ):  # elsewhere modes say nothing
        with suppress(OSError):
            if path.stat().st_mode & OTHERS:
                yield path


def _is_shared(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_ISVTX)


def _close(path: Path, mode: int) -> None:
    """Close a file that is ours; one that isn't, or can't be, is what the doctor tells of."""
    with suppress(OSError):
        if path.stat().st_mode & OTHERS:
            os.chmod(path, path.stat().st_mode & mode)
