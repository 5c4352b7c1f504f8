"""Handlers stand beside each other: what two of them need lies below both."""

import ast
from pathlib import Path

import pytest

HANDLERS = Path(__file__).parents[2] / "bot" / "handlers"
# What leads to handlers, and what handlers work with.
ROUTERS = {"deep_links", "gate", "plain_text", "routes"}
SHARED = {
    "admins",
    "context",
    "digest_view",
    "group_setup",
    "group_view",
    "paper_view",
    "press",
    "profile",
    "search_view",
    "setting_values",
    "source_choice",
    "source_view",
    "taste_view",
    "typed_text",
}
NAMES = sorted(
    path.stem
    for path in HANDLERS.glob("*.py")
    if path.stem not in ROUTERS | {"__init__"}
)


def imports(name: str) -> set[str]:
    """Return the modules of `bot.handlers` that a module imports."""
    modules = set()
    tree = ast.parse((HANDLERS / f"{name}.py").read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
            modules |= {
                name.removeprefix("bot.handlers.")
                for name in names
                if name.startswith("bot.handlers.")
            }
        if isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "bot.handlers":
                modules |= {alias.name for alias in node.names}
            elif node.module.startswith("bot.handlers."):
                modules.add(node.module.rpartition(".")[2])
    return modules


@pytest.mark.parametrize("name", NAMES)
def test_no_handler_imports_another(name: str) -> None:
    assert imports(name) <= SHARED
