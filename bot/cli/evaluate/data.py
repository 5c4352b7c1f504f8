"""Reads data sets of JSON lines, also compressed: papers, libraries, readers, ratings.

BadFile names the file and the line of whatever is wrong in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.sources import datasets, fields, jsonlines
from bot.sources.datasets import MEND
from bot.sources.errors import BadFile
from recommender import phrases
from recommender.evaluation.mornings import StreamReader
from recommender.evaluation.new_papers import Library
from recommender.evaluation.ratings import RatedPaper
from recommender.papers import Paper


@dataclass(frozen=True, slots=True)
class Document:
    """A paper of a data set: its id there, and its terms."""

    id: str
    terms: list[str]


@dataclass(frozen=True, slots=True)
class _Line:
    """One object of a file, and where it is."""

    path: Path
    number: int
    row: dict[str, Any]

    def error(self, problem: str, remedy: str = MEND) -> BadFile:
        """Return the exception that names this line."""
        return BadFile(self.path, problem, remedy, line=self.number)

    def id(self, key: str) -> str:
        """Return an id, which may be text or a number."""
        return self._checked_id(self.row.get(key))

    def ids(self, key: str) -> list[str]:
        """Return a list of ids, which must be there."""
        values = self.row.get(key)
        if not isinstance(values, list):
            raise self.error(f'"{key}" is not a list of ids')
        return [self._checked_id(value) for value in values]

    def optional_ids(self, key: str) -> list[str]:
        """Return a list of ids, which is empty if it is not there."""
        return self.ids(key) if key in self.row else []

    def id_groups(self, key: str) -> list[list[str]]:
        """Return a list of lists of ids, which is empty if it is not there."""
        groups = self.row.get(key, [])
        if not isinstance(groups, list) or not all(
            isinstance(group, list) for group in groups
        ):
            raise self.error(f'"{key}" is not a list of lists')
        return [
            [self._checked_id(value) for value in group] for group in groups
        ]

    def texts(self, key: str) -> list[str]:
        """Return a list of texts, which is empty if it is not there."""
        return datasets.texts(self.path, self.number, self.row, key)

    def terms(self) -> list[str]:
        """Return the terms of a title and abstract, or else the words of a bag.

        A bag has lost the order of its words, so it has no phrases.
        """
        title = fields.text(self.row.get("title"))
        abstract = fields.text(self.row.get("abstract"))
        if title or abstract:
            return phrases.terms(f"{title}. {abstract}")

        bag = self.row.get("text")
        if not isinstance(bag, str):
            raise self.error('neither "title" nor "text" is there')
        return bag.split()

    def _checked_id(self, value: object) -> str:
        is_id = isinstance(value, str | int) and not isinstance(value, bool)
        if not is_id or value == "":
            raise self.error("an id is missing, or neither text nor number")
        return str(value)


def read_documents(paths: Sequence[Path]) -> list[Document]:
    """Read papers with an `id` and terms; a second paper of one id is an error."""
    documents: dict[str, Document] = {}
    for line in _lines(*paths):
        paper_id = line.id("id")
        if paper_id in documents:
            raise line.error(f"the id {paper_id} was there before")
        documents[paper_id] = Document(paper_id, line.terms())

    return list(documents.values())


def read_libraries(path: Path, papers: Sequence[Document]) -> list[Library]:
    """Read libraries: a `user`, who is a number, and `likes`, which are ids of papers."""
    rows = {paper.id: row for row, paper in enumerate(papers)}

    libraries = []
    for line in _lines(path):
        user = line.row.get("user")
        if not isinstance(user, int) or user < 0:
            raise line.error('"user" is not a whole number')

        ids = line.ids("likes")
        for paper_id in ids:
            if paper_id not in rows:
                raise line.error(
                    f"it likes paper {paper_id}, which no file of papers holds",
                    "name that file with --papers too",
                )

        likes = dict.fromkeys(rows[paper_id] for paper_id in ids)
        libraries.append(Library(user, tuple(likes)))

    return libraries


def read_dated_papers(paths: Sequence[Path]) -> dict[str, Paper]:
    """Read papers with a title and a `day`, by id; the first paper of an id stays."""
    papers: dict[str, Paper] = {}
    for paper_id, paper in map(_dated_paper, _lines(*paths)):
        papers.setdefault(paper_id, paper)

    return papers


def read_mentions(paths: Sequence[Path]) -> list[tuple[str, Paper]]:
    """Read papers with a title and a `day`, each with its id; an id may come several times."""
    return [_dated_paper(line) for line in _lines(*paths)]


def read_sorted_papers(paths: Sequence[Path]) -> dict[str, Paper]:
    """Read papers with a title and a `day`, by id, the oldest first."""
    papers = read_dated_papers(paths)
    return dict(sorted(papers.items(), key=lambda item: item[1].listed))


def read_stream_readers(path: Path, ids: Sequence[str]) -> list[StreamReader]:
    """Read simulated readers; `ids` are those of the papers of the corpus, in order.

    Ids that the corpus does not have, such as those of later days, are ignored.
    """
    rows = {paper_id: row for row, paper_id in enumerate(ids)}
    return [_stream_reader(line, rows) for line in _lines(path)]


def read_ratings(path: Path) -> list[RatedPaper]:
    """Read ratings in their order: terms, and a `label` that is 1, 0 or −1."""
    ratings = []
    for line in _lines(path):
        label = line.row.get("label")
        if isinstance(label, bool) or label not in {1, 0, -1}:
            raise line.error('"label" is not 1, 0 or -1')
        ratings.append(RatedPaper(line.terms(), int(label)))

    return ratings


def _lines(*paths: Path) -> Iterator[_Line]:
    for path in paths:
        for number, row in datasets.rows(path):
            yield _Line(path, number, row)


def _dated_paper(line: _Line) -> tuple[str, Paper]:
    """Return the id and the paper of a line, which has a title and a day."""
    paper = jsonlines.paper_from(line.row, date.min)
    if paper is None:
        raise line.error("a paper needs a title")
    if paper.listed == date.min:
        raise line.error('a paper needs its "day" here')
    return line.id("id"), paper


def _stream_reader(line: _Line, rows: Mapping[str, int]) -> StreamReader:
    def corpus_rows(ids: Sequence[str]) -> frozenset[int]:
        return frozenset(rows[paper_id] for paper_id in ids if paper_id in rows)

    name = line.id("reader")
    interests = line.id_groups("interests")
    dislikes = line.optional_ids("dislikes")
    likes_after = line.optional_ids("likes_after")
    dislikes_after = line.optional_ids("dislikes_after")
    return StreamReader(
        name=name,
        topics=tuple(line.texts("topics")),
        interests=tuple(corpus_rows(interest) for interest in interests),
        likes=corpus_rows(line.ids("likes")),
        dislikes=corpus_rows(dislikes),
        turn=_turn(line),
        likes_after=corpus_rows(likes_after),
        dislikes_after=corpus_rows(dislikes_after),
    )


def _turn(line: _Line) -> int | None:
    """Return the day on which a reader changes their mind, or None."""
    turn = line.row.get("turn")
    if turn is None:
        return None

    is_number = isinstance(turn, int) and not isinstance(turn, bool)
    if not is_number or turn < 1:
        raise line.error('"turn" is not a number of days')
    return int(turn)
