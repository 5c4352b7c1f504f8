"""Finds the papers that a reader asks for, by words or by another paper, and ranks them."""

from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches

import numpy as np

from bot.picks import literal
from bot.picks.catalogue import Catalogue, empty_vectors
from bot.picks.literal import JOINING_WORDS, Query, matches
from bot.picks.selection import popularity_of
from bot.picks.tastes import learn, vectors_of
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

# How many papers like another one are found.
MAX_SIMILAR = 100

# In how many of the newest papers of their own feeds a reader's words are looked for.
MAX_OWN = 2_000

# How much a misspelt name must resemble that of an author, from 0 to 1.
MIN_NAME_RESEMBLANCE = 0.8

# How many shorter queries are tried, each without one of the words.
MAX_SHORTER_QUERIES = 12


def is_specific(words: Sequence[str]) -> bool:
    """Tell whether words can find anything in particular: every paper contains "of the"."""
    return any(word not in STOPWORDS for word in words)


def significant_words(text: str) -> list[str]:
    """Return the words to search for: all but joining ones, or all if there are no others."""
    words = fulltext.fold(text)
    return [word for word in words if word not in JOINING_WORDS] or words


def by_words(
    database: Database,
    catalogue: Catalogue,
    feedback: Feedback,
    text: str,
    *,
    most: int = fulltext.MOST,
) -> list[int]:
    """Return the papers that contain the words of a text, best for this reader first.

    Of more than `most`, those with the words in their titles are ranked, and the newest.

    Somebody who knows a title means that paper: the ones with exactly this title come first,
    then those with the words in their titles, then the others. What stands in quotation marks
    has to be in a paper as it is.
    """
    words = significant_words(text)
    exact = papers.ids_with_title(database, text)
    in_title = [*exact, *fulltext.find(database, words, field="title")]
    hits = dict.fromkeys([*in_title, *fulltext.find(database, words)])
    hits |= dict.fromkeys(_own_hits(database, feedback, words))
    ids = _with_phrases(database, feedback, text, list(hits)[:most])

    candidates = _candidates(database, catalogue, feedback, ids)
    scores = _scores(
        candidates,
        learn(database, catalogue, feedback),
        text,
        catalogue.topic(text),
    )

    is_exact = np.isin(candidates.ids, exact)
    is_in_title = np.isin(candidates.ids, in_title)
    tiers = [is_exact, is_in_title & ~is_exact, ~is_in_title]
    order = [ranking.rank(candidates, scores, tier) for tier in tiers]
    return _ids(candidates, np.concatenate(order))


def similar(
    database: Database,
    catalogue: Catalogue,
    feedback: Feedback,
    paper: StoredPaper,
) -> list[int]:
    """Return the papers most similar to another one, best for this reader first."""
    model = catalogue.model
    if model is None:
        return []
    covered, vector = vectors_of(database, catalogue, [paper.id])
    if not covered:
        vector = model.transform([paper.content])

    nearest = _nearest(catalogue.candidates, vector)
    mentions = catalogue.concepts.in_paper(paper)
    # Papers that are not on offer any more are found by what this one is about.
    for concept in explain.subject(model, vector, mentions):
        words = fulltext.fold(concept.surface)
        nearest += fulltext.find(database, words, most=MAX_SIMILAR)
    ids = [i for i in dict.fromkeys(nearest) if i != paper.id]

    candidates = _candidates(database, catalogue, feedback, ids)
    is_near = np.isin(candidates.ids, _nearest(candidates, vector))
    taste = learn(database, catalogue, feedback)
    scores = _scores(candidates, taste, paper.id, vector)
    return _ids(candidates, ranking.rank(candidates, scores, is_near))


def unknown_words(database: Database, words: Sequence[str]) -> list[str]:
    """Return the words that no paper contains; the last one may be the beginning of a word."""
    last = words[-1]
    return [
        word
        for word in dict.fromkeys(words)
        if not fulltext.find(database, [word], prefix=word == last, most=1)
    ]


def respell(
    database: Database,
    catalogue: Catalogue,
    words: Sequence[str],
    unknown: Collection[str],
) -> list[str]:
    """Return the words with each unknown one replaced by what was probably meant.

    Empty if one of them resembles no other word, or if the new words find nothing either.
    """
    meant = {word: _respell_word(database, catalogue, word) for word in unknown}
    if not unknown or not all(meant.values()):
        return []
    respelled = [meant.get(word, word) for word in words]
    return respelled if fulltext.find(database, respelled, most=1) else []


def shorter_queries(
    database: Database, words: Sequence[str]
) -> list[list[str]]:
    """Return shorter queries that find something.

    They are the words without those that no paper contains, or each time without one of them
    if papers contain them all.
    """
    unknown = unknown_words(database, words)
    if unknown:
        queries = [[word for word in words if word not in unknown]]
    else:
        queries = [[*words[:n], *words[n + 1 :]] for n in range(len(words))]
    return [
        query
        for query in queries[:MAX_SHORTER_QUERIES]
        if is_specific(query) and fulltext.find(database, query, most=1)
    ]


def muted_ids(hits: Iterable[StoredPaper], topics: Collection[str]) -> set[int]:
    """Return the ids of the papers that contain a muted topic."""
    if not topics:
        return set()
    stored = list(hits)
    index = PhraseIndex(topic_text(paper) for paper in stored)
    is_muted = np.zeros(len(stored), bool)
    for topic in topics:
        is_muted |= index.matches(topic)
    return {stored[row].id for row in np.flatnonzero(is_muted)}


def _respell_word(database: Database, catalogue: Catalogue, word: str) -> str:
    """Return the word or part of an author's name that a misspelt word resembles, or nothing."""
    singular = catalogue.spelling.word(word)
    if singular is None:
        names = {
            part for name in catalogue.authors for part in fulltext.fold(name)
        }
        matches = get_close_matches(
            word, names, n=1, cutoff=MIN_NAME_RESEMBLANCE
        )
        return matches[0] if matches else ""
    plural = f"{singular}s" if word.endswith("s") else singular
    return plural if fulltext.find(database, [plural], most=1) else singular


def _with_phrases(
    database: Database, feedback: Feedback, text: str, ids: list[int]
) -> list[int]:
    """Return the papers that say all phrases in quotation marks of a text."""
    phrases = Query(phrases=literal.parse(text).phrases)
    if not phrases.phrases:
        return ids
    stored = papers.by_ids(database, ids, feedback.reader_id)
    return [i for i in ids if i in stored and matches(phrases, stored[i])]


def _own_hits(
    database: Database, feedback: Feedback, words: Sequence[str]
) -> list[int]:
    """Return those papers of a reader's own feeds that have all the words, the newest first.

    They are in no index that others search, so their words are read one by one.
    """
    newest = sorted(feedback.feed_papers, reverse=True)[:MAX_OWN]
    own = papers.by_ids(database, newest, feedback.reader_id)
    return [
        paper_id
        for paper_id in newest
        if paper_id in own and _has_words(own[paper_id], words)
    ]


def _has_words(paper: StoredPaper, words: Sequence[str]) -> bool:
    """Tell whether a paper has all the words; the last one may be the beginning of one."""
    content = " ".join((paper.title, paper.abstract, *paper.authors))
    paper_words = set(fulltext.fold(content))
    *whole, last = words or [""]

    has_last = any(word.startswith(last) for word in paper_words)
    return has_last and paper_words.issuperset(whole)


def _candidates(
    database: Database,
    catalogue: Catalogue,
    feedback: Feedback,
    ids: Sequence[int],
) -> Candidates:
    """Return the papers as candidates, without muted ones.

    Papers without a stored vector get one for this search alone.
    """
    older = papers.by_ids(
        database,
        [i for i in ids if i not in catalogue.rows],
        feedback.reader_id,
    )
    muted = muted_ids(older.values(), feedback.muted)
    is_muted = catalogue.about(feedback.muted)
    muted |= set(catalogue.candidates.ids[is_muted].tolist())
    visible = [
        paper_id
        for paper_id in ids
        if paper_id not in muted
        and (paper_id in older or paper_id in catalogue.rows)
    ]

    covered, vectors = vectors_of(database, catalogue, visible)
    covered_ids = set(covered)
    uncovered = [i for i in visible if i not in covered_ids]
    new_vectors = _transform(catalogue, [older[i] for i in uncovered])

    order = [*covered, *uncovered]
    return Candidates(
        ids=np.array(order, np.int64),
        vectors=stack([vectors, new_vectors]),
        popularity=popularity_of(catalogue, order),
    )


def _transform(catalogue: Catalogue, stored: Sequence[StoredPaper]) -> Vectors:
    if catalogue.model is None:
        return empty_vectors(len(stored))
    return catalogue.model.transform([paper.content for paper in stored])


def _scores(
    candidates: Candidates, taste: Profile, query: int | str, vector: Vectors
) -> Floats:
    """Score papers for a reader who asks for something: a text, or a paper by its id.

    The query is one more thing that they want, and weighs as much as all the others together.
    """
    total = sum(abs(piece.weight) for piece in taste.evidence)
    piece = Evidence("wanted", query, max(TOPIC_WEIGHT, total))
    extended = profile.learn(
        [*taste.evidence, piece], stack([taste.vectors, vector])
    )
    return ranking.scores(candidates, extended)


def _nearest(candidates: Candidates, vector: Vectors) -> list[int]:
    """Return the ids of the papers most similar to a vector, the nearest first."""
    similarity = candidates.vectors.similarity(vector)[:, 0]
    order = ranking.rank(candidates, similarity, similarity > MIN_SIMILARITY)
    return _ids(candidates, order[:MAX_SIMILAR])


def _ids(candidates: Candidates, rows: Rows) -> list[int]:
    return [int(paper_id) for paper_id in candidates.ids[rows]]
