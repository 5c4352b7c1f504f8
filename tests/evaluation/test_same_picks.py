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
from recommender.arrays import Floats, Rows
from recommender.evaluation import policies
from recommender.evaluation.mornings import (
    Corpus,
    Morning,
    StreamReader,
    mornings_of,
)
from recommender.evaluation.stream import Policy, replay
from recommender.features import PaperFeatures
from recommender.policy import Day
from recommender.vectors import Vectors
from tests.evaluation import streams

DAYS = 10
PICKS = 5

# The rows of the corpus that were picked_rows for each reader on each day.
PickedRows = list[list[list[int]]]


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """Return the synthetic stream, each paper with the popularity that the bot gives it."""
    stored = streams.corpus().papers
    return Corpus(stored, catalogue.popularity(stored))


def people(corpus: Corpus) -> list[StreamReader]:
    """Return readers of one topic and of two, one who changes their mind, and one who is new."""
    ada, bo, cy = streams.readers(
        list(corpus.papers),
        "diffusion models",
        "robot learning",
        "medical imaging",
    )
    ada_and_bo = replace(
        ada,
        topics=ada.topics + bo.topics,
        likes=ada.likes | bo.likes,
        dislikes=cy.likes,
    )
    turning = replace(cy, turn=4, likes_after=bo.likes, dislikes_after=cy.likes)
    return [ada, ada_and_bo, turning, replace(bo, topics=())]


def last_days(corpus: Corpus) -> Rows:
    return np.unique(corpus.listed)[-DAYS:]


def evaluated(
    corpus: Corpus, mornings: Iterator[tuple[int, Morning]], model: Policy
) -> PickedRows:
    """Return what the evaluation picks."""
    readers = people(corpus)
    history = replay(mornings, readers, {"model": model}, picks=PICKS)["model"]
    days: list[list[list[int]]] = [[] for _ in range(DAYS)]
    for picks in history:
        days[picks.day].append(list(picks.rows))
    return days


def delivered(
    database: Database, corpus: Corpus, *, bar: str = "off"
) -> PickedRows:
    """Return what the bot picks: papers are stored as they are listed, and taps as they come."""
    joined = [
        join(database, number, reader, bar)
        for number, reader in enumerate(people(corpus))
    ]
    rows = {paper.arxiv_id: row for row, paper in enumerate(corpus.papers)}
    picked_rows: PickedRows = []
    for number, ordinal in enumerate(last_days(corpus)):
        now = datetime.combine(date.fromordinal(int(ordinal)), time(9), UTC)
        list_papers(database, corpus, now.date())
        assert fitting.refresh(database, now)
        offered = catalogue.load(database)
        picked_rows.append([])
        for reader, stream_reader in zip(joined, people(corpus), strict=True):
            kind = "now" if bar == "off" else "daily"
            sent = selection.choose(database, offered, reader, now, kind=kind)
            recommendations.record_sent(
                database, sent.picks, reader.chat_id, number, now
            )
            picked_rows[-1].append(
                [rows[pick.paper.arxiv_id] for pick in sent.picks]
            )
            pick_of = dict(zip(picked_rows[-1][-1], sent.picks, strict=True))
            answer(
                database, reader, pick_of, stream_reader.answers(number), now
            )
    return picked_rows


def join(
    database: Database, number: int, stream_reader: StreamReader, bar: str
) -> Reader:
    """Let a reader in who types their topics."""
    now = datetime(2026, 11, 1, tzinfo=UTC)
    values = {
        "name": stream_reader.name,
        "at": time(9),
        "created_at": now,
        "picks": PICKS,
        "bar": bar,
    }
    reader = readers.find_or_create(database, number + 1, values)
    assert reader is not None
    feedback.set_topics(
        database, reader.id, stream_reader.topics, "wanted", now
    )
    return reader


def list_papers(database: Database, corpus: Corpus, day: date) -> None:
    """Store what is listed by a day."""
    n_stored = papers.count(database)
    n_listed = corpus.first_row_after(day.toordinal())
    papers.store(database, corpus.papers[n_stored:n_listed])


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
                rating = RatingEvent(
                    reader_id=reader.id,
                    paper_id=pick.paper.id,
                    value=value,
                    rated_at=now + timedelta(hours=1),
                    origin="pick",
                )
                feedback.rate(database, rating)


def as_stored(
    mornings: Iterator[tuple[int, Morning]],
) -> Iterator[tuple[int, Morning]]:
    """Yield mornings with their vectors as they come back from storage, in 16 bits."""
    for n_days, morning in mornings:
        vectors, features = morning.vectors, morning.features
        sparse = vectors.sparse.copy()
        sparse.data = halved(sparse.data)
        restored = PaperFeatures.restore(
            features.terms_,
            features.idf_,
            halved(features.projection_),
            average_length=features.average_length_,
        )
        restored.analyzer = list
        stored = Vectors(sparse, halved(vectors.dense))
        yield n_days, replace(morning, vectors=stored, features=restored)


def halved(values: Floats) -> Floats:
    return values.astype(np.float16).astype(np.float32)


def stored_mornings(corpus: Corpus) -> Iterator[tuple[int, Morning]]:
    return as_stored(
        mornings_of(corpus, people(corpus), last_days(corpus), refit_days=1)
    )


@pytest.mark.parametrize("bar", ["off", "normal"])
def test_ten_days_through_the_bot_bring_what_the_evaluation_picks(
    database: Database, corpus: Corpus, bar: str
):
    """Both see vectors in 16 bits, as they are stored: that alone swaps papers that score alike."""
    picked_rows = evaluated(
        corpus, stored_mornings(corpus), policies.paperpicks(bar=bar)
    )

    assert len(picked_rows) == DAYS
    assert delivered(database, corpus, bar=bar) == picked_rows


def test_days_that_explore_or_prove_are_the_same_days_with_the_same_picks(
    database: Database, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
):
    """With one draw for all readers: each numbers them in its own way."""
    draw = policy.draw_day

    def by_date(seed: str, *, explores: bool, ratings: int) -> Day:
        return draw(
            seed.rsplit(maxsplit=1)[-1], explores=explores, ratings=ratings
        )

    plain = evaluated(corpus, stored_mornings(corpus), policies.paperpicks())
    monkeypatch.setattr(policy, "SPECIAL_DAYS", 0.5)
    monkeypatch.setattr(policy, "draw_day", by_date)

    picked_rows = evaluated(
        corpus,
        stored_mornings(corpus),
        policies.paperpicks(explores=True, proves=True),
    )

    assert picked_rows != plain
    assert delivered(database, corpus) == picked_rows


def test_in_single_precision_nine_in_ten_picks_are_still_the_same(
    database: Database, corpus: Corpus
):
    exact = mornings_of(corpus, people(corpus), last_days(corpus), refit_days=1)

    picked_rows = evaluated(corpus, exact, policies.paperpicks())

    pairs = zip(
        chain(*picked_rows), chain(*delivered(database, corpus)), strict=True
    )
    shares = [len({*evaluation} & {*bot}) / PICKS for evaluation, bot in pairs]
    assert np.mean(shares) >= 0.9
