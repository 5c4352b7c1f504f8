"""Readers, and the invitations that let them in: each made once, never more than may come."""

from datetime import date, time, timedelta

import pytest

from bot.storage import invites, readers
from bot.storage.database import Database
from tests.storage.factories import CHATS, NOW, at_once, existing, join

VALUES = {"at": time(9), "created_at": NOW}


def test_a_reader_who_never_came_is_not_there(database: Database):
    assert readers.find(database, CHATS["Ada"]) is None
    assert readers.by_id(database, 1) is None
    assert readers.change(database, 1, picks=3) is None


def test_a_new_reader_gets_weekday_mornings_and_five_papers(database: Database):
    ada = join(database, "Ada")

    assert ada == readers.find(database, CHATS["Ada"])
    assert (ada.zone, ada.at, ada.weekdays, ada.picks) == (
        "UTC",
        time(9),
        0b0011111,
        5,
    )
    assert (ada.language, ada.dialogue, ada.active) == ("en", "", True)
    assert (ada.paused_until, ada.next_due_at) == (None, None)


def test_coming_again_changes_nothing(database: Database):
    ada = join(database, "Ada", zone="Europe/Berlin")

    again = join(database, "Ada", zone="Asia/Tokyo")

    assert again == ada


def test_settings_are_changed_one_by_one(database: Database):
    ada = join(database, "Ada")

    readers.change(database, ada.id, zone="Asia/Tokyo", at=time(21, 30))
    changed = existing(
        readers.change(database, ada.id, paused_until=date(2026, 4, 1))
    )

    assert (changed.zone, changed.at, changed.paused_until) == (
        "Asia/Tokyo",
        time(21, 30),
        date(2026, 4, 1),
    )
    assert changed == readers.by_id(database, ada.id)


def test_everyone_is_listed_by_who_is_due_first_and_those_who_left_are_not(
    database: Database,
):
    join(database, "Ada")
    join(database, "Bo", next_due_at=NOW)
    cy = join(database, "Cy", next_due_at=NOW - timedelta(hours=1))
    readers.find_or_create(
        database,
        44,
        VALUES | {"name": "gone", "active": False, "next_due_at": NOW},
    )

    assert [reader.name for reader in readers.active_readers(database)] == [
        "Cy",
        "Bo",
        "Ada",
    ]
    assert readers.count(database) == 3
    assert not existing(readers.change(database, cy.id, active=False)).active
    assert readers.count(database) == 2


@pytest.mark.parametrize("most", [None, 1])
def test_a_first_message_that_comes_twice_at_once_makes_one_reader(
    database: Database, most: int | None
):
    made = at_once(
        *[
            lambda: readers.find_or_create(
                database, CHATS["Ada"], VALUES, most=most
            )
        ]
        * 4
    )

    assert len({existing(reader).id for reader in made}) == 1
    assert readers.count(database) == 1


def test_nobody_new_comes_in_when_the_house_is_full(database: Database):
    ada = readers.find_or_create(database, CHATS["Ada"], VALUES, most=1)

    assert readers.find_or_create(database, CHATS["Bo"], VALUES, most=1) is None
    assert readers.find_or_create(database, CHATS["Ada"], VALUES, most=1) == ada


def test_a_reader_who_left_makes_room(database: Database):
    ada = join(database, "Ada")
    readers.change(database, ada.id, active=False)

    assert (
        readers.find_or_create(database, CHATS["Bo"], VALUES, most=1)
        is not None
    )


def test_no_more_come_in_than_may_when_all_come_at_once(database: Database):
    def come(chat: int) -> readers.Reader | None:
        return readers.find_or_create(database, chat, VALUES, most=3)

    made = at_once(*[lambda chat=chat: come(chat) for chat in range(100, 108)])

    assert sum(reader is not None for reader in made) == 3
    assert readers.count(database) == 3


def test_an_invitation_lets_one_person_in(database: Database):
    invites.create(database, "open-sesame", NOW)

    assert not invites.use(database, "something else", CHATS["Ada"], NOW)
    assert invites.use(database, "open-sesame", CHATS["Ada"], NOW)
    assert not invites.use(database, "open-sesame", CHATS["Bo"], NOW)
    assert invites.use(database, "open-sesame", CHATS["Ada"], NOW)


def test_an_invitation_works_for_exactly_one_of_two_at_once(database: Database):
    invites.create(database, "open-sesame", NOW)

    let_in = at_once(
        *[
            lambda chat=chat: invites.use(database, "open-sesame", chat, NOW)
            for chat in CHATS.values()
        ]
    )

    assert sorted(let_in) == [False, False, True]
