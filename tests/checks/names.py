"""Counts pronouns and participles that stand for nouns as names in the code."""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("bot", "recommender", "migrations", "tests")
# A name says what the thing is in the field's word: "ratings", not "said".
PRONOUNS = frozenset(
    """
    asked came each found going_on held its known mine ours put said shown
    theirs told written
    """.split()  # noqa: SIM905 - a list of quoted words reads worse
)
# Of a thousand names.
MOST = 10


def main() -> str | None:
    """Return the most frequent pronouns if there are too many."""
    names = [name for folder in FOLDERS for name in names_in(ROOT / folder)]
    pronouns = Counter(name for name in names if name in PRONOUNS)
    rate = 1000 * pronouns.total() / len(names)
    if rate < MOST:
        return None
    listed = ", ".join(f"{name} {n}" for name, n in pronouns.most_common(9))
    return f"{rate:.1f} of 1,000 names are pronouns (most {MOST}): {listed}"


def names_in(folder: Path) -> Iterator[str]:
    """Yield the names of bindings, arguments, functions and classes in a folder."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                    yield name.strip("_")
                case (
                    ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name)
                ):
                    yield name.strip("_")
                case ast.ClassDef(name=name):
                    yield name.strip("_")


if __name__ == "__main__":
    sys.exit(main())
