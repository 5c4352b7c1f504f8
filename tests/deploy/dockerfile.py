"""Reads a Dockerfile, and takes its steps in a folder of its own.

This is not the image: the base is the Python of the tests, no kernel parts what runs from the
rest of the machine, and packages come from the environment of the tests instead of the network.
"""

import json
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.deploy import packages

# Folders of the image, which lie below a folder of the test.
PLACES = ("/opt/paperpicks", "/wheels", "/data", "/src", "/tmp")
PLACE = re.compile(rf"(?<![\w.])({'|'.join(PLACES)})\b")

# Steps that need the network, or an image that is not this machine.
NETWORK = "--require-hashes"
ELSEWHERE = ("python -m pip uninstall", "install --directory")

INSTRUCTION = re.compile(r"([A-Z]+)\s+(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction of a Dockerfile, and what follows it."""

    name: str
    text: str

    @property
    def words(self) -> list[str]:
        """What follows, as a list in JSON or as words."""
        if self.text.startswith("["):
            return [str(word) for word in json.loads(self.text)]
        return shlex.split(self.text)


def stages(path: Path) -> list[list[Step]]:
    """Return the steps of each stage; each begins with its FROM."""
    text = re.sub(r"^#.*\n", "", path.read_text("utf-8"), flags=re.MULTILINE)
    joined = re.sub(r"\\\n\s*", "", text)
    found: list[list[Step]] = []
    for line in filter(None, map(str.strip, joined.splitlines())):
        match = INSTRUCTION.fullmatch(line)
        assert match, line
        step = Step(*match.groups())
        if step.name == "FROM":
            found.append([])
        found[-1].append(step)

    return found


@dataclass
class Build:
    """A root folder in which the steps of a Dockerfile were taken, as far as they can be."""

    context: Path
    root: Path
    interpreter: Path
    environment: dict[str, str] = field(default_factory=dict)
    user: str = "root"
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def place(self, text: str) -> str:
        """Return a text in which folders of the image are those below the root."""
        return PLACE.sub(lambda match: f"{self.root}{match[1]}", text)

    def take(self, steps: list[Step]) -> None:
        """Take the steps of a stage."""
        folder = self.root
        for step in steps:
            match step.name:
                case "WORKDIR":
                    folder = Path(self.place(step.text))
                    folder.mkdir(parents=True)
                case "COPY":
                    self._copy(step.words, folder)
                case "RUN":
                    self._run(step.text, folder)
                case "ENV":
                    self._set(step.words)
                case "USER":
                    self.user = step.text
                case "VOLUME":
                    Path(self.place(step.text)).mkdir(exist_ok=True)
                case "ENTRYPOINT":
                    self.entrypoint = step.words
                case "CMD":
                    self.command = step.words
                case "HEALTHCHECK":
                    self.health = json.loads(step.text.partition("CMD ")[2])
                case "FROM" | "STOPSIGNAL":
                    continue
                case name:
                    raise AssertionError(f"no step of this test: {name}")

    def _copy(self, words: list[str], folder: Path) -> None:
        if words[0].startswith("--from="):
            # Both stages are in one folder here.
            assert words[1] == words[2]
            return

        *sources, target = words
        for source in sources:
            path = self.context / source
            if path.is_dir():
                shutil.copytree(
                    path, folder / target, ignore=packages.GENERATED
                )
            else:
                shutil.copy(path, folder / target)

    def _run(self, text: str, folder: Path) -> None:
        if text.startswith(ELSEWHERE):
            self.skipped.append(text)
        elif NETWORK in text:
            self.skipped.append(text)
            self._link_packages(text, folder)
        else:
            packages.call(
                "/bin/sh",
                "-c",
                self.place(text).replace(
                    "python ", f"{self._python(text)} ", 1
                ),
                folder=folder,
            )

    def _python(self, text: str) -> Path:
        """Return what is `python` in a step: an environment is made of a Python for everybody."""
        makes_environment = text.startswith("python -m venv")
        return self.interpreter if makes_environment else Path(sys.executable)

    def _link_packages(self, text: str, folder: Path) -> None:
        """Give the environment the packages that a step would download."""
        requirements = folder / shlex.split(text)[-1]
        assert requirements.is_file()
        if "--python" not in text:
            return

        [target] = self.root.glob("opt/*/lib/python*/site-packages")
        link = target / "dependencies.pth"
        link.write_text(sysconfig.get_path("purelib") + "\n")

    def _set(self, words: list[str]) -> None:
        for word in words:
            name, _, value = word.partition("=")
            self.environment[name] = self.place(value).replace(
                "$PATH", "/usr/bin:/bin"
            )


def interpreters() -> Iterator[Path]:
    """Return the Pythons that have the version of the tests, our own first."""
    yield Path(sys.executable).resolve()
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for folder in ("/usr/local/bin", "/usr/bin"):
        yield Path(folder) / version


def interpreter_for(user: str | None) -> Path | None:
    """Return a Python that a user may run, or None."""
    for path in interpreters():
        try:
            subprocess.run(
                [path, "-c", ""], check=True, capture_output=True, user=user
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        return path
    return None
