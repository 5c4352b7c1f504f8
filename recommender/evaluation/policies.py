"""What picks papers in a replayed stream: our model, the recipes beside it, and the oracle."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from recommender import policy, ranking
from recommender.evaluation import baselines
from recommender.evaluation.baselines import Said, Space
from recommender.evaluation.stream import (
    Memory,
    Morning,
    Policy,
    StreamReader,
    answer,
)
from recommender.features import Floats, stack
from recommender.metrics import Mask
from recommender.policy import Offer
from recommender.profile import WANTED, Evidence, Profile, learn, rated
from recommender.ranking import Candidates

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
    likes, _ = reader.answers(morning.number)
    liked = np.isin(morning.offered, list(likes))
    return top(
        morning,
        np.asarray(liked + 0.5 * morning.popularity, np.float32),
        memory,
        n,
    )


def rule(
    morning: Morning,
    index: int,  # noqa: ARG001 - shaped like every policy
    reader: StreamReader,
    memory: Memory,
    n: int,
) -> Sequence[int]:
    """Pick what meets a true interest, typed or not, the most popular first: no noise is known."""
    wanted = np.isin(
        morning.offered, list(frozenset().union(*reader.interests))
    )
    return top(
        morning,
        np.asarray(wanted + 0.5 * morning.popularity, np.float32),
        memory,
        n,
    )


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


def _remembering(
    learned: dict[int, "_Learned"], index: int, space: Space, said: Said
) -> Floats:
    """Score by arxiv-sanity's SVM, learned anew with each new like and each fit of text features.

    Between them only its thousands of negatives would grow by a day, at half a second a reader.
    """
    known = learned.get(index)
    if (
        known is None
        or known.fit is not space.lsa_of
        or known.likes != len(said.likes)
    ):
        weights = baselines.separating(space, said)
        known = learned[index] = _Learned(
            space.lsa_of, len(said.likes), weights
        )
    return np.asarray(space.new @ known.weights)


@dataclass(frozen=True, slots=True)
class _Learned:
    """One reader's SVM: under which fit, and from how many likes."""

    fit: object
    likes: int
    weights: Floats


def paperpicks(
    *,
    bar: str = "off",
    explores: bool = False,
    proves: bool = False,
    listens: bool = True,
    seed: int = 0,
) -> Policy:
    """Return our model by the rules of the picks, as the bot calls them.

    The rules of special days are off unless asked for: what they cost is a figure of its own.
    A model that never `listens` knows the topics alone.
    """

    def pick(
        morning: Morning,
        index: int,
        reader: StreamReader,
        memory: Memory,
        n: int,
    ) -> Sequence[int]:
        heard = (
            memory
            if listens
            else Memory(shown=memory.shown, topics=memory.topics)
        )
        profile = learned(morning, reader, heard)
        ratings = len(heard.likes) + len(heard.dislikes)
        day = policy.day(
            f"{seed} {index} {morning.day}",
            explores=explores or proves,
            ratings=ratings,
        )
        wanted = replace(
            day,
            explores=day.explores and explores,
            proves=day.proves and proves,
        )
        picks = policy.choose(
            profile, offer(morning, profile, memory), n, bar=bar, day=wanted
        )
        return [each.paper_id for each in picks.chosen]

    return pick


def asking(how: str, questions: int = 8) -> Policy:
    """Return our model for first weeks, each after a new reader was asked about some papers.

    They are `chosen` by the model from the typed topic, or `random`, or `popular`, or it is
    asked about `none`; the answers are all that differs. After a week all is forgotten, and
    the reader is new again.
    """
    first: dict[int, date] = {}
    choose = paperpicks()

    def pick(
        morning: Morning,
        index: int,
        reader: StreamReader,
        memory: Memory,
        n: int,
    ) -> Sequence[int]:
        if index not in first or morning.day - first[index] >= WEEK:
            first[index] = morning.day
            for told in (memory.likes, memory.dislikes, memory.shown):
                told.clear()
            profile = learned(morning, reader, memory)
            rows = _asked(morning, profile, how, questions, index)
            answer(reader.likes, reader.dislikes, memory, rows, morning.day)
        return choose(morning, index, reader, memory, n)

    return pick


def _asked(
    morning: Morning, profile: Profile, how: str, questions: int, index: int
) -> list[int]:
    """Return rows to ask about: papers no longer on offer, if any, so that no pick is used up."""
    until = int(morning.offered[0])
    rows = (
        np.arange(max(until - LATELY, 0), until) if until else morning.offered
    )
    older = Candidates(rows, morning.known.take(rows), morning.votes[rows])
    if how == "chosen":
        places = ranking.to_ask(
            older, ranking.scores(older, profile), questions
        )
    elif how == "popular":
        places = ranking.ordered(older, older.popularity)[:questions].tolist()
    else:
        drawn = np.random.default_rng(
            [index, morning.day.toordinal()]
        ).permutation(len(rows))
        places = drawn[: questions if how == "random" else 0].tolist()
    return [int(row) for row in rows[places]]


def learned(morning: Morning, reader: StreamReader, memory: Memory) -> Profile:
    """Return what our model learned of a reader by this day."""
    answers = [(row, 1, day) for row, day in memory.likes.items()]
    answers += [(row, -1, day) for row, day in memory.dislikes.items()]
    topics = [*reader.topics, *memory.topics]
    evidence = [
        rated(row, value, (morning.day - day).days)
        for row, value, day in answers
    ]
    evidence += [Evidence("wanted", topic, WANTED) for topic in topics]
    rows = [row for row, _, _ in answers]
    vectors = stack([morning.known.take(rows), *map(morning.topic, topics)])
    says = np.zeros((len(evidence), len(topics)), bool)
    says[: len(rows)] = _says(morning, topics)[rows]
    return learn(evidence, vectors, says)


def offer(morning: Morning, profile: Profile, memory: Memory) -> Offer:
    """Return the papers on offer to a reader as the bot hands them to the rules."""
    topics = [str(piece.ref) for piece in profile.evidence if piece.is_phrase]
    shown = np.zeros(morning.until, bool)
    shown[list(memory.shown)] = True
    rated_rows = [*memory.likes, *memory.dislikes]
    allowed = ~shown
    allowed[rated_rows] = False
    return Offer(
        candidates=morning.candidates,
        new=morning.new,
        newest=morning.newest,
        allowed=allowed[::-1],
        shown=shown[::-1],
        followed=np.zeros(morning.until, bool),
        fitting=np.zeros(morning.until, bool),
        says=_says(morning, topics)[::-1],
    )


def _says(morning: Morning, topics: Sequence[str]) -> Mask:
    """Tell which papers up to now say each topic, shape (papers, topics)."""
    columns = [
        morning.corpus.saying(topic)[: morning.until] for topic in topics
    ]
    return (
        np.stack(columns, axis=1)
        if columns
        else np.zeros((morning.until, 0), bool)
    )


def top(
    morning: Morning, scored: Floats, memory: Memory, n: int
) -> Sequence[int]:
    """Return the rows of the best n that were not shown yet; ties go to the older paper."""
    order = np.argsort(-scored, kind="stable")
    fresh = order[~np.isin(morning.offered[order], list(memory.shown))]
    return [int(row) for row in morning.offered[fresh[:n]]]
