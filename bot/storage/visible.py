"""Whose a paper is: everybody's, or one reader's own; every query for papers asks here."""

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from bot.storage.tables import PaperRow

# Told by a source that everybody can read.
PUBLIC = PaperRow.reader_id.is_(None)


def own(reader: int | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Say which papers only this reader has: brought by them, and told by no source yet."""
    return PaperRow.reader_id == reader


def visible_to(
    reader: int | InstrumentedAttribute[int] | None,
) -> ColumnElement[bool]:
    """Say which papers a reader may see: the public ones and their own; nobody, only the public."""
    return PUBLIC if reader is None else PUBLIC | own(reader)
