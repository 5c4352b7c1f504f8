"""First taps are felt: six of a focused reader's first ten ratings change the next picks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from bot.cli.evaluate import data
from bot.picks.catalogue import popularity
from recommender import explain, policy
from recommender.concepts import Concepts
from recommender.evaluation import policies
from recommender.evaluation.first_weeks import install
from recommender.evaluation.mornings import (
    Corpus,
    Morning,
    StreamReader,
    mornings_of,
)
from recommender.evaluation.stream import Memory

DATA = Path(__file__).parents[3] / "shared" / "data"
START = date(2026, 1, 12)
STORED = 10
DAYS = 6
PICKS = 5

# Ratings that are looked at.
N_RATINGS = 10

pytestmark = pytest.mark.skipif(
    not DATA.exists(),
    reason="the data sets for measuring are not beside this project",
)


@dataclass(frozen=True, slots=True)
class Tap:
    """One of a reader's first ratings: what it changed, and the concepts that a receipt names."""

    reader: str
    n_changed: int
    concepts: tuple[str, ...]


def picks(morning: Morning, reader: StreamReader, memory: Memory) -> list[int]:
    profile = policies.learn_profile(morning, reader, memory)
    chosen = policy.choose(
        profile, policies.offer(morning, profile, memory), PICKS
    ).recommendations
    return [pick.paper_id for pick in chosen]


def rate_picks(
    morning: Morning, reader: StreamReader, memory: Memory, concepts: Concepts
) -> Iterator[Tap]:
    """Show a reader a morning's picks; rate them one by one, until there are ten ratings."""
    rows = picks(morning, reader, memory)
    memory.impressions.update(rows)
    likes, dislikes = reader.answers(morning.number)
    for row in rows:
        if row not in likes | dislikes or memory.n_ratings == N_RATINGS:
            continue
        before = picks(morning, reader, memory)
        ratings = memory.likes if row in likes else memory.dislikes
        ratings[row] = morning.day
        after = picks(morning, reader, memory)
        mentions = concepts.in_paper(morning.corpus.papers[row])
        subject = explain.subject(
            morning.features, morning.vectors.take([row]), mentions, 2
        )
        names = tuple(mention.surface for mention in subject)
        yield Tap(reader.name, len(set(after) - set(before)), names)


@pytest.fixture(scope="module")
def taps() -> list[Tap]:
    papers_by_id = data.read_sorted_papers([DATA / "hf-daily-papers.jsonl.gz"])
    papers = list(papers_by_id.values())
    corpus = Corpus(papers, popularity(papers))
    readers = data.read_stream_readers(
        DATA / "focused-readers.jsonl.gz", list(papers_by_id)
    )
    # The others are the same people until they change their minds.
    steady = [reader for reader in readers if reader.turn is None]
    run = install(corpus, steady, START, STORED, DAYS)
    memories = [Memory() for _ in run.readers]
    taps: list[Tap] = []
    for _, morning in mornings_of(
        run.corpus, run.readers, run.days, refit_days=1
    ):
        concepts = Concepts(morning.corpus.papers[: morning.n_papers])
        for reader, memory in zip(run.readers, memories, strict=True):
            taps += rate_picks(morning, reader, memory, concepts)
    return taps


def test_six_of_ten_first_ratings_change_one_of_the_next_picks(
    taps: list[Tap],
) -> None:
    share = np.mean([tap.n_changed > 0 for tap in taps])

    assert len(taps) >= 100
    assert share >= 0.6


def test_those_that_change_none_name_a_concept(taps: list[Tap]) -> None:
    quiet = [tap for tap in taps if not tap.n_changed]

    assert np.mean([bool(tap.concepts) for tap in quiet]) >= 0.9
