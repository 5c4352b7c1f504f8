"""Replay a corpus day by day: what readers would have been shown, and what they liked."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from scipy.sparse import csr_array

from recommender.evaluation.mornings import Morning, StreamReader
from recommender.evaluation.new_papers import Progress


@dataclass(slots=True)
class Memory:
    """What one model learned from one reader so far.

    Attributes
    ----------
    likes, dislikes
        Rows of rated papers, with the day of each rating.
    impressions
        Rows of the papers that the reader was shown.
    topics
        What they ticked beside the typed topics.

    """

    likes: dict[int, date] = field(default_factory=dict)
    dislikes: dict[int, date] = field(default_factory=dict)
    impressions: set[int] = field(default_factory=set)
    topics: list[str] = field(default_factory=list)

    @property
    def n_ratings(self) -> int:
        """Return how many papers are rated."""
        return len(self.likes) + len(self.dislikes)

    def record(
        self,
        rows: Sequence[int],
        likes: frozenset[int],
        dislikes: frozenset[int],
        day: date,
    ) -> None:
        """Record that papers were shown, and rated by a reader with these likes and dislikes."""
        self.impressions.update(rows)
        self.likes.update({row: day for row in rows if row in likes})
        self.dislikes.update({row: day for row in rows if row in dislikes})

    def clear(self) -> None:
        """Forget everything."""
        self.likes.clear()
        self.dislikes.clear()
        self.impressions.clear()
        self.topics.clear()


# From the morning, the reader's number, the reader, what the model learned from them, and how
# many picks: rows of the corpus, best first.
Policy = Callable[[Morning, int, StreamReader, Memory, int], Sequence[int]]


@dataclass(frozen=True, slots=True)
class DailyPicks:
    """What one reader was shown on one day.

    Attributes
    ----------
    day, reader
        Their numbers, from 0 on.
    rows, hits
        Rows of the picks, and of those that the reader liked.
    similarity
        Mean cosine between the picks.
    seconds
        Processor time of picking them.
    ratings
        How many papers the reader had rated before.

    """

    day: int
    reader: int
    rows: tuple[int, ...]
    hits: tuple[int, ...]
    similarity: float
    seconds: float
    ratings: int


def replay(
    mornings: Iterable[tuple[int, Morning]],
    readers: Sequence[StreamReader],
    policies: Mapping[str, Policy],
    *,
    picks: int = 5,
    memories: Mapping[str, Sequence[Memory]] | None = None,
    progress: Progress | None = None,
) -> dict[str, list[DailyPicks]]:
    """Let every policy pick for every reader on each of the days.

    Models take turns within each reader and share one fit of text features. A rating is learned
    before the next day.
    """
    empty = {name: [Memory() for _ in readers] for name in policies}
    memories = {**empty, **(memories or {})}
    history: dict[str, list[DailyPicks]] = {name: [] for name in policies}

    for number, (n_days, morning) in enumerate(mornings):
        for index, reader in enumerate(readers):
            for name, policy in policies.items():
                memory = memories[name][index]
                day = _live_through(
                    morning, index, reader, memory, policy=policy, n=picks
                )
                history[name].append(day)
        if progress is not None:
            progress(number + 1, n_days)
    return history


def _live_through(
    morning: Morning,
    index: int,
    reader: StreamReader,
    memory: Memory,
    *,
    policy: Policy,
    n: int,
) -> DailyPicks:
    """Let one policy pick for one reader, and let the reader rate the picks."""
    likes, dislikes = reader.answers(morning.number)
    ratings = memory.n_ratings

    start = time.process_time()
    rows = tuple(map(int, policy(morning, index, reader, memory, n)))
    seconds = time.process_time() - start

    memory.record(rows, likes, dislikes, morning.day)
    return DailyPicks(
        day=morning.number,
        reader=index,
        rows=rows,
        hits=tuple(row for row in rows if row in likes),
        similarity=_mean_cosine(morning.tfidf[list(rows)]),
        seconds=seconds,
        ratings=ratings,
    )


def _mean_cosine(tfidf: csr_array) -> float:
    """Return the mean cosine between the papers of one list, given as unit rows."""
    n = tfidf.shape[0]
    if n < 2:
        return 0.0
    total = (tfidf @ tfidf.T).sum() - tfidf.power(2).sum()
    return float(total / (n * (n - 1)))
