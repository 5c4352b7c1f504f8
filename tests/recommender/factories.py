"""A small library of made papers, and what a reader may be offered of it."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import numpy as np
from hypothesis import strategies as st

from recommender.concepts import FEWEST, Concepts, Mention
from recommender.features import PaperFeatures, Vectors, stack
from recommender.papers import StoredPaper
from recommender.policy import Offer
from recommender.profile import WANTED, Evidence, Profile, learn, rated
from recommender.ranking import Candidates, Mask
from recommender.wording import Wording, fields

FIRST_ID = 1_000  # so that an id is never mistaken for a row
EACH = 10  # papers of each kind
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
GENERAL = (  # in papers of every kind
    "careful reasoning",
    "synthetic benchmark",
    "training recipe",
    "compute budget",
    "open source",
    "user preference",
)


@dataclass(frozen=True, slots=True)
class Library:
    """Papers of six kinds, ten of each, in the order of `KINDS`, with their features."""

    papers: tuple[StoredPaper, ...]
    features: PaperFeatures
    vectors: Vectors
    concepts: Concepts

    @property
    def mentions(self) -> list[tuple[Mention, ...]]:
        """The concepts that each paper names."""
        return [self.concepts.in_paper(paper) for paper in self.papers]

    def rows(self, kind: str) -> list[int]:
        """Return the rows of one kind."""
        start = list(KINDS).index(kind) * EACH
        return list(range(start, start + EACH))

    def topic(self, text: str) -> Vectors:
        """Return a typed topic as a vector, one row."""
        return self.features.transform([text])


@cache
def library() -> Library:
    """Make the library, the same one at each call."""
    rng = random.Random(0)
    papers = tuple(
        _paper(rng, kind, number) for kind in KINDS for number in range(EACH)
    )
    texts = [paper.content for paper in papers]
    features = PaperFeatures(n_components=45).fit(texts)
    phrases = tuple(
        phrase for kind in KINDS.values() for phrase in kind.split("|")
    )
    naming = [replace(paper, keywords=phrases) for paper in papers[:FEWEST]]
    return Library(
        papers, features, features.transform(texts), Concepts(naming)
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


def offer(
    vectors: Vectors, popularity: Iterable[float] | None = None
) -> Candidates:
    """Offer papers with ids in the order of their rows."""
    n = len(vectors)
    liked = (
        np.full(n, 0.5) if popularity is None else np.array(list(popularity))
    )
    return Candidates(
        np.arange(n, dtype=np.int64) + FIRST_ID,
        vectors,
        liked.astype(np.float32),
    )


def on_offer(
    candidates: Candidates,
    *,
    new: int | None = None,
    newest: int = 0,
    **masks: Mask,
) -> Offer:
    """Offer candidates, all of them allowed and new unless it is said otherwise."""
    n = len(candidates)
    plain = dict.fromkeys(("shown", "followed", "fitting"), np.zeros(n, bool))
    silent = {"allowed": np.ones(n, bool), "says": np.zeros((n, 0), bool)}
    head = candidates.head(n if new is None else new)
    return Offer(
        candidates=candidates,
        new=head,
        newest=newest,
        **(plain | silent | masks),
    )


def wanting(*topics: str) -> Profile:
    """Learn the taste of a reader who has typed topics and rated nothing."""
    return taste([], *topics)


Said = list[tuple[int, int, int]]  # row in the library, 1 or −1, days ago


def taste(said: Said, *topics: str) -> Profile:
    """Learn the taste of a reader who rated papers of the library and typed topics."""
    evidence = [rated(FIRST_ID + row, value, age) for row, value, age in said]
    evidence += [Evidence("wanted", topic, WANTED) for topic in topics]
    rows = [row for row, _, _ in said]
    vectors = stack(
        [library().vectors.take(rows), library().features.transform(topics)]
    )
    says = np.zeros((len(evidence), len(topics)), bool)
    says[: len(rows)] = saying(*topics)[rows]
    return learn(evidence, vectors, says)


def saying(*topics: str) -> Mask:
    """Tell which papers of the library literally say each topic, shape (papers, topics)."""
    columns = [_wording().saying(topic) for topic in topics]
    return (
        np.stack(columns, axis=1)
        if columns
        else np.zeros((len(library().papers), 0), bool)
    )


@cache
def _wording() -> Wording:
    return Wording(map(fields, library().papers))


ROWS = st.integers(0, len(KINDS) * EACH - 1)
RATINGS: st.SearchStrategy[Said] = st.lists(
    st.tuples(ROWS, st.sampled_from([1, -1]), st.integers(0, 400)), max_size=12
)
TOPICS = st.lists(
    st.sampled_from(
        ["diffusion model", "speech recognition", "robot arm", "zyzzyva"]
    ),
    max_size=3,
    unique=True,
)
