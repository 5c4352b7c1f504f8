"""Every command says what it did, or in one line what is wrong and what to do."""

import gzip
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.jobs.fetch import Outcome
from bot.sources.errors import SourceDown
from bot.storage import papers, sources
from bot.storage.database import Database
from bot.storage.papers import StoreCounts
from tests.cli.conftest import Command

DATA = Path(__file__).parents[3] / "shared" / "data"
DAILY_PAPERS_PAGE = DATA / "daily-papers-page.txt"
DAILY_PAPERS = DATA / "hf-daily-papers.jsonl.gz"


def test_fetch_stores_the_papers_of_a_file_and_says_so(
    paperpicks: Command, lines: Path
) -> None:
    first = paperpicks("fetch", "--file", lines)
    second = paperpicks("fetch", "--file", lines)

    assert (first.code, second.code) == (0, 0)
    assert "60 papers read, 60 new, 0 known already." in first.out
    assert "60 papers read, 0 new, 60 known already." in second.out
    assert first.out.endswith(
        "To see them, open the chat page (paperpicks run), press Start and Tomorrow.\n"
    )
    assert "To see them" not in second.out


@pytest.mark.parametrize(
    ("token", "advice"),
    [
        ("1:abc", "To see them, write /picks to the bot."),
        (
            "",
            "press Tomorrow on the chat page. If it shows other papers: stop it, delete ",
        ),
    ],
    ids=["on Telegram", "in a chat that has begun"],
)
def test_fetch_says_how_to_see_what_is_new(
    paperpicks: Command,
    lines: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    token: str,
    advice: str,
) -> None:
    paperpicks("stats")
    if token:
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", token)
    (tmp_path / "data" / "local.db").touch()

    result = paperpicks("fetch", "--file", lines)

    assert advice in result.out


@pytest.mark.skipif(
    not DAILY_PAPERS_PAGE.exists(),
    reason="the real data is not beside the project",
)
def test_fetch_reads_the_saved_page_and_the_real_lines(
    paperpicks: Command,
) -> None:
    page = paperpicks("fetch", "--file", DAILY_PAPERS_PAGE)
    lines = paperpicks("fetch", "--file", DAILY_PAPERS)

    assert "115 papers read, 115 new" in page.out
    assert "8206 papers read, 8194 new, 12 known already" in lines.out


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "there is no such file"),
        (b"", "papers"),
        (b"\x00\xff\xfe\x01", "binary"),
        (b'{"title": "One"}\n{"title": \n', "line 2"),
        (gzip.compress(b'{"title": "One"}\n')[:-9], "damaged"),
    ],
    ids=["missing", "empty", "binary", "broken line", "broken gzip"],
)
def test_a_bad_file_is_one_line_and_stores_nothing(
    paperpicks: Command, tmp_path: Path, content: bytes | None, complaint: str
) -> None:
    path = tmp_path / "papers.txt"
    if content is not None:
        path.write_bytes(content)

    result = paperpicks("fetch", "--file", path)

    assert result.code == 1
    assert result.err.startswith("paperpicks: ")
    assert complaint in result.err
    assert result.err.count("\n") == 1
    assert "papers   0 " in paperpicks("stats").out


def test_a_source_that_is_down_is_one_line_and_a_note_for_the_doctor(
    paperpicks: Command,
) -> None:
    fetch = paperpicks("fetch", "--days", "1")
    doctor = paperpicks("doctor")

    assert fetch.code == 1
    assert "paperpicks: huggingface can't be reached" in fetch.err
    assert "✗ huggingface: huggingface can't be reached" in doctor.out
    assert doctor.code == 1


def test_arxiv_without_categories_says_what_to_set(paperpicks: Command) -> None:
    result = paperpicks("fetch", "--source", "arxiv")

    assert result.code == 1
    assert result.err.startswith("paperpicks: ARXIV_CATEGORIES is not set")
    assert result.err.count("\n") == 1


def test_a_source_that_is_left_alone_is_named_with_the_reason(
    paperpicks: Command, tmp_path: Path
) -> None:
    paperpicks("stats")
    now = datetime.now(UTC)
    until = now + timedelta(hours=2)
    database = Database(f"sqlite:///{tmp_path}/data/paperpicks.db")
    sources.record_fetch(
        database, "huggingface", now, papers=0, failure="busy", not_before=until
    )
    database.close()

    result = paperpicks("fetch")

    reason = f"it asked to be left alone until {until:%Y-%m-%d %H:%M} UTC"
    assert result.err == f"paperpicks: huggingface was skipped: {reason}.\n"
    assert result.code == 1


@pytest.mark.parametrize(
    ("stored", "code", "output"),
    [
        (StoreCounts(new=3), 0, "huggingface: 3 papers read, 3 new"),
        (StoreCounts(), 1, ""),
    ],
    ids=["some papers came before", "nothing came"],
)
def test_a_source_that_fails_is_told_beside_what_it_brought_before(
    paperpicks: Command,
    monkeypatch: pytest.MonkeyPatch,
    stored: StoreCounts,
    code: int,
    output: str,
) -> None:
    outcome = Outcome(stored, SourceDown("huggingface", "is busy"))
    monkeypatch.setattr(
        "bot.jobs.fetch.fetch", lambda *_, **__: {"huggingface": outcome}
    )

    result = paperpicks("fetch")

    assert result.code == code
    assert result.err == "paperpicks: huggingface is busy\n"
    assert result.out.startswith(output)
    assert bool(result.out) == bool(output)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["fetch", "--days", "0"], "--days"),
        (["fetch", "--source", "elsewhere"], "elsewhere"),
        (["fetch", "--nonsense"], "--nonsense"),
        (["nonsense"], "nonsense"),
        (["preview"], "USER"),
        (["preview", "abc"], "valid integer"),
        (["forget"], "USER"),
    ],
)
def test_a_wrong_argument_is_one_line_and_exit_code_2(
    paperpicks: Command, words: list[str], complaint: str
) -> None:
    result = paperpicks(*words)

    assert result.code == 2
    assert complaint in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize(
    ("setting", "value", "complaint"),
    [
        ("TELEGRAM_BOT_TOKEN", "abc", "should look like 123456:ABC"),
        ("TELEGRAM_API_BASE", "telegram", "should be an address"),
        ("DATABASE_URL", "mysql://x", "names neither SQLite nor PostgreSQL"),
        ("DATABASE_URL", "%", "is not a database address"),
        ("ADMIN_USER_IDS", "1,two", "valid integer"),
        ("ARXIV_CATEGORIES", "cs.LG,?", "is no arXiv category"),
        (
            "SOURCES",
            "arxiv,twitter",
            "'twitter' is no kind of source; the kinds are huggingface, arxiv, "
            "biorxiv, medrxiv, journals, feeds",
        ),
        ("MAX_CATEGORIES", "-1", "greater than or equal to 0"),
        ("MAX_FEEDS", "many", "valid integer"),
        ("ALLOW_PRIVATE_FEEDS", "perhaps", "valid boolean"),
        ("CROSSREF_API_URL", "crossref", "should be an address"),
        ("ACCESS", "everybody", "'open', 'invite' or 'admins'"),
        ("PICKS_PER_DAY", "11", "less than or equal to 10"),
        ("SEND_RATE", "0", "greater than 0"),
        ("MAX_READERS", "none", "valid integer"),
        ("LOG_LEVEL", "LOUD", "'DEBUG'"),
        ("WEBHOOK_URL", "example.org/hook", "should be an address"),
        (
            "WEBHOOK_SECRET",
            "two words",
            "1 to 256 characters of A-Z, a-z, 0-9, _ and -",
        ),
        ("WEBHOOK_SECRET", "x" * 257, "1 to 256 characters"),
        ("PORT", "0", "greater than or equal to 1"),
        ("PORT", "https", "valid integer"),
    ],
)
def test_a_malformed_setting_stops_the_start_with_one_line_that_names_it(
    paperpicks: Command, setting: str, value: str, complaint: str
) -> None:
    result = paperpicks("run", **{setting: value})

    assert result.code == 1
    assert result.err.startswith(f"paperpicks: {setting}: ")
    assert complaint in result.err
    assert result.err.count("\n") == 1


def test_a_missing_token_says_where_to_get_one(
    paperpicks: Command, tmp_path: Path
) -> None:
    result = paperpicks("deliver")

    assert result.code == 1
    assert "@BotFather" in result.err
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", ["run", "deliver"])
@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("DATABASE_URL", "sqlite:///real.db"),
        ("WEBHOOK_URL", "https://example.org/hook"),
    ],
)
def test_a_missing_token_never_touches_the_real_database(
    paperpicks: Command, tmp_path: Path, command: str, setting: str, value: str
) -> None:
    result = paperpicks(command, **{setting: value})

    assert result.code == 1
    assert f"{setting} is set, but TELEGRAM_BOT_TOKEN is not" in result.err
    assert not (tmp_path / "real.db").exists()
    assert not (tmp_path / "data").exists()


def test_settings_are_read_from_a_file_named_env(
    paperpicks: Command, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("PICKS_PER_DAY=many\n")

    result = paperpicks("stats")

    assert "PICKS_PER_DAY: input should be a valid integer" in result.err


def test_preview_of_nobody_names_who_there_is(paperpicks: Command) -> None:
    result = paperpicks("preview", 5)

    assert result.code == 1
    assert "There is no reader 5. Known are: none yet." in result.err


def test_a_dry_run_needs_no_token_and_sends_nothing(
    paperpicks: Command,
) -> None:
    result = paperpicks("deliver", "--dry-run")

    assert result.code == 0
    assert "0 readers are due." in result.out


def test_help_teaches_every_command(paperpicks: Command) -> None:
    overview = paperpicks("--help").out

    for command in (
        "run",
        "migrate",
        "fetch",
        "deliver",
        "preview",
        "forget",
        "demo",
        "doctor",
    ):
        command_help = paperpicks(command, "--help").out
        assert f"  {command} " in overview
        assert "Usage" in command_help


def test_nothing_is_left_half_done_by_a_file_that_breaks_in_the_middle(
    paperpicks: Command, lines: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text(lines.read_text() + "\n{broken\n")

    paperpicks("fetch", "--file", broken)

    database = Database(f"sqlite:///{tmp_path}/data/paperpicks.db")
    assert papers.count(database) == 0
    database.close()
    assert sqlite3.connect(f"{tmp_path}/data/paperpicks.db").execute(
        "PRAGMA integrity_check"
    )
