"""What people did is counted by all processes together, for as long as it matters."""

from datetime import timedelta

from sqlalchemy import func, select

from bot.storage import cleanup, deeds
from bot.storage.database import Database
from bot.storage.process_tables import DeedRow
from tests.storage.factories import NOW

MINUTE = timedelta(minutes=1)
ADA, BO = 7, 8


def admits(database: Database, person: int, seconds: float = 0.0) -> bool:
    return deeds.admit(
        database,
        person,
        "update",
        most=3,
        period=MINUTE,
        now=NOW + timedelta(seconds=seconds),
    )


def repeats(
    database: Database, person: int, value: int, seconds: float
) -> bool:
    return deeds.repeat(
        database,
        person,
        "vote",
        value,
        period=timedelta(seconds=3),
        now=NOW + timedelta(seconds=seconds),
    )


def test_nobody_may_do_more_than_the_most_within_any_minute(
    database: Database,
):
    moments = (0, 10, 20, 30, 61, 62, 71)

    answers = [admits(database, ADA, seconds) for seconds in moments]

    assert answers == [True, True, True, False, True, False, True]


def test_one_persons_flood_is_not_another_ones(database: Database):
    for _ in range(4):
        admits(database, ADA)

    assert not admits(database, ADA)
    assert admits(database, BO)


def test_the_same_press_again_within_a_moment_is_a_repetition(
    database: Database,
):
    presses = ((1, 0), (1, 1), (-1, 2), (1, 3), (1, 7))

    answers = [repeats(database, ADA, value, at) for value, at in presses]

    assert answers == [False, True, False, False, False]
    assert not repeats(database, BO, 1, 7.5)


def test_an_update_that_comes_again_is_counted_once(database: Database):
    def admits_number(number: int) -> bool:
        return deeds.admit(
            database,
            ADA,
            "update",
            most=2,
            period=MINUTE,
            now=NOW,
            number=number,
        )

    answers = [admits_number(number) for number in (71, 71, 72, 71, 73, 72)]

    assert answers == [True, True, True, True, False, True]


def test_deeds_go_with_the_day(database: Database):
    admits(database, ADA)
    repeats(database, BO, 1, 0)

    cleanup.clean_up(database, NOW + timedelta(days=2))

    with database.read() as session:
        assert session.scalar(select(func.count(DeedRow.id))) == 0
