"""A tap on a pick: all that it needs, read at once."""

from dataclasses import dataclass
from datetime import date

from bot.storage import digests, feedback
from bot.storage.database import Database
from bot.storage.digests import Digest
from bot.storage.feedback import Feedback


@dataclass(frozen=True, slots=True)
class Tapped:
    """The digest of a pick, and what its reader said before they tapped on it."""

    digest: Digest
    feedback: Feedback


def read(
    database: Database, reader_id: int, pick_id: int, zone: str, today: date
) -> Tapped | None:
    """Return what a tap on a pick is about, or None if the pick is somebody else's."""
    with database.reading() as connection:
        digest = digests.read_by_pick(connection, reader_id, pick_id)
        if digest is None:
            return None

        past = feedback.read(connection, reader_id, zone, today)
        return Tapped(digest, past)
