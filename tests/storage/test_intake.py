"""Files of readers are taken in by another process, in slices."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from bot.errors import Failure
from bot.picks import intake
from bot.storage import feedback
from bot.storage.database import Database
from bot.storage.subscriptions import Limits
from recommender.papers import UNDATED, Paper
from tests.storage.factories import join

NOW = datetime(2026, 5, 6, 9, tzinfo=UTC)


def some(number: int) -> list[Paper]:
    return [
        Paper(title=f"Arm {n}", listed=UNDATED, source="file")
        for n in range(number)
    ]


async def test_a_bundle_is_liked_by_the_other_process(
    database: Database,
) -> None:
    ada = join(database, "Ada")

    brought = await intake.like_papers(
        database, ada.id, [*some(3), *some(1)], NOW
    )

    result = feedback.of_reader(database, ada.id, "UTC", NOW.date())
    assert brought.papers == 3
    assert [rating.value for rating in result.ratings] == [1, 1, 1]


async def test_what_is_wrong_with_a_document_is_said_here(
    database: Database,
) -> None:
    ada = join(database, "Ada")

    with pytest.raises(Failure, match="taken_at") as failure:
        await intake.restore_document(
            database,
            ada.id,
            b'{"format": "paperpicks"}',
            NOW,
            Limits(),
            replace=False,
        )

    assert not failure.value.passing


async def test_a_process_that_dies_is_a_failure_that_passes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")

    with pytest.raises(Failure) as failure:
        await intake.like_papers(database, 1, some(1), NOW)

    assert failure.value.passing


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_large_file_is_stored_in_slices_so_that_others_write_in_between(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, sizes, real = join(database, "Ada"), list[int](), Database.write

    @contextmanager
    def counted(self: Database) -> Iterator[Session]:
        with real(self) as session:
            yield session
            sizes.append(len(session.identity_map))

    monkeypatch.setattr(Database, "write", counted)
    intake._like_papers(database, ada.id, some(2_000), NOW)

    assert max(sizes) <= 501
    assert len(sizes) > 4
