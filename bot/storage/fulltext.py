"""Finds papers by their words: SQLite's and PostgreSQL's full-text index, of words folded here.

Both databases are given the same plain words, so neither's own idea of what a word is (a hyphen,
an accent, a number, the server's locale) makes them find different papers.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.storage.database import Database
from bot.storage.tables import PaperRow
from recommender.phrases import UNSPACED, parts

MOST = 500  # papers found: ranking more would only make a reader wait
LONGEST = 64  # characters of a word; PostgreSQL takes no more than 2,046 bytes
WORD = re.compile(r"[^\W_]+")
# Letters that people leave the stroke of, and that Unicode does not take apart.
STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i"}
)
STROKES |= str.maketrans({"æ": "ae", "œ": "oe", "þ": "th"})

FORGET = text("DELETE FROM paper_words WHERE rowid = :id")
SQLITE = text(
    "INSERT INTO paper_words (rowid, title, words) VALUES (:id, :title, :words)"
)
POSTGRESQL = text(
    "INSERT INTO paper_words (rowid, title, words) VALUES (:id, "
    "array_to_tsvector(string_to_array(:title, ' ')), "
    "array_to_tsvector(string_to_array(:words, ' ')))"
)
# Of more than enough papers those that came last: either index reads from that end.
NEWEST = (
    "SELECT rowid FROM paper_words WHERE {} ORDER BY rowid DESC LIMIT :most"
)


def fold(written: str) -> list[str]:
    """Return the words of a text: small, without accents, parted by whatever is no letter or digit.

    Not stemmed: `model` and `models` are two words. Of a script without spaces each two
    neighbours are one.
    """
    small = unicodedata.normalize("NFKD", written).casefold()
    plain = unicodedata.normalize("NFKD", small.translate(STROKES))
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return [
        part[:LONGEST] for word in WORD.findall(kept) for part in parts(word)
    ]


def find(
    database: Database,
    sought: Sequence[str],
    *,
    field: str = "words",
    begun: bool = True,
    most: int = MOST,
) -> list[int]:
    """Return papers that hold all the folded words, the last one as a beginning if it is `begun`.

    `field` says where: `title`, or `words` for title, abstract, authors and arXiv id together.
    The papers stored last come first.
    """
    if not sought:
        return []
    if database.is_sqlite:
        # In quotes, so that AND, NEAR or NOT is a word like any other.
        match, every, prefix = (
            "paper_words MATCH :query",
            '"' + '" AND "'.join(sought) + '"',
            " *",
        )
        query = f"{field} : ({every}{prefix if begun else ''})"
    else:
        match, every, prefix = (
            f"{field} @@ CAST(:query AS tsquery)",
            "'" + "' & '".join(sought) + "'",
            ":*",
        )
        query = f"{every}{prefix if begun else ''}"
    with database.read() as session:
        return list(
            session.scalars(
                text(NEWEST.format(match)), {"query": query, "most": most}
            )
        )


def index(session: Session, rows: Iterable[PaperRow]) -> None:
    """Give papers the words they have now, instead of those they had."""
    words = [_words(row) for row in rows]
    if words:
        forget(session, [each["id"] for each in words])
        sqlite = session.get_bind().dialect.name == "sqlite"
        session.execute(SQLITE if sqlite else POSTGRESQL, words)


def forget(session: Session, ids: Iterable[int]) -> None:
    """Let papers be found no more."""
    session.execute(FORGET, [{"id": paper_id} for paper_id in ids])


def everyone(session: Session) -> set[int]:
    """Return all papers that can be found."""
    return set(session.scalars(text("SELECT rowid FROM paper_words")))


def _all(written: str) -> list[str]:
    """Return the words of a text, and each character of what parts none."""
    alone = (c for run in UNSPACED.findall(written) for c in run)
    return [
        *fold(written),
        *(part for c in dict.fromkeys(alone) for part in fold(c)),
    ]


def _words(row: PaperRow) -> dict[str, Any]:
    everything = _all(
        " ".join((row.title, row.abstract, *row.authors, row.arxiv_id or ""))
    )
    return {
        "id": row.id,
        "title": " ".join(dict.fromkeys(_all(row.title))),
        "words": " ".join(dict.fromkeys(everything)),
    }
