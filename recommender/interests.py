"""A reader's likes split into a few interests where they fall apart, each named by its words."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from recommender import explain
from recommender.concepts import Mention
from recommender.features import Floats, PaperFeatures, Vectors
from recommender.profile import Evidence, Mask, Profile, combine
from recommender.ranking import Places

FEWEST_LIKES = 8  # before that a few likes look like as many interests
FEWEST_EACH = 3
MOST = 4
LATEST = 500  # likes that are split: time and memory grow with their square
APART = (
    0.05  # mean silhouette from which likes fall apart: see docs/recommender.md
)


@dataclass(frozen=True, slots=True)
class Interest:
    """Some of a reader's likes that belong together, as places in the evidence."""

    members: tuple[int, ...]


def split(evidence: Sequence[Evidence], vectors: Vectors) -> list[Interest]:
    """Return the interests in the likes, the largest first; none where they are of one kind.

    Average linkage on how alike the papers are; the number of parts with the best silhouette
    (Rousseeuw, 1987), if that shows parts at all. Parts of one or two likes are no interest.
    Of very many likes only the latest are looked at.
    """
    likes = np.array(
        [i for i, each in enumerate(evidence) if each.kind == "like"], np.intp
    )
    if len(likes) < FEWEST_LIKES:
        return []
    weights = np.array([evidence[i].weight for i in likes])
    likes = np.sort(likes[np.argsort(-weights, kind="stable")[:LATEST]])
    liked = vectors.take(likes)
    distances = np.maximum(1 - liked.similarity(liked), 0)
    np.fill_diagonal(distances, 0)
    tree = linkage(distances[np.triu_indices(len(likes), 1)], "average")
    parts = [fcluster(tree, k, "maxclust") for k in range(2, MOST + 3)]
    best = max(parts, key=lambda labels: silhouette(distances, labels))
    groups = [likes[best == label] for label in np.unique(best)]
    kept = [group for group in groups if len(group) >= FEWEST_EACH]
    if silhouette(distances, best) < APART or len(kept) < 2:
        return []
    kept.sort(key=lambda group: (-len(group), group[0]))
    return [Interest(tuple(group.tolist())) for group in kept[:MOST]]


def silhouette(distances: Floats, labels: NDArray[np.integer]) -> float:
    """Return how much nearer things are to their own part than to the next one, −1 to 1."""
    names, sizes = np.unique(labels, return_counts=True)
    if len(names) < 2:
        return 0.0
    sums = np.column_stack(
        [distances[:, labels == name].sum(axis=1) for name in names]
    )
    own = labels[:, None] == names
    mates = np.maximum(own @ sizes - 1, 1)
    inside = sums[own] / mates
    outside = np.where(own, np.inf, sums / sizes).min(axis=1)
    width = (outside - inside) / np.maximum(np.maximum(inside, outside), 1e-9)
    return float(np.where(own @ sizes > 1, width, 0).mean())


def part(profile: Profile, interest: Interest) -> Profile:
    """Return what an interest alone adds to the weights of the profile it is a part of."""
    members = list(interest.members)
    evidence = [profile.evidence[i] for i in members]
    return combine(evidence, profile.vectors.take(members), share=profile.share)


def topics(evidence: Sequence[Evidence]) -> list[Interest]:
    """Return each typed topic as an interest of its own."""
    return [
        Interest((i,))
        for i, each in enumerate(evidence)
        if each.kind == "wanted"
    ]


def places(
    profile: Profile, found: Sequence[Interest], vectors: Vectors, says: Mask
) -> Places | None:
    """Return what each interest says of n papers, None without interests.

    Near is what a piece of an interest's evidence adds in the mean, were it of weight one. `says`
    (n, phrases) tells which papers literally say a typed topic: these are near it, whatever else
    they are about.
    """
    if not found or not vectors.sparse.shape[1]:
        return None
    parts = np.column_stack(
        [part(profile, interest).score(vectors) for interest in found]
    )
    weights = [
        sum(profile.evidence[i].weight for i in each.members) for each in found
    ]
    near = np.asarray(parts / np.array(weights, np.float32), np.float32)
    typed = {each.members: place for place, each in enumerate(found)}
    for phrase, (member, gain) in enumerate(
        zip(profile.phrases, profile.gains, strict=True)
    ):
        here, place = says[:, phrase], typed.get((member,))
        if place is not None:
            near[here, place] = np.maximum(near[here, place], 1)
            parts[here, place] += gain
    return Places(near, parts)


def named(
    profile: Profile,
    found: Sequence[Interest],
    features: PaperFeatures,
    mentions: Mapping[int | str, Sequence[Mention]],
) -> dict[str, Interest]:
    """Return interests by their names; those that owe to the same concept are one, one is none.

    `mentions` are the concepts that the liked papers name, by paper.
    """
    together: dict[str, tuple[int, ...]] = {}
    for interest in found:
        called = name(profile, interest, features, mentions)
        together[called] = together.get(called, ()) + interest.members
    together.pop("", None)
    return (
        {n: Interest(m) for n, m in together.items()}
        if len(together) > 1
        else {}
    )


def name(
    profile: Profile,
    interest: Interest,
    features: PaperFeatures,
    mentions: Mapping[int | str, Sequence[Mention]],
) -> str:
    """Return the concept that most of an interest's papers owe their place to, empty for none."""
    alone = part(profile, interest)
    total: dict[str, float] = defaultdict(float)
    for member in interest.members:
        named = mentions.get(profile.evidence[member].ref, ())
        parts = explain.contributions(
            alone, features, profile.vectors.take([member])
        )
        for concept, added in explain.carried(parts, named).items():
            total[concept] += added
    return next(
        (concept for concept, _ in explain.strongest(total, most=1)), ""
    )
