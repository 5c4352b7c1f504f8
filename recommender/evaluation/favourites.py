"""Tell the categories that each reader likes most, from papers whose categories are known."""

from collections.abc import Collection, Sequence
from itertools import chain

import numpy as np

from recommender.arrays import Doubles, Rows
from recommender.evaluation.mornings import Corpus
from recommender.features import PaperFeatures

# Papers alike from which the categories of one without any are told.
NEIGHBOURS = 10

# Papers compared with all others at once.
CHUNK = 500


def favourite_categories(
    corpus: Corpus,
    likes: Sequence[Collection[int]],
    n: int,
) -> list[tuple[str, ...]]:
    """Return the n categories most frequent among the likes of each reader.

    A paper counts once for each of its categories. One without any counts for each category by
    the share of its nearest papers that are in it.

    Raises ValueError if no paper has a category.
    """
    codes = sorted(
        {code for paper in corpus.papers for code in paper.categories}
    )
    if not codes:
        raise ValueError("no paper has a category")

    liked = np.array(sorted(set(chain(*likes))), np.intp)
    shares = category_shares(corpus, codes, liked)

    favourites: list[tuple[str, ...]] = []
    for rows in likes:
        frequencies = shares[np.isin(liked, list(rows))].sum(axis=0)
        order = np.argsort(-frequencies, kind="stable")
        favourites.append(tuple(codes[column] for column in order[:n]))
    return favourites


def category_shares(
    corpus: Corpus, codes: Sequence[str], rows: Rows
) -> Doubles:
    """Return how far each of some papers is in each category, (n_rows, n_codes).

    1 or 0 where its categories are known, else the share of its nearest papers of which they are.
    """
    memberships = _memberships(corpus, codes)
    has_category = np.asarray(memberships.any(axis=1), bool)
    shares = memberships[rows]

    unlabelled = np.flatnonzero(~has_category[rows])
    if not len(unlabelled):
        return shares

    features = PaperFeatures(analyzer=list).fit(corpus.content)
    vectors = features.transform(corpus.content)
    labelled = np.flatnonzero(has_category)
    labelled_vectors = vectors.take(labelled)
    for start in range(0, len(unlabelled), CHUNK):
        places = unlabelled[start : start + CHUNK]
        similarity = vectors.take(rows[places]).similarity(labelled_vectors)
        order = np.argsort(-similarity, axis=1, kind="stable")
        nearest = labelled[order[:, :NEIGHBOURS]]
        shares[places] = memberships[nearest].mean(axis=1)
    return shares


def _memberships(corpus: Corpus, codes: Sequence[str]) -> Doubles:
    """Return 1 for each category that a paper is in, (n_papers, n_codes)."""
    columns = {code: column for column, code in enumerate(codes)}
    memberships = np.zeros((len(corpus.papers), len(codes)))
    for row, paper in enumerate(corpus.papers):
        memberships[row, [columns[code] for code in paper.categories]] = 1
    return memberships
