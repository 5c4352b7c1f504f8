"""Finds Chromium, or installs it with `python -m tests.browser.chromium`."""

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
# The second one draws the thumbs on the buttons.
PACKAGES = ("chromium", "fonts-noto-color-emoji")


def find() -> str | None:
    """Return the path of Chromium or Chrome, or of CHROMIUM; None if there is none."""
    if path := os.environ.get("CHROMIUM"):
        return path

    for name in NAMES:
        if path := shutil.which(name):
            return path
    return None


def install() -> None:
    """Install Chromium with apt-get, if there is one and we are root."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return
    for arguments in (["update"], ["install", "--yes", *PACKAGES]):
        subprocess.run(
            ["apt-get", "--quiet", *arguments],
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
