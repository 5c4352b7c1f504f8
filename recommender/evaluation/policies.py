"""Pick papers in a replayed stream: our model, the baselines beside it, and the oracle."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from recommender import policy, ranking
from recommender.arrays import Floats, Mask, Rows
from recommender.evaluation import baselines
from recommender.evaluation.baselines import RatingHistory, Space
from recommender.evaluation.mornings import Morning, StreamReader
from recommender.evaluation.stream import Memory, Policy
from recommender.evidence import TOPIC_WEIGHT, Evidence, rating_evidence
from recommender.offer import Offer
from recommender.policy import Day
from recommender.profile import Profile, learn
from recommender.ranking import QUESTION_POOL, Candidates
from recommender.vectors import stack

# After so long a new reader is new again, where first weeks are compared.
FIRST_WEEK = timedelta(days=7)

# What the popularity of a paper counts beside a hit: it parts equals.
POPULARITY_SHARE = 0.5


def oracle(
    morning: Morning,
    index: int,  # noqa: ARG001 - a Policy
    reader: StreamReader,
    memory: Memory,
    n: int,
) -> Sequence[int]:
    """Pick what this reader will like, the most popular first: no model can do better."""
    likes, _ = reader.answers(morning.number)
    return _pick_among(likes, morning, memory, n)


def rule(
    morning: Morning,
    index: int,  # noqa: ARG001 - a Policy
    reader: StreamReader,
    memory: Memory,
    n: int,
) -> Sequence[int]:
    """Pick what meets a true interest, typed or not, the most popular first.

    Unlike the oracle it does not know by which chance a reader likes one such paper and not the
    next.
    """
    relevant = frozenset().union(*reader.interests)
    return _pick_among(relevant, morning, memory, n)


def _pick_among(
    relevant: frozenset[int], morning: Morning, memory: Memory, n: int
) -> Sequence[int]:
    is_relevant = np.isin(morning.new_rows, list(relevant))
    scores = is_relevant + POPULARITY_SHARE * morning.popularity
    return top_n(morning, np.asarray(scores, np.float32), memory, n)


def baseline(name: str) -> Policy:
    """Return a published recipe as a policy: the best by its score.

    The typed topics of a reader stand together as one like.
    """
    model = baselines.MODELS[name]
    fits = dict[int, _SvmFit]()

    def pick(
        morning: Morning,
        index: int,
        reader: StreamReader,  # noqa: ARG001 - only what the memory holds may be used
        memory: Memory,
        n: int,
    ) -> Sequence[int]:
        history = _rating_history(morning, index, memory)
        if model is baselines.arxiv_sanity:
            scores = _score_by_svm(fits, index, morning.space, history)
        else:
            scores = model(morning.space, history)
        return top_n(morning, scores, memory, n)

    return pick


def _rating_history(
    morning: Morning, index: int, memory: Memory
) -> RatingHistory:
    """Return the ratings of a reader, with their typed topics as the oldest like."""
    topics_row = morning.space.n_papers + index
    ages = [(morning.day - day).days for day in memory.likes.values()]
    topics_age = max([*ages, 0]) + 1

    return RatingHistory(
        likes=np.array([*memory.likes, topics_row], np.intp),
        dislikes=np.array([*memory.dislikes], np.intp),
        ages=np.array([*ages, topics_age], np.float32),
        seed=index + 1_000 * morning.day.toordinal(),
    )


@dataclass(frozen=True, slots=True)
class _SvmFit:
    """One reader's SVM: under which text features, from how many likes, and its weights."""

    features: object
    n_likes: int
    weights: Floats


def _score_by_svm(
    fits: dict[int, _SvmFit],
    index: int,
    space: Space,
    history: RatingHistory,
) -> Floats:
    """Score by arxiv-sanity's SVM, fitted anew with each new like and each fit of text features.

    Between them only its thousands of negatives would grow by a day, at half a second a reader.
    """
    features, n_likes = space.to_latent, len(history.likes)
    fit = fits.get(index)
    if fit is None or fit.features is not features or fit.n_likes != n_likes:
        weights = baselines.svm_weights(space, history)
        fit = fits[index] = _SvmFit(features, n_likes, weights)
    return np.asarray(space.test @ fit.weights)


def paperpicks(
    *,
    bar: str = "off",
    explores: bool = False,
    proves: bool = False,
    uses_ratings: bool = True,
    seed: int = 0,
) -> Policy:
    """Return our model by the rules of the picks, as the bot calls them.

    The rules of special days are off unless asked for: what they cost is a figure of its own.
    Without ratings the model knows the topics alone.
    """

    def pick(
        morning: Morning,
        index: int,
        reader: StreamReader,
        memory: Memory,
        n: int,
    ) -> Sequence[int]:
        usable = memory
        if not uses_ratings:
            usable = Memory(
                impressions=memory.impressions, topics=memory.topics
            )
        profile = learn_profile(morning, reader, usable)

        day = policy.draw_day(
            f"{seed} {index} {morning.day}",
            explores=explores or proves,
            ratings=usable.n_ratings,
        )
        picks = policy.choose(
            profile,
            offer(morning, profile, memory),
            n,
            bar=bar,
            day=_restrict(day, explores=explores, proves=proves),
        )
        return [pick.paper_id for pick in picks.recommendations]

    return pick


def _restrict(day: Day, *, explores: bool, proves: bool) -> Day:
    """Return the day with only those rules that are asked for."""
    return replace(
        day,
        explores=day.explores and explores,
        proves=day.proves and proves,
    )


def asking(how: str, questions: int = 8) -> Policy:
    """Return our model for first weeks, each after a new reader was asked about some papers.

    They are `chosen` by the model from the typed topic, or `random`, or `popular`, or it is
    asked about `none`; the answers are all that differs. After a week all is forgotten, and
    the reader is new again.
    """
    first_days: dict[int, date] = {}
    choose = paperpicks()

    def pick(
        morning: Morning,
        index: int,
        reader: StreamReader,
        memory: Memory,
        n: int,
    ) -> Sequence[int]:
        if is_new_reader(first_days, index, morning.day):
            first_days[index] = morning.day
            memory.likes.clear()
            memory.dislikes.clear()
            memory.impressions.clear()

            profile = learn_profile(morning, reader, memory)
            rows = _questions(morning, profile, how, questions, index)
            memory.record(rows, reader.likes, reader.dislikes, morning.day)
        return choose(morning, index, reader, memory, n)

    return pick


def is_new_reader(first_days: dict[int, date], index: int, today: date) -> bool:
    """Tell whether a reader has no first day yet, or their first week is over."""
    if index not in first_days:
        return True
    return today - first_days[index] >= FIRST_WEEK


def _questions(
    morning: Morning, profile: Profile, how: str, n: int, index: int
) -> list[int]:
    """Return rows to ask about: papers that are not new any more, so that no pick is used up.

    On the first day of a store, where all papers are new, these.
    """
    end = int(morning.new_rows[0])
    rows = morning.new_rows
    if end:
        rows = np.arange(max(end - QUESTION_POOL, 0), end)
    older = Candidates(
        ids=rows,
        vectors=morning.vectors.take(rows),
        popularity=morning.votes[rows],
    )

    seed = [index, morning.day.toordinal()]
    places = _choose_questions(older, profile, how, n, seed)
    return [int(row) for row in rows[places]]


def _choose_questions(
    candidates: Candidates,
    profile: Profile,
    how: str,
    n: int,
    seed: Sequence[int],
) -> Sequence[int] | Rows:
    if how == "chosen":
        scores = ranking.scores(candidates, profile)
        return ranking.choose_questions(candidates, scores, n)
    if how == "popular":
        return ranking.rank(candidates, candidates.popularity)[:n]
    if how == "random":
        return np.random.default_rng(seed).permutation(len(candidates))[:n]
    return []


def learn_profile(
    morning: Morning, reader: StreamReader, memory: Memory
) -> Profile:
    """Return what our model learned of a reader by this day."""
    rows = [*memory.likes, *memory.dislikes]
    evidence: list[Evidence] = []
    for value, ratings in ((1, memory.likes), (-1, memory.dislikes)):
        for row, day in ratings.items():
            age = (morning.day - day).days
            evidence.append(rating_evidence(row, value, age))

    topics = [*reader.topics, *memory.topics]
    evidence += [Evidence("wanted", topic, TOPIC_WEIGHT) for topic in topics]
    topic_vectors = [morning.topic(topic) for topic in topics]
    vectors = stack([morning.vectors.take(rows), *topic_vectors])

    phrase_matches = np.zeros((len(evidence), len(topics)), bool)
    phrase_matches[: len(rows)] = _topic_matches(morning, topics)[rows]
    return learn(evidence, vectors, phrase_matches)


def offer(morning: Morning, profile: Profile, memory: Memory) -> Offer:
    """Return the papers on offer to a reader as the bot hands them to the rules."""
    topics = [str(piece.ref) for piece in profile.evidence if piece.is_phrase]

    impressions = np.zeros(morning.n_papers, bool)
    impressions[list(memory.impressions)] = True
    allowed = ~impressions
    allowed[[*memory.likes, *memory.dislikes]] = False

    # Rows of the corpus begin with the oldest paper, an offer with the newest.
    rows = morning.candidates.ids
    return Offer(
        candidates=morning.candidates,
        new=morning.new,
        newest=morning.newest,
        allowed=allowed[rows],
        impressions=impressions[rows],
        followed=np.zeros(len(rows), bool),
        fitting=np.zeros(len(rows), bool),
        phrase_matches=_topic_matches(morning, topics)[rows],
    )


def _topic_matches(morning: Morning, topics: Sequence[str]) -> Mask:
    """Return which papers up to now contain each topic, (n_papers, n_topics)."""
    n = morning.n_papers
    matches = np.zeros((n, len(topics)), bool)
    for column, topic in enumerate(topics):
        matches[:, column] = morning.corpus.matches(topic)[:n]
    return matches


def top_n(
    morning: Morning, scores: Floats, memory: Memory, n: int
) -> Sequence[int]:
    """Return the rows of the best n papers that were not shown; ties go to the older paper.

    `scores` (n_new,) are those of the new papers.
    """
    rows = morning.new_rows[np.argsort(-scores, kind="stable")]
    is_unseen = ~np.isin(rows, list(memory.impressions))
    return [int(row) for row in rows[is_unseen][:n]]
