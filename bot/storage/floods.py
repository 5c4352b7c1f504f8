"""Keeps what one source tells of one day from displacing all the rest."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.storage.database import Database
from bot.storage.paper_rows import CHUNK
from bot.storage.papers import paper_of
from bot.storage.tables import PaperRow
from bot.storage.visible import PUBLIC
from recommender.papers import Paper, StoredPaper

# Papers of one source and day: arXiv's fullest days have some 1,500 over all of computer science.
A_DAY = 2_000


OFFERED = 10_000  # papers, the newest
# The newest papers of each source come first where there is no room for all.
A_SOURCE = 2_000


def within(database: Database, papers: Iterable[Paper]) -> list[Paper]:
    """Return those papers for which their source still has room on their day.

    What is stored already is not new, so it takes no room.
    """
    batch = list(papers)
    with database.read() as session:
        taken = _taken(session, {paper.listed for paper in batch})
        full = max(taken.values(), default=0) + len(batch) > A_DAY
        known = _known(session, batch) if full else set()
    kept = []
    for paper in batch:
        place = paper.source, paper.listed
        new = paper.arxiv_id not in known
        if new and taken[place] >= A_DAY:
            continue
        taken[place] += new
        kept.append(paper)
    return kept


def newest(database: Database, most: int) -> list[StoredPaper]:
    """Return the `most` papers listed last, newest first, each source's share among them."""
    with database.read() as session:
        rows = select(PaperRow).where(PaperRow.id.in_(shared(most)))
        newest_first = rows.order_by(PaperRow.listed.desc(), PaperRow.id.desc())
        return [paper_of(row) for row in session.scalars(newest_first)]


def shared(most: int) -> Select[int]:
    """Return the ids of the `most` papers listed last, each source's share among them."""
    newest_first = PaperRow.listed.desc(), PaperRow.id.desc()
    day = PaperRow.source, PaperRow.listed
    place = func.row_number()
    ranked = (
        select(
            PaperRow.id,
            PaperRow.listed,
            place.over(partition_by=day, order_by=PaperRow.id.desc()).label(
                "of_day"
            ),
            place.over(
                partition_by=PaperRow.source, order_by=newest_first
            ).label("of_source"),
        )
        .where(PUBLIC)
        .subquery()
    )
    flooding, first = ranked.c.of_day > A_DAY, ranked.c.of_source <= A_SOURCE
    order = flooding, first.desc(), ranked.c.listed.desc(), ranked.c.id.desc()
    return select(ranked.c.id).order_by(*order).limit(most)


def _taken(session: Session, days: set[date]) -> Counter[tuple[str, date]]:
    counted = select(PaperRow.source, PaperRow.listed, func.count()).where(
        PUBLIC, PaperRow.listed.in_(days)
    )
    rows = session.execute(counted.group_by(PaperRow.source, PaperRow.listed))
    return Counter({(source, day): count for source, day, count in rows})


def _known(session: Session, papers: list[Paper]) -> set[str | None]:
    known: set[str | None] = set()
    ids = [paper.arxiv_id for paper in papers if paper.arxiv_id]
    for start in range(0, len(ids), CHUNK):
        named = PaperRow.arxiv_id.in_(ids[start : start + CHUNK])
        known |= set(
            session.scalars(select(PaperRow.arxiv_id).where(PUBLIC, named))
        )
    return known
