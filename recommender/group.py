"""The rule of picks for a group: each pick helps most those who went short."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recommender import policy, ranking
from recommender.arrays import Doubles, Floats, Mask, Rows
from recommender.offer import Offer
from recommender.profile import Profile, learn
from recommender.ranking import Candidates, Recommendation
from recommender.vectors import Vectors, stack

# How many of the last digests tell who went short.
MAX_HISTORY = 10

# What a digest counts beside the one after it.
FADING = 0.9

# How many better papers halve what a paper is worth: a reader likes some of the best papers, and
# few below them.
HALVING = 5

# What the papers are worth, to one, of a voice that liked nothing yet: its order is a guess.
GUESS = 0.3

# Satisfaction that everybody has from the beginning, in papers: else a voice that got nothing yet
# would outweigh all others together.
BASE_SATISFACTION = 1.0

# The `diversity` of the picks of a day, as in `ranking.diversify`.
DIVERSITY = 0.2

# The utility from which a pick serves a voice, and how many voices it names at most.
SERVING_UTILITY = 0.5
MAX_SERVED = 2

# The similarity from which two papers tell the same: one of them is enough in a digest.
COPY_SIMILARITY = 0.8

# Decimals of the values that are compared: the last bits of a sum are noise.
PRECISION = 6

# Instead of zero, to divide by.
MIN_GAIN = 1e-9


@dataclass(frozen=True, slots=True)
class Voice:
    """One of those for whom a group's picks are chosen: a member, or the topics of the group.

    Attributes
    ----------
    profile
        Learned from this member's votes in the group alone, or from the group's topics.
    phrase_matches
        (n_papers, n_phrases) which of the profile's phrases each paper on offer contains.

    """

    profile: Profile
    phrase_matches: Mask


@dataclass(frozen=True, slots=True)
class GroupPick:
    """A paper chosen for a group, and the voices that it serves most, the best served first.

    `voices` are places in the sequence of voices; none if nobody has a taste yet.
    """

    recommendation: Recommendation
    voices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Utilities:
    """What papers are worth to each of the voices, between 0 and 1.

    Attributes
    ----------
    papers
        (n_voices, n_papers) of the papers on offer.
    received
        (n_voices,) the sum over the last digests, which fade.

    """

    papers: Doubles
    received: Doubles


def choose(
    voices: Sequence[Voice],
    offer: Offer,
    n: int,
    history: Sequence[Candidates],
) -> list[GroupPick]:
    """Choose at most n papers for a group: new ones, and older ones if these are too few.

    Parameters
    ----------
    voices
        The members and the topics of the group; one without evidence has no say.
    history
        The picks of the last digests, the newest digest first.

    """
    places = [
        place for place, voice in enumerate(voices) if voice.profile.evidence
    ]
    if len(places) < 2:
        return _choose_for_one(voices, places, offer, n)

    utilities = appraise([voices[place] for place in places], offer, history)
    rows = _share(utilities, offer, n)
    return [_group_pick(utilities, places, offer, row) for row in rows]


def appraise(
    voices: Sequence[Voice],
    offer: Offer,
    history: Sequence[Candidates],
    *,
    guess: float = GUESS,
) -> Utilities:
    """Return what the papers on offer and those of the last digests are worth to each voice.

    `guess` is what papers are worth, to one, of a voice that liked nothing yet.
    """
    papers = np.zeros((len(voices), len(offer.candidates)))
    received = np.zeros(len(voices))
    past = _Past.of(history[:MAX_HISTORY], offer)

    for number, voice in enumerate(voices):
        scores = ranking.scores(
            offer.candidates, voice.profile, voice.phrase_matches
        )
        reference = np.sort(scores[_reference(offer)])
        certainty = 1.0 if _has_liked(voice.profile) else guess
        worth = certainty * _by_rank(scores, reference)
        papers[number] = _as_voted(voice.profile, offer.candidates.ids, worth)
        if past is not None:
            worth = certainty * _by_rank(past.scores(voice), reference)
            worth = _as_voted(voice.profile, past.papers.ids, worth)
            received[number] = np.sort(past.weights * worth).sum()

    return Utilities(papers, received)


@dataclass(frozen=True, slots=True)
class _Past:
    """The picks of the last digests.

    Attributes
    ----------
    papers
        The n picks.
    weights
        (n_picks,) what each counts: less, the older its digest.
    rows
        (n_picks,) the place of each among the papers on offer.
    on_offer
        (n_picks,) whether it has one.

    """

    papers: Candidates
    weights: Doubles
    rows: Rows
    on_offer: Mask

    @classmethod
    def of(cls, history: Sequence[Candidates], offer: Offer) -> "_Past | None":
        """Return the picks of some digests, the newest first; None if there are none."""
        if not history:
            return None

        papers = Candidates(
            ids=np.concatenate([digest.ids for digest in history]),
            vectors=stack([digest.vectors for digest in history]),
            popularity=np.concatenate(
                [digest.popularity for digest in history]
            ),
        )
        ages = np.repeat(
            np.arange(len(history)), [len(digest) for digest in history]
        )
        place_of = {
            int(paper_id): row
            for row, paper_id in enumerate(offer.candidates.ids)
        }
        rows = np.array([place_of.get(int(i), -1) for i in papers.ids], np.intp)
        weights = np.float64(FADING) ** ages
        return cls(papers, weights, rows, rows >= 0)

    def scores(self, voice: Voice) -> Floats:
        """Return what the picks are worth to a voice; which phrases they contain the offer says."""
        matches = np.zeros(
            (len(self.papers), voice.phrase_matches.shape[1]), bool
        )
        matches[self.on_offer] = voice.phrase_matches[self.rows[self.on_offer]]
        return ranking.scores(self.papers, voice.profile, matches)


def _choose_for_one(
    voices: Sequence[Voice], places: Sequence[int], offer: Offer, n: int
) -> list[GroupPick]:
    """Choose as for one reader: who alone has a say, or somebody of whom nothing is known."""
    if places:
        voice = voices[places[0]]
    else:
        nobody = learn([], offer.candidates.vectors.take(slice(0)))
        voice = Voice(nobody, np.zeros((len(offer.candidates), 0), bool))

    own_offer = replace(offer, phrase_matches=voice.phrase_matches)
    picks = policy.choose(voice.profile, own_offer, n)
    return [GroupPick(pick, tuple(places)) for pick in picks.recommendations]


def _reference(offer: Offer) -> Mask:
    """Return the papers among which quantiles are taken: the new ones, or all if none is new."""
    is_new = np.arange(len(offer.candidates)) < len(offer.new)
    reference = offer.allowed & is_new
    return reference if reference.any() else offer.allowed


def _has_liked(profile: Profile) -> bool:
    """Tell whether a voice has said what it wants: of others the order is a guess."""
    return any(piece.weight > 0 for piece in profile.evidence)


def _by_rank(scores: Floats, reference: Floats) -> Doubles:
    """Return what papers are worth by how many are better, (n_papers,); ties share their places."""
    below = np.searchsorted(reference, scores, "left")
    up_to = np.searchsorted(reference, scores, "right")
    better = len(reference) - (below + up_to) / 2
    return np.asarray(1 / (1 + better / HALVING))


def _as_voted(
    profile: Profile, ids: NDArray[np.int64], worth: Doubles
) -> Doubles:
    """Return what papers are worth, where a vote says it before any rank: 1 or 0."""
    utilities = worth.copy()
    for kind, utility in (("like", 1.0), ("dislike", 0.0)):
        voted = [piece.ref for piece in profile.evidence if piece.kind == kind]
        utilities[np.isin(ids, voted)] = utility
    return utilities


def _share(utilities: Utilities, offer: Offer, n: int) -> list[int]:
    """Choose rows one by one, each that which helps most those who went short.

    New papers come before older ones, and what repeats a chosen one comes last.
    """
    vectors = offer.candidates.vectors
    is_new = np.arange(len(vectors)) < len(offer.new)
    is_free = offer.allowed.copy()
    satisfaction = BASE_SATISFACTION + utilities.received

    max_cosine = np.zeros(len(vectors), np.float32)
    is_copy = np.zeros(len(vectors), bool)
    rows: list[int] = []
    while len(rows) < n and is_free.any():
        pool = _preferred(is_free, is_new, ~is_copy)
        gains = _gains(utilities.papers, satisfaction)
        relevance = gains / max(gains[pool].max(), MIN_GAIN)
        value = (1 - DIVERSITY) * relevance - DIVERSITY * max_cosine
        row = int(ranking.rank(offer.candidates, _floats(value), pool)[0])

        rows.append(row)
        is_free[row] = False
        satisfaction = satisfaction + utilities.papers[:, row]
        chosen = vectors.take([row])
        max_cosine = np.maximum(max_cosine, _cosines(vectors, chosen))
        is_copy |= vectors.similarity(chosen)[:, 0] >= COPY_SIMILARITY
    return rows


def _preferred(papers: Mask, *preferences: Mask) -> Mask:
    """Return those of the papers that meet each preference in turn, where any paper does."""
    for preference in preferences:
        if (papers & preference).any():
            papers = papers & preference
    return papers


def _cosines(vectors: Vectors, paper: Vectors) -> Floats:
    """Return the cosine of each paper's dense block with that of one, (n_papers,)."""
    # Row by row: in a matrix product the last bits depend on the papers beside a paper.
    return np.asarray(np.vecdot(vectors.directions, paper.directions))


def _floats(values: Doubles) -> Floats:
    return np.asarray(values.round(PRECISION), np.float32)


def _gains(utilities: Doubles, satisfaction: Doubles) -> Doubles:
    """Return by how much each paper lowers the sum of one over everybody's satisfaction."""
    before = satisfaction[:, None]
    gains = 1 / before - 1 / (before + utilities)
    # Added in the order of size: the order of the voices would show in the last bits.
    return np.asarray(np.sort(gains, axis=0).sum(axis=0))


def _group_pick(
    utilities: Utilities, places: Sequence[int], offer: Offer, row: int
) -> GroupPick:
    """Return a row as a pick, with the voices that it serves most."""
    worth = utilities.papers[:, row]
    best_first = np.argsort(-worth, kind="stable")[:MAX_SERVED]
    served = [
        places[voice]
        for rank, voice in enumerate(best_first)
        if rank == 0 or worth[voice] >= SERVING_UTILITY
    ]

    # The mean over the voices, added in the order of size.
    score = float(np.sort(worth).mean())
    paper_id = int(offer.candidates.ids[row])
    return GroupPick(
        Recommendation(row, paper_id, score, "group"), tuple(served)
    )
