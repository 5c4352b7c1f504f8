"""Full-text search of papers, with the index of SQLite or of PostgreSQL.

Both indexes get the same plain words, so that neither's own idea of a word (a hyphen, an
accent, a number, the server's locale) makes them find different papers.
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

# How many papers a search returns: to rank more would only make a reader wait.
MOST = 500

# The longest word, in characters. PostgreSQL takes no more than 2,046 bytes.
LONGEST = 64

WORD = re.compile(r"[^\W_]+")

# Letters that people write without the stroke, and that Unicode does not decompose.
STROKES = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)

COUNT = text("SELECT count(*) FROM paper_words")
# In a table of small rows that FTS5 keeps beside the texts.
COUNT_SQLITE = text("SELECT count(*) FROM paper_words_docsize")
DELETE = text("DELETE FROM paper_words WHERE rowid = :id")
INSERT_SQLITE = text(
    "INSERT INTO paper_words (rowid, title, words) VALUES (:id, :title, :words)"
)
INSERT_POSTGRESQL = text(
    "INSERT INTO paper_words (rowid, title, words) VALUES (:id, "
    "array_to_tsvector(string_to_array(:title, ' ')), "
    "array_to_tsvector(string_to_array(:words, ' ')))"
)

# The newest matches, because both indexes are read from that end.
SELECT_NEWEST = (
    "SELECT rowid FROM paper_words WHERE {} ORDER BY rowid DESC LIMIT :most"
)


def fold(content: str) -> list[str]:
    """Return the words of a text in lower case, without accents.

    Anything but letters and digits separates words. Words are not stemmed: `model` and
    `models` are two. In a script without spaces, each two neighbours are a word.
    """
    lower = unicodedata.normalize("NFKD", content).casefold()
    decomposed = unicodedata.normalize("NFKD", lower.translate(STROKES))
    plain = "".join(
        character
        for character in decomposed
        if not unicodedata.combining(character)
    )

    return [
        part[:LONGEST] for word in WORD.findall(plain) for part in parts(word)
    ]


def find(
    database: Database,
    words: Sequence[str],
    *,
    field: str = "words",
    prefix: bool = True,
    most: int = MOST,
) -> list[int]:
    """Return the ids of the papers that have all the folded words, the newest first.

    With `prefix` the last word may be the beginning of one. `field` is `title`, or
    `words` for title, abstract, authors and arXiv id together.
    """
    if not words:
        return []

    if database.is_sqlite:
        condition = "paper_words MATCH :query"
        query = _sqlite_query(words, field, prefix=prefix)
    else:
        condition = f"{field} @@ CAST(:query AS tsquery)"
        query = _postgresql_query(words, prefix=prefix)

    statement = text(SELECT_NEWEST.format(condition))

    with database.read() as session:
        rows = session.scalars(statement, {"query": query, "most": most})
        return list(rows)


def index(session: Session, rows: Iterable[PaperRow]) -> None:
    """Put papers into the index, in place of their former words."""
    entries = [_index_entry(row) for row in rows]
    if not entries:
        return

    remove(session, [entry["id"] for entry in entries])

    is_sqlite = session.get_bind().dialect.name == "sqlite"
    session.execute(INSERT_SQLITE if is_sqlite else INSERT_POSTGRESQL, entries)


def remove(session: Session, ids: Iterable[int]) -> None:
    """Remove papers from the index."""
    session.execute(DELETE, [{"id": paper_id} for paper_id in ids])


def count(session: Session) -> int:
    """Return how many papers are in the index; to list them would take a second."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return int(session.scalars(COUNT_SQLITE if is_sqlite else COUNT).one())


def indexed_ids(session: Session) -> set[int]:
    """Return the ids of all papers in the index."""
    return set(session.scalars(text("SELECT rowid FROM paper_words")))


def _sqlite_query(words: Sequence[str], field: str, *, prefix: bool) -> str:
    # In quotes, so that AND, NEAR or NOT is a word like any other.
    all_words = " AND ".join(f'"{word}"' for word in words)

    return f"{field} : ({all_words}{' *' if prefix else ''})"


def _postgresql_query(words: Sequence[str], *, prefix: bool) -> str:
    all_words = " & ".join(f"'{word}'" for word in words)

    return f"{all_words}{':*' if prefix else ''}"


def _words_to_index(content: str) -> list[str]:
    """Return the words of a text, and each character of a script without spaces."""
    characters = dict.fromkeys(
        character for run in UNSPACED.findall(content) for character in run
    )
    words = fold(content)
    for character in characters:
        words += fold(character)

    return list(dict.fromkeys(words))


def _index_entry(row: PaperRow) -> dict[str, Any]:
    content = " ".join(
        (row.title, row.abstract, *row.authors, row.arxiv_id or "")
    )
    return {
        "id": row.id,
        "title": " ".join(_words_to_index(row.title)),
        "words": " ".join(_words_to_index(content)),
    }
