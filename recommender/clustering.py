"""Cluster papers by average linkage, in the number of clusters that has the best silhouette."""

from collections.abc import Sequence

import numpy as np
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform

from recommender.arrays import Doubles, Floats, Mask, Rows


def cluster(
    distances: Floats, numbers: Sequence[int]
) -> tuple[list[Rows], float]:
    """Return the clusters of papers, and their silhouette.

    Parameters
    ----------
    distances
        (n_papers, n_papers), with zeros in the diagonal.
    numbers
        How many clusters there may be.

    """
    tree = Tree(linkage(squareform(distances, checks=False), "average"))
    # Where merges are equally high, several cuts are the same.
    cuts = list(dict.fromkeys(map(tree.cut, numbers)))
    nodes = sorted({node for cut in cuts for node in cut})
    leaves = {node: tree.leaves(node) for node in nodes}
    is_cluster = np.array([[node in cut for node in nodes] for cut in cuts])
    values = _silhouettes(distances, list(leaves.values()), is_cluster)
    best = int(values.argmax())
    return [leaves[node] for node in cuts[best]], float(values[best])


class Tree:
    """A tree of linkage, with its leaves in an order in which those of each node stand together."""

    def __init__(self, linked: Doubles) -> None:
        self._heights = linked[:, 2]
        self._children = linked[:, :2].astype(int).tolist()
        self._n_leaves = len(linked) + 1
        self._sizes = [1] * self._n_leaves + linked[:, 3].astype(int).tolist()

        starts = [0] * len(self._sizes)
        for number in range(len(linked) - 1, -1, -1):
            left, right = self._children[number]
            start = starts[self._n_leaves + number]
            starts[left] = start
            starts[right] = start + self._sizes[left]

        self._starts = starts
        self._order = np.empty(self._n_leaves, np.intp)
        self._order[starts[: self._n_leaves]] = np.arange(self._n_leaves)

    def leaves(self, node: int) -> Rows:
        """Return the leaves of a node, in their own order."""
        start = self._starts[node]
        return np.sort(self._order[start : start + self._sizes[node]])

    def cut(self, number: int) -> tuple[int, ...]:
        """Return the nodes into which the tree falls if it is cut into some clusters.

        As `scipy.cluster.hierarchy.fcluster(tree, number, "maxclust")` does, which spends most of
        its time on looking whether the tree is one: where merges are equally high there are fewer
        clusters.
        """
        n = self._n_leaves
        highest = self._heights[max(n - number - 1, 0)]
        # The heights rise, so the first merges are those that stay.
        n_merged = int((self._heights <= highest).sum()) if n > number else 0

        first_open = n + n_merged
        if first_open == len(self._sizes):
            return (first_open - 1,)
        open_children = self._children[n_merged:]
        return tuple(
            node for pair in open_children for node in pair if node < first_open
        )


def silhouette(distances: Floats, clusters: Sequence[Rows]) -> float:
    """Return the mean silhouette coefficient of clusters, between −1 and 1.

    Parameters
    ----------
    distances
        (n_papers, n_papers), with zeros in the diagonal.
    clusters
        The papers of each cluster; each paper is in one.

    Notes
    -----
    With a the mean distance of a paper to its own cluster and b that to the nearest other one,
    its silhouette is `(b − a) / max(a, b)`; alone in its cluster, it has 0.

    References
    ----------
    P. Rousseeuw (1987). Silhouettes: a graphical aid to the interpretation and validation of
    cluster analysis.

    """
    is_cluster = np.ones((1, len(clusters)), bool)
    return float(_silhouettes(distances, clusters, is_cluster)[0])


def _silhouettes(
    distances: Floats, sets: Sequence[Rows], is_cluster: Mask
) -> Doubles:
    """Return the silhouette of each of some clusterings, (n_clusterings,).

    Each has some of the same sets for its clusters, (n_clusterings, n_sets): all together are
    computed in the time of one.
    """
    # Papers by sets.
    sums = np.column_stack([distances[:, rows].sum(axis=1) for rows in sets])
    sizes = np.array([len(rows) for rows in sets])
    is_in = np.zeros(sums.shape, bool)
    for number, rows in enumerate(sets):
        is_in[rows, number] = True

    # Clusterings by papers: the set that is each paper's own cluster.
    own = (is_in & is_cluster[:, None, :]).argmax(axis=2)
    own_sum = np.take_along_axis(sums, own.T, axis=1).T
    own_size = sizes[own]
    own_mean = own_sum / np.maximum(own_size - 1, 1)

    # Clusterings by papers by sets.
    is_other = is_cluster[:, None, :] & ~is_in
    means = np.where(is_other, sums / sizes, np.inf)
    nearest_mean = means.min(axis=2)
    # One cluster alone has no other one, and no silhouette.
    nearest_mean = np.where(np.isinf(nearest_mean), own_mean, nearest_mean)

    larger = np.maximum(np.maximum(own_mean, nearest_mean), 1e-9)
    coefficients = (nearest_mean - own_mean) / larger
    return np.asarray(np.where(own_size > 1, coefficients, 0).mean(axis=1))
