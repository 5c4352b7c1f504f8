"""Replay groups: what their members like of the picks for all, to what each would like alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from recommender.arrays import Doubles, Mask
from recommender.evaluation import policies
from recommender.evaluation.first_weeks import Installation, install
from recommender.evaluation.group_draws import Group, Kind, draw_groups
from recommender.evaluation.group_models import (
    AVERAGING,
    LEAST_MISERY,
    MODELS,
    Rule,
)
from recommender.evaluation.mornings import (
    Corpus,
    Morning,
    StreamReader,
    mornings_of,
)
from recommender.evaluation.new_papers import Progress
from recommender.evaluation.stream import Memory
from recommender.group import MAX_HISTORY, Voice
from recommender.metrics import difference_interval
from recommender.profile import Profile
from recommender.ranking import Candidates

# The model of each member without the others.
ALONE = "alone"
ALONE_POLICY = policies.paperpicks()

# A reader's number, and the draw of what they answer; empty for who answers every pick.
SoloistKey = tuple[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean difference over groups, with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Fairness:
    """How one model did with the groups of one kind.

    A member's figure is how many picks they liked, to how many they like alone, where they answer
    as many of them.

    Attributes
    ----------
    members
        How many each group has.
    loud
        Whether one of them votes ten times as often as the others.
    worst, mean
        The smallest and the mean figure of a group's members, in the mean over the groups.
    to_averaging, to_least_misery
        By how much `worst` is above that of the other models, over the same groups.
    groups, readers
        How many groups there are, and how many readers they are drawn from.

    """

    model: str
    members: int
    mix: str
    loud: bool
    worst: float
    mean: float
    to_averaging: Difference
    to_least_misery: Difference
    groups: int
    readers: int


def evaluate(
    corpus: Corpus,
    readers: Sequence[StreamReader],
    *,
    starts: Sequence[date],
    stored_days: int,
    days: int,
    picks: int,
    draws: int,
    seed: int = 0,
    progress: Progress | None = None,
) -> list[Fairness]:
    """Replay groups in new installations from each of the starts, and each member alone.

    Nobody types a topic. Only readers who never change their mind take part.
    """
    steady = [
        replace(reader, topics=()) for reader in readers if reader.turn is None
    ]
    groups = draw_groups(steady, draws, seed)
    runs = [
        install(corpus, steady, start, stored_days, days) for start in starts
    ]
    n_days = sum(len(run.days) for run in runs)

    tallies: list[Tally] = []
    n_done = 0
    for run in runs:
        tally = Tally(run, groups)
        for _, morning in mornings_of(
            run.corpus, run.readers, run.days, refit_days=1
        ):
            tally.live_through(morning, picks)
            n_done += 1
            if progress is not None:
                progress(n_done, n_days)
        tallies.append(tally)
    return sum_up(groups, tallies, len(steady))


class Tally:
    """What members like in one installation: in each group under each model, and alone."""

    def __init__(self, run: Installation, groups: Sequence[Group]) -> None:
        n_papers = len(run.corpus.papers)
        self.readers = run.readers
        self.soloists: dict[SoloistKey, Soloist] = {}
        # The members of each group without the others.
        self.alone = [self._soloists(group, n_papers) for group in groups]
        self.sessions = {
            model: [Session(group, group.answers(n_papers)) for group in groups]
            for model in MODELS
        }

    def live_through(self, morning: Morning, n: int) -> None:
        """Let every model pick for every group on one day, and ours for each member alone."""
        for soloist in self.soloists.values():
            soloist.live_through(morning, self.readers, n)

        for model, sessions in self.sessions.items():
            for session in sessions:
                session.live_through(morning, self.readers, MODELS[model], n)

    def _soloists(self, group: Group, n_papers: int) -> list["Soloist"]:
        """Return the members of a group alone; who answers every pick is the same in all groups."""
        soloists = []
        answers = group.answers(n_papers)
        for place, member in enumerate(group.members):
            is_quiet = not answers[place].all()
            key = (member, (*group.seed, place) if is_quiet else ())
            if key not in self.soloists:
                self.soloists[key] = Soloist(member, answers[place])
            soloists.append(self.soloists[key])
        return soloists


@dataclass(slots=True)
class Soloist:
    """A member without the others, who answers as many of the picks as in the group.

    Attributes
    ----------
    reader
        The number of the reader.
    answers
        (n_papers,) which papers they answer.
    memory
        What they were shown, and what they rated.
    n_hits
        How many picks they liked, told or not.

    """

    reader: int
    answers: Mask
    memory: Memory = field(default_factory=Memory)
    n_hits: int = 0

    def live_through(
        self, morning: Morning, readers: Sequence[StreamReader], n: int
    ) -> None:
        """Let our model pick for one day, and let the reader answer."""
        reader = readers[self.reader]
        rows = ALONE_POLICY(morning, self.reader, reader, self.memory, n)
        likes, dislikes = reader.answers(morning.number)
        self.n_hits += sum(row in likes for row in rows)

        self.memory.impressions.update(map(int, rows))
        answered = [int(row) for row in rows if self.answers[row]]
        self.memory.record(answered, likes, dislikes, morning.day)


@dataclass(slots=True)
class Session:
    """One group under one model: what was shown, and what each member voted.

    Attributes
    ----------
    answers
        (n_members, n_papers) which papers each member answers.
    digests
        Rows of the picks, the newest digest first.
    memories
        What each member voted.
    n_hits
        How many picks each member liked, told or not.

    """

    group: Group
    answers: Mask
    digests: list[tuple[int, ...]] = field(default_factory=list)
    memories: list[Memory] = field(init=False)
    n_hits: Doubles = field(init=False)

    def __post_init__(self) -> None:
        self.memories = [Memory() for _ in self.group.members]
        self.n_hits = np.zeros(len(self.group.members))

    def live_through(
        self,
        morning: Morning,
        readers: Sequence[StreamReader],
        rule: Rule,
        n: int,
    ) -> None:
        """Let a model pick for one day, and let the members vote."""
        rows = self._pick(morning, readers, rule, n)
        self.digests.insert(0, rows)

        for place, member in enumerate(self.group.members):
            likes, dislikes = readers[member].answers(morning.number)
            self.n_hits[place] += sum(row in likes for row in rows)
            answered = [row for row in rows if self.answers[place, row]]
            self.memories[place].record(answered, likes, dislikes, morning.day)

    def _pick(
        self,
        morning: Morning,
        readers: Sequence[StreamReader],
        rule: Rule,
        n: int,
    ) -> tuple[int, ...]:
        profiles = self._profiles(morning, readers)
        offer = policies.offer(
            morning,
            profiles[0],
            Memory(impressions={row for rows in self.digests for row in rows}),
        )
        voices = [Voice(profile, offer.phrase_matches) for profile in profiles]
        history = [
            _candidates(morning, rows) for rows in self.digests[:MAX_HISTORY]
        ]
        picks = rule(voices, offer, n, history)
        return tuple(pick.recommendation.paper_id for pick in picks)

    def _profiles(
        self, morning: Morning, readers: Sequence[StreamReader]
    ) -> list[Profile]:
        """Return what is learned of each member; those who voted alike are learned once."""
        learned: dict[tuple[tuple[int, ...], ...], Profile] = {}
        profiles = []
        for member, memory in zip(
            self.group.members, self.memories, strict=True
        ):
            votes = tuple(memory.likes), tuple(memory.dislikes)
            if votes not in learned:
                learned[votes] = policies.learn_profile(
                    morning, readers[member], memory
                )
            profiles.append(learned[votes])
        return profiles


def _candidates(morning: Morning, rows: Sequence[int]) -> Candidates:
    """Return papers that were shown, as the rule takes them."""
    places = np.array(rows, np.intp)
    return Candidates(
        ids=places.astype(np.int64),
        vectors=morning.vectors.take(places),
        popularity=morning.votes[places],
    )


def sum_up(
    groups: Sequence[Group], tallies: Sequence[Tally], n_readers: int
) -> list[Fairness]:
    """Return how each model did with each kind of groups, all installations together."""
    fairness: list[Fairness] = []
    for kind in dict.fromkeys(group.kind for group in groups):
        places = [
            place
            for place, group in enumerate(groups)
            if group.kind == kind and _likes_alone(tallies, place).any()
        ]
        figures = {
            model: [_figures(tallies, model, place) for place in places]
            for model in (*MODELS, ALONE)
        }
        fairness += [
            _fairness(model, kind, figures, n_readers) for model in figures
        ]
    return fairness


def _likes_alone(tallies: Sequence[Tally], place: int) -> Doubles:
    """Return how many picks each member of a group likes without the others."""
    likes = np.zeros(len(tallies[0].alone[place]))
    for tally in tallies:
        likes += [soloist.n_hits for soloist in tally.alone[place]]
    return likes


def _figures(tallies: Sequence[Tally], model: str, place: int) -> Doubles:
    """Return the figures of a group's members; who likes nothing alone has none."""
    likes = likes_alone = _likes_alone(tallies, place)
    if model != ALONE:
        likes = np.sum(
            [tally.sessions[model][place].n_hits for tally in tallies], axis=0
        )

    has_figure = likes_alone > 0
    return np.asarray(likes[has_figure] / likes_alone[has_figure])


def _fairness(
    model: str,
    kind: Kind,
    figures: Mapping[str, Sequence[Doubles]],
    n_readers: int,
) -> Fairness:
    """Return how one model did, with its differences from the two usual ones."""
    if not figures[model]:
        raise ValueError("no member of a group likes any pick alone")

    worst = {
        name: [float(members.min()) for members in groups]
        for name, groups in figures.items()
    }
    return Fairness(
        model=model,
        members=kind.size,
        mix=kind.mix,
        loud=kind.loud,
        worst=float(np.mean(worst[model])),
        mean=float(np.mean([members.mean() for members in figures[model]])),
        to_averaging=_difference(worst[model], worst[AVERAGING]),
        to_least_misery=_difference(worst[model], worst[LEAST_MISERY]),
        groups=len(worst[model]),
        readers=n_readers,
    )


def _difference(
    figures: Sequence[float], others: Sequence[float]
) -> Difference:
    low, high = difference_interval(figures, others)
    return Difference(float(np.mean(np.subtract(figures, others))), low, high)
