"""The documents name only files that exist, and CONTRIBUTING.md fits a screen."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
)
# A file of ours, as `bot/storage/readers.py`, and a link to one, as (docs/weeks.png).
CODE = re.compile(
    r"`((?:bot|recommender|tests|docs|migrations)/[\w/.-]+?)(?:::\w+)?`"
)
LINK = re.compile(r"\]\(([\w/.-]+)\)|src=\"([\w/.-]+)\"")


def paths(document: Path) -> list[Path]:
    """Return the files that a document names, and those that it links to."""
    text = document.read_text("utf-8")
    named = [ROOT / match for match in CODE.findall(text)]
    linked = [
        document.parent / (target or source)
        for target, source in LINK.findall(text)
    ]
    return named + linked


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_that_a_document_names_exists(name: str) -> None:
    missing = [path for path in paths(ROOT / name) if not path.exists()]

    assert missing == []


def test_the_documents_name_files() -> None:
    assert len(paths(ROOT / "docs" / "glossary.md")) > 30


def test_the_guide_for_contributors_fits_a_screen() -> None:
    lines = (ROOT / "CONTRIBUTING.md").read_text("utf-8").splitlines()

    assert len(lines) <= 40
