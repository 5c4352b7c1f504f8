"""Finds Chromium, or installs it where the system allows: `python -m tests.browser.chromium`."""

import os
import shutil
import subprocess
import sys

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
)
PACKAGES = (
    "chromium",
    "fonts-noto-color-emoji",
)  # its thumbs are what the page is about


def find() -> str | None:
    """Return where Chromium or Chrome is; CHROMIUM names another one."""
    return os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, NAMES)), None
    )


def install() -> None:
    """Install it with apt-get, as root."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return
    for words in (["update"], ["install", "--yes", *PACKAGES]):
        subprocess.run(
            ["apt-get", "--quiet", *words],
            check=False,
            stdout=subprocess.DEVNULL,
        )


if __name__ == "__main__":
    if find() is None:
        sys.stdout.write("Installing Chromium…\n")
        install()
    if find() is None:
        sys.exit(
            "The browser tests need Chromium or Chrome. Install it, "
            "or name it: CHROMIUM=/path/to/it make test-browser"
        )
