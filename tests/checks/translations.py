"""Compares the texts in the code with those that translators get; run `make translations`."""

import sys
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

BOT = Path(__file__).parents[2] / "bot"
KEYWORDS = {"gettext": None, "ngettext": (1, 2)}


def main() -> str | None:
    """Return what to do where the two differ."""
    found = {
        m if isinstance(m, str) else tuple(m)
        for _, _, m, _, _ in extract_from_dir(BOT, keywords=KEYWORDS)
    }
    with (BOT / "locale" / "paperpicks.pot").open("rb") as file:
        told = {
            m.id if isinstance(m.id, str) else tuple(m.id)
            for m in read_po(file)
            if m.id
        }
    if found == told:
        return None
    first = min(map(str, found ^ told))
    return (
        f"bot/locale/paperpicks.pot is old ({first!r}): run `make translations`"
    )


if __name__ == "__main__":
    sys.exit(main())
