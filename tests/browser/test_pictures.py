"""The README's pictures, taken from the page; PICTURES=docs puts them where it shows them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import key, moves_on, starts, takes_picks
from tests.browser.conftest import DESKTOP, Opened

MARGIN, LARGEST = 14, 250_000  # pixels, bytes
SHARED = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture
def album(tmp_path: Path) -> Path:
    return Path(os.environ.get("PICTURES") or tmp_path)


def take(page: Page, message: Locator, path: Path) -> None:
    """Take a picture of a message with its buttons, and of nothing that floats over it."""
    page.locator("#toast").wait_for(state="hidden")
    page.mouse.move(5, 5)
    box = message.locator(".keys").bounding_box()
    whole = message.bounding_box()
    assert box is not None
    assert whole is not None
    area = {
        "x": whole["x"] - MARGIN,
        "y": whole["y"] - MARGIN,
        "width": box["width"] + 2 * MARGIN,
        "height": whole["height"] + 2 * MARGIN,
    }
    page.screenshot(path=path, clip=area, animations="disabled")  # type: ignore[arg-type]
    assert path.stat().st_size < LARGEST


def test_a_digest_with_its_buttons_and_a_receipt(
    opened: Opened, album: Path
) -> None:
    page = opened((DESKTOP[0], 1000))
    starts(page)
    first = takes_picks(page)
    key(first, "👍 1").click()
    expect(key(first, "👍 1 ✓")).to_be_visible()
    digest = moves_on(page)
    take(page, digest, album / "digest.png")
    key(digest, "👍 1").click()
    expect(digest).to_contain_text("Learned from 👍 1")
    take(page, digest, album / "receipt.png")


@pytest.mark.skipif(
    not SHARED.exists(), reason="needs the papers and readers in ../shared/data"
)
@pytest.mark.skipif(
    not os.environ.get("PICTURES"), reason="minutes for a picture nobody keeps"
)
@pytest.mark.timeout(1800)
def test_the_weeks(album: Path, tmp_path: Path) -> None:
    files: list[str | Path] = ["--papers", SHARED / "hf-daily-papers.jsonl.gz"]
    files += ["--readers", SHARED / "stream-readers.jsonl.gz"]
    subprocess.run(
        [
            sys.executable,
            "-m",
            "bot",
            "demo",
            *files,
            "--days",
            "30",
            "--picks",
            "5",
        ],
        env=os.environ | {"DATA_DIR": str(tmp_path)},
        check=True,
    )

    picture = (tmp_path / "demo.png").read_bytes()
    (album / "weeks.png").write_bytes(picture)
    assert len(picture) < LARGEST
