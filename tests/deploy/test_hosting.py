"""The files for compose, systemd and Procfile hosts name commands and settings that exist."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.core import TyperGroup
from typer.main import get_command

from bot.cli.main import cli
from bot.settings import Settings
from tests.deploy import dockerfile, packages
from tests.deploy.packages import PROJECT, Installation

COMPOSE = yaml.safe_load((PROJECT / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES.items() if "build" in each}
APP = json.loads((PROJECT / "app.json").read_text("utf-8"))
UNIT = PROJECT / "deploy" / "paperpicks.service"
SECRETS = {"telegram_bot_token", "database_url", "database_password"}

# Variables that other programs than ours read.
FOREIGN = {"HTTPS_PROXY", "HOME", "MPLCONFIGDIR", "PYTHONUNBUFFERED", "PATH"}

# As `systemd-analyze security` counts: 0 is walled in, 10 open.
MAX_EXPOSURE = 2.0


def commands() -> set[str]:
    group = get_command(cli)
    assert isinstance(group, TyperGroup)
    return set(group.commands)


def settings() -> set[str]:
    return {name.upper() for name in Settings.model_fields}


def unit() -> dict[str, list[str]]:
    """Return the values of each key of the service; a key may come several times."""
    values: dict[str, list[str]] = {}
    for line in UNIT.read_text("utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            values.setdefault(name, []).append(value)
    return values


def test_each_service_of_compose_runs_a_command_of_ours() -> None:
    names = {name: service["command"] for name, service in OURS.items()}

    assert names == {name: [name] for name in names}
    assert set(names) == {"migrate", "run", "web", "worker", "clock"}
    assert set(names) <= commands()


def test_by_default_compose_runs_one_process_after_the_migration() -> None:
    default = {
        name for name, service in SERVICES.items() if "profiles" not in service
    }

    assert default == {"database", "migrate", "run"}
    for name in set(OURS) - {"migrate"}:
        assert OURS[name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"}
        }
    assert OURS["migrate"]["depends_on"] == {
        "database": {"condition": "service_healthy"}
    }
    assert OURS["migrate"]["restart"] == "no"


@pytest.mark.parametrize("service", OURS.values(), ids=list(OURS))
def test_a_container_has_a_root_that_it_cannot_write_and_no_rights(
    service: dict[str, Any],
) -> None:
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["volumes"] == ["data:/data"]
    assert "privileged" not in service
    assert "user" not in service


@pytest.mark.parametrize("service", OURS.values(), ids=list(OURS))
def test_a_container_gets_settings_that_exist_and_secrets_as_files(
    service: dict[str, Any],
) -> None:
    environment = service["environment"]
    files = {
        value.removeprefix("/run/secrets/")
        for name, value in environment.items()
        if name.endswith("_FILE")
    }

    assert set(environment) - FOREIGN <= settings()
    assert files == set(service["secrets"])
    for name, value in environment.items():
        if not name.endswith("_FILE"):
            assert value == f"${{{name}:-}}"


def test_the_secrets_of_compose_are_files_that_git_and_the_image_never_take() -> (
    None
):
    ignored = (PROJECT / ".gitignore").read_text("utf-8").splitlines()

    assert {
        name: each["file"] for name, each in COMPOSE["secrets"].items()
    } == {name: f"./secrets/{name}" for name in SECRETS}
    assert "secrets/" in ignored
    assert "!secrets" not in (PROJECT / ".dockerignore").read_text("utf-8")


def test_the_volumes_of_compose_are_where_the_image_and_postgresql_write() -> (
    None
):
    [*_, last] = dockerfile.stages(PROJECT / "Dockerfile")
    [volume] = [step.text for step in last if step.name == "VOLUME"]

    assert set(COMPOSE["volumes"]) == {"data", "database"}
    assert OURS["run"]["volumes"] == [f"data:{volume}"]
    assert SERVICES["database"]["volumes"] == ["database:/var/lib/postgresql"]


def test_the_unit_runs_a_command_of_ours_with_settings_that_exist() -> None:
    values = unit()
    program, command = values["ExecStart"][0].split()
    variables = {value.partition("=")[0] for value in values["Environment"]}

    assert program == "/opt/paperpicks/bin/paperpicks"
    assert command in commands()
    assert variables - FOREIGN <= settings()
    assert "DATA_DIR=%S/paperpicks" in values["Environment"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("User", "paperpicks"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("NoNewPrivileges", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("CapabilityBoundingSet", ""),
        ("StateDirectory", "paperpicks"),
        ("StateDirectoryMode", "0700"),
        ("UMask", "0077"),
        ("Restart", "on-failure"),
    ],
)
def test_the_unit_walls_the_bot_in(name: str, value: str) -> None:
    assert unit()[name] == [value]


@pytest.fixture
def systemd_analyze() -> str:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("no systemd-analyze here")
    return program


def test_systemd_understands_every_line_of_the_unit(
    systemd_analyze: str, installation: Installation, tmp_path: Path
) -> None:
    text = UNIT.read_text("utf-8")
    here = text.replace("/opt/paperpicks", str(installation.environment))
    file = tmp_path / UNIT.name
    file.write_text(here, "utf-8")

    result = subprocess.run(
        [systemd_analyze, "verify", file],
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.stderr == ""
    assert result.returncode == 0


def test_systemd_finds_little_that_the_bot_could_reach(
    systemd_analyze: str,
) -> None:
    result = subprocess.run(
        [systemd_analyze, "security", "--offline=true", UNIT],
        capture_output=True,
        text=True,
        check=False,
    )
    exposure = re.search(r"exposure level for \S+: ([\d.]+)", result.stdout)

    assert exposure
    assert float(exposure[1]) <= MAX_EXPOSURE


def test_the_procfile_runs_commands_of_ours() -> None:
    lines = (PROJECT / "Procfile").read_text("utf-8").splitlines()
    processes = dict(line.split(": ") for line in lines)

    assert {words.split()[0] for words in processes.values()} == {"paperpicks"}
    assert {words.split()[1] for words in processes.values()} <= commands()
    assert set(APP["formation"]) <= set(processes)


def test_app_json_asks_for_settings_that_exist() -> None:
    required = {
        name
        for name, variable in APP["env"].items()
        if variable.get("required", True)
    }

    assert set(APP["env"]) <= settings()
    assert required == {"TELEGRAM_BOT_TOKEN", "WEBHOOK_URL"}
    assert APP["addons"] == ["heroku-postgresql"]


def test_a_procfile_host_gets_the_commands_and_the_translations(
    tmp_path: Path, installation: Installation
) -> None:
    """Only what builds the package is not downloaded here, but that of the tests."""
    project = packages.copy_project(tmp_path / "app")
    packages.become_next_version(project)
    shutil.copytree(PROJECT / "bin", project / "bin")
    python = installation.environment / "bin" / "python"
    # An environment of Python 3.11 begins with an old one, before that of the tests.
    for old in installation.packages.glob("setuptools*"):
        shutil.rmtree(old)
    host = tmp_path / "host"
    host.mkdir()
    (host / "python").write_text(
        f'#!/bin/sh\nexec {python} "$@" --no-build-isolation --no-index\n'
    )
    (host / "python").chmod(0o755)

    packages.call(
        project / "bin" / "post_compile",
        folder=project,
        PATH=f"{host}:{os.defpath}",
    )

    assert installation.run("--version").split()[1] == packages.NEXT_VERSION
    assert len(list(installation.packages.rglob("paperpicks.mo"))) == 10
