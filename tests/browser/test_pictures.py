"""The README's pictures, taken from the page; PICTURES=docs puts them where it shows them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import (
    ask_for_picks,
    key,
    like_first_pick,
    press_start,
    press_tomorrow,
)
from tests.browser.conftest import DESKTOP, OpenPage

# Pixels around a message.
MARGIN = 14
# Bytes of a picture.
MAX_SIZE = 250_000
SHARED = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture
def album(tmp_path: Path) -> Path:
    return Path(os.environ.get("PICTURES") or tmp_path)


def take(page: Page, message: Locator, path: Path) -> None:
    """Take a picture of a message with its buttons, once nothing floats over it."""
    page.locator("#toast").wait_for(state="hidden")
    page.mouse.move(5, 5)
    # At the end of a week another message stands below.
    message.evaluate("element => element.scrollIntoView({block: 'center'})")
    keyboard_box = message.locator(".keys").bounding_box()
    box = message.bounding_box()
    assert keyboard_box is not None
    assert box is not None
    area = {
        "x": box["x"] - MARGIN,
        "y": box["y"] - MARGIN,
        "width": keyboard_box["width"] + 2 * MARGIN,
        "height": box["height"] + 2 * MARGIN,
    }
    page.screenshot(path=path, clip=area, animations="disabled")  # type: ignore[arg-type]
    assert path.stat().st_size < MAX_SIZE


def test_a_digest_with_its_buttons_and_a_receipt(
    open_page: OpenPage, album: Path
) -> None:
    page = open_page((DESKTOP[0], 1000))
    press_start(page)
    first = ask_for_picks(page)
    like_first_pick(first)
    digest = press_tomorrow(page)
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
    command: list[str | Path] = [sys.executable, "-m", "bot", "demo"]
    command += ["--papers", SHARED / "hf-daily-papers.jsonl.gz"]
    command += ["--readers", SHARED / "stream-readers.jsonl.gz"]
    command += ["--days", "30", "--picks", "5"]
    subprocess.run(
        command,
        env=os.environ | {"DATA_DIR": str(tmp_path)},
        check=True,
    )

    picture = (tmp_path / "demo.png").read_bytes()
    (album / "weeks.png").write_bytes(picture)
    assert len(picture) < MAX_SIZE
