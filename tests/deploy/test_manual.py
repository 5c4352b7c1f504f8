"""Every command in the manual runs: each section in a sandbox, in the order of the page.

Stood in for (`stand_ins.py`) is what needs another machine: docker, systemctl and sudo's other
users, a Procfile host, the pushes and pulls of git, the downloads of pip, pipx, uvx and make, an
editor, and curl, which would ask a container. Our own commands and PostgreSQL's are the real ones.
"""

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from datetime import time as time_of_day
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.picks import fitting
from bot.storage import papers, readers, schema
from bot.storage.database import Database
from tests.bot_api.server import FaultyServer
from tests.cli.process import TOKEN
from tests.corpus import library
from tests.deploy import packages, stand_ins
from tests.deploy.packages import PROJECT, Installation
from tests.postgres import Cluster
from tests.postgres import installed as postgres_programs
from tests.sources.conftest import Answer, Source, source

__all__ = ["source"]

MANUAL = (PROJECT / "docs" / "manual.md").read_text("utf-8")
SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
ALARM = re.compile(r"^\| `(.+?)` \| ", re.MULTILINE)
SECTIONS = {name: BLOCK.findall(text) for name, text in SECTION.findall(MANUAL)}
COMMANDS = {name: blocks for name, blocks in SECTIONS.items() if blocks}

# The folder of PostgreSQL's programs, which are of the version of the tests' server.
PROGRAMS = postgres_programs() or Path("/usr/bin")

# The databases in the manual, as whoever runs PostgreSQL on this machine would name them.
ADDRESS = re.compile(r"postgresql://paperpicks@localhost/(\w+)")
DATABASES = ("paperpicks", "restored", "moved")

# Folders of a machine, which lie below the sandbox.
FOLDER = re.compile(r"(?<![\w.])/(etc|opt|var/lib)(?=/)")

# Programs that a block may use beside those that are stood in for.
REAL = {
    *("base64", "cat", "cd", "chmod", "cp", "createdb", "do", "done", "echo"),
    *("for", "head", "mkdir", "pg_dump", "pg_restore", "printf", "rm", "sed"),
    "tr",
}

# Two strings that stand one after the other in the code, or one over two lines.
JOINED = re.compile(r'"\s*\n\s*f?"')

# An alarm whose noun depends on a number.
COUNTED = "digests are late"

READER = 1001


@dataclass
class Sandbox:
    """A folder that plays a machine: its project, home, folders and programs."""

    root: Path
    installation: Installation
    cluster: Cluster
    settings: dict[str, str]
    outputs: list[str] = field(default_factory=list)

    @property
    def project(self) -> Path:
        return self.root / "project"

    @property
    def data(self) -> Path:
        return self.root / "home" / ".local" / "share" / "paperpicks"

    def address(self, name: str) -> str:
        """Return the address of a database of the tests' server."""
        url = make_url(self.cluster.url).set(database=name)
        return url.render_as_string(hide_password=False)

    def run(self, block: str) -> str:
        """Run the commands of a block; return what they printed."""
        script = ADDRESS.sub(lambda match: self.address(match[1]), block)
        script = FOLDER.sub(lambda match: f"{self.root}/{match[1]}", script)
        with subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", quoted(script)],
            cwd=self.project,
            env=self.environment(block),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as shell:
            try:
                output, _ = shell.communicate(timeout=150)
            except subprocess.TimeoutExpired:
                # With whatever it began.
                os.killpg(shell.pid, signal.SIGKILL)
                raise

        self.outputs.append(output)
        assert shell.returncode == 0, f"{block}\n{output}"
        assert "Traceback" not in output
        return output

    def environment(self, block: str) -> dict[str, str]:
        """Return the environment of a block; the token is in it where the block names it."""
        lines = [f"{name}={value}\n" for name, value in self.settings.items()]
        server = make_url(self.cluster.url)
        environment = {
            **packages.clean_environment(self.root / "home"),
            "PATH": f"{self.root}/programs:{PROGRAMS}:{os.defpath}",
            "PAPERPICKS": str(self.installation.command),
            "UNITS": str(self.root / "etc" / "systemd" / "system"),
            "EDITOR": "editor",
            "EDITED_SETTINGS": "".join(lines),
            "HF_ENDPOINT": self.settings["HF_ENDPOINT"],
            "PGHOST": str(server.query.get("host") or server.host or ""),
            "PGPORT": str(server.port or ""),
            "PGUSER": server.username or "",
            "PGPASSWORD": server.password or "",
        }
        if "$TELEGRAM_BOT_TOKEN" in block:
            environment["TELEGRAM_BOT_TOKEN"] = TOKEN
        return environment


def quoted(script: str) -> str:
    """Return a script in which addresses with a `?` are no patterns of the shell."""
    return re.sub(r"(?<!['=])(postgresql://[^\s']+)", r"'\1'", script)


def use(url: str) -> None:
    """Fill a database as some use does: papers, features, and a reader."""
    now = datetime.now(UTC)
    with closing(Database(url)) as database:
        schema.migrate(database)
        papers.store(database, library(now.date()))
        fitting.fit(database, now)
        profile = {"name": "Ada", "at": time_of_day(9), "created_at": now}
        readers.find_or_create(database, READER, profile)


@pytest.fixture(scope="session")
def used_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database that was used."""
    path = tmp_path_factory.mktemp("used") / "paperpicks.db"
    use(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def installed(
    tmp_path_factory: pytest.TempPathFactory, wheel: Path
) -> Installation:
    """The wheel in an environment that all sections use."""
    return Installation.create(tmp_path_factory.mktemp("installed"), wheel)


def listed(_path: str, query: dict[str, str]) -> Answer:
    """Answer as Hugging Face does on a day with three papers."""
    day = query.get("date", "2026-11-20")
    rows = [
        {
            "paper": {
                "id": f"2611.0000{number}",
                "title": f"Paper {number} of today",
                "summary": "A model that reads papers.",
                "submittedOnDailyAt": day,
                "upvotes": number,
            }
        }
        for number in range(3)
    ]
    return Answer(
        json.dumps(rows if query.get("p", "0") == "0" else []).encode()
    )


@pytest.fixture
def databases(postgres_cluster: Cluster) -> Iterator[None]:
    """A server with a used database, and without those that the manual creates."""
    maintenance = ["--maintenance-db", postgres_cluster.url]

    def drop(*names: str) -> None:
        for name in names:
            subprocess.run(
                [PROGRAMS / "dropdb", "--if-exists", *maintenance, name],
                check=True,
                capture_output=True,
            )

    drop(*DATABASES)
    subprocess.run(
        [PROGRAMS / "createdb", *maintenance, DATABASES[0]], check=True
    )
    url = make_url(postgres_cluster.url).set(database=DATABASES[0])
    use(url.render_as_string(hide_password=False))
    yield
    drop(*DATABASES)


@pytest.fixture
def sandbox(
    tmp_path: Path,
    installed: Installation,
    used_file: Path,
    postgres_cluster: Cluster,
    databases: None,
    source: Source,
) -> Iterator[Sandbox]:
    """A machine on which somebody installed PaperPicks, and used it."""
    source.answer = listed
    with FaultyServer(TOKEN) as telegram:
        settings = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE": telegram.base_url.removesuffix("/bot"),
            "HF_ENDPOINT": source.url,
        }
        sandbox = Sandbox(tmp_path, installed, postgres_cluster, settings)
        packages.copy_project(sandbox.project)
        for name in ("compose.yaml", "Dockerfile", "Procfile", "app.json"):
            shutil.copy(PROJECT / name, sandbox.project)
        shutil.copy(PROJECT / ".env.example", sandbox.project)
        shutil.copy(PROJECT / "Makefile", sandbox.project)
        shutil.copytree(PROJECT / "deploy", sandbox.project / "deploy")
        sandbox.data.mkdir(parents=True)
        for folder in ("etc/systemd/system", "opt", "var/lib"):
            (tmp_path / folder).mkdir(parents=True)
        shutil.copy(used_file, sandbox.data)
        stand_ins.write_programs(tmp_path / "programs")
        yield sandbox


def configure(sandbox: Sandbox) -> None:
    """Write the settings that the manual's first day ends with, and an installed service."""
    lines = [f"{name}={value}\n" for name, value in sandbox.settings.items()]
    (sandbox.project / ".env").write_text("".join(lines))
    units = sandbox.root / "etc" / "systemd" / "system"
    shutil.copy(PROJECT / "deploy" / "paperpicks.service", units)


def counted(output: str) -> list[str]:
    """Return what `paperpicks stats` says of readers."""
    return re.findall(r"readers +(\d+ active of \d+)", output)


def test_installing_gives_a_version_a_chat_page_secrets_and_a_service(
    sandbox: Sandbox,
) -> None:
    for block in COMMANDS["Install"]:
        sandbox.run(block)

    output = "".join(sandbox.outputs)
    secrets = sandbox.project / "secrets"
    service = sandbox.root / "etc" / "paperpicks" / ".env"
    password = (secrets / "database_password").read_text().strip()
    assert output.count("paperpicks 0.1.0\n") == 2
    assert re.search(r"^http://127\.0\.0\.1:\d+/chat/", output, re.MULTILINE)
    assert (secrets / "telegram_bot_token").read_text() == TOKEN
    assert len(password) == 32
    assert (secrets / "database_url").read_text() == (
        f"postgresql://paperpicks:{password}@database/paperpicks"
    )
    assert secrets.stat().st_mode & 0o777 == 0o700
    assert service.stat().st_mode & 0o777 == 0o600
    assert f"TELEGRAM_BOT_TOKEN={TOKEN}" in service.read_text()
    assert counted(output) == ["0 active of 0"]


def test_on_the_first_day_the_bot_fetches_serves_and_tells_how_it_is(
    sandbox: Sandbox,
) -> None:
    for block in COMMANDS["The first day"]:
        # The doctor ends with 1, as the sandbox lacks what the network has.
        sandbox.run(block.replace("doctor", "doctor || [ $? = 1 ]"))

    output = "".join(sandbox.outputs)
    assert "huggingface" in output
    assert "run is there" in output
    assert counted(output) == ["1 active of 1"]
    assert "✓ the database is at revision" in output
    assert "Ada: 5 of" in output
    assert (sandbox.project / ".env").stat().st_mode & 0o777 == 0o600


def test_an_upgrade_migrates_and_keeps_the_readers(sandbox: Sandbox) -> None:
    configure(sandbox)
    sandbox.run("make install")
    sandbox.run("sudo python3 -m venv /opt/paperpicks; mkdir /etc/paperpicks")
    for block in COMMANDS["Upgrade"]:
        sandbox.run(block)

    output = "".join(sandbox.outputs)
    assert output.count("The database is at revision") == 3
    assert counted(sandbox.run("paperpicks stats")) == ["1 active of 1"]


def test_backups_of_both_databases_bring_everything_back(
    sandbox: Sandbox,
) -> None:
    configure(sandbox)
    for block in COMMANDS["Back up and restore"]:
        sandbox.run(block)

    output = "".join(sandbox.outputs)
    document = json.loads((sandbox.project / "reader.json").read_text())
    assert counted(output) == ["1 active of 1"] * 2
    assert document["telegram_id"] == READER
    assert f"Reader {READER} has " in output


def test_a_move_to_postgresql_takes_the_readers_along(
    sandbox: Sandbox,
) -> None:
    configure(sandbox)
    for block in COMMANDS["Move to PostgreSQL"]:
        sandbox.run(block)

    output = "".join(sandbox.outputs)
    with closing(Database(sandbox.address("moved"))) as database:
        assert readers.find(database, READER)
    assert "every row was compared" in output
    assert counted(output) == ["1 active of 1"]
    assert "run is there" in output


@pytest.mark.parametrize("section", ["Scale", "Monitor"])
def test_what_is_only_stood_in_for_names_what_there_is(
    sandbox: Sandbox, section: str
) -> None:
    configure(sandbox)
    for block in COMMANDS[section]:
        sandbox.run(block)

    units = sandbox.root / "etc" / "systemd" / "system"
    if section == "Scale":
        for part in ("web", "worker", "clock"):
            unit = (units / f"paperpicks-{part}.service").read_text()
            assert f"ExecStart=/opt/paperpicks/bin/paperpicks {part}\n" in unit


def test_each_section_with_commands_has_its_test() -> None:
    assert set(COMMANDS) == {
        "Install",
        "The first day",
        "Upgrade",
        "Back up and restore",
        "Move to PostgreSQL",
        "Scale",
        "Monitor",
    }


def test_no_program_of_the_manual_is_unknown_here() -> None:
    programs = set()
    for block in (block for blocks in COMMANDS.values() for block in blocks):
        for part in re.split(r"\n|\||&&|\$\(", block):
            words = [
                word
                for word in part.strip("()\n ").split()
                if not re.match(r"[A-Za-z_]+=", word)
            ]
            if words:
                programs.add(words[0].rpartition("/")[2])

    names = {"${EDITOR:-vi}"}
    assert programs - REAL - names <= set(stand_ins.STAND_INS)


@pytest.mark.parametrize(
    "words", [alarm for alarm in ALARM.findall(MANUAL) if alarm != COUNTED]
)
def test_an_alarm_is_in_the_words_that_the_program_says(words: str) -> None:
    sources = "".join(
        JOINED.sub("", path.read_text("utf-8"))
        for path in sorted((PROJECT / "bot").rglob("*.py"))
    )

    assert words in sources
