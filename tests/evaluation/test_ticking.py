"""Readers who tick a second and a third topic, of which fields, and what it is worth to them."""

from datetime import date, timedelta

import numpy as np
import pytest

from bot.cli.evaluate.stream import field_index
from recommender.evaluation import policies
from recommender.evaluation.mornings import StreamReader, last_mornings
from recommender.evaluation.stream import Memory, replay
from recommender.evaluation.summary import hit_rate
from recommender.evaluation.ticking import FieldIndex, ticked_fields, ticking
from recommender.fields import FIELDS
from tests.corpus import field_of
from tests.evaluation.streams import DAYS, START, corpus

# Days that are replayed.
LAST = 6


def reader(*interests: str) -> StreamReader:
    """Return a reader of these fields who typed the first one."""
    papers = corpus().papers
    rows = [
        frozenset(
            row for row, paper in enumerate(papers) if field_of(paper) == field
        )
        for field in interests
    ]
    return StreamReader(
        name="ada",
        topics=interests[:1],
        interests=tuple(rows),
        likes=frozenset().union(*rows),
        dislikes=frozenset(),
    )


def ticks(index: FieldIndex, day: date, reader: StreamReader) -> list[str]:
    is_ticked = ticked_fields(index, day, reader)
    return [FIELDS[field] for field in np.flatnonzero(is_ticked)]


def test_a_reader_ticks_a_field_most_papers_of_which_are_in_an_interest():
    fields = field_index(corpus())
    ada = reader("diffusion models", "medical imaging")

    assert set(ticks(fields, START, ada)) == {
        "diffusion models",
        "image generation",
        "medical imaging",
        "radiology",
        "segmentation",
    }


def test_a_reader_goes_by_nothing_that_is_listed_later():
    fields = field_index(corpus())
    first = START - timedelta(days=DAYS - 1)

    assert ticks(fields, first, reader("medical imaging")) == []


def test_ticks_are_worth_hits():
    people = [reader("speech recognition", "medical imaging")]
    memories = {"one": [Memory()], "three": [Memory()]}
    models = {
        "one": policies.asking("none"),
        "three": ticking(field_index(corpus()), 1),
    }

    history = replay(
        last_mornings(corpus(), people, LAST), people, models, memories=memories
    )

    assert memories["one"][0].topics == []
    assert "medical imaging" in memories["three"][0].topics
    assert len(memories["three"][0].topics) <= 2
    assert hit_rate(history["three"]) >= hit_rate(history["one"])


@pytest.mark.parametrize("screens", [0, 1])
def test_who_looks_at_no_screen_ticks_nothing(screens: int):
    memories = {"asked": [Memory()]}
    people = [reader("speech recognition", "medical imaging")]

    model = ticking(field_index(corpus()), screens)
    replay(
        last_mornings(corpus(), people, 1),
        people,
        {"asked": model},
        memories=memories,
    )

    assert bool(memories["asked"][0].topics) == bool(screens)
