"""What is on offer to one reader, and what each paper may be recommended for."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from recommender.arrays import Floats, Mask
from recommender.ranking import Candidates
from recommender.second_look import Passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Papers on offer to one reader, newest first, and what each may be recommended for.

    Attributes
    ----------
    candidates
        All n papers.
    new
        The first of them, listed in the last 14 days.
    newest
        How many of these were listed on the last listed day.
    allowed
        (n_papers,) neither rated nor muted nor shown before.
    impressions
        (n_papers,) shown before.
    followed
        (n_papers,) by an author whose papers the reader wants all.
    fitting
        (n_papers,) by an author of whom the reader wants only what fits.
    phrase_matches
        (n_papers, n_phrases) which of the profile's phrases each paper literally contains.
    background_scores
        (n_others,) what new papers that are not on offer are worth to the reader: those of one
        field alone can't tell how far a paper is above the others.
    passed
        Shown papers that may come a second time; none within a week of the last one.

    """

    candidates: Candidates
    new: Candidates
    newest: int
    allowed: Mask
    impressions: Mask
    followed: Mask
    fitting: Mask
    phrase_matches: Mask
    background_scores: Floats = field(
        default_factory=lambda: np.zeros(0, np.float32)
    )
    passed: Sequence[Passed] = ()

    @property
    def new_papers(self) -> "Offer":
        """Return the offer of the new papers alone."""
        return self._restricted_to(self.new)

    @property
    def all_papers(self) -> "Offer":
        """Return the offer of all papers, with masks of its own."""
        return self._restricted_to(self.candidates)

    def _restricted_to(self, head: Candidates) -> "Offer":
        n = len(head)
        return Offer(
            candidates=head,
            new=self.new,
            newest=min(self.newest, n),
            allowed=self.allowed[:n].copy(),
            impressions=self.impressions[:n],
            followed=self.followed[:n].copy(),
            fitting=self.fitting[:n].copy(),
            phrase_matches=self.phrase_matches[:n],
        )
