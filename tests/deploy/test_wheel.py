"""The wheel in a bare environment: it has all it needs, and the next one loses nothing."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from bot.messages import replies, translation
from bot.storage.takeout import document as documents
from tests.cli.test_local_run import act, address, chat, wait_for_message
from tests.deploy import packages
from tests.deploy.packages import FOLDERS, Installation
from tests.storage.factories import document

# Files of the source that a program has no use for.
SOURCES_ALONE = {".po", ".pot", ".mako"}


@pytest.fixture(scope="session")
def next_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a later version, built at once, without a source archive."""
    project = packages.copy_project(tmp_path_factory.mktemp("next"))
    packages.become_next_version(project)
    return packages.build(project, "--wheel")


@contextmanager
def running(installation: Installation) -> Iterator[subprocess.Popen[str]]:
    """Run the chat page as somebody does who just installed it."""
    process = subprocess.Popen(
        [installation.command, "run", "--port", "0"],
        cwd=installation.home,
        env=packages.clean_environment(installation.home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


async def page_text(page: str) -> str:
    async with httpx.AsyncClient() as client:
        return (await client.get(page)).text


def data_folder(installation: Installation) -> Path:
    return installation.home / ".local" / "share" / "paperpicks"


def counts(installation: Installation) -> str:
    return " ".join(installation.run("stats").split())


def test_a_wheel_carries_every_file_that_the_program_reads(
    wheel: Path, tmp_path: Path
) -> None:
    project = packages.copy_project(tmp_path)
    files = {
        path.relative_to(project)
        for folder in FOLDERS
        for path in (project / folder).rglob("*")
        if path.is_file()
    }
    catalogs = {
        str(path.with_suffix(".mo")) for path in files if path.suffix == ".po"
    }
    others = {str(path) for path in files if path.suffix not in SOURCES_ALONE}

    with ZipFile(wheel) as archive:
        names = set(archive.namelist())

    assert len(catalogs) == 10
    assert catalogs | others == {
        name for name in names if name.startswith(FOLDERS)
    }


def test_what_an_earlier_build_left_is_not_in_a_wheel(tmp_path: Path) -> None:
    project = packages.copy_project(tmp_path)
    leftover = project / "build" / "lib" / "migrations" / "versions" / "old.py"
    leftover.parent.mkdir(parents=True)
    leftover.write_text("")

    with ZipFile(packages.build(project, "--wheel")) as archive:
        names = archive.namelist()

    assert "migrations/versions/old.py" not in names
    assert "migrations/versions/0001_the_loop.py" in names


def test_an_installed_bot_speaks_its_languages_and_knows_its_migrations(
    installation: Installation,
) -> None:
    languages = installation.python(
        "from bot.messages import translation; print(translation.codes())"
    )
    german = installation.python(
        "from bot.messages import translation, replies;"
        "print(replies.commands(translation.of('de'))[0][1])"
    )
    place = installation.python("import bot; print(bot.__file__)")
    migrated = installation.run("migrate")

    assert Path(place).is_relative_to(installation.environment)
    assert languages == str(translation.codes())
    assert german == replies.commands(translation.of("de"))[0][1]
    assert german != replies.commands(translation.of("en"))[0][1]
    assert "(it was at none)" in migrated


async def test_the_chat_page_runs_and_the_next_version_keeps_its_chats(
    installation: Installation, next_wheel: Path
) -> None:
    with running(installation) as process:
        page = address(process)
        html = await page_text(page)
        await act(page, "write", text="/start")
        await wait_for_message(page, "What are you into")
        await act(page, "write", text="/topics add robots")
        await wait_for_message(page, "robots")
        await act(page, "write", text="/picks")
        await wait_for_message(page, "your 2 of 8 new papers")
        before = await chat(page)

    installation.install(next_wheel)
    with running(installation) as process:
        page = address(process)
        after = await chat(page)
        await act(page, "write", text="/topics")
        await wait_for_message(page, "robots", after=before[-1]["message_id"])

    assert "PaperPicks" in html
    assert after == before


def test_the_next_version_keeps_the_readers_in_the_users_own_data_folder(
    installation: Installation, next_wheel: Path, tmp_path: Path
) -> None:
    reader = document(telegram_id=11)
    file = tmp_path / "reader.json"
    file.write_bytes(documents.to_json(reader))
    installation.run("import", file)
    counted = counts(installation)
    exported = json.loads(installation.run("export", "11"))

    installation.install(next_wheel)
    version = installation.run("--version")
    exported_after = json.loads(installation.run("export", "11"))
    migrated = installation.run("migrate")

    assert "readers 1 active of 1" in counted
    assert counts(installation) == counted
    assert version == f"paperpicks {packages.NEXT_VERSION}\n"
    assert f"at revision {packages.NEXT_REVISION}" in migrated
    del exported["taken_at"], exported_after["taken_at"]
    assert exported_after == exported
    assert (data_folder(installation) / "paperpicks.db").is_file()
    assert data_folder(installation).stat().st_mode & 0o777 == 0o700
    assert not list(installation.packages.rglob("*.db"))


def test_settings_come_from_the_data_folder_and_from_the_folder_of_the_call(
    installation: Installation,
) -> None:
    data_folder(installation).mkdir(parents=True)
    (data_folder(installation) / ".env").write_text("DATABASE_URL=nonsense\n")
    read_settings = "from bot.settings import Settings; print(Settings()."
    with pytest.raises(AssertionError, match="DATABASE_URL"):
        installation.run("stats")

    (installation.home / ".env").write_text("DATABASE_URL=sqlite:///here.db\n")
    url = installation.python(read_settings + "database_url)")

    assert url == "sqlite:///here.db"
