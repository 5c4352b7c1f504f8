"""Prepare each day of a dated corpus as the models see it: nothing in it is listed later."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array, vstack

from recommender.arrays import Floats, Mask, Rows
from recommender.evaluation import baselines
from recommender.evaluation.baselines import Space
from recommender.evaluation.model import Terms
from recommender.features import FIT_WINDOW, MIN_FIT_PAPERS, PaperFeatures
from recommender.papers import Paper
from recommender.phrase_index import PhraseIndex, topic_text
from recommender.phrases import terms
from recommender.policy import FRESH
from recommender.ranking import Candidates
from recommender.vectors import Vectors, stack

# Stream days between fits of text features: a week.
REFIT_DAYS = 5

# The ordinals of days begin with 1, so this one is none.
NOWHERE = 0


@dataclass(frozen=True, slots=True)
class StreamReader:
    """One simulated reader, with fixed answers by row of the corpus.

    Attributes
    ----------
    topics
        What they typed.
    interests
        The papers of each true interest, typed or not.
    likes, dislikes
        Their answers.
    turn
        The day from which on they answer by `likes_after` and `dislikes_after`, if ever.

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
        """Return the likes and dislikes of a day of picks, the first one being 0."""
        if self.turn is None or day < self.turn:
            return self.likes, self.dislikes
        return self.likes_after, self.dislikes_after


@dataclass(frozen=True)
class Corpus:
    """Dated papers, the oldest first, with the popularity of each, (n_papers,)."""

    papers: Sequence[Paper]
    popularity: Floats

    @cached_property
    def terms(self) -> Terms:
        """Return the terms of each paper as the baselines read it."""
        return [terms(paper.text) for paper in self.papers]

    @cached_property
    def content(self) -> Terms:
        """Return the terms of each paper as our features read it."""
        return [terms(paper.content) for paper in self.papers]

    @cached_property
    def phrase_index(self) -> PhraseIndex:
        """Return the index of the papers, for the topics that they literally contain."""
        return PhraseIndex(map(topic_text, self.papers))

    @cached_property
    def listed(self) -> Rows:
        """Return the day of each paper as an ordinal, (n_papers,)."""
        days = [paper.listed.toordinal() for paper in self.papers]
        return np.array(days, np.intp)

    @cached_property
    def counted(self) -> Rows:
        """Return the day from which on the votes of each paper are known, (n_papers,)."""
        days = [
            (paper.lists or {}).get(paper.source, paper.listed).toordinal()
            for paper in self.papers
        ]
        return np.array(days, np.intp)

    def days_in(self, lists: Collection[str]) -> Rows:
        """Return the first day on which one of some lists named each paper, (n_papers,).

        `NOWHERE` if none did. A paper that does not say in which lists it stands is in all.
        """
        days = np.full(len(self.papers), NOWHERE, np.intp)
        for row, paper in enumerate(self.papers):
            named = [paper.listed]
            if paper.lists is not None:
                named = [
                    day for key, day in paper.lists.items() if key in lists
                ]
            if named:
                days[row] = min(named).toordinal()
        return days

    @cached_property
    def _matches(self) -> dict[str, Mask]:
        return {}

    def matches(self, topic: str) -> Mask:
        """Return which papers literally contain a topic, (n_papers,)."""
        if topic not in self._matches:
            self._matches[topic] = self.phrase_index.matches(topic)
        return self._matches[topic]

    def first_row_after(self, day: int) -> int:
        """Return the row of the first paper listed after a day."""
        return int(self.listed.searchsorted(day, "right"))


@dataclass(frozen=True)
class Morning:
    """One day as every model sees it: nothing in it is listed later.

    Attributes
    ----------
    number
        The day's place in the replay, from 0 on.
    days
        (n_papers,) the day on which each paper was listed for who sees this morning.
    new_rows
        Rows of the papers that are new.
    space
        The baselines' vectors, of which the papers to rank are the new ones.
    vectors
        (n_papers, …) our features of all papers up to now.
    votes
        (n_papers,) popularity of all papers up to now.

    """

    day: date
    number: int
    days: Rows
    new_rows: Rows
    space: Space
    vectors: Vectors
    votes: Floats
    features: PaperFeatures
    corpus: Corpus

    @property
    def tfidf(self) -> csr_array:
        """Return all papers up to now as the baselines' TF-IDF rows."""
        return self.space.papers

    @property
    def n_papers(self) -> int:
        """Return how many papers were listed by now."""
        return len(self.vectors)

    @property
    def popularity(self) -> Floats:
        """Return the popularity of the new papers."""
        return self.votes[self.new_rows]

    def on_lists(self, days: Rows) -> "Morning":
        """Return the morning of a reader who is offered the papers of some lists alone.

        `days` (at least n_papers,) are those on which the lists named each paper of the corpus,
        or `NOWHERE`.
        """
        today = self.day.toordinal()
        own_days = days[: self.n_papers]
        own_days = np.where(own_days <= today, own_days, NOWHERE)
        new_rows = np.flatnonzero(own_days > today - FRESH.days)

        space = replace(
            self.space,
            test=self.tfidf[new_rows],
            votes=self.votes[new_rows],
        )
        return replace(self, days=own_days, new_rows=new_rows, space=space)

    @cached_property
    def candidates(self) -> Candidates:
        """Return all papers on offer as the bot offers them, the newest first."""
        present = np.flatnonzero(self.days > NOWHERE)
        newest_first = np.lexsort((-present, -self.days[present]))
        rows = present[newest_first]
        return Candidates(
            ids=rows.astype(np.int64),
            vectors=self.vectors.take(rows),
            popularity=self.votes[rows],
        )

    @cached_property
    def new(self) -> Candidates:
        """Return the new ones of the candidates."""
        return self.candidates.head(len(self.new_rows))

    @cached_property
    def newest(self) -> int:
        """Return how many candidates were listed on the last listed day."""
        last_day = max(self.days.max(initial=NOWHERE), NOWHERE + 1)
        return int((self.days >= last_day).sum())

    @cached_property
    def _topics(self) -> dict[str, Vectors]:
        return {}

    def topic(self, text: str) -> Vectors:
        """Return the vector of a typed topic, one row."""
        if text not in self._topics:
            self._topics[text] = self.features.transform([terms(text)])
        return self._topics[text]


def first_needed(papers: Sequence[Paper], days: int) -> int:
    """Return the first row that replaying the last days can need: no model sees earlier ones."""
    corpus = Corpus(papers, np.zeros(0, np.float32))
    last_day = corpus.listed.max()
    start = corpus.first_row_after(last_day - days)

    first_day = corpus.listed[start]
    window = corpus.first_row_after(first_day - FIT_WINDOW.days)
    return max(min(window, start - MIN_FIT_PAPERS), 0)


def last_mornings(
    corpus: Corpus, readers: Sequence[StreamReader], days: int
) -> Iterator[tuple[int, Morning]]:
    """Yield the mornings of the last days on which papers were listed, with their number."""
    listed = corpus.listed
    stream_days = np.unique(listed[listed > listed.max() - days])
    yield from mornings_of(corpus, readers, stream_days, refit_days=REFIT_DAYS)


def mornings_of(
    corpus: Corpus,
    readers: Sequence[StreamReader],
    days: Rows,
    *,
    refit_days: int,
) -> Iterator[tuple[int, Morning]]:
    """Yield the number of days, and the morning of each.

    Text features are fitted anew every `refit_days`, on papers listed by then.
    """
    fit: _Fit | None = None
    for number, day in enumerate(days.tolist()):
        end = corpus.first_row_after(day)
        if fit is None or number % refit_days == 0:
            window = corpus.first_row_after(day - FIT_WINDOW.days)
            start = max(min(window, end - MIN_FIT_PAPERS), 0)
            fit = _Fit(corpus, readers, start, end)

        first_new = corpus.first_row_after(day - FRESH.days)
        yield len(days), fit.morning(day, number, first_new, end)


class _Fit:
    """One fit of every model's text features, on the papers from `start` to `end`."""

    def __init__(
        self,
        corpus: Corpus,
        readers: Sequence[StreamReader],
        start: int,
        end: int,
    ) -> None:
        self.corpus = corpus
        self.end = end
        window = slice(start, end)

        self.vectorizer = baselines.vectorizer(list)
        tfidf = self.vectorizer.fit_transform(corpus.terms[window])
        self.to_latent = baselines.fit_latent(csr_array(tfidf))
        self.tfidf = self._transform(corpus.terms[:end])
        self.topics = self._transform(
            [_topic_terms(reader) for reader in readers]
        )

        # The newest first, as the bot fits them: the last bits depend on the order.
        newest_first = corpus.content[window][::-1]
        self.features = PaperFeatures(analyzer=list).fit(newest_first)
        self.vectors = self.features.transform(corpus.content[:end])

    def morning(
        self, day: int, number: int, first_new: int, end: int
    ) -> Morning:
        """Return a day on which the papers from `first_new` to `end` are new."""
        if end > self.end:
            self._read_on(end)

        new_rows = np.arange(first_new, end)
        is_counted = self.corpus.counted[:end] <= day
        votes = self.corpus.popularity[:end] * is_counted
        train = vstack([self.tfidf, self.topics], format="csr")
        space = Space(
            train=csr_array(train),
            test=self.tfidf[new_rows],
            n_papers=end,
            votes=votes[new_rows],
            to_latent=self.to_latent,
        )
        return Morning(
            day=date.fromordinal(day),
            number=number,
            days=self.corpus.listed[:end],
            new_rows=new_rows,
            space=space,
            vectors=self.vectors,
            votes=votes,
            features=self.features,
            corpus=self.corpus,
        )

    def _read_on(self, end: int) -> None:
        """Transform the papers listed since the fit, or since the last morning."""
        added = slice(self.end, end)
        tfidf = self._transform(self.corpus.terms[added])
        vectors = self.features.transform(self.corpus.content[added])

        self.tfidf = csr_array(vstack([self.tfidf, tfidf], format="csr"))
        self.vectors = stack([self.vectors, vectors])
        self.end = end

    def _transform(self, terms_of_papers: Terms) -> csr_array:
        return csr_array(self.vectorizer.transform(terms_of_papers))


def _topic_terms(reader: StreamReader) -> list[str]:
    """Return the terms of a reader's topics: together they stand as one paper."""
    return terms(". ".join(reader.topics))
