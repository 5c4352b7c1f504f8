"""Commands as an operator types them."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.cli import main
from bot.picks import fitting
from bot.settings import Settings
from bot.storage import papers, schema
from bot.storage.database import Database
from tests.corpus import library
from tests.storage.factories import join, rate, store

# The environment variables that commands read.
SETTINGS = tuple(name.upper() for name in Settings.model_fields)

# An address at which nothing answers.
NOBODY = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Result:
    """The exit code of a command, and what it printed."""

    code: int
    out: str
    err: str


Command = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with papers and features."""
    now = datetime.now(UTC)
    database = Database(f"sqlite:///{tmp_path / 'paperpicks.db'}")
    schema.prepare(database)
    papers.store(database, library(now.date()))
    fitting.fit(database, now)
    database.close()
    return tmp_path


@pytest.fixture
def command_database(tmp_path: Path) -> Iterator[Database]:
    """The database that commands use, with Ada, who likes a paper, and Bo."""
    folder = tmp_path / "data"
    folder.mkdir()
    with closing(Database(f"sqlite:///{folder / 'paperpicks.db'}")) as database:
        schema.prepare(database)
        ada = join(database, "Ada")
        join(database, "Bo")
        [paper_id] = store(database, "One")
        rate(database, ada, paper_id, 1)
        yield database


@pytest.fixture
def restored_logging() -> Iterator[None]:
    """Undo what a command sets up: its handler writes to a stream of this test."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    level = root.level
    last_words = sys.excepthook
    yield
    sys.excepthook = last_words
    root.handlers[:] = handlers
    root.level = level


@pytest.fixture
def paperpicks(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    restored_logging: None,
) -> Command:
    """Run a command in a folder of its own, with only the settings that a test names."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HF_ENDPOINT", NOBODY)
    monkeypatch.setenv("TELEGRAM_API_BASE", NOBODY)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "bot.settings.Settings.model_config",
        {**Settings.model_config, "env_file": ".env"},
    )

    def run(*words: object, **settings: str) -> Result:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["paperpicks", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main.main()
        output = capsys.readouterr()
        return Result(int(end.value.code or 0), output.out, output.err)

    return run


@pytest.fixture
def evaluate(paperpicks: Command) -> Command:
    """Run `paperpicks evaluate`; `readers_file=x` is typed as `--readers-file x`."""

    def run(**options: object) -> Result:
        words: list[object] = []
        for name, value in options.items():
            words.append(f"--{name.replace('_', '-')}")
            if value is not True:
                words.append(value)
        return paperpicks("evaluate", *words)

    return run


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """Sixty papers as JSON lines."""
    path = tmp_path / "papers.jsonl"
    rows = [
        {
            "id": paper.arxiv_id,
            "title": paper.title,
            "abstract": paper.abstract,
            "day": str(paper.listed),
            "upvotes": 1,
        }
        for paper in library(date(2026, 11, 20), per_field=10)
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path
