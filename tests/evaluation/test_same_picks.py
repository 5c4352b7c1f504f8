"""The bot and the evaluation pick the same papers for the same readers, day by day."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain

import numpy as np
import pytest

from bot.picks import catalogue, fitting, selection
from bot.storage import digests, feedback, papers, readers, recommendations
from bot.storage.database import Database
from bot.storage.feedback import RatingEvent
from bot.storage.readers import Reader
from recommender import policy
from recommender.evaluation import policies
from recommender.evaluation.stream import (
    Corpus,
    Morning,
    Policy,
    StreamReader,
    each_morning,
    replay,
)
from recommender.features import Floats, PaperFeatures, Vectors
from recommender.metrics import Rows
from recommender.policy import Day
from tests.evaluation import streams

DAYS, PICKS = 10, 5

# The rows of the corpus that were picked for each reader on each day.
Picked = list[list[list[int]]]


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """The made stream, each paper with the popularity that the bot gives it."""
    made = streams.corpus().papers
    return Corpus(made, catalogue.popularity(made))


def people(corpus: Corpus) -> list[StreamReader]:
    """Return readers of one topic and of two, one who changes their mind, and one who is new."""
    ada, bo, cy = streams.readers(
        list(corpus.papers),
        "diffusion models",
        "robot learning",
        "medical imaging",
    )
    both = replace(ada, topics=ada.topics + bo.topics, likes=ada.likes | bo.likes,
                   dislikes=cy.likes)  # fmt: skip
    turning = replace(cy, turn=4, likes_after=bo.likes, dislikes_after=cy.likes)
    return [ada, both, turning, replace(bo, topics=())]


def days(corpus: Corpus) -> Rows:
    return np.unique(corpus.listed)[-DAYS:]


def evaluated(
    corpus: Corpus, mornings: Iterator[tuple[int, Morning]], ours: Policy
) -> Picked:
    """Return what the evaluation picks."""
    shown = replay(mornings, people(corpus), {"ours": ours}, picks=PICKS)[
        "ours"
    ]
    of = len(people(corpus))
    return [
        [list(each.rows) for each in shown[start : start + of]]
        for start in range(0, len(shown), of)
    ]


def delivered(
    database: Database, corpus: Corpus, *, bar: str = "off"
) -> Picked:
    """Return what the bot picks: papers are stored as they are listed, and taps as they come."""
    joined = [
        join(database, number, reader, bar)
        for number, reader in enumerate(people(corpus))
    ]
    rows = {paper.arxiv_id: row for row, paper in enumerate(corpus.papers)}
    picked: Picked = []
    for number, ordinal in enumerate(days(corpus)):
        now = datetime.combine(date.fromordinal(int(ordinal)), time(9), UTC)
        list_papers(database, corpus, now.date())
        assert fitting.refresh(database, now)
        offered = catalogue.load(database)
        picked.append([])
        for reader, made in zip(joined, people(corpus), strict=True):
            kind = "now" if bar == "off" else "daily"
            sent = selection.choose(database, offered, reader, now, kind=kind)
            recommendations.record_sent(
                database, sent.picks, reader.chat_id, number, now
            )
            picked[-1].append(
                [rows[pick.paper.arxiv_id] for pick in sent.picks]
            )
            shown = dict(zip(picked[-1][-1], sent.picks, strict=True))
            answer(database, reader, shown, made.answers(number), now)
    return picked


def join(
    database: Database, number: int, made: StreamReader, bar: str
) -> Reader:
    """Let a reader in who types their topics."""
    now = datetime(2026, 11, 1, tzinfo=UTC)
    values = {
        "name": made.name,
        "at": time(9),
        "created_at": now,
        "picks": PICKS,
        "bar": bar,
    }
    reader = readers.find_or_create(database, number + 1, values)
    assert reader is not None
    feedback.set_topics(database, reader.id, made.topics, "wanted", now)
    return reader


def list_papers(database: Database, corpus: Corpus, day: date) -> None:
    """Store what is listed by a day."""
    there = papers.count(database)
    until = int(corpus.listed.searchsorted(day.toordinal(), "right"))
    papers.store(database, corpus.papers[there:until])


def answer(
    database: Database,
    reader: Reader,
    picks: dict[int, digests.Pick],
    answers: Sequence[frozenset[int]],
    now: datetime,
) -> None:
    """Rate what was sent."""
    for row, pick in picks.items():
        for value, rows in zip((1, -1), answers, strict=True):
            if row in rows:
                said = RatingEvent(reader_id=reader.id, paper_id=pick.paper.id, value=value,
                            rated_at=now + timedelta(hours=1), origin="pick")  # fmt: skip
                feedback.rate(database, said)


def as_stored(
    mornings: Iterator[tuple[int, Morning]],
) -> Iterator[tuple[int, Morning]]:
    """Yield mornings with their vectors as they come back from storage, in 16 bits."""
    for of, morning in mornings:
        vectors, features = morning.known, morning.features
        sparse = vectors.sparse.copy()
        sparse.data = halved(sparse.data)
        restored = PaperFeatures.restore(
            features.terms_,
            features.idf_,
            halved(features.projection_),
            average_length=features.average_length_,
        )
        restored.analyzer = list
        known = Vectors(sparse, halved(vectors.dense))
        yield of, replace(morning, known=known, features=restored)


def halved(values: Floats) -> Floats:
    return values.astype(np.float16).astype(np.float32)


def alike(corpus: Corpus) -> Iterator[tuple[int, Morning]]:
    return as_stored(
        each_morning(corpus, people(corpus), days(corpus), refit=1)
    )


@pytest.mark.parametrize("bar", ["off", "normal"])
def test_ten_days_through_the_bot_bring_what_the_evaluation_picks(
    database: Database, corpus: Corpus, bar: str
):
    """Both see vectors in 16 bits, as they are stored: that alone swaps papers that score alike."""
    picked = evaluated(corpus, alike(corpus), policies.paperpicks(bar=bar))

    assert len(picked) == DAYS
    assert delivered(database, corpus, bar=bar) == picked


def test_days_that_explore_or_prove_are_the_same_days_with_the_same_picks(
    database: Database, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
):
    """With one draw for all readers: each numbers them in its own way."""
    draw = policy.day

    def by_date(seed: str, *, explores: bool, ratings: int) -> Day:
        return draw(
            seed.rsplit(maxsplit=1)[-1], explores=explores, ratings=ratings
        )

    plain = evaluated(corpus, alike(corpus), policies.paperpicks())
    monkeypatch.setattr(policy, "ONE_IN_FIVE", 0.5)
    monkeypatch.setattr(policy, "day", by_date)

    picked = evaluated(
        corpus, alike(corpus), policies.paperpicks(explores=True, proves=True)
    )

    assert picked != plain
    assert delivered(database, corpus) == picked


def test_in_single_precision_nine_in_ten_picks_are_still_the_same(
    database: Database, corpus: Corpus
):
    exact = each_morning(corpus, people(corpus), days(corpus), refit=1)

    picked = evaluated(corpus, exact, policies.paperpicks())

    both = zip(chain(*picked), chain(*delivered(database, corpus)), strict=True)
    same = [len({*one} & {*other}) / PICKS for one, other in both]
    assert np.mean(same) >= 0.9
