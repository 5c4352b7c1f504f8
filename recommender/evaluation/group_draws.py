"""Draw groups of simulated readers: how many, of which interests, and who votes how often."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.arrays import Mask
from recommender.evaluation.mornings import StreamReader

# Kinds of groups: of members who share few likes, and of members drawn with repeats.
DISJOINT = "disjoint"
OVERLAPPING = "overlapping"

# How many members groups of each mix have.
SIZES = ((DISJOINT, 2), (DISJOINT, 5), (OVERLAPPING, 20))

# What share of the picks the others answer in a group where one member is loud.
QUIET_SHARE = 0.1

# The share of the shorter list of likes above which two readers have one interest.
ONE_INTEREST = 0.5


@dataclass(frozen=True, slots=True)
class Kind:
    """What groups are compared with each other.

    Attributes
    ----------
    size
        How many members each group has.
    loud
        Whether one of them votes ten times as often as the others.

    """

    size: int
    mix: str
    loud: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Readers who share their picks; the first of them is the loud one, if any is.

    Attributes
    ----------
    members
        The numbers of the readers.
    seed
        Of the draw which picks the others answer: the same under every model.

    """

    kind: Kind
    members: tuple[int, ...]
    seed: tuple[int, ...]

    def answers(self, n_papers: int) -> Mask:
        """Return which papers each member answers if they are shown, (n_members, n_papers)."""
        shape = len(self.members), n_papers
        if not self.kind.loud:
            return np.ones(shape, bool)

        answers = np.random.default_rng(self.seed).random(shape) < QUIET_SHARE
        answers[0] = True
        return answers


def draw_groups(
    readers: Sequence[StreamReader], draws: int, seed: int
) -> list[Group]:
    """Draw groups of each kind; those with a loud member are the others once more.

    Raises ValueError if there are too few readers of distinct interests.
    """
    groups: list[Group] = []
    for mix, size in SIZES:
        for draw in range(draws):
            seeds = (seed, size, draw)
            members = _draw_members(seeds, readers, mix, size)
            groups += [
                Group(Kind(size, mix, loud), members, seeds)
                for loud in (False, True)
            ]
    return groups


def _draw_members(
    seeds: tuple[int, ...],
    readers: Sequence[StreamReader],
    mix: str,
    size: int,
) -> tuple[int, ...]:
    """Draw the members of a group; a mix of distinct interests has no two of one interest."""
    rng = np.random.default_rng(seeds)
    if mix == OVERLAPPING:
        drawn = rng.integers(len(readers), size=size)
        return tuple(map(int, drawn))

    members: list[int] = []
    for number in map(int, rng.permutation(len(readers))):
        others = [readers[member] for member in members]
        if not any(_have_one_interest(readers[number], o) for o in others):
            members.append(number)
    if len(members) < size:
        raise ValueError(
            f"{size} readers of distinct interests are too many: there are {len(members)}"
        )
    return tuple(members[:size])


def _have_one_interest(reader: StreamReader, other: StreamReader) -> bool:
    shorter = min(len(reader.likes), len(other.likes))
    return len(reader.likes & other.likes) > ONE_INTEREST * shorter
