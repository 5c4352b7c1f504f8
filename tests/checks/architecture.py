"""Compares the map in docs/architecture.md with the code, or with `--write` draws it."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "architecture.md"
BEGIN = "<!-- The map begins here; `make docs` draws it from the code. -->"
END = "<!-- The map ends here. -->"


def main() -> str | None:
    """Return what to do if the map is old, or None; with `--write`, write a new map."""
    text = DOCUMENT.read_text("utf-8")
    head, _, body = text.partition(BEGIN)
    _, _, tail = body.partition(END)
    current = f"{head}{BEGIN}\n{code_map()}{END}{tail}"

    if "--write" in sys.argv:
        DOCUMENT.write_text(current, "utf-8")
    elif current != text:
        return "docs/architecture.md is old: run `make docs`"
    return None


def code_map() -> str:
    """Return the layers of rooms, and each room with its modules, as Markdown."""
    parts = ["\n```\n", *_layers(), "```\n"]
    for package in ("bot", "recommender"):
        parts += [_room(folder) for folder in _folders(ROOT / package)]
    return "".join(parts)


def _layers() -> Iterator[str]:
    """Yield a line for each layer; each imports only those below it."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = [
        layer for contract in contracts for layer in contract.get("layers", ())
    ]
    for layer in [*layers, "recommender"]:
        yield f"{layer.replace(' | ', ' │ '):^40}".rstrip() + "\n"
        if layer != "recommender":
            yield f"{'▼':^40}".rstrip() + "\n"


def _folders(package: Path) -> Iterator[Path]:
    """Yield a package and the packages in it, outer ones first."""
    yield package
    for folder in sorted(package.iterdir()):
        if (folder / "__init__.py").exists():
            yield from _folders(folder)


def _room(folder: Path) -> str:
    """Return a room's duty, and a line for each of its modules."""
    name = folder.relative_to(ROOT).as_posix()
    lines = [f"\n### `{name}/`\n\n{_duty(folder / '__init__.py')}\n\n"]
    lines += [
        f"- `{module.name}`: {_duty(module)}\n"
        for module in sorted(folder.glob("*.py"))
        if module.name != "__init__.py"
    ]
    return "".join(lines)


def _duty(module: Path) -> str:
    """Return the first line of a module's docstring."""
    docstring = ast.get_docstring(ast.parse(module.read_text("utf-8"))) or ""
    return docstring.split("\n", maxsplit=1)[0]


if __name__ == "__main__":
    sys.exit(main())
