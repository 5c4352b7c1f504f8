"""Papers without a sentence of their source: those that wait for one of the operator's model."""

from datetime import date

from sqlalchemy import ColumnElement, and_, func, select, update

from bot.storage.card_values import MODEL
from bot.storage.database import Database
from bot.storage.papers import paper_of
from bot.storage.tables import PaperRow
from bot.storage.visible import PUBLIC
from recommender.papers import StoredPaper

# The origin of a gist for which a model had no sentence; it is not asked again.
NOTHING = "nothing"


def waiting(database: Database, since: date, most: int) -> list[StoredPaper]:
    """Return public papers that have an abstract and no gist, the newest first."""
    statement = (
        select(PaperRow)
        .where(_is_waiting(since))
        .order_by(PaperRow.listed.desc(), PaperRow.id.desc())
        .limit(most)
    )
    with database.read() as session:
        return [paper_of(row) for row in session.scalars(statement)]


def count_waiting(database: Database, since: date) -> int:
    """Return how many papers wait."""
    statement = select(func.count(PaperRow.id)).where(_is_waiting(since))

    with database.read() as session:
        return session.scalars(statement).one()


def record(database: Database, paper_id: int, text: str) -> None:
    """Store what a model wrote of a paper, unless its source said something meanwhile."""
    statement = (
        update(PaperRow)
        .where(PaperRow.id == paper_id, PaperRow.gist == "")
        .values(gist=text, gist_source=MODEL if text else NOTHING)
    )
    with database.write() as session:
        session.execute(statement)


def _is_waiting(since: date) -> ColumnElement[bool]:
    return and_(
        PUBLIC,
        PaperRow.listed >= since,
        PaperRow.gist == "",
        PaperRow.gist_source == "",
        PaperRow.abstract != "",
    )
