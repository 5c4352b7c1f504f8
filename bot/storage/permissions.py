"""File permissions: the databases and their folder are their owner's alone."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

# The modes of folders and of files.
FOLDER = 0o700
FILE = 0o600

# The permissions of everybody but the owner.
OTHERS = stat.S_IRWXG | stat.S_IRWXO

# The endings of the files that SQLite keeps beside a database.
BESIDE = ("-wal", "-shm", "-journal")


def folder(path: Path) -> None:
    """Create a folder, and close it and the databases in it to others.

    A folder that everybody may write to, such as /tmp, stays open. Raises OSError if the
    folder can't be created.
    """
    path.mkdir(mode=FOLDER, parents=True, exist_ok=True)

    if not _is_shared(path):
        _close(path, FOLDER)
    for file in databases(path):
        _close(file, FILE)


def database(path: Path) -> None:
    """Close a database to others before it is opened; create it, empty, if it is new."""
    # Opening the database reports any error.
    with suppress(OSError):
        path.touch(mode=FILE)

    for file in (path, *(path.with_name(path.name + end) for end in BESIDE)):
        _close(file, FILE)


def databases(path: Path) -> list[Path]:
    """Return the files of the databases in a folder, also of backups."""
    return sorted(file for file in path.glob("*.db*") if file.is_file())


def open_to_others(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the paths that other users of this machine may read or change."""
    # On other systems the mode says nothing.
    if os.name != "posix":
        return

    for path in paths:
        with suppress(OSError):
            if path.stat().st_mode & OTHERS:
                yield path


def _is_shared(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_ISVTX)


def _close(path: Path, mode: int) -> None:
    """Close a file to others; the doctor reports those that can't be closed."""
    with suppress(OSError):
        present = path.stat().st_mode
        if present & OTHERS:
            os.chmod(path, present & mode)
