"""A dated corpus replayed day by day: what readers would have been shown, and what they liked."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array, vstack

from recommender.evaluation import baselines
from recommender.evaluation.baselines import Space
from recommender.evaluation.new_papers import Progress, Terms
from recommender.features import Floats, PaperFeatures, Vectors, stack
from recommender.metrics import Mask, Rows
from recommender.papers import Paper
from recommender.phrases import terms
from recommender.policy import FRESH
from recommender.ranking import Candidates
from recommender.wording import Wording, fields

# What text features are fitted on, as in the bot: the last days, or else so many papers.
WINDOW = timedelta(days=90)
FEWEST = 5_000
# Stream days between fits: a week.
REFIT = 5


@dataclass(frozen=True, slots=True)
class StreamReader:
    """One simulated reader: typed topics, and fixed answers by row of the corpus.

    Who changes their mind answers in another way from day `turn` on.
    """

    name: str
    topics: tuple[str, ...]
    interests: tuple[frozenset[int], ...]
    likes: frozenset[int]
    dislikes: frozenset[int]
    turn: int | None = None
    likes_after: frozenset[int] = frozenset()
    dislikes_after: frozenset[int] = frozenset()

    def answers(self, day: int) -> tuple[frozenset[int], frozenset[int]]:
        """Return what they like and dislike on a day of picks, the first one being 0."""
        if self.turn is None or day < self.turn:
            return self.likes, self.dislikes
        return self.likes_after, self.dislikes_after


@dataclass(frozen=True)
class Corpus:
    """Dated papers, the oldest first, with the popularity of each."""

    papers: Sequence[Paper]
    popularity: Floats

    @cached_property
    def terms(self) -> Terms:
        """Return the terms of each paper as the recipes read it."""
        return [terms(paper.text) for paper in self.papers]

    @cached_property
    def content(self) -> Terms:
        """Return the terms of each paper as our features read it."""
        return [terms(paper.content) for paper in self.papers]

    @cached_property
    def wording(self) -> Wording:
        """Return the words of all papers, for the topics that they literally say."""
        return Wording(map(fields, self.papers))

    @cached_property
    def listed(self) -> Rows:
        """Return the day of each paper as an ordinal."""
        return np.array(
            [paper.listed.toordinal() for paper in self.papers], np.intp
        )

    @cached_property
    def _said(self) -> dict[str, Mask]:
        return {}

    def saying(self, text: str) -> Mask:
        """Tell which papers literally say a text, shape (papers,)."""
        if text not in self._said:
            self._said[text] = self.wording.saying(text)
        return self._said[text]


@dataclass(frozen=True)
class Morning:
    """One day as every model sees it: nothing in it is listed later.

    It is day `number` of the replay, from 0 on. `offered` are the rows of the fresh papers;
    `known` vectors are those of all papers up to now, by row, and `votes` their popularity.
    """

    day: date
    number: int
    offered: Rows
    space: Space
    known: Vectors
    votes: Floats
    features: PaperFeatures
    corpus: Corpus

    @property
    def words(self) -> csr_array:
        """Return all papers up to now as the recipes' TF-IDF rows."""
        return self.space.papers

    @property
    def until(self) -> int:
        """Return the row after the last paper listed by now."""
        return len(self.known)

    @property
    def popularity(self) -> Floats:
        """Return the popularity of the papers on offer."""
        return self.votes[self.offered]

    @cached_property
    def candidates(self) -> Candidates:
        """Return all stored papers as the bot offers them, the newest first."""
        rows = np.arange(self.until)[::-1]
        return Candidates(
            rows.astype(np.int64), self.known.take(rows), self.votes[rows]
        )

    @cached_property
    def new(self) -> Candidates:
        """Return the fresh ones of the candidates."""
        return self.candidates.head(len(self.offered))

    @cached_property
    def newest(self) -> int:
        """Return how many candidates were listed on the last listed day."""
        listed = self.corpus.listed[: self.until]
        return int(self.until - listed.searchsorted(listed[-1]))

    @cached_property
    def _topics(self) -> dict[str, Vectors]:
        return {}

    def topic(self, text: str) -> Vectors:
        """Return a typed topic as a vector, one row."""
        if text not in self._topics:
            self._topics[text] = self.features.transform([terms(text)])
        return self._topics[text]


@dataclass(slots=True)
class Memory:
    """What one model was told by one reader so far: answered rows with their days, shown rows.

    `topics` are those that they ticked beside the typed ones.
    """

    likes: dict[int, date] = field(default_factory=dict)
    dislikes: dict[int, date] = field(default_factory=dict)
    shown: set[int] = field(default_factory=set)
    topics: list[str] = field(default_factory=list)


# From the morning, the reader's number, the reader, what they said, and how many picks: rows of
# the corpus, best first.
Policy = Callable[[Morning, int, StreamReader, Memory, int], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What one reader was shown on one day, as rows of the corpus; `alike` is how alike it was."""

    day: int
    reader: int
    rows: tuple[int, ...]
    hits: tuple[int, ...]
    alike: float
    seconds: float
    ratings: int  # given before that day


def replay(
    mornings: Iterable[tuple[int, Morning]],
    readers: Sequence[StreamReader],
    policies: Mapping[str, Policy],
    *,
    picks: int = 5,
    memories: Mapping[str, Sequence[Memory]] | None = None,
    progress: Progress | None = None,
) -> dict[str, list[Shown]]:
    """Let every policy pick for every reader on each of the days.

    Models take turns within each reader and share one fit of text features. A tap is learned
    before the next day.
    """
    told = {
        name: list((memories or {}).get(name) or [Memory() for _ in readers])
        for name in policies
    }
    shown: dict[str, list[Shown]] = {name: [] for name in policies}
    for number, (of, morning) in enumerate(mornings):
        for index, reader in enumerate(readers):
            likes, dislikes = reader.answers(number)
            for name, policy in policies.items():
                memory = told[name][index]
                ratings = len(memory.likes) + len(memory.dislikes)
                start = time.process_time()
                rows = tuple(
                    int(row)
                    for row in policy(morning, index, reader, memory, picks)
                )
                seconds = time.process_time() - start
                answer(likes, dislikes, memory, rows, morning.day)
                hits = tuple(row for row in rows if row in likes)
                alike = _alike(morning.words[list(rows)])
                shown[name].append(
                    Shown(number, index, rows, hits, alike, seconds, ratings)
                )
        if progress is not None:
            progress(number + 1, of)
    return shown


def first_needed(papers: Sequence[Paper], days: int) -> int:
    """Return the first row that replaying the last days can need: earlier ones are never seen."""
    listed = Corpus(papers, np.zeros(0, np.float32)).listed
    start = int(listed.searchsorted(listed.max() - days, "right"))
    window = int(listed.searchsorted(listed[start] - WINDOW.days, "right"))
    return max(min(window, start - FEWEST), 0)


def mornings(
    corpus: Corpus, readers: Sequence[StreamReader], days: int
) -> Iterator[tuple[int, Morning]]:
    """Yield the last days on which papers were listed, and how many there are."""
    listed = corpus.listed
    chosen = np.unique(listed[listed > listed.max() - days])
    yield from each_morning(corpus, readers, chosen, refit=REFIT)


def each_morning(
    corpus: Corpus, readers: Sequence[StreamReader], days: Rows, *, refit: int
) -> Iterator[tuple[int, Morning]]:
    """Yield a morning for each of some days, and how many there are.

    Text features are fitted anew every `refit` days, on papers listed by then.
    """
    listed = corpus.listed
    fit: _Fit | None = None
    for number, day in enumerate(days):
        until = int(listed.searchsorted(day, "right"))
        fresh = int(listed.searchsorted(day - FRESH.days, "right"))
        if fit is None or number % refit == 0:
            window = int(listed.searchsorted(day - WINDOW.days, "right"))
            start = max(min(window, until - FEWEST), 0)
            fit = _Fit(corpus, readers, start, until)
        yield len(days), fit.morning(int(day), number, fresh, until)


class _Fit:
    """One fit of every model's text features, on the papers from `start` to `until`."""

    def __init__(
        self,
        corpus: Corpus,
        readers: Sequence[StreamReader],
        start: int,
        until: int,
    ) -> None:
        self.corpus, self.until = corpus, until
        self.tfidf = baselines.vectorizer(list)
        recent = slice(start, until)
        self.latent = baselines.latent(
            csr_array(self.tfidf.fit_transform(corpus.terms[recent]))
        )
        # The newest first, as the bot fits them: the last bits depend on the order.
        self.features = PaperFeatures(analyzer=list).fit(
            corpus.content[recent][::-1]
        )
        self.words = csr_array(self.tfidf.transform(corpus.terms[:until]))
        self.vectors = self.features.transform(corpus.content[:until])
        self.typed = csr_array(
            self.tfidf.transform([_typed(reader) for reader in readers])
        )

    def morning(self, day: int, number: int, fresh: int, until: int) -> Morning:
        """Return a day on which the papers from `fresh` to `until` are new."""
        if until > self.until:
            more = slice(self.until, until)
            words = self.tfidf.transform(self.corpus.terms[more])
            self.words = csr_array(vstack([self.words, words], format="csr"))
            vectors = self.features.transform(self.corpus.content[more])
            self.vectors = stack([self.vectors, vectors])
            self.until = until
        offered = np.arange(fresh, until)
        known = csr_array(vstack([self.words, self.typed], format="csr"))
        votes = self.corpus.popularity[:until]
        space = Space(
            known, self.words[offered], until, votes[offered], self.latent
        )
        return Morning(
            date.fromordinal(day),
            number,
            offered,
            space,
            self.vectors,
            votes,
            self.features,
            self.corpus,
        )


def answer(
    likes: frozenset[int],
    dislikes: frozenset[int],
    memory: Memory,
    rows: Sequence[int],
    day: date,
) -> None:
    """Show rows to a reader who likes and dislikes these, and remember what they say."""
    memory.shown.update(rows)
    memory.likes.update({row: day for row in rows if row in likes})
    memory.dislikes.update({row: day for row in rows if row in dislikes})


def _alike(words: csr_array) -> float:
    """Return the mean cosine between the papers of one list."""
    n = words.shape[0]
    if n < 2:
        return 0.0
    similar = (words @ words.T).sum()
    return float((similar - words.power(2).sum()) / (n * (n - 1)))


def _typed(reader: StreamReader) -> list[str]:
    """Return the terms of a reader's topics: together they stand as one paper."""
    return terms(". ".join(reader.topics))
