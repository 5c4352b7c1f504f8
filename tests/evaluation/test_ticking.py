"""Readers who tick a second and a third topic, of which fields, and what it is worth to them."""

from datetime import date, timedelta

import numpy as np
import pytest

from bot.cli.evaluate.stream import library
from recommender.evaluation import policies
from recommender.evaluation.stream import Memory, StreamReader, mornings, replay
from recommender.evaluation.summary import first_week
from recommender.evaluation.ticking import Library, ticked, ticking
from recommender.fields import FIELDS
from tests.corpus import field_of
from tests.evaluation.streams import DAYS, START, corpus

LAST = 6  # days that are replayed


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
        "ada", interests[:1], tuple(rows), frozenset().union(*rows), frozenset()
    )


def ticks(fields: Library, day: date, of: StreamReader) -> list[str]:
    return [FIELDS[field] for field in np.flatnonzero(ticked(fields, day, of))]


def test_a_reader_ticks_what_most_papers_that_say_it_are_theirs():
    fields = library(corpus())
    ada = reader("diffusion models", "medical imaging")

    assert set(ticks(fields, START, ada)) == {
        "diffusion models",
        "image generation",
        "medical imaging",
        "radiology",
        "segmentation",
    }


def test_a_reader_goes_by_nothing_that_is_listed_later():
    fields = library(corpus())
    first = START - timedelta(days=DAYS - 1)

    assert ticks(fields, first, reader("medical imaging")) == []


def test_ticks_are_worth_hits():
    people = [reader("speech recognition", "medical imaging")]
    told = {"one": [Memory()], "three": [Memory()]}
    models = {
        "one": policies.asking("none"),
        "three": ticking(library(corpus()), 1),
    }

    shown = replay(
        mornings(corpus(), people, LAST), people, models, memories=told
    )

    assert told["one"][0].topics == []
    assert "medical imaging" in told["three"][0].topics
    assert len(told["three"][0].topics) <= 2
    assert first_week(shown["three"]) >= first_week(shown["one"])


@pytest.mark.parametrize("screens", [0, 1])
def test_who_looks_at_no_screen_ticks_nothing(screens: int):
    told = {"asked": [Memory()]}
    people = [reader("speech recognition", "medical imaging")]

    model = ticking(library(corpus()), screens)
    replay(
        mornings(corpus(), people, 1), people, {"asked": model}, memories=told
    )

    assert bool(told["asked"][0].topics) == bool(screens)
