"""The newest papers of the daily lists, and what some readers like of them."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from recommender.features import PaperFeatures
from recommender.papers import StoredPaper
from recommender.vectors import Vectors

DATA = Path(__file__).parents[3] / "shared" / "data"

# How many papers are read, and how many of them are the newest.
N_PAPERS = 3_000
N_NEWEST = 500


@dataclass(frozen=True, slots=True)
class Daily:
    """Real papers, oldest first, with their features; each of `likes` is one reader's rows."""

    papers: tuple[StoredPaper, ...]
    features: PaperFeatures
    vectors: Vectors
    likes: tuple[tuple[int, ...], ...]

    @property
    def newest(self) -> list[int]:
        """Return the rows of the newest 500 papers."""
        n = len(self.papers)
        return list(range(n - N_NEWEST, n))


def read() -> Daily:
    """Read the newest 3,000 papers and fit the features on them."""
    records = _newest_records()
    papers = tuple(
        _paper(record, number) for number, record in enumerate(records)
    )
    row_of = {paper.arxiv_id: row for row, paper in enumerate(papers)}
    likes = [
        tuple(row_of[key] for key in reader["likes"] if key in row_of)
        for reader in _records("stream-readers.jsonl.gz")
    ]

    texts = [paper.content for paper in papers]
    features = PaperFeatures().fit(texts)
    return Daily(
        papers=papers,
        features=features,
        vectors=features.transform(texts),
        likes=tuple(likes),
    )


def _newest_records() -> list[dict[str, Any]]:
    records = list(_records("hf-daily-papers.jsonl.gz"))
    days = np.array([record["day"] for record in records])
    oldest_first = np.argsort(days, kind="stable")
    return [records[place] for place in oldest_first[-N_PAPERS:]]


def _records(name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(DATA / name, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _paper(record: dict[str, Any], number: int) -> StoredPaper:
    return StoredPaper(
        title=record["title"],
        abstract=record["abstract"],
        keywords=tuple(record["ai_keywords"] or ()),
        arxiv_id=record["id"],
        listed=date.fromisoformat(record["day"]),
        source="huggingface",
        id=number,
    )
