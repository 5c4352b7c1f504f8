"""The statements that read digests with their picks: every tap runs one, so they are built once."""

from typing import cast

from sqlalchemy import Table, and_, bindparam, select, update

from bot.storage.base import Columns
from bot.storage.delivery_tables import DigestRow, RecommendationRow
from bot.storage.tables import PaperRow, RatingRow, SaveRow
from bot.storage.visible import visible_to

DIGEST = Columns(DigestRow)
RECOMMENDATION = Columns(RecommendationRow)
PAPER = Columns(PaperRow)
PICKS = (
    select(
        RatingRow.value,
        SaveRow.saved_at,
        *DIGEST.attributes,
        *RECOMMENDATION.attributes,
        *PAPER.attributes,
    )
    .select_from(DigestRow)
    .join(RecommendationRow, RecommendationRow.digest_id == DigestRow.id)
    .join(
        PaperRow,
        and_(
            PaperRow.id == RecommendationRow.paper_id,
            visible_to(RecommendationRow.reader_id),
        ),
    )
    .outerjoin(
        RatingRow,
        and_(
            RatingRow.paper_id == RecommendationRow.paper_id,
            RatingRow.reader_id == RecommendationRow.reader_id,
        ),
    )
    .outerjoin(
        SaveRow,
        and_(
            SaveRow.paper_id == RecommendationRow.paper_id,
            SaveRow.reader_id == RecommendationRow.reader_id,
        ),
    )
    .order_by(RecommendationRow.rank)
)
BY_ID = PICKS.where(DigestRow.id == bindparam("digest"))
BY_MESSAGE = PICKS.where(
    RecommendationRow.chat_id == bindparam("chat"),
    RecommendationRow.message_id == bindparam("message"),
)
BY_PICK = PICKS.where(
    DigestRow.id
    == select(RecommendationRow.digest_id)
    .correlate(None)
    .where(
        RecommendationRow.id == bindparam("pick"),
        RecommendationRow.reader_id == bindparam("reader"),
    )
    .scalar_subquery()
)

DIGESTS = cast("Table", DigestRow.__table__)
SET_RECEIPT = (
    update(DIGESTS)
    .where(DIGESTS.c.id == bindparam("digest"))
    .values(receipt=bindparam("new_receipt"))
)
