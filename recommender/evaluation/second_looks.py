"""Replay readers who change their mind: do they like second looks more than what they passed?"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from recommender import policy
from recommender.evaluation import policies, stream
from recommender.evaluation.first_weeks import install
from recommender.evaluation.mornings import (
    Corpus,
    Morning,
    StreamReader,
    mornings_of,
)
from recommender.evaluation.stream import Memory
from recommender.second_look import MIN_AGE, PAUSE, Passed

# Listed days: enough for a turn in their middle, and for passed papers after it.
DAYS = 60

# Readers leave every second paper alone that they don't like: the others they tap away.
SILENT = 2


@dataclass(frozen=True, slots=True)
class Looks:
    """How many second looks there were, their liked share, and that of all papers passed then."""

    looks: int
    liked: float
    passed_liked: float
    readers: int


@dataclass(frozen=True, slots=True)
class _Impression:
    day: date
    expected: float
    popularity: float


@dataclass(slots=True)
class _Log:
    """What each reader was shown, when they had their last second look, and what came of all."""

    shown: dict[int, dict[int, _Impression]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    last: dict[int, date] = field(default_factory=dict)
    liked: list[bool] = field(default_factory=list)
    passed_liked: list[float] = field(default_factory=list)

    def pick(
        self,
        morning: Morning,
        index: int,
        reader: StreamReader,
        memory: Memory,
        n: int,
    ) -> Sequence[int]:
        """Pick by the rules with second looks, as a `Policy`."""
        profile = policies.learn_profile(morning, reader, memory)
        offer = policies.offer(morning, profile, memory)
        passed = list(self._passed(morning, index, memory))
        picks = policy.choose(
            profile, replace(offer, passed=passed), n, bar="normal"
        )

        scores = np.array([p.score for p in picks.recommendations], np.float32)
        shares = picks.outlook.expectation.shares(scores)
        for pick, share in zip(picks.recommendations, shares, strict=True):
            if pick.policy == "second-look":
                self._count(morning, index, reader, pick.paper_id, passed)
            popularity = float(morning.candidates.popularity[pick.row])
            self.shown[index][pick.paper_id] = _Impression(
                morning.day, float(share), popularity
            )
        return [pick.paper_id for pick in picks.recommendations]

    def _passed(
        self, morning: Morning, index: int, memory: Memory
    ) -> Iterator[Passed]:
        last = self.last.get(index)
        if last is not None and morning.day - last < PAUSE:
            return

        # An offer begins with the newest paper.
        ids = morning.candidates.ids.tolist()
        places = {paper: place for place, paper in enumerate(ids)}
        rated = memory.likes.keys() | memory.dislikes.keys()
        for paper, shown in self.shown[index].items():
            is_old = morning.day - shown.day >= MIN_AGE
            if is_old and paper not in rated and paper in places:
                yield Passed(places[paper], shown.expected, shown.popularity)

    def _count(
        self,
        morning: Morning,
        index: int,
        reader: StreamReader,
        paper: int,
        passed: Sequence[Passed],
    ) -> None:
        """Note what the reader says of a second look, and would say of all passed papers."""
        likes, _ = reader.answers(morning.number)
        ids = morning.candidates.ids
        all_passed = [int(ids[other.row]) in likes for other in passed]
        self.last[index] = morning.day
        self.liked.append(paper in likes)
        self.passed_liked.append(sum(all_passed) / len(all_passed))


def evaluate(
    corpus: Corpus,
    readers: Sequence[StreamReader],
    *,
    starts: Sequence[date],
    stored_days: int,
    picks: int,
    days: int = DAYS,
) -> Looks | None:
    """Replay new installations for the readers who change their mind; None without any.

    A paper passed at random is liked as often as all that were passed are, in the mean.
    """
    turning = [_quiet(reader) for reader in readers if reader.turn is not None]
    if not turning:
        return None

    liked: list[bool] = []
    passed_liked: list[float] = []
    for start in starts:
        run = install(corpus, turning, start, stored_days, days)
        log = _Log()
        stream.replay(
            mornings_of(run.corpus, run.readers, run.days, refit_days=1),
            run.readers,
            {"second-look": log.pick},
            picks=picks,
        )
        liked += log.liked
        passed_liked += log.passed_liked

    return Looks(
        looks=len(liked),
        liked=sum(liked) / max(len(liked), 1),
        passed_liked=sum(passed_liked) / max(len(liked), 1),
        readers=len(turning),
    )


def _quiet(reader: StreamReader) -> StreamReader:
    """Return a reader who leaves alone a part of what they don't like, instead of a 👎."""

    def tapped(papers: frozenset[int]) -> frozenset[int]:
        return frozenset(paper for paper in papers if paper % SILENT)

    return replace(
        reader,
        dislikes=tapped(reader.dislikes),
        dislikes_after=tapped(reader.dislikes_after),
    )
