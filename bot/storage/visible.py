"""Which papers a reader may see; every query for papers uses these conditions."""

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from bot.storage.tables import PaperRow

# The papers from a source that everybody can read.
PUBLIC = PaperRow.reader_id.is_(None)


def own(reader: int | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Return the condition for a reader's own papers, which nobody else sees.

    They came from a file of the reader, and no source has listed them yet.
    """
    return PaperRow.reader_id == reader


def visible_to(
    reader: int | InstrumentedAttribute[int] | None,
) -> ColumnElement[bool]:
    """Return the condition for public papers, and the own ones if there is a reader."""
    if reader is None:
        return PUBLIC

    return PUBLIC | own(reader)
