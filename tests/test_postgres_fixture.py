"""The tests' own PostgreSQL: there when it is needed, and gone with the tests."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.postgres import GIVEN, Cluster, installed, server, version

# Starts a server, says where it is, and waits to be killed.
VICTIM = """
from tests.postgres import installed, server
with server(installed()) as (url, _):
    print(url, flush=True)
    input()
"""


def one(url: str, statement: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(statement).fetchone()
    return row[0] if row else None


def fill(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE liked AS SELECT 'Attention' AS title")


@pytest.fixture
def own_binaries(monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(GIVEN, raising=False)
    binaries = installed()
    if binaries is None:
        pytest.skip("no PostgreSQL programs here")
    return binaries


def test_a_database_is_a_copy_of_its_template_and_of_nothing_else(
    postgres_cluster: Cluster,
):
    template = postgres_cluster.create_template(fill)

    ada, bo = (postgres_cluster.create_database(template) for _ in range(2))
    one(ada, "UPDATE liked SET title = 'Mamba' RETURNING title")

    assert one(ada, "SELECT title FROM liked") == "Mamba"
    assert one(bo, "SELECT title FROM liked") == "Attention"
    for url in (ada, bo):
        postgres_cluster.drop_database(url)


def test_a_dropped_database_is_gone_even_while_somebody_is_connected(
    postgres_cluster: Cluster,
):
    url = postgres_cluster.create_database()
    someone = psycopg.connect(url)

    postgres_cluster.drop_database(url)

    someone.close()
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        one(url, "SELECT 1")


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
        settings = [one(url, f"SHOW {name}") for name in names]
        running = one(url, "SHOW server_version_num")

    assert settings == ["", "off", "off", "off"]
    assert int(str(running)) // 10_000 == version(own_binaries)[0]


def test_letters_beyond_english_have_their_lower_case(own_binaries: Path):
    with server(own_binaries) as (url, _):
        words = one(url, "SELECT to_tsvector('simple', 'École ZÜRICH')::text")

    assert words == "'zürich':2 'école':1"


def test_a_server_that_was_given_is_used_and_left_as_it_was(
    own_binaries: Path, monkeypatch: pytest.MonkeyPatch
):
    with server(own_binaries) as (given, _):
        monkeypatch.setenv(
            GIVEN, given.replace("postgresql:", "postgresql+psycopg:")
        )
        with Cluster() as cluster:
            template = cluster.create_template(fill)
            title = one(
                cluster.create_database(template), "SELECT title FROM liked"
            )
        left = one(
            given, "SELECT count(*) FROM pg_database WHERE NOT datistemplate"
        )

    assert title == "Attention"
    assert left == 1


def test_programs_that_are_for_root_alone_still_run(
    own_binaries: Path, tmp_path: Path
):
    if "site-packages" not in own_binaries.parts:
        pytest.skip("only an environment can lie in a folder of root's")
    tmp_path.chmod(0o700)
    (tmp_path / "hidden").symlink_to(own_binaries.parents[2])

    with server(
        tmp_path / "hidden" / own_binaries.relative_to(own_binaries.parents[2])
    ) as (
        url,
        _,
    ):
        answer = one(url, "SELECT 1")

    assert answer == 1


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
        watched = psycopg.connect(url)

        os.kill(victim.pid, signal.SIGKILL)

        with pytest.raises(psycopg.OperationalError):
            watched.execute("SELECT pg_sleep(60)")
    watched.close()
    assert gone(folder)


def gone(folder: Path) -> bool:
    """Return whether the folder goes within some seconds: the last thing its keeper does."""
    wait = (
        'for i in $(seq 100); do [ -e "$0" ] || exit 0; sleep 0.1; done; exit 1'
    )
    return (
        subprocess.run(["/bin/sh", "-c", wait, folder], check=False).returncode
        == 0
    )


def test_a_server_of_our_own_goes_and_comes_back_with_what_it_held(
    own_binaries: Path,
):
    with Cluster(own_binaries) as cluster:
        url = cluster.create_database()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS one")

        with cluster.away(), pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)

        assert one(url, "SELECT one FROM kept") == 1
