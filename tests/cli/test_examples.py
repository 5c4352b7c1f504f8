"""The commands in the documents: those in blocks run, and all others are typed rightly."""

import gzip
import json
import re
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from bot.cli.main import cli
from tests.cli.conftest import Command
from tests.evaluation.factories import libraries, papers

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/*.md"))]
TEXT = "\n".join(document.read_text("utf-8") for document in DOCUMENTS)

# The blocks of the manual need more than a command of ours; `test_manual.py` runs them.
BLOCKS = "\n".join(
    document.read_text("utf-8")
    for document in DOCUMENTS
    if document.name != "manual.md"
)

SHELL_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
INLINE_COMMAND = re.compile(r"`(?:\.venv/bin/)?paperpicks ([a-z][^`]*)`")
MAKE_TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)

# What stands in the documents for a value of the operator's own.
PLACEHOLDERS = {"USER": "1001"}


def block_lines() -> list[str]:
    """Return the lines of all `sh` blocks, without comments, continued lines as one."""
    lines = []
    for block in SHELL_BLOCK.findall(BLOCKS):
        joined = block.replace("\\\n", " ")
        lines += [
            " ".join(shlex.split(line, comments=True))
            for line in joined.splitlines()
        ]
    return lines


def block_commands(program: str) -> list[str]:
    """Return the arguments with which a program is called in the blocks."""
    prefix = f"{program} "
    return [
        line.removeprefix(prefix)
        for line in block_lines()
        if line.startswith(prefix)
    ]


def inline_commands() -> list[str]:
    """Return the arguments of each `paperpicks …` in a sentence, without redirections."""
    commands = [
        command.partition(" >")[0] for command in INLINE_COMMAND.findall(TEXT)
    ]
    return sorted(set(commands))


@pytest.fixture
def example_files(paperpicks: Command, tmp_path: Path) -> None:
    """The files that the examples name, in the folder in which they run, and a database."""
    documents = [
        {"id": number, "text": " ".join(terms)}
        for number, terms in enumerate(papers())
    ]
    small = libraries()
    readers = [
        {"user": number, "likes": list(small[number % len(small)].likes)}
        for number in range(300)
    ]
    write_gzip(tmp_path / "papers.jsonl.gz", documents)
    write_gzip(tmp_path / "libraries.jsonl.gz", readers)
    paperpicks("migrate")


def write_gzip(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    path.write_bytes(gzip.compress(lines.encode()))


@pytest.mark.parametrize("arguments", block_commands("paperpicks"))
def test_a_command_in_a_block_runs(
    paperpicks: Command, example_files: None, arguments: str
) -> None:
    result = paperpicks(*shlex.split(arguments))

    assert result.err == ""
    assert result.code == 0


@pytest.mark.parametrize("arguments", block_commands("make"))
def test_a_make_target_in_a_block_exists(arguments: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")

    targets = set(MAKE_TARGET.findall(makefile))

    assert set(arguments.split()) <= targets


@pytest.mark.parametrize("arguments", inline_commands())
def test_a_command_in_a_sentence_has_arguments_that_exist(
    arguments: str,
) -> None:
    group = get_command(cli)
    assert isinstance(group, TyperGroup)
    name, *words = shlex.split(arguments)
    words = [PLACEHOLDERS.get(word, word) for word in words]

    context = group.commands[name].make_context(name, words)

    assert context.command is group.commands[name]


def test_the_documents_hold_examples() -> None:
    assert block_commands("paperpicks")
    assert len(inline_commands()) >= 10
