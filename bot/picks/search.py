"""Papers that a reader asks for, by words or by another paper: found, and ranked for them."""

from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches

import numpy as np

from bot.picks.catalogue import Catalogue, empty
from bot.picks.selection import learn, vectors_of
from bot.storage import fulltext, papers
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from recommender import explain, profile, ranking
from recommender.arrays import Floats, Rows
from recommender.evidence import TOPIC_WEIGHT, Evidence
from recommender.papers import StoredPaper
from recommender.phrase_index import PhraseIndex, topic_text
from recommender.phrases import STOPWORDS
from recommender.profile import Profile
from recommender.ranking import MIN_SIMILARITY, Candidates
from recommender.vectors import Vectors, stack

# Papers like another one.
NEAREST = 100
# How much a misspelt name must be like that of an author.
LIKE_A_NAME = 0.8
# What people write between the words that they look for.
JOINING = frozenset(
    """
    a about an and any are article articles as at by for from in is latest new of on or paper
    papers please recent some that the these this those to using via which with
    """.split()  # noqa: SIM905 - a list of quoted words reads worse
)
# Of which one may be the one too many.
MOST_WORDS = 12


def says_something(sought: Sequence[str]) -> bool:
    """Tell whether words can find anything in particular: "of the" stands in every paper."""
    return any(word not in STOPWORDS for word in sought)


def telling(written: str) -> list[str]:
    """Return the words to search for: without those that only join others, where any is left."""
    sought = fulltext.fold(written)
    return [word for word in sought if word not in JOINING] or sought


def by_words(
    database: Database, catalogue: Catalogue, said: Feedback, written: str
) -> list[int]:
    """Return papers that hold the words of what is written, best for this reader first.

    Who knows a title means that paper: first the one that is called so, then those that hold the
    words in their titles, then the rest.
    """
    sought = telling(written)
    called = papers.ids_with_title(database, written)
    titled = dict.fromkeys(
        [*called, *fulltext.find(database, sought, field="title")]
    )
    found = list(titled | dict.fromkeys(fulltext.find(database, sought)))[
        : fulltext.MOST
    ]
    candidates = _candidates(database, catalogue, said, found)
    taste, vector = learn(database, catalogue, said), catalogue.topic(written)
    scored = _scored(candidates, taste, written, vector)
    first, in_title = (
        np.isin(candidates.ids, list(ids)) for ids in (called, titled)
    )
    parts = first, in_title & ~first, ~in_title
    order = [ranking.rank(candidates, scored, part) for part in parts]
    return _ids(candidates, np.concatenate(order))


def like(
    database: Database, catalogue: Catalogue, said: Feedback, paper: StoredPaper
) -> list[int]:
    """Return the papers nearest to another one, best for this reader first."""
    paper_id, model = paper.id, catalogue.model
    if model is None:
        return []
    known, vector = vectors_of(database, catalogue, [paper_id])
    vector = vector if known else model.transform([paper.content])
    near = [*_nearest(catalogue.candidates, vector)]
    # Who is not on offer any more is found by what this one is about.
    for concept in explain.subject(
        model, vector, catalogue.concepts.in_paper(paper)
    ):
        near += fulltext.find(
            database, fulltext.fold(concept.surface), most=NEAREST
        )
    others = [i for i in dict.fromkeys(near) if i != paper_id]
    candidates = _candidates(database, catalogue, said, others)
    nearest = np.isin(candidates.ids, _nearest(candidates, vector))
    scored = _scored(
        candidates, learn(database, catalogue, said), paper_id, vector
    )
    return _ids(candidates, ranking.rank(candidates, scored, nearest))


def unknown(database: Database, sought: Sequence[str]) -> list[str]:
    """Return those of the words that no paper holds."""
    *whole, last = sought
    there = {
        word: fulltext.find(database, [word], prefix=False, most=1)
        for word in whole
    }
    there |= {last: fulltext.find(database, [last], most=1)}
    return [word for word, found in there.items() if not found]


def respelled(
    database: Database,
    catalogue: Catalogue,
    sought: Sequence[str],
    gone: Collection[str],
) -> list[str]:
    """Return the words with those that no paper holds as they were probably meant.

    Nothing where one of them is like no other, or nothing is found so either.
    """
    meant = {word: _meant(database, catalogue, word) for word in gone}
    if not gone or not all(meant.values()):
        return []
    some = [meant.get(word, word) for word in sought]
    return some if fulltext.find(database, some, most=1) else []


def _meant(database: Database, catalogue: Catalogue, word: str) -> str:
    """Return the word of papers, or the part of an author's name, that a misspelt word is like."""
    near = catalogue.spelling.word(word)
    if near is None:
        people = {
            part for name in catalogue.authors for part in fulltext.fold(name)
        }
        return next(
            iter(get_close_matches(word, people, n=1, cutoff=LIKE_A_NAME)), ""
        )
    plural = f"{near}s" if word.endswith("s") else near
    return plural if fulltext.find(database, [plural], most=1) else near


def fewer(database: Database, sought: Sequence[str]) -> list[list[str]]:
    """Return the same words without those that no paper holds, or each time without one of them,
    as far as that finds anything."""
    gone = unknown(database, sought)
    if gone:
        tried = [[word for word in sought if word not in gone]]
    else:
        tried = [[*sought[:n], *sought[n + 1 :]] for n in range(len(sought))]
    return [
        some
        for some in tried[:MOST_WORDS]
        if says_something(some) and fulltext.find(database, some, most=1)
    ]


def muted(found: Iterable[StoredPaper], topics: Collection[str]) -> set[int]:
    """Return the ids of those papers that one of the topics hides."""
    each = list(found) if topics else []
    wording = PhraseIndex(topic_text(paper) for paper in each)
    hides = np.zeros(len(each), bool)
    for topic in topics:
        hides |= wording.matches(topic)
    return {
        paper.id for paper, hidden in zip(each, hides, strict=True) if hidden
    }


def _candidates(
    database: Database, catalogue: Catalogue, said: Feedback, ids: Sequence[int]
) -> Candidates:
    """Return those of the papers that are not muted; who has no vector is read for the occasion."""
    older = papers.by_ids(database, [i for i in ids if i not in catalogue.rows])
    hidden = muted(older.values(), said.muted)
    hidden |= set(
        catalogue.candidates.ids[catalogue.about(said.muted)].tolist()
    )
    shown = [
        i
        for i in ids
        if i not in hidden and (i in older or i in catalogue.rows)
    ]
    known, vectors = vectors_of(database, catalogue, shown)
    rest = [i for i in shown if i not in set(known)]
    model, texts = catalogue.model, [older[i].content for i in rest]
    read = model.transform(texts) if model is not None else empty(len(rest))
    popularity = np.full(len(shown), 0.5, np.float32)
    for place, paper_id in enumerate([*known, *rest]):
        if paper_id in catalogue.rows:
            popularity[place] = catalogue.candidates.popularity[
                catalogue.rows[paper_id]
            ]
    return Candidates(
        np.array([*known, *rest], np.int64), stack([vectors, read]), popularity
    )


def _scored(
    candidates: Candidates, taste: Profile, asked: int | str, vector: Vectors
) -> Floats:
    """Score papers for a reader who asks for `asked`: one more thing that they want, which counts
    as much as all they said before."""
    weight = max(
        TOPIC_WEIGHT, sum(abs(piece.weight) for piece in taste.evidence)
    )
    evidence = [*taste.evidence, Evidence("wanted", asked, weight)]
    return ranking.scores(
        candidates, profile.learn(evidence, stack([taste.vectors, vector]))
    )


def _nearest(candidates: Candidates, vector: Vectors) -> list[int]:
    """Return the ids of the papers most similar to one, which `vector` is."""
    alike = candidates.vectors.similarity(vector)[:, 0]
    order = ranking.rank(candidates, alike, alike > MIN_SIMILARITY)
    return _ids(candidates, order[:NEAREST])


def _ids(candidates: Candidates, rows: Rows) -> list[int]:
    return [int(paper_id) for paper_id in candidates.ids[rows]]
