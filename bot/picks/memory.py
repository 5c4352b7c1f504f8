"""What was computed for the last readers who tapped, each with all that it depends on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.storage.feedback import Feedback
from recommender.concepts import Mention
from recommender.overlaps import Overlaps

# Readers of whom something is kept, and products of papers of all of them: 16 MB.
MAX_READERS = 256
MAX_PRODUCTS = 4_000_000

# Papers of which it is kept what they are about.
MAX_SUBJECTS = 1_000

# The id of a paper, its text, and how many concepts of it are wanted.
Subject = tuple[int, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a reader's feedback leads to: the ids of the next n picks, and doubted topics."""

    feedback: Feedback
    today: date
    n: int
    picks: frozenset[int]
    doubted: tuple[str, ...]

    def is_of(self, feedback: Feedback, today: date, n: int) -> bool:
        """Tell whether some feedback leads to this."""
        return (self.today, self.n) == (today, n) and self.feedback == feedback


@dataclass(slots=True)
class Recollection:
    """What was computed for one reader last; another process computes the same."""

    overlaps: Overlaps = field(default_factory=Overlaps)
    outcome: Outcome | None = None


class Memory:
    """The recollections of the last readers, under one feature version and its papers."""

    def __init__(self) -> None:
        self._recollections: dict[int, Recollection] = {}

        # What papers are about, by id, text and the number of concepts.
        self.subjects: dict[Subject, Sequence[Mention]] = {}

    def __len__(self) -> int:
        return len(self._recollections)

    def of(self, reader_id: int | None) -> Recollection:
        """Return the recollection of a reader; nobody has an empty one."""
        if reader_id is None:
            return Recollection()

        recollection = self._recollections.pop(reader_id, None)
        if recollection is None:
            self._make_room()
            recollection = Recollection()
        # The last one stands at the end.
        self._recollections[reader_id] = recollection
        return recollection

    def forget(self, reader_id: int) -> None:
        """Drop the recollection of a reader whose data are deleted."""
        self._recollections.pop(reader_id, None)

    def keep_subject(self, paper: Subject, concepts: Sequence[Mention]) -> None:
        """Keep what a paper is about."""
        if len(self.subjects) >= MAX_SUBJECTS:
            self.subjects.clear()
        self.subjects[paper] = concepts

    def _make_room(self) -> None:
        """Drop the recollections of those who were away the longest, if there are too many."""
        # A copy, as other threads add theirs meanwhile.
        present = list(self._recollections.items())
        total = sum(value.overlaps.size for _, value in present)
        n_readers = len(present)
        for reader_id, recollection in present:
            if n_readers < MAX_READERS and total <= MAX_PRODUCTS:
                break
            self._recollections.pop(reader_id, None)
            total -= recollection.overlaps.size
            n_readers -= 1
