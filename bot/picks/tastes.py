"""Learns a reader's taste from all they said: ratings, topics, and words moved by hand."""

from collections.abc import Iterator, Sequence

import numpy as np

from bot.picks.catalogue import Catalogue
from bot.storage import features
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from recommender import profile
from recommender.arrays import Mask
from recommender.evidence import (
    MUTE_WEIGHT,
    TOPIC_WEIGHT,
    UNKNOWN_AGE,
    Evidence,
    edit_evidence,
    rating_evidence,
)
from recommender.profile import Profile
from recommender.vectors import Vectors, stack


def learn(
    database: Database, catalogue: Catalogue, feedback: Feedback
) -> Profile:
    """Learn a reader's profile from all they said, under the catalogue's feature version."""
    ratings = {
        rating.paper_id: rating for rating in feedback.ratings if rating.value
    }
    ids, paper_vectors = vectors_of(database, catalogue, list(ratings))
    rated = [rating_evidence(i, ratings[i].value, ratings[i].age) for i in ids]
    evidence = [*rated, *_typed(feedback)]
    topic_vectors = [
        catalogue.topic(str(piece.ref)) for piece in evidence[len(rated) :]
    ]
    return profile.learn(
        evidence,
        stack([paper_vectors, *topic_vectors]),
        _says(catalogue, ids, evidence),
        catalogue.memory.of(feedback.reader_id).overlaps,
    )


def phrases(evidence: Sequence[Evidence]) -> list[str]:
    """Return the texts of the evidence that papers can literally say, in its order."""
    return [str(piece.ref) for piece in evidence if piece.is_phrase]


def vectors_of(
    database: Database, catalogue: Catalogue, ids: Sequence[int]
) -> tuple[list[int], Vectors]:
    """Return those of the papers that have a vector, and their vectors in the same order."""
    rows = catalogue.rows
    in_catalogue = [paper_id for paper_id in ids if paper_id in rows]
    vectors = catalogue.candidates.vectors.take(
        [rows[paper_id] for paper_id in in_catalogue]
    )
    older = [paper_id for paper_id in ids if paper_id not in rows]
    if not older or catalogue.model is None or catalogue.version is None:
        return in_catalogue, vectors
    older_ids, older_vectors = features.vectors(
        database, catalogue.version, catalogue.model.width, older
    )
    return in_catalogue + older_ids, stack([vectors, older_vectors])


def _typed(feedback: Feedback) -> Iterator[Evidence]:
    """Yield what a reader said in words: wanted and muted topics, and terms moved by hand."""
    ages = feedback.wanted_ages or (UNKNOWN_AGE,) * len(feedback.wanted)
    for text, age in zip(feedback.wanted, ages, strict=True):
        yield Evidence("wanted", text, TOPIC_WEIGHT, age)
    for text in feedback.muted:
        yield Evidence("muted", text, MUTE_WEIGHT)
    for term, value in feedback.edits:
        yield edit_evidence(term, value)


def _says(
    catalogue: Catalogue, paper_ids: Sequence[int], evidence: Sequence[Evidence]
) -> Mask:
    """Mark which of the evidence's phrases each piece of evidence literally says.

    Returns (evidence, phrases); the first rows are the rated papers, which alone say anything.
    """
    texts = phrases(evidence)
    says = np.zeros((len(evidence), len(texts)), bool)
    # Those that are not on offer any more come last.
    rows = catalogue.rows_of(paper_ids)
    for column, text in enumerate(texts):
        says[: len(rows), column] = catalogue.about([text])[rows]
    return says
