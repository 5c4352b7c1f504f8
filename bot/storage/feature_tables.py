"""The tables of fitted feature models, and of the vectors of papers under each."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base, paper_key


class FeatureVersionRow(Base):
    """One fitted feature model, with its arrays as bytes.

    It is complete once the vectors of all its papers are stored.
    """

    __tablename__ = "feature_versions"
    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    complete: Mapped[bool] = mapped_column(default=False)
    papers: Mapped[int] = mapped_column(default=0)
    vocabulary: Mapped[str] = mapped_column(Text)
    idf: Mapped[bytes]
    # It covers the first terms of the vocabulary: those that several papers share.
    projection: Mapped[bytes]
    components: Mapped[int]
    average_length: Mapped[float]


class PaperVectorRow(Base):
    """The vectors of one paper under one feature version, sparse terms and dense."""

    __tablename__ = "paper_vectors"
    version_id: Mapped[int] = mapped_column(
        ForeignKey("feature_versions.id", ondelete="CASCADE"), primary_key=True
    )
    paper_id: Mapped[int] = paper_key()
    # Column numbers as int32.
    terms: Mapped[bytes]
    # One float16 for each term.
    weights: Mapped[bytes]
    # float16.
    dense: Mapped[bytes]
