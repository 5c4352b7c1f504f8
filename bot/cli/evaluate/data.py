"""Data sets as JSON lines: papers, libraries, readers of a stream, ratings; gzip too."""

from collections.abc import Sequence
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
    """A paper of a data set: its id there, and the terms that stand for it."""

    id: str
    terms: list[str]


def documents(paths: Sequence[Path]) -> list[Document]:
    """Read papers: `id`, and `title` with `abstract`, or `text` as a bag of words.

    In a bag the order of words is lost, so it has single words only, as they stand there.
    """
    found: dict[str, Document] = {}
    for path in paths:
        for number, row in datasets.rows(path):
            name = _id(path, number, row.get("id"))
            if name in found:
                raise BadFile(
                    path, f"the id {name} was there before", MEND, line=number
                )
            found[name] = Document(name, _terms(path, number, row))
    return list(found.values())


def libraries(path: Path, papers: Sequence[Document]) -> list[Library]:
    """Read libraries: `user`, and `likes` as ids of the papers read."""
    place = {paper.id: number for number, paper in enumerate(papers)}
    found = []
    for number, row in datasets.rows(path):
        user = row.get("user")
        if not isinstance(user, int) or user < 0:
            raise BadFile(
                path, '"user" is not a whole number', MEND, line=number
            )
        likes = _ids(path, number, row, "likes")
        unknown = next((i for i in likes if i not in place), None)
        if unknown is not None:
            why = f"it likes paper {unknown}, which no file of papers holds"
            raise BadFile(
                path, why, "name that file with --papers too", line=number
            )
        found.append(
            Library(user, tuple(dict.fromkeys(place[i] for i in likes)))
        )
    return found


def listed(paths: Sequence[Path]) -> list[tuple[str, Paper]]:
    """Read dated papers with their ids, the oldest day first."""
    return sorted(dated(paths), key=lambda item: item[1].listed)


def dated(paths: Sequence[Path]) -> list[tuple[str, Paper]]:
    """Read dated papers with their ids, in the order of the files; the first of twins stays."""
    found: dict[str, Paper] = {}
    for path in paths:
        for number, row in datasets.rows(path):
            paper = jsonlines.paper_from(row, date.min)
            if paper is None:
                raise BadFile(path, "a paper needs a title", MEND, line=number)
            if paper.listed == date.min:
                raise BadFile(
                    path, 'a paper needs its "day" here', MEND, line=number
                )
            found.setdefault(_id(path, number, row.get("id")), paper)
    return list(found.items())


def stream_readers(path: Path, keys: Sequence[str]) -> list[StreamReader]:
    """Read simulated readers; ids that no paper has, such as those of later days, are left out.

    `keys` are the papers' ids, in the order of the corpus.
    """
    place = {key: number for number, key in enumerate(keys)}
    found = []
    for number, row in datasets.rows(path):

        def known(ids: Sequence[str]) -> frozenset[int]:
            return frozenset(place[i] for i in ids if i in place)

        name = _id(path, number, row.get("reader"))
        interests = row.get("interests", [])
        if not isinstance(interests, list) or not all(
            isinstance(i, list) for i in interests
        ):
            raise BadFile(
                path, '"interests" is not a list of lists', MEND, line=number
            )
        answers = {
            key: known(_ids(path, number, {key: row.get(key, [])}, key))
            for key in ("dislikes", "likes_after", "dislikes_after")
        }
        likes = known(_ids(path, number, row, "likes"))
        groups = (
            _ids(path, number, {"interests": group}, "interests")
            for group in interests
        )
        topics = tuple(datasets.texts(path, number, row, "topics"))
        turn = _turn(path, number, row)
        found.append(
            StreamReader(
                name,
                topics,
                tuple(map(known, groups)),
                likes,
                turn=turn,
                **answers,
            )
        )
    return found


def _turn(path: Path, number: int, row: dict[str, Any]) -> int | None:
    turn = row.get("turn")
    if turn is not None and (
        isinstance(turn, bool) or not isinstance(turn, int) or turn < 1
    ):
        raise BadFile(path, '"turn" is not a number of days', MEND, line=number)
    return turn


def ratings(path: Path) -> list[RatedPaper]:
    """Read ratings in the order they were given: a paper with its `label` 1, 0 or −1."""
    found = []
    for number, row in datasets.rows(path):
        label = row.get("label")
        if isinstance(label, bool) or label not in {1, 0, -1}:
            raise BadFile(path, '"label" is not 1, 0 or -1', MEND, line=number)
        found.append(RatedPaper(_terms(path, number, row), int(label)))
    return found


def _ids(path: Path, number: int, row: dict[str, Any], key: str) -> list[str]:
    value = row.get(key)
    if not isinstance(value, list):
        raise BadFile(path, f'"{key}" is not a list of ids', MEND, line=number)
    return [_id(path, number, one) for one in value]


def _id(path: Path, number: int, value: object) -> str:
    if (
        isinstance(value, bool)
        or not isinstance(value, str | int)
        or value == ""
    ):
        raise BadFile(
            path,
            "an id is missing, or neither text nor number",
            MEND,
            line=number,
        )
    return str(value)


def _terms(path: Path, number: int, row: dict[str, Any]) -> list[str]:
    title, abstract = (
        fields.text(row.get("title")),
        fields.text(row.get("abstract")),
    )
    if title or abstract:
        return phrases.terms(f"{title}. {abstract}")
    bag = row.get("text")
    if not isinstance(bag, str):
        raise BadFile(
            path, 'neither "title" nor "text" is there', MEND, line=number
        )
    return bag.split()
