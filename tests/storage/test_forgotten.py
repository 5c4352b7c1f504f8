"""Who is forgotten leaves nothing behind, and takes nothing of anybody else's along."""

import pytest
from sqlalchemy import Table, func, select

from bot.storage import (
    erasure,
    groups,
    invites,
    links,
    outbox,
    readers,
    votes,
)
from bot.storage.base import Base
from bot.storage.database import Database
from bot.storage.erasure import DataCounts
from bot.storage.group_tables import NOBODY
from bot.storage.readers import Reader
from bot.storage.tables import InviteRow
from bot.storage.votes import Card
from tests.storage.factories import (
    CHATS,
    NOW,
    existing,
    join,
    settle,
    store,
)

THEIRS = [
    table for table in Base.metadata.sorted_tables if "reader_id" in table.c
]


def kept(database: Database, reader: Reader) -> dict[str, int]:
    """Count a reader's rows, table by table."""

    def rows(table: Table) -> int:
        counted = (
            select(func.count())
            .select_from(table)
            .where(table.c.reader_id == reader.id)
        )
        with database.read() as session:
            return session.scalar(counted) or 0

    return {table.name: rows(table) for table in THEIRS}


def messages(database: Database) -> int:
    with database.read() as session:
        counted = select(func.count()).select_from(
            Base.metadata.tables["outgoing"]
        )
        return session.scalar(counted) or 0


def test_who_is_forgotten_leaves_no_row_in_any_table(database: Database):
    ada, _, _ = settle(database, "Ada")
    before = kept(database, ada)

    gone = erasure.delete_reader(database, ada.id)

    assert gone
    assert all(before.values()), "a table that this test does not fill"
    assert set(kept(database, ada).values()) == {0}
    assert messages(database) == 0
    assert readers.find(database, CHATS["Ada"]) is None


def test_everybody_else_keeps_everything(database: Database):
    ada, _, _ = settle(database, "Ada")
    bo, _, _ = settle(database, "Bo")
    before = kept(database, bo)

    erasure.delete_reader(database, ada.id)

    assert kept(database, bo) == before
    assert messages(database) == 1
    assert readers.find(database, CHATS["Bo"]) == readers.by_id(database, bo.id)


def test_forgetting_twice_is_forgetting_once(database: Database):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    erasure.delete_reader(database, ada.id)

    again = erasure.delete_reader(database, ada.id)

    assert not again
    assert readers.active_readers(database) == [bo]


def test_who_comes_again_is_somebody_new(database: Database):
    ada = join(database, "Ada", zone="Asia/Tokyo")
    erasure.delete_reader(database, ada.id)

    again = join(database, "Ada")

    assert again.id != ada.id
    assert again.zone == "UTC"


def test_what_was_about_to_be_sent_is_not(database: Database):
    ada, delivery, message = settle(database, "Ada")
    erasure.delete_reader(database, ada.id)

    assert outbox.start_sending(database, delivery, message, NOW) is None
    assert outbox.claim(database, NOW + 2 * outbox.LEASE, 10) == []
    assert links.due_lookups(database, NOW) == []


def test_a_used_invitation_stays_used_and_names_nobody(database: Database):
    invites.create(database, "open-sesame", NOW)
    invites.use(database, "open-sesame", CHATS["Ada"], NOW)
    erasure.delete_reader(database, join(database, "Ada").id)

    let_in = invites.use(database, "open-sesame", CHATS["Bo"], NOW)

    assert not let_in
    with database.read() as session:
        assert session.scalars(select(InviteRow.used_by)).all() == [None]


@pytest.mark.parametrize("is_reader", [True, False])
def test_who_is_forgotten_leaves_no_vote_and_is_no_admin_any_more(
    database: Database, is_reader: bool
):
    ada, bo = CHATS["Ada"], CHATS["Bo"]
    reader = join(database, "Ada") if is_reader else None
    lab = existing(
        groups.set_up(
            database,
            -100,
            owner_id=ada,
            name="Lab",
            approval=None,
            values={"kind": "group", "at": NOW.time(), "created_at": NOW},
        )
    )
    groups.set_admins(database, lab.id, [ada, bo])
    [paper_id] = store(database, "Attention")
    card = Card(id="pick 1", paper_id=paper_id, group_id=lab.id)
    for user_id in (ada, bo):
        votes.toggle(database, card, user_id, 1, NOW)

    if reader is None:
        erasure.delete_voter(database, ada)
    else:
        assert erasure.count_data(database, reader.id).votes == 1
        erasure.delete_reader(database, reader.id)

    assert not votes.has_voted(database, ada)
    assert votes.has_voted(database, bo)
    assert groups.of_admin(database, ada) == []
    assert [group.owner_id for group in groups.of_admin(database, bo)] == [
        NOBODY
    ]


def test_what_is_held_is_counted_for_one_reader_alone(database: Database):
    ada, delivery, message = settle(database, "Ada")
    bo = join(database, "Bo")
    existing(outbox.start_sending(database, delivery, message, NOW))

    counted = (
        erasure.count_data(database, ada.id),
        erasure.count_data(database, bo.id),
    )

    assert counted == (
        DataCounts(
            ratings=1,
            topics=2,
            follows=1,
            sources=3,
            saved=1,
            edits=1,
            shown=3,
            links=1,
            searches=1,
            standing=1,
            own=2,
            votes=0,
        ),
        DataCounts(
            ratings=0,
            topics=0,
            follows=0,
            sources=0,
            saved=0,
            edits=0,
            shown=0,
            links=0,
            searches=0,
            standing=0,
            own=0,
            votes=0,
        ),
    )
