"""Stands in for programs that need another machine: checks what they are asked, and no more.

It runs as a program: the first word is the name of the one that it stands in for. The
environment says where the sandbox, the project and the real commands are.
"""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import yaml

# Commands of ours that end with a signal alone, and what they print once they serve.
SERVING = ("run", "web", "worker", "clock")
READY = re.compile(r"http://127\.0\.0\.1:\d+/chat/|: \w+ is there$")

# What may be asked of each, beside our own files and names.
DOCKER = {"up", "logs", "build", "down", "stop", "start", "ps", "exec"}
SYSTEMCTL = {"daemon-reload", "enable", "disable", "start", "stop"}
MAKE = re.compile(r"^([a-z-]+):", re.MULTILINE)


def require(condition: object, *words: str) -> None:
    """End with 97, which no program of ours does, unless a condition holds."""
    if not condition:
        sys.stderr.write(f"a stand-in refuses: {' '.join(words)}\n")
        sys.exit(97)


def run(*words: str, **environment: str) -> int:
    """Run a program that is there; return its code."""
    return subprocess.run(
        words, env={**os.environ, **environment}, check=False
    ).returncode


def paperpicks(*words: str) -> int:
    """Run a command of ours; one that serves is ended as Ctrl-C does once it is ready."""
    program = os.environ["PAPERPICKS"]
    if not words or words[0] not in SERVING:
        return run(program, *words)

    with subprocess.Popen(
        [program, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            if READY.search(line):
                process.send_signal(signal.SIGINT)
    return process.returncode


def pipx(*words: str) -> int:
    """Accept what the wheel of the tests was installed from."""
    require(words in {("install", "."), ("install", "--force", ".")}, *words)
    require(Path("pyproject.toml").is_file(), "no project here")
    return 0


def uvx(*words: str) -> int:
    """Run a command of ours, as uv does from a project."""
    require(words[:3] == ("--from", ".", "paperpicks"), *words)
    return paperpicks(*words[3:])


def make(*words: str) -> int:
    """Accept a target that there is; `install` gives the command of a checkout."""
    targets = set(MAKE.findall(Path("Makefile").read_text("utf-8")))
    require(set(words) <= targets, *words)
    if "install" in words:
        link = Path(".venv/bin/paperpicks")
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(os.environ["PAPERPICKS"])
    return 0


def git(*words: str) -> int:
    """Accept to pull and to push."""
    require(words in {("pull",), ("push", "heroku", "main")}, *words)
    return 0


def docker(*words: str) -> int:
    """Accept what names services of the compose file; run PostgreSQL's programs for real."""
    services = yaml.safe_load(Path("compose.yaml").read_text("utf-8"))[
        "services"
    ]
    compose, command, *rest = words
    require(compose == "compose" and command in DOCKER, *words)
    if command == "exec":
        require(rest[:2] == ["--no-TTY", "database"], *words)
        return run(
            *(word for word in rest[2:] if not word.startswith("--username"))
        )

    for word in rest:
        name = re.fullmatch(r"([a-z]+)(=\d+)?", word)
        require(word.startswith("--") or (name and name[1] in services), *words)
    return 0


def sudo(*words: str) -> int:
    """Do what follows with the rights that there are; our environment is there already."""
    program, *rest = [word for word in words if word != "--user=paperpicks"]
    name = program.rpartition("/")[2]
    match name:
        case "install":
            kept = [word for word in rest if not word.startswith("--owner")]
            return run(program, *kept)
        case "paperpicks":
            return run(program, *rest)
        case "systemctl":
            return systemctl(*rest)
        case "pip":
            return pip(*rest)
        case "python3":
            require(rest[:2] == ["-m", "venv"], *words)
            Path(rest[2]).symlink_to(Path(os.environ["PAPERPICKS"]).parents[1])
        case _:
            require(words == ("useradd", "--system", "paperpicks"), *words)
    return 0


def pip(*words: str) -> int:
    """Accept to install what is locked and, without more, the project."""
    install, *options, last = words
    require(install == "install", *words)
    if "--requirement" in options:
        require("--require-hashes" in options, *words)
        require(Path(last).is_file(), *words)
    else:
        require(last == "." and "--no-deps" in options, *words)
        require(Path("pyproject.toml").is_file(), "no project here")
    return 0


def systemctl(*words: str) -> int:
    """Accept units that stand where systemd looks for them."""
    command, *rest = words
    require(command in SYSTEMCTL, *words)
    for name in rest:
        unit = Path(os.environ["UNITS"]) / f"{name}.service"
        require(name == "--now" or unit.is_file(), *words)
    return 0


def heroku(*words: str) -> int:
    """Accept what names add-ons, settings and processes that our files name."""
    app = json.loads(Path("app.json").read_text("utf-8"))
    processes = Path("Procfile").read_text("utf-8")
    command, *rest = words
    names = {word.partition("=")[0] for word in rest}
    match command:
        case "addons:create":
            require(names <= set(app["addons"]), *words)
        case "config:set":
            require(names <= set(app["env"]), *words)
        case "ps:scale":
            require(names <= set(app["formation"]), *words)
            require(all(f"{name}:" in processes for name in names), *words)
        case _:
            require(words == ("create",), *words)
    return 0


def curl(*words: str) -> int:
    """Accept to ask for the health that the image tells at its port."""
    port = re.search(
        r"HEALTH_PORT=(\d+)", Path("Dockerfile").read_text("utf-8")
    )
    require(port and words[-1] == f"http://127.0.0.1:{port[1]}/healthz", *words)
    return 0


def editor(*words: str) -> int:
    """Write the settings of the tests into a file."""
    [file] = words
    settings = os.environ["EDITED_SETTINGS"]
    with Path(file).open("a", encoding="utf-8") as env_file:
        env_file.write(settings)
    return 0


STAND_INS: dict[str, Callable[..., int]] = {
    "curl": curl,
    "docker": docker,
    "editor": editor,
    "git": git,
    "heroku": heroku,
    "make": make,
    "paperpicks": paperpicks,
    "pipx": pipx,
    "sudo": sudo,
    "uvx": uvx,
}


def write_programs(folder: Path) -> None:
    """Write a program for each name into a folder."""
    folder.mkdir()
    for name in STAND_INS:
        program = folder / name
        program.write_text(
            f'#!/bin/sh\nexec {sys.executable} {__file__} {name} "$@"\n'
        )
        program.chmod(0o755)


if __name__ == "__main__":
    name, *words = sys.argv[1:]
    sys.exit(STAND_INS[name](*words))
