"""Commands as an operator types them."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
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

SETTINGS = (
    "TELEGRAM_BOT_TOKEN TELEGRAM_API_BASE DATABASE_URL WEBHOOK_URL HF_ENDPOINT ARXIV_RSS_URL "
    "ARXIV_API_URL ARXIV_CATEGORIES ADMIN_USER_IDS ACCESS MAX_READERS PICKS_PER_DAY SEND_RATE "
    "LOG_LEVEL WEBHOOK_SECRET HOST PORT"
)


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code and what it printed."""

    code: int
    out: str
    err: str


Command = Callable[..., Ended]


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
def log_lines_of_its_own() -> Iterator[None]:
    """Take back what a command set up: its handler writes to a stream that goes with the test."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before


@pytest.fixture
def paperpicks(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    log_lines_of_its_own: None,
) -> Command:
    """Run a command in a folder of its own, with no setting but those given."""
    for name in SETTINGS.split():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    for name in ("HF_ENDPOINT", "TELEGRAM_API_BASE"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "bot.settings.Settings.model_config",
        {**Settings.model_config, "env_file": ".env"},
    )

    def run(*words: object, **settings: str) -> Ended:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["paperpicks", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main.main()
        printed = capsys.readouterr()
        return Ended(int(ended.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """Sixty papers as JSON lines."""
    path = tmp_path / "papers.jsonl"
    rows = [
        {
            "id": p.arxiv_id,
            "title": p.title,
            "abstract": p.abstract,
            "day": str(p.listed),
            "upvotes": 1,
        }
        for p in library(date(2026, 11, 20), each=10)
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path
