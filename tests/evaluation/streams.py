"""A synthetic stream: twelve days of papers of six kinds, and readers who like some of them."""

from datetime import date

import numpy as np

from recommender.evaluation.mornings import Corpus, StreamReader
from recommender.papers import Paper
from tests.corpus import FIELDS, field_of, library

START = date(2026, 11, 20)
DAYS = 12


def corpus() -> Corpus:
    """Return the papers, the oldest first."""
    papers = sorted(
        library(START, per_field=24, days=DAYS), key=lambda paper: paper.listed
    )
    votes = [paper.upvotes or 0 for paper in papers]
    return Corpus(papers, np.array(votes, np.float32) / np.float32(50))


def readers(papers: list[Paper], *fields: str) -> list[StreamReader]:
    """Return one reader for each field, who likes its papers and dislikes the next field's."""
    stream_readers: list[StreamReader] = []
    names = list(FIELDS)
    for name in fields:
        next_name = names[(names.index(name) + 1) % len(names)]
        likes = _rows_of(papers, name)
        dislikes = _rows_of(papers, next_name)
        stream_readers.append(
            StreamReader(
                name=name,
                topics=(name,),
                interests=(likes,),
                likes=likes,
                dislikes=dislikes,
            )
        )
    return stream_readers


def _rows_of(papers: list[Paper], field: str) -> frozenset[int]:
    return frozenset(
        row for row, paper in enumerate(papers) if field_of(paper) == field
    )
