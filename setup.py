"""Compiles the translations whenever the package is built; all else is in pyproject.toml."""

import shutil
from pathlib import Path

from babel.messages import mofile, pofile
from setuptools import setup
from setuptools.command.build_py import build_py

# The translations as people write them, below the folder of the project.
SOURCES = "bot/locale/*/LC_MESSAGES/paperpicks.po"


class BuildWithTranslations(build_py):
    """Copies the modules, and puts the compiled translations beside them."""

    def run(self) -> None:
        """Build the package; an editable one is its own folder."""
        if not self.editable_mode:
            # A build of an earlier version would leave its modules and migrations there.
            shutil.rmtree(self.build_lib, ignore_errors=True)
        super().run()

        target = Path("." if self.editable_mode else self.build_lib)
        for source in sorted(Path().glob(SOURCES)):
            compile_catalog(source, target / source.with_suffix(".mo"))


def compile_catalog(source: Path, target: Path) -> None:
    """Write the translations in a file in the form that programs read."""
    with source.open("rb") as file:
        catalog = pofile.read_po(file, domain="paperpicks")

    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        mofile.write_mo(file, catalog)


setup(cmdclass={"build_py": BuildWithTranslations})
