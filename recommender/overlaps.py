"""Keep what pairs of a reader's papers share, from one state of their taste to the next."""

from collections.abc import Callable, Sequence

import numpy as np

from recommender.arrays import Floats, Rows
from recommender.vectors import Vectors

# With more new papers than that, one product of all is faster than one for each.
MAX_ADDED = 8

# The papers of one kind, and the products of each with each.
Products = tuple[tuple[int | str, ...], Floats]

# Places among some papers that belong together.
Split = Sequence[tuple[int, ...]]

# Splits that are kept: a rating that is taken back leads to the one before.
MAX_SPLITS = 2


class Overlaps:
    """The products of the words of a reader's papers, each computed once while it is of use.

    The product of two papers is the same to the last digit whatever papers are beside them, and
    whichever of the two comes first, so what is taken from an earlier state is never stale as
    long as the vectors are of one feature version.
    """

    def __init__(self) -> None:
        self._last: dict[str, Products] = {}
        self._splits: dict[tuple[int | str, ...], Split] = {}

    @property
    def size(self) -> int:
        """How many products are kept."""
        return sum(matrix.size for _, matrix in list(self._last.values()))

    def split(
        self, refs: Sequence[int | str], compute: Callable[[], Split]
    ) -> Split:
        """Return the places of each interest among some likes, as computed here or lately."""
        likes = tuple(refs)
        places = self._splits.pop(likes, None)
        if places is None:
            places = compute()
        # The last one stands at the end.
        self._splits[likes] = places
        for former in list(self._splits)[:-MAX_SPLITS]:
            self._splits.pop(former, None)
        return places

    def products(
        self,
        kind: str,
        refs: Sequence[int | str],
        vectors: Vectors,
        rows: Rows,
    ) -> Floats:
        """Return the inner products of the sparse blocks of some papers, (n_papers, n_papers).

        Parameters
        ----------
        kind
            What these papers have in common; the last ones of each kind are kept.
        refs
            The ids of the papers.
        vectors, rows
            The vectors in which theirs have these rows.

        """
        last = self._last.get(kind)
        present = tuple(refs)
        if last is not None and last[0] == present:
            return last[1]

        matrix = _extended(last, present, vectors, rows)
        if matrix is None:
            sparse = vectors.sparse[rows]
            matrix = (sparse @ sparse.T).toarray()

        self._last[kind] = present, matrix
        return matrix


def _extended(
    last: Products | None,
    refs: Sequence[int | str],
    vectors: Vectors,
    rows: Rows,
) -> Floats | None:
    """Return the products of which most are there already; None if that saves nothing."""
    if last is None:
        return None

    row_of = {ref: row for row, ref in enumerate(last[0])}
    former = np.array([row_of.get(ref, -1) for ref in refs], np.intp)
    added = np.flatnonzero(former < 0)
    if len(added) > MAX_ADDED:
        return None

    # What is copied for an added paper is replaced below.
    matrix = last[1][former][:, former]
    for place in added:
        products = _products_with(vectors, int(rows[place]))[rows]
        matrix[place] = products
        matrix[:, place] = products
    return matrix


def _products_with(vectors: Vectors, row: int) -> Floats:
    """Return the products of all papers with one of them, (n_papers,)."""
    sparse = vectors.sparse
    paper = np.zeros(sparse.shape[1], np.float32)
    paper[vectors.terms_of(row)] = vectors.term_values_of(row)
    return np.asarray(sparse @ paper)
