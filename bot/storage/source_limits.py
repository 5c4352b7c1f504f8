"""Limits per source and day, so that one flood of papers can't displace all the others."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.storage.database import Database
from bot.storage.paper_rows import CHUNK
from bot.storage.tables import PaperRow
from bot.storage.visible import PUBLIC
from recommender.papers import Paper

# How many papers of one source are accepted for one day. arXiv's fullest days have some
# 1,500 in all of computer science.
A_DAY = 2_000

# How many papers the catalogue offers, the newest ones: two weeks of full days.
OFFERED = 30_000

# How many of its newest papers each source may put first if there is no room for all.
A_SOURCE = 2_000


def limit_per_day(database: Database, papers: Iterable[Paper]) -> list[Paper]:
    """Return those papers for which their source has room left on their day.

    Papers that are stored already take no room.
    """
    batch = list(papers)
    with database.read() as session:
        counts = _counts_by_day(session, {paper.listed for paper in batch})
        may_overflow = max(counts.values(), default=0) + len(batch) > A_DAY
        stored_ids = _stored_ids(session, batch) if may_overflow else set()

    accepted = []
    for paper in batch:
        day = (paper.source, paper.listed)
        is_new = paper.arxiv_id not in stored_ids

        if is_new and counts[day] >= A_DAY:
            continue

        counts[day] += is_new
        accepted.append(paper)

    return accepted


def shared(most: int) -> Select[int]:
    """Return the ids of the `most` newest public papers, with a share for each source.

    Papers beyond the limit of a day come last, and the newest of each source first.
    """
    row_number = func.row_number()
    place_in_day = row_number.over(
        partition_by=(PaperRow.source, PaperRow.listed),
        order_by=PaperRow.id.desc(),
    )
    place_in_source = row_number.over(
        partition_by=PaperRow.source,
        order_by=(PaperRow.listed.desc(), PaperRow.id.desc()),
    )

    ranked = (
        select(
            PaperRow.id,
            PaperRow.listed,
            place_in_day.label("of_day"),
            place_in_source.label("of_source"),
        )
        .where(PUBLIC)
        .subquery()
    )
    is_flood = ranked.c.of_day > A_DAY
    is_share = ranked.c.of_source <= A_SOURCE

    return (
        select(ranked.c.id)
        .order_by(
            is_flood,
            is_share.desc(),
            ranked.c.listed.desc(),
            ranked.c.id.desc(),
        )
        .limit(most)
    )


def _counts_by_day(
    session: Session, days: set[date]
) -> Counter[tuple[str, date]]:
    """Return the number of public papers stored for each source and day."""
    rows = session.execute(
        select(PaperRow.source, PaperRow.listed, func.count())
        .where(PUBLIC, PaperRow.listed.in_(days))
        .group_by(PaperRow.source, PaperRow.listed)
    )
    return Counter({(source, day): count for source, day, count in rows})


def _stored_ids(session: Session, papers: list[Paper]) -> set[str | None]:
    """Return those of the papers' arXiv ids that are stored."""
    ids = [paper.arxiv_id for paper in papers if paper.arxiv_id]

    stored: set[str | None] = set()
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        stored |= set(
            session.scalars(
                select(PaperRow.arxiv_id).where(
                    PUBLIC, PaperRow.arxiv_id.in_(chunk)
                )
            )
        )
    return stored
