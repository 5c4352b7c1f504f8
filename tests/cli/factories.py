"""Small data sets, as files of JSON lines that `paperpicks evaluate` reads."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from recommender.papers import Paper
from tests.corpus import field_of
from tests.evaluation.factories import libraries, papers
from tests.evaluation.streams import corpus, readers

# The keys of a row of a ranking.
RANKING_KEYS = [
    "protocol",
    "model",
    "likes",
    "recall_at_20",
    "recall_at_100",
    "ndcg_at_10",
    "auc",
    "ms_per_reader",
    "readers",
]


def write_lines(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    """Write rows as JSON lines; return the path."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def append_line(path: Path, line: str) -> None:
    """Append a line to a file."""
    path.write_text(path.read_text() + line + "\n")


def write_bags(path: Path) -> Path:
    """Write sixty papers as bags of words."""
    rows = [
        {"id": number, "text": " ".join(terms)}
        for number, terms in enumerate(papers())
    ]
    return write_lines(path, rows)


def write_libraries(path: Path) -> Path:
    """Write twelve readers, each with eight saved papers."""
    rows = [
        {"user": library.user, "likes": list(library.likes)}
        for library in libraries()
    ]
    return write_lines(path, rows)


def write_days(path: Path) -> Path:
    """Write twelve days of papers, with their authors."""
    return write_lines(path, map(paper_row, corpus().papers))


def write_stream_readers(path: Path) -> Path:
    """Write two readers of those days; each likes one paper that is of no day."""
    listed = list(corpus().papers)
    ids = [paper.arxiv_id for paper in listed]
    rows = [
        {
            "reader": reader.name,
            "topics": list(reader.topics),
            "interests": [
                [ids[row] for row in interest] for interest in reader.interests
            ],
            "likes": [*(ids[row] for row in reader.likes), "2799.00001"],
            "dislikes": [ids[row] for row in reader.dislikes],
        }
        for reader in readers(listed, "robot learning", "medical imaging")
    ]
    return write_lines(path, rows)


def write_listings(path: Path, cut: date) -> Path:
    """Write twelve days of papers; from a day on arXiv alone lists robots and medical images."""
    categories = {
        "robot learning": ["cs.RO", "cs.AI"],
        "medical imaging": ["eess.IV", "cs.AI"],
    }
    rows = []
    for paper in corpus().papers:
        row = paper_row(paper)
        codes = categories.get(field_of(paper))
        if codes is not None and paper.listed >= cut:
            row |= {"upvotes": None, "categories": codes}
        rows.append(row)
    return write_lines(path, rows)


def write_ratings(path: Path, labels: Iterable[int]) -> Path:
    """Write the ratings of one reader, a paper for each label."""
    rows = [
        {
            "id": str(number),
            "title": paper.title,
            "abstract": paper.abstract,
            "label": label,
            "month": "2026-11",
        }
        for number, (paper, label) in enumerate(
            zip(corpus().papers, labels, strict=False)
        )
    ]
    return write_lines(path, rows)


def paper_row(paper: Paper) -> dict[str, object]:
    """Return a paper as a row of a data set."""
    return {
        "id": paper.arxiv_id,
        "title": paper.title,
        "abstract": paper.abstract,
        "day": str(paper.listed),
        "authors": list(paper.authors),
        "upvotes": paper.upvotes,
    }
