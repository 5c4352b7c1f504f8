"""Checks each translation: complete, with every placeholder, and no longer than there is room."""

import ast
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests.checks.translations import BOT

# Placeholders, tags and commands, which a translation keeps.
KEPT = re.compile(r"\{\w+\}|</?\w+>|(?<![\w<])/[a-z]+\b")

# How much wider than the English text a translation may be, and what it may have in any case.
# A wide letter, such as a Chinese one, counts as two.
GROWTH = 1.8
GROWTH_OF_BUTTONS = 1.5
LEAST_WIDTH = 40
LEAST_WIDTH_OF_BUTTONS = 22


def main() -> str | None:
    """Return the faults of all translations, or None if there are none."""
    labels = button_labels()
    faults = [
        f"{path.parts[-3]}: {fault}"
        for path in sorted(BOT.glob("locale/*/LC_MESSAGES/paperpicks.po"))
        for fault in faults_of(_read(path), labels)
    ]
    return "\n".join(faults) or None


def faults_of(catalog: Catalog, labels: set[str]) -> Iterator[str]:
    """Yield what is wrong with a translation; an English one may leave its texts empty."""
    texts = [message for message in catalog if message.id]
    if str(catalog.locale) == "en":
        texts = [message for message in texts if any(_forms(message))]
    for message in texts:
        for fault in _faults(message, labels, catalog.num_plurals):
            yield f"{_original(message)!r} {fault}"


def button_labels() -> set[str]:
    """Return the texts that stand on buttons."""
    return {
        label
        for path in sorted((BOT / "messages").glob("*.py"))
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef)
        for label in _labels(function)
    }


def width(text: str) -> int:
    """Return how many narrow letters a text is as wide as."""
    return sum(
        0 if unicodedata.combining(letter) else 1 + (kind in "WF")
        for letter in text
        for kind in [unicodedata.east_asian_width(letter)]
    )


def _faults(message: Message, labels: set[str], plurals: int) -> Iterator[str]:
    original = _original(message)
    forms = _forms(message)
    if message.fuzzy:
        yield "is fuzzy"
    if not all(forms):
        yield "is missing"
        return
    if message.pluralizable and len(forms) != plurals:
        yield f"has {len(forms)} forms instead of {plurals}"
    for form in forms:
        if sorted(KEPT.findall(form)) != sorted(KEPT.findall(original)):
            yield f"has other placeholders, tags or commands: {form!r}"
        if width(form) > _room(original, labels):
            yield f"is too long ({width(form)}): {form!r}"


def _room(original: str, labels: set[str]) -> float:
    if original in labels:
        return max(LEAST_WIDTH_OF_BUTTONS, GROWTH_OF_BUTTONS * width(original))
    return max(LEAST_WIDTH, GROWTH * width(original))


def _labels(function: ast.FunctionDef) -> Iterator[str]:
    """Yield the texts that a function gives to a button, directly or by a variable."""
    texts: dict[str, list[str]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(
            node.targets[0], ast.Name
        ):
            texts.setdefault(node.targets[0].id, []).extend(
                _translated(node.value)
            )
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and _is_button(node.func) and node.args:
            label = node.args[0]
            yield from _translated(label)
            if isinstance(label, ast.Name):
                yield from texts.get(label.id, [])


def _is_button(function: ast.expr) -> bool:
    return isinstance(function, ast.Name) and (
        "button" in function.id
        or function.id in {"_choice", "_switch", "thumb"}
    )


def _translated(node: ast.expr) -> Iterator[str]:
    """Yield the texts that an expression translates."""
    for call in ast.walk(node):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr in {"gettext", "ngettext"}
        ):
            for text in call.args:
                if isinstance(text, ast.Constant) and isinstance(
                    text.value, str
                ):
                    yield text.value


def _original(message: Message) -> str:
    """Return the English text; of two forms the plural, which names the number."""
    return message.id if isinstance(message.id, str) else message.id[1]


def _forms(message: Message) -> list[str]:
    if isinstance(message.string, str):
        return [message.string]
    return list(message.string or ())


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


if __name__ == "__main__":
    sys.exit(main())
