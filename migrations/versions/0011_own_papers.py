"""own papers: what only readers' files tell of is theirs alone."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# What readers say or were shown: one row for each reader and paper.
OF_READERS = ("ratings", "saves", "recommendations", "brought")
COPIED = "title, abstract, authors, categories, keywords, listed, published, upvotes, source, links"
ANEW = {"sqlite_autoincrement": True}


def upgrade() -> None:
    number = _last_number()
    with op.batch_alter_table("papers", table_kwargs=ANEW) as batch:
        batch.add_column(sa.Column("reader_id", sa.Integer(), nullable=True))
        batch.drop_constraint(op.f("uq_papers_arxiv_id"), type_="unique")
        batch.drop_constraint(op.f("uq_papers_title_key"), type_="unique")
        batch.create_foreign_key(
            op.f("fk_papers_reader_id_readers"),
            "readers",
            ["reader_id"],
            ["id"],
            ondelete="CASCADE",
        )
    _count_on_from(number)
    somebodys = sa.text("reader_id IS NOT NULL")
    op.create_index(
        op.f("ix_papers_reader_id"),
        "papers",
        ["reader_id"],
        sqlite_where=somebodys,
        postgresql_where=somebodys,
    )
    _give_to_their_readers()
    public = sa.text("reader_id IS NULL")
    for column in ("arxiv_id", "title_key"):
        op.create_index(
            f"ix_papers_public_{column}",
            "papers",
            [column],
            unique=True,
            sqlite_where=public,
            postgresql_where=public,
        )
        op.create_index(
            f"ix_papers_own_{column}",
            "papers",
            [column, "reader_id"],
            unique=True,
        )
    # Models that were fitted on such papers hold their words; the next tick fits anew.
    op.execute("DELETE FROM paper_vectors")
    op.execute("DELETE FROM feature_versions")


def downgrade() -> None:
    # Each stays a paper of its own, matched by nothing: what was said of it is not lost.
    op.execute(
        "UPDATE papers SET arxiv_id = NULL, title_key = NULL WHERE reader_id IS NOT NULL"
    )
    for column in ("arxiv_id", "title_key"):
        op.drop_index(f"ix_papers_own_{column}", "papers")
        op.drop_index(f"ix_papers_public_{column}", "papers")
    op.drop_index(op.f("ix_papers_reader_id"), "papers")
    number = _last_number()
    with op.batch_alter_table("papers", table_kwargs=ANEW) as batch:
        batch.drop_constraint(
            op.f("fk_papers_reader_id_readers"), type_="foreignkey"
        )
        batch.drop_column("reader_id")
        batch.create_unique_constraint(op.f("uq_papers_arxiv_id"), ["arxiv_id"])
        batch.create_unique_constraint(
            op.f("uq_papers_title_key"), ["title_key"]
        )
    _count_on_from(number)


def _give_to_their_readers() -> None:
    """Give each reader a row of what they brought; what nobody has anything to do with goes."""
    connection = op.get_bind()
    said = " UNION ".join(
        map("SELECT paper_id, reader_id FROM {}".format, OF_READERS)
    )
    pairs = connection.execute(
        sa.text(
            f"SELECT said.paper_id, said.reader_id FROM ({said}) AS said "  # noqa: S608 - our names
            "JOIN papers ON papers.id = said.paper_id "
            "WHERE papers.source = 'brought' ORDER BY said.paper_id, said.reader_id"
        )
    ).all()
    first: dict[int, int] = {}
    for paper_id, reader_id in pairs:
        if first.setdefault(paper_id, reader_id) == reader_id:
            own = sa.text(
                "UPDATE papers SET reader_id = :reader WHERE id = :paper"
            )
            connection.execute(own, {"reader": reader_id, "paper": paper_id})
        else:
            _copy(connection, paper_id, reader_id)
    nobodys = (
        "(SELECT id FROM papers WHERE source = 'brought' AND reader_id IS NULL)"
    )
    for statement in (
        f"DELETE FROM searches WHERE like_id IN {nobodys}",  # noqa: S608 - constant
        f"DELETE FROM paper_vectors WHERE paper_id IN {nobodys}",  # noqa: S608 - constant
        f"DELETE FROM papers WHERE id IN {nobodys}",  # noqa: S608 - constant
    ):
        connection.execute(sa.text(statement))


def _copy(connection: sa.Connection, paper_id: int, reader_id: int) -> None:
    """Give one more reader a row of a paper, and all that they said of it."""
    which = {"reader": reader_id, "paper": paper_id}
    copied = f"arxiv_id, title_key, {COPIED}"
    copy = connection.execute(
        sa.text(
            f"INSERT INTO papers (reader_id, {copied}) "  # noqa: S608 - our names
            f"SELECT :reader, {copied} FROM papers WHERE id = :paper RETURNING id"
        ),
        which,
    ).scalar_one()
    for table in OF_READERS:
        moved = f"UPDATE {table} SET paper_id = :copy WHERE paper_id = :paper AND reader_id = :reader"  # noqa: S608
        connection.execute(sa.text(moved), {"copy": copy, **which})


def _last_number() -> int:
    """Return the number that SQLite gave last: a table written anew would forget it."""
    if op.get_bind().dialect.name != "sqlite":
        return 0
    last = sa.text(
        "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'papers'"
    )
    return int(op.get_bind().execute(last).scalar_one())


def _count_on_from(number: int) -> None:
    if op.get_bind().dialect.name == "sqlite":
        count = sa.text(
            "UPDATE sqlite_sequence SET seq = :seq WHERE name = 'papers'"
        )
        op.get_bind().execute(count, {"seq": number})
