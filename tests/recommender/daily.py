"""The newest papers of the daily lists, and what some readers like of them."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from recommender.features import PaperFeatures, Vectors
from recommender.papers import Paper, StoredPaper

DATA = Path(__file__).parents[3] / "shared" / "data"
PAPERS, NEWEST = 3_000, 500


@dataclass(frozen=True, slots=True)
class Daily:
    """Real papers, oldest first, with their features; each of `likes` is one reader's rows."""

    papers: tuple[Paper, ...]
    features: PaperFeatures
    vectors: Vectors
    likes: tuple[tuple[int, ...], ...]

    @property
    def newest(self) -> list[int]:
        """The rows of the newest 500 papers."""
        return list(range(len(self.papers) - NEWEST, len(self.papers)))


def read() -> Daily:
    """Read the newest 3,000 papers and fit the features on them."""
    papers = tuple(_paper(row, number) for number, row in enumerate(_newest()))
    texts = [paper.content for paper in papers]
    features = PaperFeatures().fit(texts)
    rows = {paper.arxiv_id: number for number, paper in enumerate(papers)}
    readers = _lines("stream-readers.jsonl.gz")
    likes = tuple(
        tuple(rows[i] for i in reader["likes"] if i in rows)
        for reader in readers
    )
    return Daily(papers, features, features.transform(texts), likes)


def _newest() -> list[dict[str, Any]]:
    found = list(_lines("hf-daily-papers.jsonl.gz"))
    days = np.array([row["day"] for row in found])
    return [found[i] for i in np.argsort(days, kind="stable")[-PAPERS:]]


def _lines(name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(DATA / name, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _paper(row: dict[str, Any], number: int) -> StoredPaper:
    return StoredPaper(
        title=row["title"],
        abstract=row["abstract"],
        keywords=tuple(row["ai_keywords"] or ()),
        arxiv_id=row["id"],
        listed=date.fromisoformat(row["day"]),
        source="huggingface",
        id=number,
    )
