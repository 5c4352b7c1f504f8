"""A local run without token or network, and Chromium on its page, where nothing may go wrong."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from tests.browser import chromium
from tests.cli.conftest import SETTINGS

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--force-prefers-reduced-motion",
]
PATIENCE = (
    30_000  # milliseconds: other programs may be at work on the machine too
)
DESKTOP, PHONE = (1180, 820), (390, 800)


@dataclass
class Run:
    """One PaperPicks of a test's own; it can be ended and begun again with what it has stored."""

    data: Path
    port: int
    address: str = ""
    process: "subprocess.Popen[str] | None" = None

    def begin(self) -> None:
        kept = {
            name: v
            for name, v in os.environ.items()
            if name not in SETTINGS.split()
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "--port", str(self.port)],
            env=kept
            | {"DATA_DIR": str(self.data), "HF_ENDPOINT": "http://127.0.0.1:9"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()

    def end(self) -> str:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=15)[0]


@dataclass
class Watch:
    """What must not happen on the page."""

    origin: str
    faults: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on(
            "console",
            lambda m: self.note(m.type in {"error", "warning"}, m.text),
        )
        page.on("pageerror", lambda error: self.note(True, str(error)))
        page.on("requestfailed", self.failed)
        page.on("request", self.asked)

    def asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        self.note(
            f"{parts.scheme}://{parts.netloc}" != self.origin,
            f"external: {request.url}",
        )

    def failed(self, request: Request) -> None:
        # A page that is left asks no more.
        self.note(
            request.failure != "net::ERR_ABORTED", f"failed: {request.url}"
        )

    def forgive(self, *parts: str) -> None:
        """Forget the faults that a test has brought about itself."""
        self.faults = [
            f for f in self.faults if not any(part in f for part in parts)
        ]

    def note(self, wrong: bool, what: str) -> None:
        if wrong:
            self.faults.append(what)


Opened = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    assert path, (
        "there is no Chromium; `make test-browser` installs it where it can"
    )
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a run that has found the sample and learned it, before anybody wrote."""
    data = tmp_path_factory.mktemp("begun")
    with running(data) as run:
        assert run.process is not None
        assert "127.0.0.1" in run.address
    return data


@contextmanager
def running(data: Path) -> Iterator[Run]:
    run = Run(data, free_port())
    run.begin()
    try:
        yield run
    finally:
        if run.process is not None and run.process.poll() is None:
            assert "Traceback" not in run.end()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def run(begun: Path, tmp_path: Path) -> Iterator[Run]:
    with running(Path(shutil.copytree(begun, tmp_path / "data"))) as run:
        yield run


@pytest.fixture
def watch(run: Run) -> Iterator[Watch]:
    """Fails the test at its end where anything went wrong on a page."""
    watch = Watch(run.address.partition("/chat/")[0])
    yield watch
    assert watch.faults == []


@pytest.fixture
def opened(browser: Browser, run: Run, watch: Watch) -> Iterator[Opened]:
    """Open the page in a browser of its own kind: its size, light or dark."""
    contexts = []

    def open_(
        size: tuple[int, int] = DESKTOP,
        *,
        dark: bool = False,
        touch: bool = False,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            has_touch=touch,
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        watch.over(page)
        page.goto(run.address)
        page.get_by_role("button", name="Ada").wait_for()
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def page(opened: Opened) -> Page:
    return opened()
