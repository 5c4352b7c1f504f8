"""The steps of the Dockerfile in a folder, and what they give as another user, read-only.

No image is built: these tests need no container engine, and say nothing of the base image, of
the packages that it would download, or of the kernel's walls around a container.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.bot_api.server import FaultyServer
from tests.cli.conftest import NOBODY
from tests.cli.process import TOKEN
from tests.deploy import dockerfile
from tests.deploy.dockerfile import Build, Step
from tests.deploy.packages import PROJECT

STAGES = dockerfile.stages(PROJECT / "Dockerfile")
LOCKED = re.compile(r"^([a-z0-9._-]+)(?:\[.*\])?==(\S+)", re.MULTILINE)


# The bot runs as nobody, or as whoever runs the tests without being root.
USER = "nobody" if os.geteuid() == 0 else None
GROUPS: list[int] | None = [] if USER else None


@pytest.fixture(scope="session")
def root() -> Iterator[Path]:
    """A folder that another user reaches, which those of pytest are not."""
    folder = Path(tempfile.mkdtemp(prefix="paperpicks-"))
    folder.chmod(0o755)
    yield folder
    for path in folder.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o700)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def build(root: Path) -> Build:
    """What the Dockerfile makes, in a folder that nobody can write to but its /data and /tmp."""
    interpreter = dockerfile.interpreter_for(USER)
    if interpreter is None:
        pytest.skip("no Python of this version that another user may run")

    build = Build(PROJECT, root, interpreter)
    for steps in STAGES:
        build.take(steps)

    for path in sorted(root.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)
    for name in ("data", "tmp"):
        (root / name).mkdir(exist_ok=True)
        (root / name).chmod(0o700)
        if USER is not None:
            shutil.chown(root / name, USER)
    return build


@contextmanager
def running(
    build: Build, *command: str, **settings: str
) -> Iterator[subprocess.Popen[str]]:
    """Run the image's command, as its user and with its environment alone."""
    words = [*build.entrypoint, *(command or build.command)]
    environment = {**build.environment, "TMPDIR": build.place("/tmp")}
    program = build.root / "opt" / "paperpicks" / "bin" / words[0]
    process = subprocess.Popen(
        [program, *words[1:]],
        cwd="/",
        env={**environment, "HF_ENDPOINT": NOBODY, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        user=USER,
        extra_groups=GROUPS,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def stopped(process: subprocess.Popen[str]) -> str:
    """End a process as an engine does; return what it printed."""
    process.send_signal(signal.SIGTERM)
    return process.communicate(timeout=20)[0]


def files(build: Build) -> set[Path]:
    """Return the files of the image, without those that it may write."""
    return {
        path
        for path in build.root.rglob("*")
        if path.relative_to(build.root).parts[0] not in {"data", "tmp"}
    }


async def test_the_bot_serves_as_another_user_from_a_tree_that_it_cannot_write(
    build: Build,
) -> None:
    before = files(build)
    with FaultyServer(TOKEN) as server:
        base = server.base_url.removesuffix("/bot")
        with running(
            build, TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_BASE=base
        ) as process:
            person = server.person("Ada")
            person.start()
            greeting = await person.wait_for(
                lambda message: "What are you into" in message.text, 40
            )
            log = stopped(process)

    data = Path(build.environment["DATA_DIR"])
    database = data / "paperpicks.db"
    assert greeting
    assert process.returncode == 0
    assert "Traceback" not in log
    assert files(build) == before
    assert database.owner() == (USER or database.owner())
    assert database.stat().st_mode & 0o077 == 0


def test_the_tree_is_closed_to_the_user_of_the_bot(build: Build) -> None:
    if os.geteuid() != 0:
        pytest.skip("without root the bot runs as the owner of the tree")

    writable = subprocess.run(
        ["find", build.root, "-writable", "-not", "-type", "l", "-prune"],
        capture_output=True,
        text=True,
        check=True,
        user=USER,
        extra_groups=GROUPS,
    ).stdout

    assert set(writable.split()) == {
        str(build.root / "data"),
        str(build.root / "tmp"),
    }


def test_the_installed_version_is_that_of_the_project(build: Build) -> None:
    pyproject = (PROJECT / "pyproject.toml").read_text("utf-8")

    with running(build, "--version") as process:
        version = process.communicate(timeout=60)[0].split()[1]

    assert f'version = "{version}"' in pyproject


def test_pictures_keep_their_fonts_where_the_image_may_write(
    build: Build,
) -> None:
    result = subprocess.run(
        [
            build.root / "opt" / "paperpicks" / "bin" / "python",
            "-c",
            "import matplotlib; print(matplotlib.get_cachedir())",
        ],
        env=build.environment,
        capture_output=True,
        text=True,
        check=True,
        user=USER,
        extra_groups=GROUPS,
    )

    assert result.stdout.strip() == build.place("/tmp/matplotlib")
    assert result.stderr == ""


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (None, 1)])
def test_the_health_check_asks_the_process_at_its_health_port(
    build: Build, status: int | None, code: int
) -> None:
    paths: list[str] = []

    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(status or 500)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Health) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_port if status else 9
        result = subprocess.run(
            [sys.executable, *build.health[1:]],
            env={**build.environment, "HEALTH_PORT": str(port)},
            capture_output=True,
            check=False,
        )
        server.shutdown()

    assert build.health[0] == "python"
    assert result.returncode == code
    assert paths == (["/healthz"] if status else [])


def test_what_this_test_does_not_run_is_the_network_and_the_base_image(
    build: Build,
) -> None:
    assert build.skipped == [
        "python -m pip install --no-cache-dir --require-hashes "
        "--requirement requirements-build.txt",
        "python -m pip --python /opt/paperpicks/bin/python install --no-cache-dir "
        "--require-hashes --requirement requirements.txt",
        "python -m pip uninstall --yes pip",
        "install --directory --owner 10001 --group 10001 --mode 700 /data",
    ]


def test_the_last_stage_is_slim_takes_one_folder_and_is_not_root() -> None:
    *_, last = STAGES
    by_name: dict[str, list[Step]] = {}
    for step in last:
        by_name.setdefault(step.name, []).append(step)

    assert re.fullmatch(r"python:3\.\d+-slim", by_name["FROM"][0].text)
    assert [step.text for step in by_name["COPY"]] == [
        "--from=build /opt/paperpicks /opt/paperpicks"
    ]
    assert by_name["USER"][-1].text == "10001:10001"
    assert by_name["VOLUME"][0].text == "/data"
    for tool in ("apt", "gcc", "install -r", "pip install", "git"):
        assert not any(tool in step.text for step in by_name["RUN"])


def test_both_stages_have_the_same_base() -> None:
    bases = {steps[0].text.removesuffix(" AS build") for steps in STAGES}

    assert len(STAGES) == 2
    assert len(bases) == 1


def test_all_that_the_image_is_built_from_is_sent_to_the_builder() -> None:
    ignored = (PROJECT / ".dockerignore").read_text("utf-8").splitlines()
    allowed = {line[1:] for line in ignored if line.startswith("!")}
    copied = {
        word
        for step in STAGES[0]
        if step.name == "COPY"
        for word in step.words[:-1]
    }

    assert copied == allowed
    assert all((PROJECT / name).exists() for name in copied)


def test_what_builds_the_package_is_locked_to_the_versions_of_the_tests() -> (
    None
):
    build_tools = (PROJECT / "requirements-build.txt").read_text("utf-8")
    locked = dict(
        LOCKED.findall((PROJECT / "requirements-dev.txt").read_text("utf-8"))
    )

    tools = dict(LOCKED.findall(build_tools))

    assert set(tools) == {"babel", "setuptools"}
    assert all(locked[name] == version for name, version in tools.items())
    assert build_tools.count("--hash=sha256:") >= 2 * len(tools)
