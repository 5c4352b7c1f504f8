"""The PostgreSQL of the tests starts when it is needed, and ends with the tests."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.postgres import URL_VARIABLE, Cluster, installed, server, version

# Starts a server, prints its address, and waits to be killed.
VICTIM = """
from tests.postgres import installed, server
with server(installed()) as (url, _):
    print(url, flush=True)
    input()
"""


def value(url: str, statement: str) -> object:
    """Return the first value that a statement selects, or None."""
    with psycopg.connect(url) as connection:
        row = connection.execute(statement).fetchone()
    return row[0] if row else None


def fill(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE liked AS SELECT 'Attention' AS title")


@pytest.fixture
def own_binaries(monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    binaries = installed()
    if binaries is None:
        pytest.skip("no PostgreSQL programs here")
    return binaries


def test_a_database_is_a_copy_of_its_template_and_of_nothing_else(
    postgres_cluster: Cluster,
):
    template = postgres_cluster.create_template(fill)

    ada = postgres_cluster.create_database(template)
    bo = postgres_cluster.create_database(template)
    value(ada, "UPDATE liked SET title = 'Mamba' RETURNING title")

    assert value(ada, "SELECT title FROM liked") == "Mamba"
    assert value(bo, "SELECT title FROM liked") == "Attention"
    for url in (ada, bo):
        postgres_cluster.drop_database(url)


def test_a_dropped_database_is_gone_even_while_somebody_is_connected(
    postgres_cluster: Cluster,
):
    url = postgres_cluster.create_database()
    connection = psycopg.connect(url)

    postgres_cluster.drop_database(url)

    connection.close()
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        value(url, "SELECT 1")


def test_the_newest_postgresql_here_runs_fast_and_without_a_port(
    own_binaries: Path,
):
    names = (
        "listen_addresses",
        "fsync",
        "synchronous_commit",
        "full_page_writes",
    )

    with server(own_binaries) as (url, _):
        settings = [value(url, f"SHOW {name}") for name in names]
        running = value(url, "SHOW server_version_num")

    assert settings == ["", "off", "off", "off"]
    assert int(str(running)) // 10_000 == version(own_binaries)[0]


def test_letters_beyond_english_have_their_lower_case(own_binaries: Path):
    with server(own_binaries) as (url, _):
        words = value(url, "SELECT to_tsvector('simple', 'École ZÜRICH')::text")

    assert words == "'zürich':2 'école':1"


def test_a_server_that_was_given_is_used_and_left_as_it_was(
    own_binaries: Path, monkeypatch: pytest.MonkeyPatch
):
    with server(own_binaries) as (address, _):
        monkeypatch.setenv(
            URL_VARIABLE, address.replace("postgresql:", "postgresql+psycopg:")
        )
        with Cluster() as cluster:
            template = cluster.create_template(fill)
            title = value(
                cluster.create_database(template), "SELECT title FROM liked"
            )
        n_databases = value(
            address, "SELECT count(*) FROM pg_database WHERE NOT datistemplate"
        )

    assert title == "Attention"
    assert n_databases == 1


def test_programs_that_are_for_root_alone_still_run(
    own_binaries: Path, tmp_path: Path
):
    if "site-packages" not in own_binaries.parts:
        pytest.skip("only an environment can lie in a folder of root's")
    tmp_path.chmod(0o700)
    (tmp_path / "hidden").symlink_to(own_binaries.parents[2])

    binaries = own_binaries.relative_to(own_binaries.parents[2])

    with server(tmp_path / "hidden" / binaries) as (url, _):
        number = value(url, "SELECT 1")

    assert number == 1


def test_a_server_that_cannot_start_says_why(
    own_binaries: Path, tmp_path: Path
):
    broken = tmp_path / "bin"
    broken.mkdir()
    (broken / "initdb").write_text("#!/bin/sh\necho the disk is full; exit 1\n")
    (broken / "initdb").chmod(0o755)

    with pytest.raises(RuntimeError, match="the disk is full"), server(broken):
        pass


def test_a_server_does_not_outlive_tests_that_were_killed(own_binaries: Path):
    victim = subprocess.Popen(
        [sys.executable, "-c", VICTIM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    with victim:
        assert victim.stdout is not None
        url = victim.stdout.readline().strip()
        folder = Path(url.partition("host=")[2])
        connection = psycopg.connect(url)

        os.kill(victim.pid, signal.SIGKILL)

        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT pg_sleep(60)")
    connection.close()
    assert is_deleted_soon(folder)


def is_deleted_soon(folder: Path) -> bool:
    """Return whether a folder is deleted within ten seconds, the last thing its keeper does."""
    for _ in range(100):
        if not folder.exists():
            return True
        time.sleep(0.1)
    return False


def test_a_server_of_our_own_goes_and_comes_back_with_what_it_held(
    own_binaries: Path,
):
    with Cluster(own_binaries) as cluster:
        url = cluster.create_database()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE numbers AS SELECT 1 AS one")

        with cluster.outage(), pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)

        assert value(url, "SELECT one FROM numbers") == 1
