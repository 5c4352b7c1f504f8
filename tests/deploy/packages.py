"""Builds the package from a copy of the project, and installs it into an environment of its own.

Nothing is downloaded: the packages that it needs are those of the environment of the tests.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from tests.cli.conftest import NOBODY, SETTINGS

PROJECT = Path(__file__).parents[2]

# What a package is built from.
FILES = (
    "LICENSE",
    "MANIFEST.in",
    "README.md",
    "pyproject.toml",
    "requirements.txt",
    "setup.py",
)
FOLDERS = ("bot", "migrations", "recommender")

# What a fresh clone does not have.
GENERATED = shutil.ignore_patterns("__pycache__", "*.mo", "*.pyc")

VERSION = 'version = "0.1.0"'
# A version with which the next release may begin, and a change of the schema in it.
NEXT_VERSION = "0.2.0"
NEXT_REVISION = "9999"
MIGRATION = '''"""A table that the next version has."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("novelties", sa.Column("id", sa.Integer, primary_key=True))
'''


def copy_project(folder: Path) -> Path:
    """Copy what a fresh clone holds, without tests and documents; return the folder."""
    for name in FOLDERS:
        shutil.copytree(PROJECT / name, folder / name, ignore=GENERATED)
    for name in FILES:
        shutil.copy(PROJECT / name, folder / name)

    return folder


def become_next_version(project: Path) -> None:
    """Make a copy of the project a later version, whose schema is newer too."""
    pyproject = project / "pyproject.toml"
    text = pyproject.read_text("utf-8")
    assert VERSION in text
    pyproject.write_text(
        text.replace(VERSION, f'version = "{NEXT_VERSION}"'), "utf-8"
    )

    versions = project / "migrations" / "versions"
    before = max(path.name[:4] for path in versions.glob("[0-9]*.py"))
    (versions / f"{NEXT_REVISION}_novelties.py").write_text(
        MIGRATION.format(revision=NEXT_REVISION, before=before), "utf-8"
    )


def build(project: Path, *kinds: str) -> Path:
    """Build a wheel of a project, by way of its source archive unless `kinds` say otherwise."""
    call(
        sys.executable,
        *("-m", "build", "--no-isolation", *kinds, str(project)),
        folder=project,
    )
    [wheel] = (project / "dist").glob("*.whl")
    return wheel


def call(*command: str | Path, folder: Path, **environment: str) -> str:
    """Run a command to its end; return what it printed, and fail if it failed."""
    result = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=clean_environment(folder) | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def clean_environment(home: Path) -> dict[str, str]:
    """Return an environment without settings, in which somebody is at home in a folder."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in SETTINGS
        and not name.startswith(("PYTHON", "COV_", "XDG_", "VIRTUAL_ENV"))
    }
    return inherited | {"HOME": str(home), "HF_ENDPOINT": NOBODY}


@dataclass(frozen=True)
class Installation:
    """An environment with our package in it, and a person who types its commands at home."""

    environment: Path
    home: Path

    @classmethod
    def create(cls, folder: Path, wheel: Path) -> "Installation":
        """Install a wheel into a new environment."""
        installation = cls(folder / "environment", folder / "home")
        installation.home.mkdir()
        call(
            sys.executable, "-m", "venv", folder / "environment", folder=folder
        )
        installation.install(wheel)
        return installation

    @property
    def command(self) -> Path:
        """The program that a person types."""
        return self.environment / "bin" / "paperpicks"

    @property
    def packages(self) -> Path:
        """The folder of the installed packages."""
        [folder] = self.environment.glob("lib/python*/site-packages")
        return folder

    def install(self, wheel: Path) -> None:
        """Install a wheel in place of the version that is there."""
        link = self.packages / "dependencies.pth"
        # Otherwise pip would find the project's own package installed already.
        link.unlink(missing_ok=True)
        call(
            *(self.environment / "bin" / "python", "-m", "pip", "install"),
            *("--quiet", "--disable-pip-version-check", "--upgrade"),
            *("--no-deps", "--no-index", wheel),
            folder=self.home,
        )
        link.write_text(sysconfig.get_path("purelib") + "\n")

    def run(self, *words: str | Path, **settings: str) -> str:
        """Run a command of ours to its end; return what it printed."""
        return call(self.command, *words, folder=self.home, **settings)

    def python(self, code: str) -> str:
        """Run Python code in the environment; return what it printed."""
        program = self.environment / "bin" / "python"
        return call(program, "-c", code, folder=self.home).strip()
