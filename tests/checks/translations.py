"""Compares the texts in the code with those that translators get, in paperpicks.pot."""

import ast
import sys
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

BOT = Path(__file__).parents[2] / "bot"

# The functions that translate, and which of their arguments are texts.
KEYWORDS = {
    "gettext": None,
    "ngettext": (1, 2),
}

# One text, or a singular and its plural.
Text = str | tuple[str, ...]


def main() -> str | None:
    """Return what to do if the two differ, or None."""
    hidden = texts_in_f_strings()
    if hidden:
        return f"a text within an f-string reaches no translator: {hidden[0]}"

    differences = texts_in_code() ^ texts_for_translators()
    if not differences:
        return None

    example = min(map(str, differences))
    return f"bot/locale/paperpicks.pot is old ({example!r}): run `make translations`"


def texts_in_f_strings() -> list[str]:
    """Return where calls that translate stand in f-strings, which the extraction passes over."""
    return [
        f"{path.name}, line {call.lineno}"
        for path in sorted(BOT.rglob("*.py"))
        for string in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Attribute) and call.attr in KEYWORDS
    ]


def texts_in_code() -> set[Text]:
    """Return the texts that calls in the code translate."""
    messages = extract_from_dir(BOT, keywords=KEYWORDS)
    return {_text(message) for _, _, message, _, _ in messages}


def texts_for_translators() -> set[Text]:
    """Return the texts in the template of translations."""
    with (BOT / "locale" / "paperpicks.pot").open("rb") as file:
        # The first message, whose id is empty, is the header.
        return {_text(message.id) for message in read_po(file) if message.id}


def _text(message: str | tuple[str, ...] | list[str]) -> Text:
    return message if isinstance(message, str) else tuple(message)


if __name__ == "__main__":
    sys.exit(main())
