"""Compares the migrated schema with the models; a difference is a migration that is missing."""

import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


def main() -> None:
    """Migrate an empty database and look for what autogenerate would add."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config(toml_file=PYPROJECT)
        config.cmd_opts = type(
            "Options", (), {"x": [f"url=sqlite:///{folder}/empty.db"]}
        )()
        command.upgrade(config, "head")
        command.check(config)


if __name__ == "__main__":
    main()
