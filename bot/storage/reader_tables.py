"""The tables with data of readers: what is counted, exported and restored of them.

A test compares the list with the metadata, so that no table is forgotten.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from bot.storage.delivery_tables import (
    DeliveryRow,
    DigestRow,
    RecommendationRow,
)
from bot.storage.standing_tables import StandingMatchRow, StandingSearchRow
from bot.storage.tables import (
    BundlePaperRow,
    BundleRow,
    FeedEntryRow,
    FollowRow,
    LookupRow,
    PaperRow,
    RatingRow,
    SaveRow,
    SearchRow,
    SubscriptionRow,
    TasteEditRow,
    TopicRow,
)

# A table with a column `reader_id`.
ReaderRowType = (
    type[BundlePaperRow]
    | type[BundleRow]
    | type[DeliveryRow]
    | type[DigestRow]
    | type[FeedEntryRow]
    | type[FollowRow]
    | type[LookupRow]
    | type[PaperRow]
    | type[RatingRow]
    | type[RecommendationRow]
    | type[SaveRow]
    | type[SearchRow]
    | type[StandingMatchRow]
    | type[StandingSearchRow]
    | type[SubscriptionRow]
    | type[TasteEditRow]
    | type[TopicRow]
)


@dataclass(frozen=True, slots=True)
class ReaderTable:
    """A table whose rows are in a reader's document.

    `order` sorts the rows in the document. `count` names the field of
    `erasure.DataCounts` for the number of rows, or of those that meet `condition`.
    """

    model: ReaderRowType
    order: InstrumentedAttribute[object]
    count: str | None = None
    condition: ColumnElement[bool] | None = None


EXPORTED = (
    ReaderTable(
        RatingRow,
        order=RatingRow.rated_at,
        count="ratings",
        condition=RatingRow.value != 0,
    ),
    ReaderTable(TopicRow, order=TopicRow.id, count="topics"),
    ReaderTable(FollowRow, order=FollowRow.id, count="follows"),
    ReaderTable(SubscriptionRow, order=SubscriptionRow.id, count="sources"),
    ReaderTable(SaveRow, order=SaveRow.saved_at, count="saved"),
    ReaderTable(
        TasteEditRow,
        order=TasteEditRow.id,
        count="edits",
        condition=TasteEditRow.value != 0,
    ),
    ReaderTable(
        RecommendationRow,
        order=RecommendationRow.id,
        count="shown",
        condition=RecommendationRow.sent_at.is_not(None),
    ),
    ReaderTable(LookupRow, order=LookupRow.id, count="links"),
    ReaderTable(SearchRow, order=SearchRow.id, count="searches"),
    ReaderTable(
        StandingSearchRow,
        order=StandingSearchRow.id,
        count="standing",
        condition=StandingSearchRow.stopped_at.is_(None),
    ),
    ReaderTable(PaperRow, order=PaperRow.id, count="own"),
    ReaderTable(DigestRow, order=DigestRow.id),
)

# These rows are of use only to the messages that they belong to, or are fetched again.
NOT_EXPORTED: tuple[ReaderRowType, ...] = (
    BundleRow,
    BundlePaperRow,
    DeliveryRow,
    FeedEntryRow,
    StandingMatchRow,
)

# What a reader says of papers and taste, which a restored document may replace.
FEEDBACK = (
    TopicRow,
    FollowRow,
    StandingSearchRow,
    TasteEditRow,
    RatingRow,
    SaveRow,
)

# The tables with one row for each reader and paper.
OF_PAPERS = (
    RatingRow,
    SaveRow,
    RecommendationRow,
    BundlePaperRow,
    FeedEntryRow,
    StandingMatchRow,
)
