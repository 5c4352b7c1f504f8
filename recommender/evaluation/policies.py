"""What picks papers in a replayed stream: our model, the recipes beside it, and the oracle."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from recommender import interests, ranking
from recommender.evaluation import baselines
from recommender.evaluation.baselines import Said, Space
from recommender.evaluation.stream import Memory, Morning, Policy, StreamReader, answer
from recommender.features import Floats, stack
from recommender.metrics import Mask
from recommender.phrases import terms
from recommender.profile import WANTED, Evidence, Profile, learn, rated
from recommender.ranking import Candidates

EXPLORING = 0.2  # share of days
WEEK = timedelta(days=7)
LATELY = 500  # papers that a new reader may be asked about


def oracle(
    morning: Morning,
    index: int,  # noqa: ARG001 - shaped like every policy
    reader: StreamReader,
    memory: Memory,
    n: int,
) -> Sequence[int]:
    """Pick what this reader will like, the most popular first: no model can do better."""
    liked = np.isin(morning.offered, list(reader.likes))
    return top(morning, np.asarray(liked + 0.5 * morning.popularity, np.float32), memory, n)


def rule(
    morning: Morning,
    index: int,  # noqa: ARG001 - shaped like every policy
    reader: StreamReader,
    memory: Memory,
    n: int,
) -> Sequence[int]:
    """Pick what meets a true interest, typed or not, the most popular first: no noise is known."""
    wanted = np.isin(morning.offered, list(frozenset().union(*reader.interests)))
    return top(morning, np.asarray(wanted + 0.5 * morning.popularity, np.float32), memory, n)


def baseline(name: str) -> Policy:
    """Return a recipe as a policy: the best by its score, the typed topic standing as one like."""
    model, learned = baselines.MODELS[name], dict[int, _Learned]()

    def pick(
        morning: Morning,
        index: int,
        reader: StreamReader,  # noqa: ARG001 - only what was said may be known
        memory: Memory,
        n: int,
    ) -> Sequence[int]:
        likes = [*memory.likes, morning.space.background + index]
        ages = [(morning.day - day).days for day in memory.likes.values()]
        said = Said(
            np.array(likes, np.intp),
            np.array([*memory.dislikes], np.intp),
            np.array([*ages, max([*ages, 0]) + 1], np.float32),
            index + 1_000 * morning.day.toordinal(),
        )
        if model is baselines.arxiv_sanity:
            scored = _remembering(learned, index, morning.space, said)
        else:
            scored = model(morning.space, said)
        return top(morning, scored, memory, n)

    return pick


def _remembering(learned: dict[int, "_Learned"], index: int, space: Space, said: Said) -> Floats:
    """Score by arxiv-sanity's SVM, learned anew with each new like and each fit of text features.

    Between them only its thousands of negatives would grow by a day, at half a second a reader.
    """
    known = learned.get(index)
    if known is None or known.fit is not space.lsa_of or known.likes != len(said.likes):
        weights = baselines.separating(space, said)
        known = learned[index] = _Learned(space.lsa_of, len(said.likes), weights)
    return np.asarray(space.new @ known.weights)


@dataclass(frozen=True, slots=True)
class _Learned:
    """One reader's SVM: under which fit, and from how many likes."""

    fit: object
    likes: int
    weights: Floats


def paperpicks(*, explores: bool = True, seed: int = 0) -> Policy:
    """Return our model as the bot uses it: typed topics, likes, dislikes, interests, exploring."""

    def pick(
        morning: Morning, index: int, reader: StreamReader, memory: Memory, n: int
    ) -> Sequence[int]:
        profile = _profile(morning, index, reader, memory)
        candidates, scored, allowed = _desk(morning, profile, memory)
        found = interests.topics(profile.evidence)
        found += interests.split(profile.evidence, profile.vectors)
        places = interests.places(profile, found, candidates.vectors)
        chosen = ranking.recommend(candidates, scored, n, allowed=allowed, places=places)
        rng = random.Random(f"{seed} {index} {morning.day}")  # noqa: S311 - a draw, not a secret
        if explores and rng.random() < EXPLORING:
            known = profile.vectors
            chosen = ranking.explore(candidates, scored, chosen, known, rng, allowed=allowed)
        return [each.row for each in chosen]

    return pick


def asking(how: str, questions: int = 8) -> Policy:
    """Return our model for first weeks, each after a new reader was asked about some papers.

    They are `chosen` by the model from the typed topic, or `random`, or `popular`, or it is
    asked about `none`; the answers are all that differs. After a week all is forgotten, and
    the reader is new again.
    """
    first: dict[int, date] = {}
    policy = paperpicks(explores=False)

    def pick(
        morning: Morning, index: int, reader: StreamReader, memory: Memory, n: int
    ) -> Sequence[int]:
        if index not in first or morning.day - first[index] >= WEEK:
            first[index] = morning.day
            for told in (memory.likes, memory.dislikes, memory.shown):
                told.clear()
            profile = _profile(morning, index, reader, memory)
            answer(reader, memory, _asked(morning, profile, how, questions, index), morning.day)
        return policy(morning, index, reader, memory, n)

    return pick


def _asked(morning: Morning, profile: Profile, how: str, questions: int, index: int) -> list[int]:
    """Return rows to ask about: papers no longer on offer, if any, so that no pick is used up."""
    until = int(morning.offered[0])
    rows = np.arange(max(until - LATELY, 0), until) if until else morning.offered
    older = Candidates(rows, morning.known.take(rows), morning.votes[rows])
    if how == "chosen":
        places = ranking.to_ask(older, ranking.scores(older, profile), questions)
    elif how == "popular":
        places = ranking.ordered(older, older.popularity)[:questions].tolist()
    else:
        drawn = np.random.default_rng([index, morning.day.toordinal()]).permutation(len(rows))
        places = drawn[: questions if how == "random" else 0].tolist()
    return [int(row) for row in rows[places]]


def _desk(morning: Morning, profile: Profile, memory: Memory) -> tuple[Candidates, Floats, Mask]:
    """Return the day's candidates, their scores, and which of them were not shown yet."""
    candidates = Candidates(morning.offered.astype(np.int64), morning.new, morning.popularity)
    unseen = ~np.isin(morning.offered, list(memory.shown))
    return candidates, ranking.scores(candidates, profile), unseen


def _profile(morning: Morning, index: int, reader: StreamReader, memory: Memory) -> Profile:
    answers = [(row, 1, day) for row, day in memory.likes.items()]
    answers += [(row, -1, day) for row, day in memory.dislikes.items()]
    evidence = [rated(row, value, (morning.day - day).days) for row, value, day in answers]
    evidence.append(Evidence("wanted", ", ".join(reader.topics), WANTED))
    evidence += [Evidence("wanted", topic, WANTED) for topic in memory.topics]
    rated_rows = morning.known.take([row for row, _, _ in answers])
    ticked = morning.features.transform([terms(topic) for topic in memory.topics])
    return learn(evidence, stack([rated_rows, morning.topics.take([index]), ticked]))


def top(morning: Morning, scored: Floats, memory: Memory, n: int) -> Sequence[int]:
    """Return the places of the best n that were not shown yet; ties go to the older paper."""
    order = np.argsort(-scored, kind="stable")
    fresh = order[~np.isin(morning.offered[order], list(memory.shown))]
    return [int(place) for place in fresh[:n]]
