"""A local run without token or network, and Chromium on its page, watched for errors."""

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
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from tests.browser import chromium
from tests.cli.conftest import SETTINGS

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--force-prefers-reduced-motion",
]
# Milliseconds: other programs may be at work on the machine too.
TIMEOUT = 30_000
DESKTOP = (1180, 820)
PHONE = (390, 800)


@dataclass
class Run:
    """A process of PaperPicks, which can be ended and started again with the same data."""

    data: Path
    port: int
    address: str = ""
    process: "subprocess.Popen[str] | None" = None

    def start(self) -> None:
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in SETTINGS
        }
        environment["DATA_DIR"] = str(self.data)
        environment["HF_ENDPOINT"] = "http://127.0.0.1:9"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "--port", str(self.port)],
            env=environment,
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
    """Records what must not happen on the page: errors, failures, external requests."""

    origin: str
    faults: list[str] = field(default_factory=list)

    def observe(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("requestfailed", self._on_failed_request)
        page.on("request", self._on_request)

    def forgive(self, *parts: str) -> None:
        """Forget the faults that a test has caused on purpose."""
        self.faults = [
            fault
            for fault in self.faults
            if not any(part in fault for part in parts)
        ]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(message.text)

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.faults.append(f"external: {request.url}")

    def _on_failed_request(self, request: Request) -> None:
        # The browser aborts the requests of a page that it leaves.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {request.url}")


OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    assert path, (
        "there is no Chromium; `make test-browser` installs it where it can"
    )
    expect.set_options(timeout=TIMEOUT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def learned_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a run that has read the sample and fitted the features, without readers."""
    data = tmp_path_factory.mktemp("learned")
    with running(data) as run:
        assert run.process is not None
        assert "127.0.0.1" in run.address
    return data


@contextmanager
def running(data: Path) -> Iterator[Run]:
    run = Run(data, free_port())
    run.start()
    try:
        yield run
    finally:
        if run.process is not None and run.process.poll() is None:
            assert "Traceback" not in run.end()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def run(learned_data: Path, tmp_path: Path) -> Iterator[Run]:
    with running(Path(shutil.copytree(learned_data, tmp_path / "data"))) as run:
        yield run


@pytest.fixture
def watch(run: Run) -> Iterator[Watch]:
    """Fail the test at its end if anything went wrong on a page."""
    watch = Watch(run.address.partition("/chat/")[0])
    yield watch
    assert watch.faults == []


@pytest.fixture
def open_page(browser: Browser, run: Run, watch: Watch) -> Iterator[OpenPage]:
    """Open the page in a browser of a size, light or dark, with a mouse or a finger."""
    contexts = []

    def open_context(
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
        context.set_default_timeout(TIMEOUT)
        contexts.append(context)
        page = context.new_page()
        watch.observe(page)
        page.goto(run.address)
        page.get_by_role("button", name="Ada").wait_for()
        return page

    yield open_context
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()
