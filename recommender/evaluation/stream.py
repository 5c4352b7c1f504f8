"""A dated corpus replayed day by day: what readers would have been shown, and what they liked."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from scipy.sparse import csr_array, vstack

from recommender.evaluation import baselines
from recommender.evaluation.baselines import Space
from recommender.evaluation.new_papers import Progress, Terms
from recommender.features import Floats, PaperFeatures, Vectors, stack
from recommender.metrics import Rows
from recommender.papers import Paper
from recommender.phrases import terms

FRESH = timedelta(days=14)  # how long a paper is offered
WINDOW, FEWEST = timedelta(days=90), 5_000  # what text features are fitted on, as in the bot
REFIT = 5  # stream days between fits: a week


@dataclass(frozen=True, slots=True)
class StreamReader:
    """One simulated reader: typed topics, and fixed answers by row of the corpus."""

    name: str
    topics: tuple[str, ...]
    interests: tuple[frozenset[int], ...]
    likes: frozenset[int]
    dislikes: frozenset[int]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Dated papers, the oldest first, with the terms and the popularity of each."""

    papers: Sequence[Paper]
    terms: Terms
    popularity: Floats


@dataclass(frozen=True, slots=True)
class Morning:
    """One day as every model sees it: nothing in it is listed later.

    `offered` are the rows of the corpus on offer; `known` vectors are those of all papers up to
    now, by row, and `topics` those of the readers' typed ones; `features` read further topics.
    """

    day: date
    offered: Rows
    space: Space
    known: Vectors
    new: Vectors
    topics: Vectors
    votes: Floats  # popularity of all papers up to now
    features: PaperFeatures

    @property
    def popularity(self) -> Floats:
        """Return the popularity of the papers on offer."""
        return self.votes[self.offered]


@dataclass(slots=True)
class Memory:
    """What one model was told by one reader so far: answered rows with their days, shown rows.

    `topics` are those that they ticked beside the typed ones.
    """

    likes: dict[int, date] = field(default_factory=dict)
    dislikes: dict[int, date] = field(default_factory=dict)
    shown: set[int] = field(default_factory=set)
    topics: list[str] = field(default_factory=list)


# From the morning, the reader's number, what they said, and which offered papers may be shown:
# places among those offered, best first.
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


def replay(
    corpus: Corpus,
    readers: Sequence[StreamReader],
    policies: Mapping[str, Policy],
    *,
    days: int = 60,
    picks: int = 5,
    memories: Mapping[str, Sequence[Memory]] | None = None,
    progress: Progress | None = None,
) -> dict[str, list[Shown]]:
    """Let every policy pick for every reader on each of the last days on which papers came.

    Models take turns within each reader and share one fit of text features a week, on papers
    listed by then. A tap is learned before the next day.
    """
    told = {
        name: list((memories or {}).get(name) or [Memory() for _ in readers]) for name in policies
    }
    shown: dict[str, list[Shown]] = {name: [] for name in policies}
    for number, (of, morning) in enumerate(mornings(corpus, readers, days)):
        for index, reader in enumerate(readers):
            for name, policy in policies.items():
                memory = told[name][index]
                start = time.process_time()
                places = list(policy(morning, index, reader, memory, picks))
                seconds = time.process_time() - start
                rows = tuple(int(row) for row in morning.offered[places])
                answer(reader, memory, rows, morning.day)
                hits = tuple(row for row in rows if row in reader.likes)
                alike = _alike(morning.space.new[places])
                shown[name].append(Shown(number, index, rows, hits, alike, seconds))
        if progress is not None:
            progress(number + 1, of)
    return shown


def first_needed(papers: Sequence[Paper], days: int) -> int:
    """Return the first row that replaying the last days can need: earlier ones are never seen."""
    listed = _listed(papers)
    start = int(listed.searchsorted(listed.max() - days, "right"))
    window = int(listed.searchsorted(listed[start] - WINDOW.days, "right"))
    return max(min(window, start - FEWEST), 0)


def mornings(
    corpus: Corpus, readers: Sequence[StreamReader], days: int
) -> Iterator[tuple[int, Morning]]:
    """Yield the last days on which papers were listed, and how many there are."""
    listed = _listed(corpus.papers)
    chosen = np.unique(listed[listed > listed.max() - days])
    fit: _Fit | None = None
    for number, day in enumerate(chosen):
        until = int(listed.searchsorted(day, "right"))
        fresh = int(listed.searchsorted(day - FRESH.days, "right"))
        if fit is None or number % REFIT == 0:
            window = int(listed.searchsorted(day - WINDOW.days, "right"))
            fit = _Fit(corpus, readers, max(min(window, until - FEWEST), 0), until)
        yield len(chosen), fit.morning(date.fromordinal(int(day)), fresh, until)


class _Fit:
    """One fit of every model's text features, on the papers from `first` to `until`."""

    def __init__(
        self, corpus: Corpus, readers: Sequence[StreamReader], first: int, until: int
    ) -> None:
        self.corpus, self.until = corpus, until
        self.tfidf = baselines.vectorizer(list)
        recent = corpus.terms[first:until]
        self.latent = baselines.latent(csr_array(self.tfidf.fit_transform(recent)))
        self.features = PaperFeatures(analyzer=list).fit(recent)
        self.words = csr_array(self.tfidf.transform(corpus.terms[:until]))
        self.vectors = self.features.transform(corpus.terms[:until])
        self.typed = csr_array(self.tfidf.transform([_typed(reader) for reader in readers]))
        self.topics = self.features.transform([_typed(reader) for reader in readers])

    def morning(self, day: date, fresh: int, until: int) -> Morning:
        """Return a day on which the papers from `fresh` to `until` are on offer."""
        if until > self.until:
            more = self.corpus.terms[self.until : until]
            self.words = csr_array(vstack([self.words, self.tfidf.transform(more)], format="csr"))
            self.vectors = stack([self.vectors, self.features.transform(more)])
            self.until = until
        offered = np.arange(fresh, until)
        known = csr_array(vstack([self.words, self.typed], format="csr"))
        votes = self.corpus.popularity[:until]
        space = Space(known, self.words[offered], until, votes[offered], self.latent)
        new = self.vectors.take(offered)
        return Morning(day, offered, space, self.vectors, new, self.topics, votes, self.features)


def answer(reader: StreamReader, memory: Memory, rows: Sequence[int], day: date) -> None:
    """Show rows to a reader, and remember what they say of them."""
    memory.shown.update(rows)
    memory.likes.update({row: day for row in rows if row in reader.likes})
    memory.dislikes.update({row: day for row in rows if row in reader.dislikes})


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


def _listed(papers: Sequence[Paper]) -> Rows:
    return np.array([paper.listed.toordinal() for paper in papers], np.intp)
