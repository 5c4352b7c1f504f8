"""A small synthetic library of papers, and readers who rate them, for all tests."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import numpy as np
from hypothesis import strategies as st

from recommender.arrays import Mask
from recommender.concept_mining import MIN_PAPERS
from recommender.concepts import Concepts, Mention
from recommender.evidence import TOPIC_WEIGHT, Evidence, rating_evidence
from recommender.features import PaperFeatures
from recommender.offer import Offer
from recommender.papers import StoredPaper
from recommender.phrase_index import PhraseIndex, topic_text
from recommender.profile import Profile, learn
from recommender.ranking import Candidates
from recommender.second_look import Passed
from recommender.vectors import Vectors, stack

# So that an id is never mistaken for a row.
FIRST_ID = 1_000

# Papers of each kind.
EACH = 10

KINDS = {
    "image": "diffusion model|image generation|denoising step|noise schedule|latent canvas|"
    "text prompt|guidance scale|pixel decoder",
    "speech": "speech recognition|audio codec|speaker embedding|phoneme alignment|voice cloning|"
    "acoustic encoder|music transcription|spoken dialogue",
    "graph": "graph network|node classification|link prediction|knowledge graph|message passing|"
    "spectral clustering|community detection|random walk",
    "robot": "robot arm|grasp planning|motion control|tactile sensing|legged locomotion|"
    "object manipulation|visual servoing|humanoid gait",
    "protein": "protein folding|molecule docking|amino sequence|binding affinity|drug discovery|"
    "genome assembly|enzyme design|cell imaging",
    "language": "machine translation|question answering|language corpus|summary writing|"
    "grammar parsing|dialect detection|word sense|document retrieval",
}

# Phrases in papers of every kind.
GENERAL = (
    "careful reasoning",
    "synthetic benchmark",
    "training recipe",
    "compute budget",
    "open source",
    "user preference",
)

# Row in the library, 1 or −1, days ago.
Rating = tuple[int, int, int]
Ratings = list[Rating]


@dataclass(frozen=True, slots=True)
class Library:
    """Papers of six kinds, ten of each, in the order of `KINDS`, with their features."""

    papers: tuple[StoredPaper, ...]
    features: PaperFeatures
    vectors: Vectors
    concepts: Concepts

    @property
    def mentions(self) -> list[tuple[Mention, ...]]:
        """Return the concepts that each paper names."""
        return [self.concepts.in_paper(paper) for paper in self.papers]

    def rows(self, kind: str) -> list[int]:
        """Return the rows of one kind."""
        start = list(KINDS).index(kind) * EACH
        return list(range(start, start + EACH))

    def topic(self, text: str) -> Vectors:
        """Return the vector of a typed topic, one row."""
        return self.features.transform([text])


@cache
def library() -> Library:
    """Return the library, the same one at each call."""
    rng = random.Random(0)
    papers = tuple(
        _paper(rng, kind, number) for kind in KINDS for number in range(EACH)
    )
    texts = [paper.content for paper in papers]
    features = PaperFeatures(n_components=45).fit(texts)

    # As keywords of several papers all phrases are concepts.
    keywords = tuple(
        phrase for kind in KINDS.values() for phrase in kind.split("|")
    )
    naming = [
        replace(paper, keywords=keywords) for paper in papers[:MIN_PAPERS]
    ]
    return Library(
        papers=papers,
        features=features,
        vectors=features.transform(texts),
        concepts=Concepts(naming),
    )


def _paper(rng: random.Random, kind: str, number: int) -> StoredPaper:
    phrases = KINDS[kind].split("|")
    title, *rest = rng.sample(phrases, 5)
    general = rng.sample(GENERAL, 2)
    return StoredPaper(
        title=f"The {title} of {rest[0]}",
        abstract=f"We improve the {rest[1]} for {rest[2]} and {title}. "
        f"Our {general[0]} needs {rest[3]}, and the {general[1]} is about {title}.",
        listed=date(2026, 3, 2),
        source="made",
        id=FIRST_ID + list(KINDS).index(kind) * EACH + number,
    )


def candidates_of(
    vectors: Vectors, popularity: Iterable[float] | None = None
) -> Candidates:
    """Return papers as candidates, with ids in the order of their rows."""
    n = len(vectors)
    percentiles = np.full(n, 0.5)
    if popularity is not None:
        percentiles = np.array(list(popularity))
    return Candidates(
        ids=np.arange(n, dtype=np.int64) + FIRST_ID,
        vectors=vectors,
        popularity=percentiles.astype(np.float32),
    )


def offer_of(
    candidates: Candidates,
    *,
    new: int | None = None,
    newest: int = 0,
    passed: Sequence[Passed] = (),
    **masks: Mask,
) -> Offer:
    """Return candidates as an offer, by default all of them allowed and new."""
    n = len(candidates)
    default_masks = {
        "allowed": np.ones(n, bool),
        "impressions": np.zeros(n, bool),
        "followed": np.zeros(n, bool),
        "fitting": np.zeros(n, bool),
        "phrase_matches": np.zeros((n, 0), bool),
    }
    return Offer(
        candidates=candidates,
        new=candidates.head(n if new is None else new),
        newest=newest,
        passed=passed,
        **(default_masks | masks),
    )


def profile_of_topics(*topics: str) -> Profile:
    """Return the profile of a reader who has typed topics and rated nothing."""
    return profile_of([], *topics)


def profile_of(ratings: Ratings, *topics: str) -> Profile:
    """Return the profile of a reader who rated papers of the library and typed topics."""
    evidence = [
        rating_evidence(FIRST_ID + row, value, age)
        for row, value, age in ratings
    ]
    evidence += [Evidence("wanted", topic, TOPIC_WEIGHT) for topic in topics]

    rows = [row for row, _, _ in ratings]
    papers = library().vectors.take(rows)
    vectors = stack([papers, library().features.transform(topics)])

    phrase_matches = np.zeros((len(evidence), len(topics)), bool)
    phrase_matches[: len(rows)] = topic_matches(*topics)[rows]
    return learn(evidence, vectors, phrase_matches)


def topic_matches(*topics: str) -> Mask:
    """Return which papers of the library literally contain each topic, (n_papers, n_topics)."""
    matches = np.zeros((len(library().papers), len(topics)), bool)
    for column, topic in enumerate(topics):
        matches[:, column] = _phrase_index().matches(topic)
    return matches


@cache
def _phrase_index() -> PhraseIndex:
    return PhraseIndex(map(topic_text, library().papers))


ROWS = st.integers(0, len(KINDS) * EACH - 1)
RATINGS: st.SearchStrategy[Ratings] = st.lists(
    st.tuples(ROWS, st.sampled_from([1, -1]), st.integers(0, 400)), max_size=12
)
TOPICS = st.lists(
    st.sampled_from(
        ["diffusion model", "speech recognition", "robot arm", "zyzzyva"]
    ),
    max_size=3,
    unique=True,
)
